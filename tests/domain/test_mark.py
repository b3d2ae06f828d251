"""Marked messages count once, at their own time, in their last wording."""

from dataclasses import replace

from bot.domain import timeline as t
from bot.domain.compiling import Material, compile_review
from bot.domain.ids import ChannelId, MessageTs
from bot.domain.incident import Incident
from bot.domain.mark import mark, unmark
from bot.domain.transcript import Message
from bot.domain.vocabulary import Mark
from tests.domain.given import (
    BO,
    CHEN,
    DANA,
    after,
    commanded,
    declaring,
    effects,
    kinds,
    recorded,
    run,
)

SAID = Message(ChannelId("C042"), MessageTs("1.000001"), BO, "locks on &lt;orders&gt;\nsince ten", after(3))


def marked(incident: Incident, what: Mark = Mark.KEY_MOMENT) -> Incident:
    decision = mark(incident, CHEN, what, SAID, "https://acme.example/p1", after(9))
    assert decision is not None
    return run(incident, decision)


def test_a_message_is_marked_once_at_its_own_time() -> None:
    incident = marked(commanded())
    assert [(one.at, one.by, one.author) for one in incident.marked] == [(after(3), CHEN, BO)]
    assert mark(incident, DANA, Mark.KEY_MOMENT, SAID, None, after(10)) is None
    assert len(marked(incident, Mark.EVIDENCE).marked) == 2


def test_a_message_from_ahead_of_our_clock_is_not_marked_in_the_future() -> None:
    decision = mark(commanded(), CHEN, Mark.EVIDENCE, replace(SAID, posted_at=after(30)), None, after(9))
    assert decision is not None
    assert decision.events[0].at == after(9)


def test_taking_the_mark_away_is_kept_too() -> None:
    decision = unmark(marked(commanded()), CHEN, Mark.KEY_MOMENT, SAID, after(11))
    assert decision is not None
    assert run(marked(commanded()), decision).marked == ()
    assert unmark(commanded(), CHEN, Mark.KEY_MOMENT, SAID, after(11)) is None


def test_a_follow_up_is_agreed_in_the_words_of_the_message_with_a_link_to_it() -> None:
    decision = mark(commanded(), CHEN, Mark.FOLLOW_UP, SAID, "https://acme.example/p1", after(9))
    assert decision is not None
    (one,) = run(commanded(), decision).follow_ups
    assert (one.text, one.link, one.owner) == ("locks on <orders> since ten", "https://acme.example/p1", None)
    assert kinds(effects(commanded(), decision))[0] == "Announce"


def reviewed(message: Message) -> list[str]:
    """What the review's timeline says of the mark."""
    decision = mark(commanded(), CHEN, Mark.KEY_MOMENT, SAID, None, after(9))
    assert decision is not None
    timeline = (recorded(1, declaring().events[0]), t.Recorded(2, after(9), decision.events[0]))
    review = compile_review(Material(timeline, [message]), after(20), after(20))
    return [one.text for one in review.timeline if one.kind == "MessageMarked"]


def test_the_review_quotes_the_last_wording_and_nothing_of_a_message_that_was_deleted() -> None:
    said = "Key moment, <@UBO>: "
    assert reviewed(SAID) == [f"{said}“locks on <orders>\nsince ten”"]
    assert reviewed(replace(SAID, text="it was the index", edited_at=after(5))) == [f"{said}“it was the index”"]
    assert reviewed(replace(SAID, text="", deleted_at=after(5))) == [f"{said}(deleted)"]
