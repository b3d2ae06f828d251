"""`muster person export`: everything that Muster keeps about one person."""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bot.domain.ids import IncidentNumber, SlackUserId, ref
from bot.domain.policy import Policy
from bot.domain.pseudonyms import StandIns, is_pseudonym, seeking
from bot.domain.telling import tell
from bot.operator.commands import DONE, NO, WRONG, NotPossible, keep_act, opened_store, say, what_was_agreed, write_out
from bot.operator.export import Row, without_secrets_in
from bot.operator.tokens import PERSON
from bot.store import Reading, Trace
from bot.store.codec import decode
from bot.store.places import EVENT_FIELDS

SCHEMA = "muster.person/1"
NOBODY = SlackUserId("")


@dataclass(frozen=True, slots=True)
class Sought:
    """Whom a command is about, and by what they are found."""

    user: SlackUserId
    also: tuple[str, ...] = ()
    """Further names and e-mail addresses, which Slack has not told."""
    leave: tuple[str, ...] = ()
    """Names by which they are not to be looked for, as they mean other things, too."""

    @classmethod
    def typed(cls, user: str, also: Sequence[str], leave: Sequence[str]) -> "Sought":
        """Raises NotPossible."""
        found = re.fullmatch(r"<@([A-Z0-9]+)(?:\|[^<>]*)?>", user.strip())
        id_ = found[1] if found else user.strip()
        if not PERSON.fullmatch(id_):
            raise NotPossible(
                WRONG, f"“{user}” is no Slack id of a person. It stands in their Slack profile: U0123ABC."
            )
        if is_pseudonym(id_):
            raise NotPossible(NO, f"{id_} is the pseudonym of somebody who was erased. Nothing else is kept of them.")
        return cls(SlackUserId(id_), tuple(also), tuple(leave))

    async def names(self, tx: Reading) -> tuple[str, ...]:
        """Every name they are looked for by."""
        profile = await tx.person(self.user)
        told = (profile.name, profile.full_name or "") if profile else ()
        left = {"", *(name.casefold() for name in self.leave)}
        return tuple(name for name in dict.fromkeys((*told, *self.also)) if name.casefold() not in left)


async def export(sought: Sought, out: Path | None) -> int:
    """Write everything as JSON; NO where there is nothing."""
    policy, _ = what_was_agreed()
    async with opened_store() as store:
        async with store.read() as tx:
            who = seeking(sought.user, await sought.names(tx), NOBODY)
            traces = [one async for one in tx.traces_of(who)]
            told = await _document(tx, sought.user, who, traces, policy)
        if not traces and not told["policy"]:
            raise NotPossible(NO, f"Muster keeps nothing about {sought.user}.")
        await keep_act(store, "person export", "")
    write_out(json.dumps(told, indent=2, ensure_ascii=False), out)
    say("What others wrote stands in it where it mentions them. Look it through before you hand it over.")
    return DONE


async def _document(
    tx: Reading, user: SlackUserId, who: StandIns, traces: Sequence[Trace], policy: Policy
) -> dict[str, Any]:
    rows: dict[str, list[Row]] = {}
    for one in traces:
        if not one.place.is_projection:
            rows.setdefault(one.place.name, []).append(_row(one, who))
    numbers = sorted({IncidentNumber(one.row["incident"]) for one in traces if one.place.name == "timeline"})
    roles, follow_ups = [], []
    for number in numbers:
        incident = await tx.incident(number)
        if incident is None:
            continue
        roles += [
            {"ref": incident.ref, "role": held.role, "from": _plain(held.since), "to": _plain(held.until)}
            for held in incident.roles
            if held.person == user
        ]
        follow_ups += [
            {"ref": incident.ref, "text": one.text, "due": _plain(one.due), "state": one.state}
            for one in incident.follow_ups
            if one.owner == user
        ]
    head = {"schema": SCHEMA, "generated_at": _plain(datetime.now(UTC)), "person": user, "names": list(who.names)}
    parts = {"roles": roles, "follow_ups": follow_ups, "policy": list(named_in(policy, who)), **rows}
    (clean,) = without_secrets_in([parts])
    return head | clean


def _row(one: Trace, who: StandIns) -> Row:
    """A row as it is kept. Of an event also what it says, and as what the person stands in it."""
    row = {name: _plain(value) for name, value in one.row.items() if name != "workspace" and not _is_secret(value)}
    for name, form in one.place.columns.items():
        if form.is_json_text and row[name] is not None:
            row[name] = json.loads(row[name])
    if "incident" in row:
        row["ref"] = ref(IncidentNumber(row.pop("incident"))) if row["incident"] is not None else None
    if one.place.name == "timeline":
        event = decode(*(one.row[name] for name in ("kind", "version", "body", "occurred_at", "by")))
        row |= {"text": tell(event), "as": sorted(_stands_as({"by": row["by"], **row["body"]}, who))}
    return row


def _stands_as(body: Any, who: StandIns, name: str = "") -> set[str]:
    """The fields of an event in which somebody stands, by id or in words."""
    match body:
        case dict():
            return set().union(*(_stands_as(value, who, key) for key, value in body.items()))
        case list():
            return set().union(*(_stands_as(one, who, name) for one in body))
        case str() if name in EVENT_FIELDS:
            return {name} if body in who.ids else set()
        case str() if who.are_in(body):
            return {name}
    return set()


def _is_secret(value: Any) -> bool:
    return isinstance(value, bytes)


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
    return value.isoformat() if hasattr(value, "isoformat") else value


def named_in(value: object, who: StandIns, at: str = "") -> Iterator[str]:
    """Where somebody stands in the policy, which is a file of yours: `schedules.shop.members`."""
    if isinstance(value, str):
        if who.are_in(value):
            yield at
    elif isinstance(value, Mapping):
        for key, part in value.items():
            here = f"{at}.{key}".lstrip(".")
            yield from dict.fromkeys((*named_in(key, who, here), *named_in(part, who, here)))
    elif isinstance(value, tuple | list | frozenset | set):
        yield from dict.fromkeys(place for part in value for place in named_in(part, who, at))
    elif is_dataclass(value):
        for one in fields(value):
            yield from named_in(getattr(value, one.name), who, f"{at}.{one.name}".lstrip("."))
