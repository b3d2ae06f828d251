"""Proposals: nothing happens before somebody says yes, then it happens once, as theirs and by the ordinary verb."""

import asyncio
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from pydantic import TypeAdapter

from bot.blocks.proposal import question
from bot.domain.actor import Actor, Integration, Person
from bot.domain.declaration import Declaration
from bot.domain.effects import AskAboutProposal, RefreshProposal
from bot.domain.ids import Reference
from bot.domain.proposals import (
    Expired,
    NoSuchProposal,
    NotToPropose,
    NotWaiting,
    Outdated,
    TooLongToPropose,
    TooManyWait,
)
from bot.domain.refusal import NotFound, NothingToChange, Refusal
from bot.domain.telling import tell
from bot.domain.timeline import Proposer, Update
from bot.domain.update import Besides
from bot.domain.vocabulary import Priority, ProposalState, Status
from bot.door.caller import MCP, SLACK, Caller
from bot.verbs import requests as r
from bot.verbs.declaring import AlreadyOpen
from bot.verbs.perform import Wordless, perform
from bot.verbs.proposing import PROPOSABLE, Proposable, Proposed, decline, have_done, propose, shown, waiting
from bot.verbs.verb import ForPeople
from bot.workflows.context import Outcome
from bot.workflows.proposals import expire
from tests.domain.given import BO, CHEN, DANA, NOON, minutes
from tests.verbs.conftest import Workplace
from tests.verbs.test_table import REPORT

INC = Reference("INC-1")
BY_BO, BY_DANA = Person(BO), Person(DANA)
LOWER = r.SetPriority(Priority.P4, "nobody is affected")


class Office:
    """One incident of Dana's, with Bo asked to command it; a program that proposes, and people who answer."""

    def __init__(self, workplace: Workplace) -> None:
        self.workplace = workplace
        self._ids = iter(range(1000))

    def caller(self, actor: Actor, door: Any = SLACK) -> Caller:
        return Caller(actor, door, f"request-{next(self._ids)}")

    async def declares(self, report: Declaration = REPORT, by: Person = BY_DANA) -> None:
        await perform(self.workplace.dependencies, self.caller(by), r.Declare(report))

    async def proposes(
        self,
        want: Proposable = LOWER,
        by: Actor = BY_BO,
        about: Reference | None = INC,
    ) -> Proposed:
        caller = self.caller(by, MCP)
        return await propose(self.workplace.dependencies, caller, want, about, "Claude <!channel>")

    async def says_yes(self, number: int = 1, by: Actor = BY_BO, **more: Any) -> Outcome:
        return await have_done(self.workplace.dependencies, self.caller(by), number, **more)

    async def says_no(self, number: int = 1, by: Actor = BY_BO) -> None:
        await decline(self.workplace.dependencies, self.caller(by), number)

    async def state(self, number: int = 1) -> ProposalState:
        return (await shown(self.workplace.dependencies, self.caller(Person(BO)), number)).state

    async def effects(self) -> list[str]:
        async with self.workplace.store.read() as tx:
            kinds = (AskAboutProposal.__name__, RefreshProposal.__name__)
            return [one.kind for one in await tx.outbox() if one.kind in kinds]


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    """One engine is enough here: `tests/scenarios/test_mcp.py` has two people click at once on both."""
    return sqlite_url


@pytest.fixture
async def office(workplace: Workplace) -> Office:
    one = Office(workplace)
    await one.declares()
    return one


async def test_nothing_is_recorded_until_somebody_says_yes_then_it_is_theirs(office: Office) -> None:
    before = await office.workplace.timeline()
    proposed = await office.proposes()
    assert [tell(one) for one in proposed.would] == ["<@UBO> changed the priority from P3 to P4: nobody is affected."]
    assert await office.workplace.timeline() == before
    assert await office.effects() == ["AskAboutProposal"]

    click = office.caller(Person(BO))
    outcome = await have_done(office.workplace.dependencies, click, 1)
    assert await have_done(office.workplace.dependencies, click, 1) == outcome  # delivered again
    (recorded,) = outcome.recorded
    assert recorded.event.by == BO
    assert recorded.event.proposed == Proposer("Claude <!channel>", BO)
    assert tell(recorded.event).endswith(" Claude !channel had proposed it.")
    assert outcome.incident.priority is Priority.P4
    assert await office.state() is ProposalState.DONE
    assert await office.effects() == ["AskAboutProposal", "RefreshProposal"]
    audited = [(one.actor, one.verb, one.outcome, one.detail) for one in await office.workplace.audit()]
    assert (BO, "proposal", "done", "proposed priority") in audited


async def test_two_who_say_yes_at_once_have_it_done_once(office: Office) -> None:
    await office.proposes(r.AddNote("the probes fail"))
    answers = await asyncio.gather(
        *(office.says_yes(by=Person(one)) for one in (BO, DANA)), office.says_no(), return_exceptions=True
    )
    assert [type(one) for one in answers if isinstance(one, Exception)] == [NotWaiting, NotWaiting]
    assert sum(type(one.event).__name__ == "NoteAdded" for one in await office.workplace.timeline()) <= 1
    assert len(await office.effects()) == 2


async def test_the_same_again_is_the_one_that_stands_whatever_became_of_it(office: Office) -> None:
    first = (await office.proposes()).proposal
    both = await asyncio.gather(office.proposes(), office.proposes())
    assert {one.proposal.handle for one in both} == {first.handle}
    await office.says_no()
    again = (await office.proposes()).proposal
    assert (again.handle, again.state) == (first.handle, ProposalState.DECLINED)
    assert await office.effects() == ["AskAboutProposal", "RefreshProposal"]
    for other in (r.SetPriority(Priority.P4, "another reason"), r.AddNote("nobody is affected")):
        assert (await office.proposes(other)).proposal.handle != first.handle
    office.workplace.later(minutes(30))
    assert (await office.proposes()).proposal.handle != first.handle


async def test_what_would_be_refused_is_refused_at_once_in_the_same_words(office: Office) -> None:
    wishes: tuple[tuple[Proposable, type[Refusal]], ...] = (
        (r.SetPriority(Priority.P3, "as it is"), NothingToChange),
        (r.AddNote(" "), Wordless),
        (r.Declare(Declaration("a key was leaked", is_private=True)), NotToPropose),
        (r.PostUpdate(Update("all is well"), besides=Besides(status=Status.RESOLVED)), NotToPropose),
        (r.AddNote("x" * 2001), TooLongToPropose),
        (r.AddNote("&" * 1999), TooLongToPropose),
    )
    for want, why in wishes:
        with pytest.raises(why):
            await office.proposes(want, about=None if isinstance(want, r.Declare) else INC)
    with pytest.raises(AlreadyOpen, match="INC-1 looks like the same"):
        await office.proposes(r.Declare(REPORT), about=None)
    with pytest.raises(ForPeople, match="Only a person can use `note`; CI is a program"):
        await office.proposes(r.AddNote("deployed"), by=Integration("CI", "ci"))
    assert await office.effects() == []


async def test_what_nobody_answered_in_time_is_over_and_says_so(office: Office) -> None:
    await office.proposes()
    office.workplace.later(minutes(30))
    with pytest.raises(Expired):
        await office.says_yes()
    assert await office.state() is ProposalState.EXPIRED
    await office.proposes(r.AddNote("the probes fail"))
    office.workplace.later(minutes(29))
    await expire(office.workplace.store, office.workplace.now)
    assert await office.state(2) is ProposalState.WAITING
    office.workplace.later(minutes(1))
    await expire(office.workplace.store, office.workplace.now)
    with pytest.raises(Expired):
        await office.says_no(2)
    assert (await office.effects()).count("RefreshProposal") == 2


async def test_what_rests_on_something_that_has_changed_is_not_done(office: Office) -> None:
    await office.proposes(r.SetPriority(Priority.P4, "nobody is affected"))
    await office.proposes(r.PostUpdate(Update("it spreads")))
    await office.proposes(r.AddNote("the probes fail"))
    dependencies = office.workplace.dependencies
    await perform(dependencies, office.caller(Person(BO)), r.SetPriority(Priority.P1, "every region"), INC)
    for number in (1, 2):
        with pytest.raises(Outdated, match="INC-1 has changed"):
            await office.says_yes(number)
        assert await office.state(number) is ProposalState.OUTDATED
    assert (await office.says_yes(3)).recorded


async def test_of_a_private_incident_only_its_people_see_a_proposal(office: Office) -> None:
    await office.declares(replace(REPORT, title="a key was leaked", is_private=True))
    hers = Reference("INC-2")
    await office.proposes(r.AddNote("it was mine"), by=Person(DANA), about=hers)
    outsiders = (Person(CHEN), Integration("CI", "ci"))
    for who in outsiders:
        with pytest.raises(NoSuchProposal):
            await office.says_yes(by=who)
        with pytest.raises(NoSuchProposal):
            await office.says_no(by=who)
        assert await waiting(office.workplace.dependencies, office.caller(who)) == ()
    with pytest.raises(NotFound):
        await office.proposes(r.AddNote("it was mine"), by=Person(CHEN), about=hers)
    assert len(await waiting(office.workplace.dependencies, office.caller(Person(DANA)))) == 1


async def test_a_declaration_is_answered_by_whom_it_is_for(office: Office) -> None:
    want = r.Declare(Declaration("the search is slow", priority=Priority.P2))
    await office.proposes(want, about=None)
    with pytest.raises(NoSuchProposal):
        await office.says_yes(by=Person(DANA))
    await office.declares(Declaration("the search is slow"))
    with pytest.raises(AlreadyOpen):
        await office.says_yes()
    assert await office.state() is ProposalState.WAITING
    assert (await office.says_yes(anyway=True)).incident.ref == "INC-3"
    with pytest.raises(NotWaiting, match="INC-3 was declared"):
        await office.says_yes()


async def test_only_a_few_wait_at_a_time(office: Office) -> None:
    for number in range(5):
        await office.proposes(r.AddNote(f"note {number}"))
    with pytest.raises(TooManyWait):
        await office.proposes(r.AddNote("one more"))
    await office.proposes(r.AddNote("of somebody else"), by=Person(DANA))
    await office.says_no()
    await office.proposes(r.AddNote("one more"))


async def test_a_program_s_words_are_shown_whole_and_call_nobody(office: Office) -> None:
    hostile = "look <!channel> <@UBO|bo> <#C1|general> <https://evil.example|our runbook> *_`&\n> <!here>"
    proposal = (await office.proposes(r.AddNote(hostile, NOON))).proposal
    shown_as = str(question(proposal))
    assert not [one for one in ("<!", "<@UBO|", "<#C1", "<https") if one in shown_as.replace("<!date^", "")]
    assert shown_as.count("<@") == 2  # whom it is for, in the notification and in the message
    assert "look @\\u2060channel @bo #general" in shown_as
    assert "*When*: 2026-03-04 12:00 UTC" in shown_as
    recorded = (await office.says_yes()).recorded[0].event
    assert tell(recorded).count("<@") == 1


WISHES: tuple[Proposable, ...] = (
    r.Declare(replace(REPORT, user_impact="half of them fail"), anyway=True),
    r.PostUpdate(Update("it spreads", "we fail over"), NOON + minutes(20)),
    r.PostUpdate(Update("it spreads"), timedelta(minutes=20)),
    r.AddNote("the probes fail", NOON),
    r.SetPriority(Priority.P1, "every region"),
    r.AgreeFollowUp("add an index", CHEN, date(2026, 12, 1), Priority.P2),
)


@pytest.mark.parametrize("want", WISHES, ids=lambda want: type(want).__name__)
def test_what_is_carried_out_is_exactly_what_was_proposed(want: Proposable) -> None:
    adapter: TypeAdapter[Any] = TypeAdapter(PROPOSABLE[type(want).__name__])
    assert adapter.validate_json(adapter.dump_json(want)) == want
