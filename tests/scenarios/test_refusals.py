"""What is refused: the person alone is told why and what to do instead, and nothing is recorded or shown."""

from html import unescape

from tests.scenarios.conftest import Company
from tests.scenarios.looking import traces

REFUSED = "Not done: "


async def refused(company: Company, typed: str, in_: str, by: str = "dana") -> str:
    """The answer to what must be refused, to one person alone, as they read it."""
    answer = await company.sandbox.person(by).types(f"/incident {typed}", in_=in_)
    assert answer.text.startswith(REFUSED), (typed, answer.text)
    assert answer.response_type == "ephemeral"
    return unescape(answer.text)


WRONG_STATUS = {
    "declared": {
        "verify graphs are flat": "INC-1 is declared",
        "close": "`/incident accept`",
        "reopen it is back": "INC-1 is declared",
        "review start": "INC-1 is declared",
        "handover @bo": "Nobody commands INC-1",
        "time mitigated at:02:50 it was then": "INC-1 is not mitigated yet",
        "step 1 done": "No runbook is linked",
    },
    "mitigated": {
        "mitigate once more": "`/incident resolve <what fixed it>`",
        "verify graphs are flat": "INC-1 is mitigated",
        "close unverified for good": "INC-1 is mitigated",
    },
    "resolved": {
        "resolve once more": "`/incident verify <by whom or what>`",
        "mitigate too late": "INC-1 is resolved",
        "cancel too late": "INC-1 is resolved",
        "close": "not verified yet",
    },
    "closed": {
        "close": "`/incident reopen <reason>`",
        "accept": "INC-1 is closed",
        "commander @bo": "INC-1 is closed",
        "takeover": "INC-1 is closed",
        "role scribe @bo": "INC-1 is closed",
        "update still here": "INC-1 is closed",
        "priority P1 too late": "INC-1 is closed",
        "impact high too late": "INC-1 is closed",
        "urgency low too late": "INC-1 is closed",
        "mitigate too late": "INC-1 is closed",
        "resolve too late": "INC-1 is closed",
        "cancel too late": "INC-1 is closed",
        "time began at:02:50 it was then": "INC-1 is closed",
        "runbook database-failover": "INC-1 is closed",
        "step database-failover 1 done": "INC-1 is closed",
        "escalate too late": "INC-1 is closed",
        "page checkout": "INC-1 is closed",
        "invite @bo": "INC-1 is closed",
    },
}
"""Status → what is refused in it → words of why, or of what comes instead."""

WAY_TO = {
    "mitigated": ("mitigate moved traffic",),
    "resolved": ("resolve rolled back",),
    "closed": ("verify graphs are flat", "close"),
}
"""From each status to the next, in order."""


async def test_a_command_in_a_wrong_status_says_where_the_incident_stands_and_what_comes_next(
    company: Company,
) -> None:
    channel = await company.declares("the shop is slow")
    for status, commands in WRONG_STATUS.items():
        for typed in WAY_TO.get(status, ()):
            await company.dana.types(f"/incident {typed}", in_=channel.id)
        assert (await company.incident()).status == status
        before = await traces(company)
        for typed, words in commands.items():
            assert words in await refused(company, typed, channel.id), (status, typed)
        assert await traces(company) == before


async def test_a_cancelled_incident_stays_cancelled(company: Company) -> None:
    channel = await company.declares("the shop is slow")
    await company.dana.types("/incident cancel a test", in_=channel.id)
    before = await traces(company)
    for typed in ("reopen it is back", "accept", "resolve fixed", "close", "cancel again"):
        assert "INC-1 is cancelled" in await refused(company, typed, channel.id)
    assert await traces(company) == before


async def test_when_it_is_over_notes_followups_and_the_review_go_on(company: Company) -> None:
    channel = await company.declares("the shop is slow")
    for typed in ("resolve fixed", "close unverified switched off", "note found the cause", "followup mend it"):
        answer = await company.dana.types(f"/incident {typed}", in_=channel.id)
        assert not answer.text.startswith(REFUSED)
    answer = await company.dana.types("/incident review start", in_=channel.id)
    assert not answer.text.startswith(REFUSED)


MISTYPED = {
    "updaet all quiet": "Did you mean `update`? For example: `/incident update ",
    "resolved it": "Did you mean `resolve`?",
    "xyzzy": "There is no command `xyzzy`",
    "update quiet next:30m next:1h": "`next:` is there twice",
    "update quiet next:soon": "“soon” is not a duration",
    "update quiet next:9h": "`next:4h`",
    'update quiet next:"30m': "not closed",
    "note it began at:25:99": "“25:99” is not a time",
    "note it began at:2026-03-03T12:00Z": "has not come yet",
    "followup mend it due:yesterday": "“yesterday” is not a date",
    "followup mend it due:2026-01-01": "2026-01-01 has passed",
    "followup mend it @dana @bo": "one owner",
    "followup due:2036-12-01": "Say what needs doing",
    "commander @nobody": "Slack knows nobody here called “@nobody”",
    "commander dana": "Name one person with @",
    "commander @bo @chen": "Name one person with @",
    "role king @bo": "Name a role",
    "role scrib @bo": "Did you mean `scribe`?",
    "invite everybody": "Name people with @",
    "page chekout": "Did you mean `checkout`?",
    "priority P9 it spreads": "Give a priority",
    "priority P1": "Give a reason",
    "impact huge it spreads": "Give a level",
    "impact high": "Give a reason",
    "urgency low": "Give a reason",
    "note at:14:05": "Say what happened",
    "note amend 7 it was later": "has no note 7",
    "note retract 1": "Say why",
    "time began the deploy": "Say which time",
    "time began at:02:50": "Give a reason",
    "step one done": "Give the step's number",
    "step database-failover 1 doen": "Did you mean `done`?",
    "step database-failover 99 done": "there is no step 99",
    "step databse-failover 1 done": "Did you mean `database-failover`?",
    "runbook weather": "No runbook matches “weather”",
    "review publish": "review start",
    "close now": "close unverified",
    "help updaet": "Did you mean `update`?",
    "INC-7 note lost": "There is no incident INC-7 that you can see",
    "INC-99999999999 note lost": "There is no incident",
    # What would change nothing.
    "priority P2 it is": "INC-1 is already P2; nothing was changed",
    "impact medium it is": "is already medium; nothing was changed",
    "urgency high it is": "is already high; nothing was changed",
    "commander @bo": "has already been asked",
}
"""What is typed in a declared incident's channel, where bo was asked → words of the refusal."""


async def test_what_cannot_be_read_or_changes_nothing_is_refused_with_an_example(company: Company) -> None:
    channel = await company.declares("the shop is slow")
    await company.dana.types("/incident commander @bo", in_=channel.id)
    before = await traces(company)
    for typed, words in MISTYPED.items():
        assert words in await refused(company, typed, channel.id), typed
    assert await traces(company) == before


NOT_DECLARED = {
    "the shop is slow service:chekout": "Did you mean `checkout`?",
    "the shop is slow service:weather": "Known: checkout, payments",
    "the shop is slow category:outtage": "Did you mean `outage`?",
    "the shop is slow impact:huge": "`impact:` does not know “huge”",
    "the shop is slow impact:hihg": "Did you mean `high`?",
    "the shop is slow impact:high impact:low": "`impact:` is there twice",
    "P1 P2 the shop is slow": "Give one priority",
}


async def test_a_declaration_that_cannot_be_read_uses_no_reference(company: Company) -> None:
    before = await traces(company)
    for typed, words in NOT_DECLARED.items():
        assert words in await refused(company, f"declare {typed}", "general"), typed
    assert await traces(company) == before
    await company.declares("the shop is slow")
    assert (await company.incident(1)).title == "the shop is slow"


async def test_outside_an_incident_channel_a_verb_lists_the_typists_open_incidents(company: Company) -> None:
    first, second = await company.declares("the shop is slow"), await company.declares("mail is late", by="chen")
    before = await traces(company)

    mine = await refused(company, "update all quiet", "general")
    chens = await refused(company, "update all quiet", "general", by="chen")
    elis = await refused(company, "update all quiet", "general", by="eli")

    assert "INC-1 (the shop is slow)" in mine
    assert "`/incident INC-1 update" in mine
    assert "INC-2 (mail is late)" in chens
    assert "INC-1" not in chens
    assert "You are in no open incident" in elis
    everybodys = await company.eli.types("/incident status", in_="general")
    assert "2 open incidents" in everybodys.text
    assert f"<#{first.id}>" in everybodys.text
    assert f"<#{second.id}>" in everybodys.text
    assert await traces(company) == before
