"""Every verb in its plain form: it is recorded, the channel hears of it, and it stands in the review."""

from collections import Counter as Tally
from dataclasses import dataclass

import pytest

from bot.commands.table import COMMANDS
from tests.scenarios.conftest import Company
from tests.scenarios.looking import recorded, review_of, said_by_bot

pytestmark = pytest.mark.both_engines


@dataclass(frozen=True, slots=True)
class Line:
    """One command in the course of an incident. `{name}` stands for somebody's mention."""

    by: str
    typed: str
    event: str
    shows: str
    """Words that the channel reads."""
    after: float = 0
    """Minutes that pass before it."""


COURSE = (
    Line("dana", "commander @chen", "CommanderAsked", "{chen}"),
    Line("chen", "accept", "CommandAccepted", "{chen} accepted command"),
    Line("chen", "handover @bo", "HandoverOffered", "{bo}"),
    Line("chen", "role scribe @eli", "RoleAssigned", "{eli} scribe"),
    Line("chen", "update Conditions: half fail. Actions: rolling back. next:30m", "UpdatePosted", "rolling back."),
    Line("bo", "priority P1 it spreads to the app", "Reclassified", "it spreads to the app"),
    Line("bo", "impact high every region is affected", "Reclassified", "every region is affected"),
    Line("bo", "urgency medium nobody buys at night", "Reclassified", "nobody buys at night"),
    Line("bo", "severity sev2 one node of three", "Reclassified", "{bo} set the severity to SEV-2"),
    Line("bo", "category software the last deploy did it", "Reclassified", "the last deploy did it"),
    Line("bo", "service payments it is not the shop", "Reclassified", "{bo} set the service to Payments"),
    Line("bo", "service Checkout it is the shop after all", "Reclassified", "{bo} set the service to Checkout"),
    Line(
        "eli",
        "title Checkout fails in the EU",
        "TitleCorrected",
        "{eli} changed the title to",
    ),
    Line("bo", "drill on it is the exercise", "DrillCorrected", "{bo} said that this is a drill"),
    Line("bo", "drill off no, customers call", "DrillCorrected", "{bo} said that this is not a drill"),
    Line("eli", "note The probes began to fail at:21:50", "NoteAdded", "The probes began to fail"),
    Line("eli", "time began at:21:40 the deploy went out then", "TimeCorrected", "the deploy went out then"),
    Line("bo", "runbook database-failover", "RunbookLinked", "database-failover"),
    Line("bo", "step 1 done the replica is healthy", "StepReported", "the replica is healthy"),
    Line("bo", "step 2 skip there is no second replica", "StepReported", "there is no second replica"),
    Line("chen", "escalate customers call the board", "Escalated", "customers call the board"),
    Line("bo", "snooze 45m the vendor is on the line", "RemindersSnoozed", "{bo} snoozed reminders until"),
    Line("chen", "page payments", "ServicePaged", "{dana} for Payments"),
    Line("chen", "invite @fay", "PeopleInvited", "{chen} invited {fay}"),
    Line("bo", "join I see it too", "ReportedAgain", "{bo} reported it again: I see it too"),
    Line("chen", "action Restart the pool @bo", "ActionOpened", "Restart the pool"),
    Line("bo", "action 1 done twice", "ActionDone", "finished the action"),
    Line("chen", "decision We fail over to fra-2", "DecisionMade", "We fail over to fra-2"),
    Line("chen", "followup Deploy in stages @eli due:2026-04-01", "FollowUpAgreed", "Deploy in stages"),
    Line("fay", "takeover", "CommandTakenOver", "{fay} took over command from {chen}", after=300),
    Line("fay", "mitigate moved traffic away", "IncidentMitigated", "moved traffic away"),
    Line("fay", "resolve rolled back to 4.2", "IncidentResolved", "rolled back to 4.2"),
    Line("dana", "verify @eli: graphs are flat", "IncidentVerified", "graphs are flat"),
    Line("dana", "review start", "ReviewStarted", "started the review"),
    Line("dana", "problem The pool is too small", "ProblemLinked", "{dana} opened the problem PRB-1"),
    Line("dana", "close", "IncidentClosed", "closed by dana"),
    Line("dana", "reopen the errors are back", "IncidentReopened", "the errors are back"),
    Line("dana", "cancel a test ran against production", "IncidentCancelled", "a test ran against production"),
)

READS = {
    "status": "INC-1",
    "timeline": "Timeline of INC-1",
    "list": "no open incident",
    "oncall": "Secondary",
    "oncall payments": "*shop* (Payments)",
    "catchup": "Declared by",
    "help": "*During*",
    "help update": "/incident update",
    "review": "Review of INC-1",
    "runbook": "failover",
    "metrics": "in the last 90 days",
    "similar": "Nothing like it",
    "note": "No notes yet",
    "followup": "No follow-ups yet",
}
"""What only looks → words of its answer, when the course is over. `runbook` alone shows the one last touched."""


def test_the_course_and_the_reads_have_every_verb() -> None:
    typed = {
        "declare",
        "merge",
        "follow",
        "unfollow",
        "open",
        "mark",
        "decline",
        *(line.typed.split()[0] for line in COURSE),
        "alert",  # in test_alerts.py
        "proposal",  # in test_mcp.py
        "status-page",  # in test_status_page.py
        "bridge",  # in test_bridge.py
        "dashboard",  # in test_dashboard.py
        "hold",  # in test_privacy.py
        "degraded",  # in test_budgets.py
        "clock",  # in test_clock.py
        *(one.split()[0] for one in READS),
    }
    assert typed == {command.name for command in COMMANDS}


async def test_every_verb_is_recorded_announced_and_reviewed(company: Company) -> None:
    channel = await company.declares("checkout returns 500s service:checkout impact:medium urgency:high")
    mentions = {name: f"<@{getattr(company, name).id}>" for name in ("dana", "bo", "chen", "eli", "fay")}
    for line in COURSE:
        await company.later(minutes=line.after)
        before, heard = len(await recorded(company)), len(said_by_bot(company, channel))
        answer = await company.sandbox.person(line.by).types(f"/incident {line.typed}", in_=channel.id)
        await company.settle()

        event = next(one for one in (await recorded(company))[before:] if type(one).__name__ == line.event)
        assert event.by == company.sandbox.person(line.by).id, line.typed
        words = line.shows.format(**mentions)
        message = next(one for one in said_by_bot(company, channel)[heard:] if words in one.plain)
        is_answered = answer.text.startswith("INC-1")
        assert is_answered == message.is_reply or line.typed.startswith("runbook"), (line.typed, answer.text)

    review = await review_of(company)
    told = Tally((one["kind"], one["by"]) for one in review["timeline"])
    wanted = Tally((line.event, company.sandbox.person(line.by).id) for line in COURSE)
    assert wanted <= told
    assert [(one["slug"], len(one["steps"])) for one in review["runbooks"] if one["steps"]] == [
        ("database-failover", 2)
    ]
    assert [(one["text"], one["owner"], one["due"]) for one in review["follow_ups"]] == [
        ("Deploy in stages", company.eli.id, "2026-04-01")
    ]
    assert review["times"]["began_at"] == "2026-03-02T02:40:00Z"
    assert review["incident"]["status"] == "cancelled"


async def test_what_only_looks_answers_and_records_nothing(company: Company) -> None:
    channel = await company.declares("checkout returns 500s")
    for typed in ("runbook database-failover", "cancel it was a drill"):
        await company.dana.types(f"/incident {typed}", in_=channel.id)
    before = await recorded(company)
    for typed, words in READS.items():
        answer = await company.dana.types(f"/incident {typed}", in_=channel.id)
        shown = "\n".join([answer.text, str(answer.blocks)])
        assert words in shown, typed
    assert await recorded(company) == before


async def test_a_reference_typed_anywhere_stands_for_the_channel_and_wins_over_it(company: Company) -> None:
    await company.declares("checkout returns 500s")
    second = await company.declares("the shop is slow")

    await company.dana.types("/incident INC-2 note from the hallway", in_="general")
    await company.dana.types("/incident inc-1 note about the other one", in_=second.id)
    answer = await company.dana.types("/incident INC-1", in_="general")

    assert "about the other one" in str(await recorded(company, 1))
    assert "from the hallway" in str(await recorded(company, 2))
    assert "INC-1 · P2 declared · checkout returns 500s" in answer.text
