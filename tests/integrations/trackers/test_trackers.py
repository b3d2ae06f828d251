"""What every tracker must do, against one of its kind on this machine: each issue stands there once whatever is lost on
the way, what it says comes back, and nothing that people wrote calls or closes anything. Another kind joins by a line
in `FAKES`."""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.delivery.destination import Absent, CannotTell, Found
from bot.delivery.job import Job
from bot.delivery.outcomes import Done, Gone, Outcome, Result, Retry, Unknown
from bot.domain import timeline as t
from bot.domain.effects import FileIssue, UpdateIssue
from bot.domain.ids import SlackUserId, WorkspaceId
from bot.domain.incident import Incident
from bot.domain.people import Profile
from bot.domain.timeline import AnyEvent, Recorded
from bot.domain.vocabulary import FollowUpState
from bot.integrations.outgoing import Outgoing
from bot.integrations.rest import Refused
from bot.integrations.trackers import trackers_of
from bot.integrations.trackers.destination import Emails, Issues, Owners
from bot.store import Database, Store
from bot.workflows import trackers as came_back
from bot.workflows.context import Context
from tests.domain.given import BO, CHEN, DANA, NOON, POLICY, after_events, declared
from tests.integrations.trackers.fake_github import FakeGitHub
from tests.integrations.trackers.fake_gitlab import FakeGitLab
from tests.integrations.trackers.fake_jira import FakeJira
from tests.integrations.trackers.fake_linear import FakeLinear
from tests.integrations.trackers.fakes import P1_AND_P2, TOKEN, VARIABLE, Fake, serving

EMAILS = {DANA: "dana@shop.example", BO: "bo@elsewhere.example"}
FAKES: list[Callable[[], Fake]] = [FakeGitHub, FakeGitLab, FakeJira, FakeLinear]
each = pytest.mark.parametrize("kind", FAKES)
DUE = date(2026, 12, 1)
HOSTILE = "ask @octocat: *fixes #1* and !7, see `@here #2`\n- <!channel>\n/close\n```\n@inside #3\n```\n<https://x.example/a|it>"


async def an_email(user: SlackUserId) -> str | None:
    return EMAILS.get(user)


async def whose(email: str) -> SlackUserId | None:
    return next((user for user, known in EMAILS.items() if known == email), None)


@dataclass
class Played:
    """A tracker, what is told there, and an incident that goes on as it would."""

    fake: Fake
    issues: Issues
    incident: Incident = field(default_factory=declared)

    def job(self, effect: FileIssue | UpdateIssue, seq: int) -> Job:
        async def keep(_: Result) -> None:
            pass

        return Job(effect, "k", self.incident, self.incident, Recorded(seq, NOON, effect.of), {}, keep)

    def happens(self, event: AnyEvent) -> Job:
        """What the tracker is to be told of an event."""
        self.incident = after_events(self.incident, event)
        is_new = isinstance(event, t.FollowUpAgreed | t.IncidentDeclared)
        return self.job(FileIssue(event, "work") if is_new else UpdateIssue(event, "work"), self.incident.last_seq)

    def agrees(self, text: str = "rotate keys", owner: SlackUserId | None = None, due: date | None = None) -> Job:
        return self.happens(t.FollowUpAgreed(at=NOON, by=BO, text=text, owner=owner, due=due))

    async def brings(self, job: Job) -> Outcome:
        """Deliver it, and record what came of it as delivery does."""
        outcome = await self.issues.deliver(job)
        if isinstance(outcome, Done):
            self._record(outcome.result)
        return outcome

    async def looks(self, of: int) -> tuple[AnyEvent, ...]:
        """What is news of an issue."""
        follow_up = self.incident.follow_up(of)
        issue = follow_up.issue if follow_up else self.incident.issue
        assert issue is not None
        found = await self.issues.look_at(self.incident, of, issue)
        return self._record(found)

    def _record(self, result: Any) -> tuple[AnyEvent, ...]:
        if "issue" in result:
            decision = came_back.filed(result, NOON, self.incident)
        elif "told" in result or "lost" in result:
            decision = came_back.seen(result, NOON, POLICY, self.incident)
        else:
            return ()
        self.incident = after_events(self.incident, *decision.events)
        return decision.events


@pytest.fixture
async def context(tmp_path: Path) -> AsyncIterator[Context]:
    database = await Database.open(f"sqlite+aiosqlite:///{tmp_path / 'muster.db'}", migrate=True)
    store = Store(database, WorkspaceId("T1"))
    async with store.write() as tx:
        await tx.keep_person(Profile(DANA, "dana", full_name="Dana Ruiz"), NOON)
    yield Context(store, POLICY, (), lambda: NOON)
    await database.close()


Play = Callable[..., AbstractAsyncContextManager[Played]]


@pytest.fixture
def play(context: Context, kind: Callable[[], Fake]) -> Play:
    @asynccontextmanager
    async def playing(token: str = TOKEN, **place: Any) -> AsyncIterator[Played]:
        async with serving(kind()) as fake, Outgoing(within=20) as client:
            there = fake.place(incidents=P1_AND_P2, **place)
            tracker = trackers_of(replace(POLICY, trackers={"work": there}), {VARIABLE: token}, client)["work"]
            owners = Owners(there, tracker, Emails(an_email, whose))
            yield Played(fake, Issues(there, tracker, owners, context, "https://test.slack.com"))

    return playing


@each
async def test_a_follow_up_has_one_issue_with_its_owner_and_a_way_back(play: Play) -> None:
    async with play() as it:
        job = it.agrees("rotate the keys of <@UDANA>", owner=DANA, due=DUE)
        assert isinstance(await it.brings(job), Done)
        (made,) = it.fake.issues.values()
        assert made.title == "rotate the keys of Dana Ruiz"
        assert made.owner == "a-dana"
        assert made.due == (DUE if it.fake.keeps_due else None)
        assert "INC" in str(made.body)
        assert "Due 1 Dec 2026" in str(made.body)
        follow_up = it.incident.follow_ups[0]
        assert follow_up.issue is not None
        assert follow_up.link == follow_up.issue.url
        assert follow_up.issue.holds == (("owner", "due") if it.fake.keeps_due else ("owner",))
        assert isinstance(await it.brings(job), Done)
        assert isinstance(await it.issues.deliver(replace(job, now=declared())), Done)
        assert len(it.fake.issues) == 1


@each
@pytest.mark.parametrize(("act", "is_there"), [("drops", False), ("drops after", True), ("garbage", True)])
async def test_what_was_lost_on_the_way_is_looked_for_and_made_once(play: Play, act: str, is_there: bool) -> None:
    async with play() as it:
        job = it.agrees()
        it.fake.acts = [act]
        assert isinstance(await it.issues.deliver(job), Unknown)
        found = await it.issues.find(job)
        assert isinstance(found, Found if is_there else Absent)
        assert not isinstance(found, Found) or found.result["as_of"] == 0, "it may have changed since it was written"
        assert isinstance(await it.brings(job), Done)
        assert len(it.fake.issues) == 1
        assert it.incident.follow_ups[0].issue is not None


@each
@pytest.mark.parametrize(("act", "kind_of"), [("429", Retry), ("500", Unknown), ("409", Gone), ("403", Gone)])
async def test_what_an_answer_means(play: Play, act: str, kind_of: type) -> None:
    async with play() as it:
        it.fake.acts = [act]
        found = await it.issues.deliver(it.agrees())
        assert isinstance(found, kind_of)
        assert it.fake.issues == {}
        if isinstance(found, Retry):
            assert found.after == timedelta(seconds=7)


@each
async def test_while_it_is_down_nobody_can_tell(play: Play) -> None:
    async with play() as it:
        job = it.agrees()
        it.fake.is_down = True
        assert isinstance(await it.issues.deliver(job), Retry)
        assert isinstance(await it.issues.find(job), CannotTell)


@each
async def test_a_wrong_token_and_a_missing_project_say_what_to_do(play: Play) -> None:
    async with play("another") as it:
        refused = await it.issues.deliver(it.agrees())
        assert isinstance(refused, Gone)
        assert "the token is not accepted" in refused.error
    async with play() as it:
        it.fake.has_project = False
        refused = await it.issues.deliver(it.agrees())
        assert isinstance(refused, Gone)
        assert "`project` in the policy" in refused.error


@each
async def test_an_owner_without_an_account_is_named_in_words_and_not_lost(play: Play) -> None:
    async with play() as it:
        await it.brings(it.agrees(owner=BO))
        (made,) = it.fake.issues.values()
        assert made.owner is None
        assert "Owner: UBO" in str(made.body)
        assert await it.looks(it.incident.follow_ups[0].seq) == ()
        assert it.incident.follow_ups[0].owner == BO


@each
async def test_the_policy_says_whose_an_account_is(play: Play) -> None:
    async with play(people={CHEN: "a-dana"}) as it:
        await it.brings(it.agrees(owner=CHEN))
        (made,) = it.fake.issues.values()
        assert made.owner == "a-dana"
        assert await it.looks(it.incident.follow_ups[0].seq) == ()


@each
async def test_what_people_do_there_is_what_is_so(play: Play) -> None:
    async with play() as it:
        await it.brings(it.agrees(owner=DANA, due=DUE))
        (made,), of = it.fake.issues.values(), it.incident.follow_ups[0].seq
        assert await it.looks(of) == ()

        made.state = FollowUpState.DONE
        (told,) = await it.looks(of)
        assert isinstance(told, t.IssueChanged)
        assert (told.news, it.incident.follow_ups[0].state) == (("state",), FollowUpState.DONE)
        assert await it.looks(of) == ()

        it.fake.accounts["a-eva"] = ("Eva <@UDANA> Novak", "")
        made.state, made.owner = FollowUpState.OPEN, "a-eva"
        (told,) = await it.looks(of)
        assert isinstance(told, t.IssueChanged)
        assert told.news == ("state", "owner")
        follow_up = it.incident.follow_ups[0]
        assert (follow_up.owner, follow_up.state) == (None, FollowUpState.OPEN)
        assert follow_up.owner_name == "Eva @UDANA Novak"

        made.owner, made.due = None, date(2026, 12, 24)
        await it.looks(of)
        follow_up = it.incident.follow_ups[0]
        assert follow_up.owner_name == ""
        assert follow_up.due == (made.due if it.fake.keeps_due else DUE)


@each
async def test_what_people_change_in_slack_is_brought_there_and_nothing_else(play: Play) -> None:
    async with play() as it:
        await it.brings(it.agrees(due=DUE))
        (made,), one = it.fake.issues.values(), it.incident.follow_ups[0]
        before = len(it.fake.writes)
        job = it.happens(t.FollowUpChanged(at=NOON, by=BO, of=one.seq, text=one.text, owner=DANA))
        assert isinstance(await it.brings(job), Done)
        assert made.owner == "a-dana"
        assert len(it.fake.writes) == before + 1
        await it.brings(job)
        assert len(it.fake.writes) == before + 1, "it is so already, and saying it again would notify whoever watches"

        job = it.happens(t.FollowUpEnded(at=NOON, by=BO, of=one.seq, text=one.text, state=FollowUpState.DROPPED))
        it.fake.acts = ["drops after"]
        assert isinstance(await it.brings(job), Unknown | Done), "aiohttp itself sends a PUT again that was lost"
        assert isinstance(await it.issues.find(job), Absent)
        await it.brings(job)
        assert made.state is (FollowUpState.DROPPED if it.fake.tells_dropped else FollowUpState.DONE)
        assert await it.looks(one.seq) == ()
        assert it.incident.follow_ups[0].state is FollowUpState.DROPPED


@each
async def test_an_issue_that_vanished_is_said_once_and_a_lost_project_is_not_taken_for_that(play: Play) -> None:
    async with play() as it:
        await it.brings(it.agrees())
        of = it.incident.follow_ups[0].seq
        it.fake.issues.clear()
        it.fake.has_project = False
        with pytest.raises(Refused):
            await it.looks(of)
        it.fake.has_project = True
        (told,) = await it.looks(of)
        assert isinstance(told, t.IssueLost)
        assert (it.incident.follow_ups[0].issue, it.incident.follow_ups[0].link) == (None, None)
        ended = t.FollowUpEnded(at=NOON, of=of, text="x", state=FollowUpState.DONE)
        assert await it.brings(it.happens(ended)) == Done({}), "nobody is told there of what is not there"


@each
async def test_the_incident_has_an_issue_that_closes_with_it(play: Play) -> None:
    async with play() as it:
        first = it.job(FileIssue(t.NoteAdded(at=NOON, text=""), "work"), 1)
        await it.brings(first)
        (made,) = it.fake.issues.values()
        assert made.title.startswith("INC-42: checkout returns 500s")
        made.state = FollowUpState.DONE
        (told,) = await it.looks(1)
        assert isinstance(told, t.IssueChanged)
        assert not it.incident.status.is_over
        made.state = FollowUpState.OPEN
        assert await it.looks(1) == ()

        await it.brings(it.happens(t.TitleCorrected(at=NOON, title="search returns 500s", renames_channel=False)))
        assert made.title == "INC-42: search returns 500s"
        await it.brings(it.happens(t.IncidentCancelled(at=NOON, reason="a false alarm")))
        assert made.state is FollowUpState.DONE


@each
async def test_nothing_that_people_wrote_calls_closes_or_betrays_anything(play: Play) -> None:
    password = "xoxb-" + "123456789012-1234567890123-abcdefghijklmnopqrstuvwx"
    async with play() as it:
        await it.brings(it.agrees(f"{HOSTILE}\n{password}"))
        (made,) = it.fake.issues.values()
        whole = f"{made.title}{made.body}"
        assert password not in whole
        assert "[redacted]" in whole or "\\[redacted\\]" in whole
        assert "@octocat" not in made.title
        it.fake.must_be_quiet(made)


@each
async def test_what_is_too_long_is_cut_and_says_so(play: Play) -> None:
    async with play() as it:
        await it.brings(it.agrees("*é* @x #1 <b> " * 3000))
        (made,) = it.fake.issues.values()
        assert len(made.title) <= 255
        assert len(it.fake.flat(made)) <= it.fake.longest
        if len(it.fake.flat(made)) > 20_000 and "Cut here" not in it.fake.flat(made):
            assert it.fake.longest > 120_000
        assert "INC-42" in it.fake.flat(made)
