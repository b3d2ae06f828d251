"""A database in which one person stands in every place where anybody can."""

import json
from dataclasses import replace
from typing import Any

from sqlalchemy import Table

from bot.domain.actor import Integration
from bot.domain.effects import TellPerson
from bot.domain.ids import ChannelId, IncidentNumber, SlackUserId
from bot.domain.texts import rewritten
from bot.domain.timeline import (
    AnyEvent,
    ChannelOpened,
    CommandAccepted,
    Evidence,
    FollowUpAgreed,
    IncidentClosed,
    IncidentDeclared,
    LegalHoldSet,
    NoteAdded,
)
from bot.store import Store, schema
from tests.store.given import MACHINE, NOON, minutes
from tests.store.samples import BO, DANA, SAMPLES

ALICE = SlackUserId("U01ALICE")
NAME, FULL_NAME, MAIL = "zaliqa", "Zaliqa Zquirogé", "z.quirog@acme.example"
TRACES = ("u01alice", "zaliqa", "zquirog", "z.quirog")
"""Of which none may be left, in any case."""
CHANNEL, OTHER_CHANNEL = ChannelId("C042"), ChannelId("C043")
KEPT = SlackUserId("U02KEPT")
"""Somebody else, who stays."""
WORDS = f"<@{ALICE}> is {NAME}, {FULL_NAME}, {MAIL}"
EVERY_EVENT: tuple[AnyEvent, ...] = (
    *(
        rewritten(event, lambda text: {BO: ALICE, DANA: KEPT}.get(SlackUserId(text), text))
        for event in SAMPLES
        if not isinstance(event, IncidentDeclared)
    ),
    LegalHoldSet(at=NOON, by=ALICE, is_held=False, reason="the case is closed"),
)
"""An event of every kind with her in every field for somebody; in the end no hold is left that would keep her there."""


def rows() -> dict[Table, list[dict[str, Any]]]:
    """Rows of the tables that follow from no timeline."""
    document = json.dumps({"by": ALICE, "text": WORDS, "other": KEPT})
    message = {
        "channel": CHANNEL,
        "posted_at": NOON,
        "is_bot": False,
        "author": KEPT,
        "text": "fine",
        "shown_as": None,
        "files": [],
        "reactions": [],
        "deleted_text": None,
    }
    file = {"name": f"{FULL_NAME}.png", "type": "png", "size": 3, "permalink": f"https://x.example/files/{ALICE}/F1"}
    sent = {
        "incident": 1,
        "kind": "TellPerson",
        "is_refresh": False,
        "needs_channel": False,
        "state": "done",
        "queued_at": MACHINE,
        "ended_at": MACHINE,
        "error": None,
    }
    return {
        schema.transcript: [
            {**message, "ts": "1772625600.000100", "author": ALICE, "text": "the password is hunter2", "files": [file]},
            {**message, "ts": "1772625600.000200", "text": WORDS, "reactions": [{"name": "eyes", "users": [ALICE]}]},
            {**message, "ts": "1772625600.000300", "text": "", "deleted_text": WORDS, "shown_as": NAME},
            {**message, "ts": "1772625600.000400", "text": "nothing of hers"},
        ],
        schema.comings: [{"channel": CHANNEL, "user": ALICE, "at": NOON, "is_joining": True}],
        schema.members: [
            {"channel": one, "user": user, "joined_at": NOON} for one in (CHANNEL, "C099") for user in (ALICE, KEPT)
        ],
        schema.people: [
            {
                "user": user,
                "name": name,
                "full_name": full_name,
                "tz": "UTC",
                "fetched_at": NOON,
                **dict.fromkeys(("is_bot", "is_guest", "is_deactivated", "is_confirmed"), False),
            }
            for user, name, full_name in ((ALICE, NAME, FULL_NAME), (KEPT, "kept", "Somebody Else"))
        ],
        schema.groups: [{"id": "S1", "handle": "shop", "users": [ALICE, KEPT], "fetched_at": MACHINE}],
        schema.channel_names: [{"channel": "C077", "name": "zaliqa-zquirogé-and-friends"}],
        schema.audit: [
            {
                "at": NOON,
                "recorded_at": MACHINE,
                "verb": "close",
                "outcome": "refused",
                "actor": actor,
                "actor_kind": kind,
                "actor_name": name,
                "detail": detail,
            }
            for actor, kind, name, detail in (
                (ALICE, "person", None, "NotForYou"),
                (f"bot of {NAME}", "integration", f"bot of {NAME}", f"for {ALICE}"),
            )
        ],
        schema.tokens: [
            {
                "id": id_,
                "name": name,
                "digest": b"d" * 32,
                "person": person,
                "integration": integration,
                "scopes": "read",
                "created_at": MACHINE,
            }
            for id_, name, person, integration in (
                ("t1", f"{NAME}'s laptop", ALICE, None),
                ("t2", f"{NAME}'s script", None, f"{NAME}'s script"),
            )
        ],
        schema.erasures: [
            {
                "pseudonym": "U0GONEAAAAAAAAAAAA",
                "reason": f"as {NAME} asked",
                "begun_at": MACHINE,
                "ended_at": MACHINE,
                "takes_words": False,
                "found": "{}",
            }
        ],
        schema.review_sections: [
            {"incident": 1, "section": "lessons", "revision": 1, "text": WORDS, "by": ALICE, "at": NOON}
        ],
        schema.feeds: [{"schedule": "shop", "content": f"SUMMARY:{FULL_NAME}\r\nATTENDEE:mailto:{MAIL}"}],
        schema.catalog: [{"place": "catalog.yaml", "content": f"owner: {MAIL}"}],
        schema.subscriptions: [{"id": "s1", "name": f"for {NAME}", "made_at": MACHINE, "body": document}],
        schema.outbox: [
            {
                **sent,
                "seq": 90,
                "destination": f"dm:{ALICE}",
                "lane": f"dm:{ALICE}",
                "key": "k1",
                "body": {},
                "result": {},
            },
            {
                **sent,
                "seq": 91,
                "destination": "inc:1",
                "lane": "inc:1",
                "key": "k2",
                "kind": "Announce",
                "body": {"to": ALICE},
                "result": {"ts": "1.2", "channel": CHANNEL, "who": FULL_NAME},
                "error": WORDS,
            },
            {
                **sent,
                "seq": 92,
                "destination": "slack",
                "lane": "home",
                "key": f"home:{ALICE}",
                "is_refresh": True,
                "body": {},
                "result": {},
                "incident": None,
            },
        ],
        schema.inbox: [{"sender_id": f"api/{ALICE}/1", "seen_at": MACHINE}],
        schema.alert_deliveries: [{"source": "alertmanager", "received_at": NOON, "signals": document}],
        schema.alerts: [{"number": 1, "key": "k", "state": "asked", "last_at": NOON, "body": document}],
        schema.proposals: [
            {
                "number": 1,
                "handle": "h",
                "asked": "a",
                "by": ALICE,
                "state": "waiting",
                "ends_at": NOON,
                "body": document,
            }
        ],
        schema.changes: [{"service": "checkout", "at": NOON, "is_told": True, "body": document}],
    }


async def fill(store: Store) -> tuple[IncidentNumber, ...]:
    """Have her stand everywhere; the incidents in which she does. There is one more, in which she does not."""
    first = next(one for one in SAMPLES if isinstance(one, IncidentDeclared))
    async with store.write() as tx:
        number = await tx.next_number()
        declared = replace(
            rewritten(first, lambda text: {BO: ALICE, DANA: KEPT}.get(SlackUserId(text), text)),
            number=number,
            title=f"{FULL_NAME} cannot log in",
            is_private=False,
            evidence=Evidence("https://x.example/archives/C9/p1772625600000900", ALICE, "I cannot log in"),
        )
        await tx.record(number, [declared, *EVERY_EVENT], NOON, dedup=f"slash/{ALICE}")
        second = await tx.next_number()
        opened = ChannelOpened(at=NOON, channel=OTHER_CHANNEL, name="inc-2-zaliqa-zquirogé")
        runbook = replace(first.runbooks[0], slug=f"{NAME}-first-aid")
        asked = replace(declared, number=second, by=ALICE, evidence=None, runbooks=(runbook,))
        told = NoteAdded(at=NOON + minutes(1), by=ALICE, text=WORDS)
        agreed = FollowUpAgreed(at=NOON, by=KEPT, text=f"ask {NAME} for the key", owner=ALICE)
        over = IncidentClosed(at=NOON + minutes(9), by=KEPT)
        accepted = CommandAccepted(at=NOON, by=ALICE)
        await tx.record(second, [asked, opened, accepted, told, agreed, over], NOON, [TellPerson(told, ALICE)])
        by_script = await tx.next_number()
        script = replace(asked, number=by_script, by=None, integration=Integration(f"{NAME}'s script", "ci"))
        await tx.record(by_script, [script, over], NOON)
        third = await tx.next_number()
        alone = NoteAdded(at=NOON, by=KEPT, text="nothing of hers")
        await tx.record(third, [replace(first, number=third, title="search", **_of(KEPT)), alone], NOON)
    async with store.database.write() as connection:
        for table, each in rows().items():
            for row in each:
                await connection.execute(table.insert(), {"workspace": "T1", **row})
    return number, second, by_script


def _of(user: SlackUserId) -> dict[str, Any]:
    names = ("by", "asked", "reported_by", "on_call")
    return {**dict.fromkeys(names, user), "called": (user,), "evidence": None}
