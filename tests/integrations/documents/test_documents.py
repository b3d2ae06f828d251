"""What every place for documents must do, against one of its kind on this machine: each review stands there once
whatever is lost on the way, and what people did there is never written over unasked. Another kind joins by a line in
`FAKES`."""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

import pytest

from bot.delivery.destination import Absent, CannotTell, Found
from bot.delivery.job import Job
from bot.delivery.outcomes import Done, Gone, Outcome, Result, Retry, Unknown
from bot.domain import timeline as t
from bot.domain.compiling import Material, compile_review
from bot.domain.effects import ShareReview, document
from bot.domain.ids import ChannelId
from bot.domain.incident import Incident
from bot.domain.publishing import decide
from bot.domain.sections import Written
from bot.domain.timeline import AnyEvent, Recorded
from bot.domain.vocabulary import KeptAs, Overwriting, Section
from bot.integrations.documents import keepers_of
from bot.integrations.documents.destination import Documents
from bot.integrations.outgoing import Outgoing
from bot.review import Redacted, redact
from bot.workflows.documents import observed
from tests.domain.given import BO, DANA, NOON, POLICY, after_events, declared, declaring
from tests.integrations.documents.fake_confluence import FakeConfluence, FakeDataCenter
from tests.integrations.documents.fake_hosts import FakeGitHub, FakeGitLab
from tests.integrations.documents.fake_notion import FakeNotion
from tests.integrations.documents.fake_wikis import FakeBookStack, FakeOutline
from tests.integrations.documents.fakes import MUSTER, SOMEBODY, TOKEN, VARIABLE, Fake, Kept, serving

FAKES: list[Callable[[], Fake]] = [
    *(FakeBookStack, FakeConfluence, FakeDataCenter, FakeGitHub, FakeGitLab, FakeNotion, FakeOutline),
]
each = pytest.mark.parametrize("kind", FAKES)
REOPENED = t.ReviewReopened(at=NOON, by=DANA, reason="the impact was larger")
SETTLED = (
    t.IncidentResolved(at=NOON, by=DANA, what="rolled back"),
    t.ReviewStarted(at=NOON, by=DANA),
    t.ReviewApproved(at=NOON, by=BO),
)
HOSTILE = """# Not a title
<script>alert(1)</script> &nbsp; <b>bold <br> ]]> {{macro}} {code} [x](javascript:alert(1)) @octocat fixes #1

- one
  - two `]]>`

```
</ac:plain-text-body>]]> {"a": 1}
```

| not | a table |
"""


@dataclass
class Played:
    """A place, what is published there, and an incident that goes on as it would."""

    fake: Fake
    documents: Documents
    incident: Incident = field(default_factory=lambda: after_events(declared(), *SETTLED))
    words: str = "The pool was too small."

    async def review_of(self, incident: Incident) -> Redacted:
        (first,) = declaring().events
        written = {Section.FACTORS: Written(Section.FACTORS, 1, self.words, BO, NOON)}
        return redact(compile_review(Material([Recorded(1, NOON, first)], written=written), NOON, NOON))

    def happens(self, event: AnyEvent) -> Job:
        self.incident = after_events(self.incident, event)

        async def keep(_: Result) -> None:
            pass

        effect = ShareReview(event, document("wiki"))
        return Job(effect, "k", self.incident, self.incident, Recorded(self.incident.last_seq, NOON, event), {}, keep)

    def publishes(self) -> Job:
        if self.incident.review_published_at is not None:
            self.incident = after_events(self.incident, REOPENED, t.ReviewApproved(at=NOON, by=BO))
        return self.happens(t.ReviewPublished(at=NOON, by=BO))

    def answers(self, choice: Overwriting) -> Job:
        (decided,) = decide(self.incident, BO, "wiki", choice, NOON).events
        return self.happens(decided)

    async def brings(self, job: Job) -> Outcome:
        """Deliver it, and record what came of it as delivery does."""
        outcome = await self.documents.deliver(replace(job, now=self.incident))
        if isinstance(outcome, Done):
            self.records(outcome.result)
        return outcome

    def records(self, result: Any) -> None:
        self.incident = after_events(self.incident, *observed(result["document"], BO, NOON, self.incident).events)

    def asked(self) -> KeptAs | None:
        """Why somebody is asked what is to become of it."""
        there = self.incident.document("wiki")
        return there.held.why if there and there.held else None

    @property
    def only(self) -> Kept:
        (one,) = self.fake.there()
        return one


Play = Callable[..., AbstractAsyncContextManager[Played]]


@pytest.fixture
def play(kind: Callable[[], Fake]) -> Play:
    @asynccontextmanager
    async def playing(token: str = TOKEN, **place: Any) -> AsyncIterator[Played]:
        async with serving(kind()) as fake, Outgoing(within=20) as client:
            there = fake.place(**place)
            keeper = keepers_of(replace(POLICY, documents={"wiki": there}), {VARIABLE: token}, client)["wiki"]

            async def review_of(incident: Incident) -> Redacted:
                return await it.review_of(incident)

            it = Played(fake, Documents(there, keeper, review_of, "T1", "https://test.slack.com"))
            yield it

    return playing


@each
async def test_a_published_review_stands_there_once_with_a_way_back(play: Play) -> None:
    async with play() as it:
        it.incident = after_events(it.incident, t.ChannelOpened(at=NOON, channel=ChannelId("C1"), name="inc-42"))
        job = it.publishes()
        assert isinstance(await it.brings(job), Done)
        assert "INC-42" in it.only.title
        said = it.fake.says(it.only)
        assert "The pool was too small." in said
        assert "written in Slack" in said
        assert "Transcript" not in said, "what people said stays in Slack"
        there = it.incident.document("wiki")
        assert there is not None
        assert there.url.startswith(("https://", "http://127.0.0.1:"))
        for now in (it.incident, replace(job.now, documents=())):
            assert isinstance(await it.documents.deliver(replace(job, now=now)), Done)
        assert len(it.fake.there()) == 1


@each
async def test_published_again_it_is_replaced_where_nobody_touched_it(play: Play) -> None:
    async with play() as it:
        await it.brings(it.publishes())
        before, it.words = it.incident.document("wiki"), "It was the cache."
        await it.brings(it.publishes())
        now = it.incident.document("wiki")
        assert it.asked() is None
        assert "It was the cache." in it.fake.says(it.only)
        assert before is not None
        assert now is not None
        assert before.version != now.version
        it.words = "It was both."
        await it.brings(it.publishes())
        assert "It was both." in it.fake.says(it.only)


@each
@pytest.mark.parametrize(("act", "is_there"), [("drops", False), ("drops after", True), ("garbage", True)])
async def test_what_was_lost_on_the_way_is_looked_for_and_written_once(play: Play, act: str, is_there: bool) -> None:
    async with play() as it:
        job = it.publishes()
        it.fake.acts = [act]
        assert isinstance(await it.documents.deliver(job), Unknown)
        is_whole = is_there and not it.fake.is_written_in_steps
        assert isinstance(await it.documents.find(job), Found if is_whole else Absent)
        assert isinstance(await it.brings(job), Done)
        assert it.only.by == MUSTER
        it.words = "It was the cache."
        await it.brings(it.publishes())
        assert it.asked() is (KeptAs.UNSURE if is_whole else None), "people may have edited it before Muster looked"


@each
@pytest.mark.parametrize(("act", "is_there"), [("drops", False), ("drops after", True)])
async def test_a_replacement_that_was_lost_is_made_once(play: Play, act: str, is_there: bool) -> None:
    async with play() as it:
        await it.brings(it.publishes())
        it.words, it.fake.acts = "It was the cache.", [act]
        job = it.publishes()
        lost = await it.documents.deliver(job)
        if isinstance(lost, Unknown):  # a PUT is sent again by the client itself
            found = await it.documents.find(replace(job, now=it.incident))
            assert isinstance(found, Found if is_there else Absent) or it.fake.is_written_in_steps
        version = it.only.version
        await it.brings(job)
        assert it.only.version == version or not is_there or it.fake.is_written_in_steps
        assert "It was the cache." in it.fake.says(it.only)
        assert it.asked() is None


@each
async def test_what_an_earlier_publication_left_without_knowing_is_not_made_twice(play: Play) -> None:
    async with play() as it:
        it.fake.acts = ["drops after"]
        await it.documents.deliver(it.publishes())
        await it.brings(it.publishes())
        assert len(it.fake.there()) == 1
        assert it.asked() is (None if it.fake.is_written_in_steps else KeptAs.UNSURE)


@each
@pytest.mark.parametrize(("act", "kind_of"), [("429", Retry), ("500", Unknown), ("403", Gone)])
async def test_what_an_answer_means(play: Play, act: str, kind_of: type) -> None:
    async with play() as it:
        it.fake.acts = [act]
        found = await it.documents.deliver(it.publishes())
        assert isinstance(found, kind_of)
        assert it.fake.there() == []
        if isinstance(found, Retry):
            assert found.after == timedelta(seconds=7)


@each
async def test_while_it_is_down_nobody_can_tell(play: Play) -> None:
    async with play() as it:
        it.fake.is_down = True
        assert isinstance(await it.documents.deliver(it.publishes()), Retry)
        assert isinstance(await it.documents.find(it.publishes()), CannotTell)


@each
async def test_a_wrong_token_and_a_missing_place_say_what_to_do(play: Play) -> None:
    async with play("another") as it:
        refused = await it.documents.deliver(it.publishes())
        assert isinstance(refused, Gone)
        assert "the token is not accepted" in refused.error
    async with play() as it:
        it.fake.has_space = False
        refused = await it.documents.deliver(it.publishes())
        assert isinstance(refused, Gone)
        assert "policy" in refused.error
        await it.brings(it.publishes())
        assert it.asked() is None


@each
async def test_what_people_edited_is_kept_and_asked_about(play: Play) -> None:
    async with play() as it:
        await it.brings(it.publishes())
        it.fake.edit(it.only)
        before, it.words = it.fake.says(it.only), "It was the cache."
        await it.brings(it.publishes())
        assert it.asked() is KeptAs.EDITED
        assert it.fake.says(it.only) == before
        await it.brings(it.answers(Overwriting.REPLACE))
        assert it.asked() is None
        assert "It was the cache." in it.fake.says(it.only)
        it.words = "It was both."
        await it.brings(it.publishes())
        assert it.asked() is None, "from then on it is what Muster left"


@each
async def test_what_people_commented_on_is_kept_and_asked_about_once_per_comment(play: Play) -> None:
    async with play() as it:
        await it.brings(it.publishes())
        it.fake.comment(it.only)
        before, it.words = it.fake.says(it.only), "It was the cache."
        await it.brings(it.publishes())
        assert it.asked() is KeptAs.COMMENTED
        assert it.fake.says(it.only) == before
        await it.brings(it.answers(Overwriting.REPLACE))
        assert "It was the cache." in it.fake.says(it.only)
        await it.brings(it.publishes())
        assert it.asked() is None
        it.fake.comment(it.only, "c2")
        await it.brings(it.publishes())
        assert it.asked() is KeptAs.COMMENTED


@each
async def test_what_was_decided_holds_for_what_was_seen(play: Play) -> None:
    async with play() as it:
        await it.brings(it.publishes())
        for change in (it.fake.edit, it.fake.comment):
            change(it.only)
            await it.brings(it.publishes())
            job = it.answers(Overwriting.REPLACE)
            (it.fake.edit if change == it.fake.edit else lambda one: it.fake.comment(one, "later"))(it.only)
            before = it.fake.says(it.only)
            await it.brings(job)
            assert it.asked() is not None
            assert it.fake.says(it.only) == before
            await it.brings(it.answers(Overwriting.REPLACE))
            assert it.asked() is None


@each
async def test_what_is_left_is_asked_about_again_when_it_is_published_again(play: Play) -> None:
    async with play() as it:
        await it.brings(it.publishes())
        it.fake.comment(it.only)
        await it.brings(it.publishes())
        it.answers(Overwriting.LEAVE)
        assert it.asked() is None
        await it.brings(it.publishes())
        assert it.asked() is KeptAs.COMMENTED


@each
async def test_a_child_stands_beside_it_once_and_is_the_one_that_is_written_from_then_on(play: Play) -> None:
    async with play() as it:
        await it.brings(it.publishes())
        first = it.only
        it.fake.edit(first)
        before, it.words = it.fake.says(first), "It was the cache."
        await it.brings(it.publishes())
        job = it.answers(Overwriting.CHILD)
        it.fake.acts = ["drops after"]
        assert isinstance(await it.documents.deliver(job), Unknown)
        await it.brings(job)
        _, child = it.fake.there()
        assert it.fake.says(first) == before
        assert "It was the cache." in it.fake.says(child)
        assert child.id != first.id
        assert it.asked() is None
        await it.brings(it.publishes())
        if it.asked():  # the answer was lost
            await it.brings(it.answers(Overwriting.REPLACE))
        it.words = "It was both."
        await it.brings(it.publishes())
        assert "It was both." in it.fake.says(child)
        assert it.fake.says(first) == before


@each
async def test_one_that_is_gone_is_written_again_only_if_somebody_says_so(play: Play) -> None:
    async with play() as it:
        await it.brings(it.publishes())
        it.fake.delete(it.only)
        await it.brings(it.publishes())
        assert it.asked() is KeptAs.GONE
        assert it.fake.there() == []
        await it.brings(it.answers(Overwriting.REPLACE))
        assert it.asked() is None
        assert len(it.fake.there()) == 1
        await it.brings(it.publishes())
        assert it.asked() is None
        assert len(it.fake.there()) == 1


@each
async def test_somebody_who_saves_in_between_loses_nothing(play: Play) -> None:
    """Between Muster's look and its write."""
    async with play() as it:
        await it.brings(it.publishes())
        overwrite, it.words = it.fake.overwrite, "It was the cache."

        def late(one: Kept, title: str, text: Any) -> None:
            raise AssertionError("it was written over")

        it.fake.overwrite = late  # type: ignore[method-assign]
        look = it.fake.do

        async def edited_while_comments_are_read(method: str, path: str, query: Any, body: Any) -> tuple[int, Any]:
            found = await look(method, path, query, body)
            if it.fake.is_look_at_comments(method, path) and it.only.by != SOMEBODY:
                it.fake.edit(it.only)
            return found

        it.fake.do = edited_while_comments_are_read  # type: ignore[method-assign]
        await it.brings(it.publishes())
        it.fake.overwrite = overwrite  # type: ignore[method-assign]
        assert it.asked() is KeptAs.EDITED


@each
async def test_whatever_people_wrote_it_is_taken_and_stays_their_words(play: Play) -> None:
    async with play() as it:
        it.words = f"{HOSTILE}\n\x00\x0b\ufffe\ud800 end {'ü' * 40_000}\n\nAKIA{'IOSFODNN7EXAMPLE'}"
        await it.brings(it.publishes())
        said = it.fake.says(it.only)
        assert "alert(1)" in said
        assert "ü" * 1_000 in said
        assert "]]>" in said
        assert "AKIAIOSFODNN7EXAMPLE" not in said, "secrets are taken out"


@each
async def test_a_private_one_goes_nowhere_it_may_not(play: Play) -> None:
    async with play() as it:
        it.incident = replace(it.incident, is_private=True)
        assert await it.documents.deliver(it.publishes()) == Done({})
        assert isinstance(await it.documents.find(it.publishes()), Absent)
        assert it.fake.there() == []
    async with play(is_private=True) as it:
        it.incident = replace(it.incident, is_private=True)
        await it.brings(it.publishes())
        assert len(it.fake.there()) == 1


@each
async def test_one_that_was_reopened_meanwhile_is_not_published(play: Play) -> None:
    async with play() as it:
        job = it.publishes()
        it.incident = after_events(it.incident, REOPENED)
        assert await it.documents.deliver(replace(job, now=it.incident)) == Done({})
        assert it.fake.there() == []


@each
async def test_a_private_address_is_refused_unless_it_is_allowed(play: Play) -> None:
    async with play(allow_private_address=False) as it:
        refused = await it.documents.deliver(it.publishes())
        assert isinstance(refused, Gone)
        assert "allow_private_address" in refused.error
