"""Followers hear of what matters, grouped, each thing once."""

from datetime import datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.effects import TellPerson
from bot.domain.follow import GROUPED_FOR, follow, tell_followers, unfollow
from bot.domain.incident import Incident
from bot.domain.notes_and_times import add_note
from bot.domain.refusal import NothingToChange
from bot.domain.status import cancel, mitigate
from bot.domain.timeline import FollowersTold
from bot.domain.vocabulary import DeadlineKind
from tests.domain.given import (
    BO,
    CHEN,
    ELI,
    NOON,
    POLICY,
    Verb,
    after,
    commanded,
    declared,
    due,
    effects,
    run,
    updating,
)


def followed(incident: Incident) -> Incident:
    return run(incident, lambda it: follow(it, ELI, after(1)))


def telling(at_minute: float) -> Verb:
    return lambda it: tell_followers(it, (), after(at_minute))


def test_what_happens_is_told_at_once() -> None:
    incident = run(followed(commanded()), updating(after(5)))
    assert due(incident, DeadlineKind.FOLLOWERS) == after(5)
    decision = tell_followers(incident, {BO}, after(5))
    [event] = decision.events
    assert isinstance(event, FollowersTold)
    assert event.of == (incident.last_seq,)
    assert effects(incident, decision) == (TellPerson(event, ELI),)


def test_what_follows_within_a_minute_is_told_together() -> None:
    incident = run(followed(commanded()), updating(after(5)), telling(5), updating(after(5.2)))
    incident = run(incident, lambda it: mitigate(it, BO, "rule off", after(5.5), POLICY))
    assert due(incident, DeadlineKind.FOLLOWERS) == after(5) + GROUPED_FOR
    told = run(incident, telling(6))
    assert (told.news, due(told, DeadlineKind.FOLLOWERS)) == ((), None)


def test_who_reads_it_in_the_channel_is_not_told_twice() -> None:
    incident = run(followed(commanded()), updating(after(5)))
    assert effects(incident, tell_followers(incident, {ELI}, after(5))) == ()


def test_of_a_private_incident_nobody_is_told_outside_its_channel() -> None:
    incident = run(followed(declared(is_private=True)), updating(after(5)))
    assert effects(incident, tell_followers(incident, set(), after(5))) == ()


def test_a_note_is_no_news_and_nobody_who_follows_is_no_reason_to_tell() -> None:
    noted = run(followed(commanded()), lambda _: add_note(CHEN, "hm", NOON, after(2)))
    assert due(noted, DeadlineKind.FOLLOWERS) is None
    assert due(run(commanded(), updating(after(5))), DeadlineKind.FOLLOWERS) is None


def test_the_end_is_told_too() -> None:
    incident = run(followed(commanded()), lambda it: cancel(it, BO, "a test", after(2), POLICY))
    assert due(incident, DeadlineKind.FOLLOWERS) == after(2)


def test_following_twice_or_ending_what_never_began_is_refused() -> None:
    with pytest.raises(NothingToChange, match="You already follow INC-42"):
        follow(followed(declared()), ELI, after(2))
    with pytest.raises(NothingToChange, match="You don't follow INC-42"):
        unfollow(declared(), ELI, after(2))
    assert run(followed(declared()), lambda it: unfollow(it, ELI, after(2))).followers == ()


@given(st.lists(st.integers(1, 200), min_size=1, max_size=30))
def test_every_update_is_told_exactly_once_and_never_two_messages_within_a_minute(gaps: list[int]) -> None:
    """Seconds between the updates; the followers are told whenever that is due."""
    incident, now = followed(commanded()), after(2)
    told: list[int] = []
    posted: list[int] = []
    spoken: list[datetime] = []
    for gap in [*gaps, 1000]:
        until = now + timedelta(seconds=gap)
        while (at := due(incident, DeadlineKind.FOLLOWERS)) is not None and at <= until:
            decision = tell_followers(incident, (), at)
            [event] = decision.events
            assert isinstance(event, FollowersTold)
            told += event.of
            spoken.append(at)
            incident = run(incident, decision)
        now = until
        if gap != 1000:
            incident = run(incident, updating(now))
            posted.append(incident.last_seq)
    assert told == posted
    assert all(later - earlier >= GROUPED_FOR for earlier, later in pairwise(spoken))
