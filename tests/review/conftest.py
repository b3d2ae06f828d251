"""One small incident, and a review of it with whatever a test wants to be said in it."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from bot.domain import timeline as t
from bot.domain.compiling import Material, compile_review
from bot.domain.ids import ChannelId, IncidentNumber, MessageTs, SlackUserId
from bot.domain.people import Profile
from bot.domain.policy import Link, Service
from bot.domain.sections import Written
from bot.domain.transcript import Came, File, Message, Reaction
from bot.domain.vocabulary import Mark, Place, Priority, Role, Section, Severity, StepOutcome
from bot.review import Redacted, redact

NOON = datetime(2026, 3, 4, 12, 0, tzinfo=UTC)
DANA, BO, CHEN = SlackUserId("UDANA"), SlackUserId("UBO"), SlackUserId("UCHEN")
CHANNEL = ChannelId("C1")


SERVICE = ("checkout", "Checkout", "Shop team", "Dashboard")
"""Its slug, name, owner, and what its link is called."""

FACTORS = "The pool of connections was sized for half the traffic.\n\nNothing warned that it was full."


def after(minutes: float) -> datetime:
    return NOON + timedelta(minutes=minutes)


def message(minutes: float, by: SlackUserId, text: str) -> Message:
    at = after(minutes)
    return Message(CHANNEL, MessageTs(f"{at.timestamp():.6f}"), by, text, at)


def timeline_of(words: str | None) -> list[t.AnyEvent]:
    """The incident's events; `words` stand in every place where a person's words can."""

    def said(text: str) -> str:
        return text if words is None else words

    return [
        t.IncidentDeclared(
            at=NOON,
            by=DANA,
            number=IncidentNumber(42),
            title=said("checkout returns 500s"),
            priority=Priority.P1,
            why=said("impact high, urgency high"),
            service=said("checkout"),
            service_name=said("Checkout"),
            category=said("outage"),
            severity=Severity.SEV2,
            source=said("customer"),
            user_impact=said("nobody can pay"),
            reported_by=CHEN,
            asked=BO,
            asked_because=said("on call for Checkout"),
            acknowledge=t.Promise(after(5)),
            next_update=t.Promise(after(15)),
            runbooks=(t.LinkedRunbook("bad-change", said("Roll back a bad change"), said("for service Checkout")),),
        ),
        t.ChannelOpened(at=after(0.01), channel=CHANNEL, name="inc-42-checkout-returns-500s"),
        t.CardPosted(at=after(0.02), place=Place.CHANNEL, channel=CHANNEL, ts=MessageTs("1772625601.000100")),
        t.CommandAccepted(at=after(2), by=BO),
        t.RoleAssigned(at=after(3), by=BO, role=Role.SCRIBE, person=DANA),
        t.NoteAdded(at=after(-4), by=DANA, text=said("release 4.2 went out")),
        t.UpdatePosted(
            at=after(10),
            by=BO,
            update=t.Update(said("all payments fail"), said("rolling back 4.2"), said("none")),
            due_at=after(15),
            next_update=t.Promise(after(25)),
        ),
        t.StepReported(
            at=after(12),
            by=CHEN,
            slug="bad-change",
            number=1,
            step=said("Name the change"),
            outcome=StepOutcome.DONE,
            note=said("it is release 4.2"),
        ),
        t.UpdateOverdue(at=after(25), due_at=after(25), commander=BO),
        t.UpdatePosted(at=after(27), by=BO, update=t.Update(said("payments work")), due_at=after(25)),
        t.IncidentMitigated(at=after(30), by=BO, what=said("release 4.2 rolled back")),
        t.IncidentResolved(at=after(60), by=BO, what=said("4.2.1 is out")),
        t.IncidentVerified(at=after(65), by=BO, how=said("<@UCHEN>: a hundred test payments")),
        t.FollowUpAgreed(
            at=after(66), by=BO, text=said("Alert on `failed_payments`"), owner=CHEN, due=date(2026, 3, 20)
        ),
        t.MessageMarked(
            at=after(4),
            by=BO,
            mark=Mark.KEY_MOMENT,
            channel=CHANNEL,
            ts=MessageTs(f"{after(4).timestamp():.6f}"),
            author=CHEN,
        ),
        t.PeopleInvited(at=after(14), by=BO, people=(CHEN,)),
        t.RunbookLinked(at=after(15), by=BO, runbook=t.LinkedRunbook("bad-change", said("Roll back"), said("asked"))),
        t.Followed(at=after(16), by=CHEN),
        t.IncidentClosed(at=after(70), by=BO),
        t.ActionOpened(at=after(11), by=BO, text=said("Restart the pool"), owner=CHEN),
        t.ActionOpened(at=after(11), by=BO, text=said("Write to the customers")),
        t.ActionDone(at=after(20), by=CHEN, of=20, text=said("Restart the pool"), note=said("twice")),
        t.DecisionMade(at=after(13), by=BO, text=said("We roll back and do not fix forward")),
    ]


def transcript_of(words: str | None) -> list[Message]:
    def said(text: str) -> str:
        return text if words is None else words

    start = message(1, DANA, said("*Everything* is red, <@UBO> &amp; all"))
    log = message(4, CHEN, said("From the log:\n```\nERROR card declined &lt;null&gt;\n```\nNothing before 11:56."))
    chart = message(6, CHEN, said("The graph"))
    file = File(said("errors.png"), said("PNG"), 48_213, "https://acme.slack.com/files/errors.png")
    return [
        replace(start, reactions=(Reaction(said("eyes"), (BO, CHEN)),)),
        replace(message(5, BO, said("Thank you")), thread_ts=log.ts),
        log,
        replace(chart, files=(file,)),
        replace(message(7, BO, "the password is hunter2"), deleted_at=after(8)),
        replace(message(9, BO, said("Rolling back")), edited_at=after(9.5)),
        replace(message(11, CHEN, said("On it")), thread_ts=MessageTs("1772625601.000100")),
        message(13, CHEN, said("Done:\n- 4.2 is out\n- caches are cold")),
    ]


def a_review(words: str | None = None) -> Redacted:
    """That of the small incident; with words given, these stand wherever a person's words can. Sections are Markdown,
    which may have a structure: they have tests of their own."""
    names = {DANA: "Dana", BO: "Bo", CHEN: "Chen"}
    people = {user: Profile(user, name if words is None else words) for user, name in names.items()}
    events = timeline_of(words)
    recorded = [t.Recorded(seq, max(event.at, NOON), event) for seq, event in enumerate(events, start=1)]
    url = "https://acme.slack.com/"
    slug, called, owner, board = (words if words is not None else one for one in SERVICE)
    dashboard = Link(board, "https://grafana.example/d/checkout?orgId=1&from=now-1h")
    service = Service(slug, called, tier=1, owner=owner, system="Storefront", links=(dashboard,))
    material = Material(
        recorded,
        transcript_of(words),
        people,
        came=(Came(DANA, after(0.1), is_joining=True), Came(CHEN, after(3), is_joining=True)),
        written={Section.FACTORS: Written(Section.FACTORS, 2, FACTORS, BO, after(68))},
        runbook_steps={"bad-change": 5},
        workspace_url=url,
        services={slug: service},
    )
    return redact(compile_review(material, after(71), after(70)))


@pytest.fixture(scope="session")
def review_with() -> Callable[[str | None], Redacted]:
    return a_review


@pytest.fixture(scope="session")
def small_review(review_with: Callable[[str | None], Redacted]) -> Redacted:
    return review_with(None)
