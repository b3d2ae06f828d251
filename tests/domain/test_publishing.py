"""Where a published review goes, and that what people changed there is asked about, never written over."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain import timeline as t
from bot.domain.decision import Decision
from bot.domain.effects import SettleAsks, ShareReview, TellPerson
from bot.domain.incident import Incident
from bot.domain.policy import DocumentPlace, Policy
from bot.domain.publishing import NothingAsked, NothingToAddTo, decide, is_wanted, kept
from bot.domain.vocabulary import DocumentKind, KeptAs, Overwriting, ReviewState
from tests.domain.given import BO, DANA, NOON, POLICY, after_events, declared, effects

PUBLISHED = (
    t.IncidentResolved(at=NOON, by=DANA, what="rolled back"),
    t.ReviewStarted(at=NOON, by=DANA),
    t.ReviewApproved(at=NOON, by=BO),
    t.ReviewPublished(at=NOON, by=BO),
)
REOPENED = t.ReviewReopened(at=NOON, by=DANA, reason="the impact was larger")
WRITTEN = t.DocumentWritten(at=NOON, place="wiki", id="7", url="https://x.example/7", version="1", is_new=True)


def place(name: str = "wiki", *, is_private: bool = False) -> DocumentPlace:
    where = DocumentPlace(name, DocumentKind.CONFLUENCE, "https://x.example", "MUSTER_DOCUMENT_TOKEN")
    return replace(where, is_private=is_private)


def publishing(*places: DocumentPlace) -> Policy:
    return replace(POLICY, documents={one.name: one for one in places})


def changed(why: KeptAs = KeptAs.EDITED, version: str = "2", comments: tuple[str, ...] = ()) -> t.DocumentKept:
    return t.DocumentKept(
        at=NOON, place="wiki", id="7", url="https://x.example/7", version=version, why=why, asked=BO, comments=comments
    )


def published(*events: t.AnyEvent) -> Incident:
    return after_events(declared(), *PUBLISHED, *events)


def shared(event: t.AnyEvent, incident: Incident, policy: Policy) -> list[str]:
    return [one.to for one in effects(incident, Decision((event,)), policy) if isinstance(one, ShareReview)]


def test_a_published_review_goes_to_every_place_and_a_private_one_only_where_that_is_said() -> None:
    policy = publishing(place(), place("safe", is_private=True))
    before = after_events(declared(), *PUBLISHED[:-1])
    assert shared(PUBLISHED[-1], before, policy) == ["document:wiki", "document:safe"]
    assert shared(PUBLISHED[-1], replace(before, is_private=True), policy) == ["document:safe"]
    assert shared(PUBLISHED[-1], before, POLICY) == []


def test_nothing_but_a_publication_and_an_answer_causes_it() -> None:
    policy = publishing(place())
    for event in (*PUBLISHED[:-1], REOPENED, WRITTEN, changed()):
        assert shared(event, published(WRITTEN), policy) == []


def test_what_people_write_in_it_again_is_wanted_nowhere() -> None:
    incident = published(WRITTEN)
    assert is_wanted(place(), incident)
    assert not is_wanted(place(), after_events(incident, REOPENED))
    assert not is_wanted(place(), replace(incident, is_private=True))
    assert is_wanted(place(is_private=True), replace(incident, is_private=True))


def test_who_published_is_asked_once_and_the_question_ends_with_the_answer() -> None:
    incident = published(WRITTEN)
    decision = kept(incident, changed())
    assert [(one.to, type(one)) for one in effects(incident, decision) if isinstance(one, TellPerson)] == [
        (BO, TellPerson)
    ]
    asked = after_events(incident, *decision.events)
    assert kept(asked, changed()).events == ()
    assert kept(asked, changed(comments=("c1",))).events != ()
    answered = decide(asked, DANA, "wiki", Overwriting.REPLACE, NOON)
    (settled,) = [one for one in effects(asked, answered) if isinstance(one, SettleAsks)]
    assert settled.to == BO
    with pytest.raises(NothingAsked):
        decide(after_events(asked, *answered.events), DANA, "wiki", Overwriting.REPLACE, NOON)


@pytest.mark.parametrize("choice", Overwriting)
def test_an_answer_names_what_it_was_given_for_and_only_leaving_it_writes_nothing(choice: Overwriting) -> None:
    asked = published(WRITTEN, changed(version="5", comments=("c1", "c2")))
    (event,) = decide(asked, DANA, "wiki", choice, NOON).events
    assert isinstance(event, t.OverwritingDecided)
    assert (event.version, event.comments) == ("5", ("c1", "c2"))
    assert shared(event, asked, publishing(place())) == ([] if choice is Overwriting.LEAVE else ["document:wiki"])


def test_nothing_can_be_added_to_what_is_gone() -> None:
    gone = published(WRITTEN, changed(KeptAs.GONE, version=""))
    with pytest.raises(NothingToAddTo):
        decide(gone, DANA, "wiki", Overwriting.CHILD, NOON)
    assert decide(gone, DANA, "wiki", Overwriting.REPLACE, NOON).events


def test_a_review_that_is_reopened_takes_the_question_with_it() -> None:
    asked = published(WRITTEN, changed())
    reopened = after_events(asked, REOPENED)
    known = reopened.document("wiki")
    assert known is not None
    assert (known.held, known.version) == (None, "1"), "what Muster wrote is known still"
    assert reopened.review_state is ReviewState.IN_REVIEW
    assert reopened.asks == ()
    assert kept(reopened, changed()).events == (), "it comes late, and nobody is asked"


def test_what_muster_never_heard_of_is_known_by_the_question_and_not_as_its_own() -> None:
    known = published(changed(KeptAs.UNSURE)).document("wiki")
    assert known is not None
    assert (known.id, known.version, known.held is not None) == ("7", "", True)


EVENTS = st.sampled_from(
    [
        WRITTEN,
        replace(WRITTEN, id="8", version="1"),
        changed(),
        changed(KeptAs.GONE, version=""),
        t.OverwritingDecided(at=NOON, by=BO, place="wiki", choice=Overwriting.LEAVE, version="2"),
        REOPENED,
        PUBLISHED[-1],
    ]
)


@given(st.lists(EVENTS, max_size=8))
def test_whatever_happens_there_the_incident_is_untouched(events: list[t.AnyEvent]) -> None:
    """Its status, its people and its times; and one document stands for a place."""
    before = published()
    now = after_events(before, *events)
    assert (now.status, now.roles, now.resolved_at, now.priority) == (
        *(before.status, before.roles),
        *(before.resolved_at, before.priority),
    )
    assert len(now.documents) <= 1
    assert len(now.asks) <= len([one for one in now.documents if one.held])
