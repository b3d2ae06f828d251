"""What must have happened between what is known and what stands in the channel now."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from bot.domain.ids import ChannelId, MessageTs, SlackUserId
from bot.domain.transcript import Message, MessageDeleted, MessageEdited, MessagePosted, Reacted, Reaction
from bot.jobs.catching_up import differences
from tests.store.given import BO, DANA, NOON, minutes

C = ChannelId("C1")


def message(number: int, text: str = "hm", by: SlackUserId = BO) -> Message:
    return Message(C, MessageTs(f"{number}.000000"), by, text, NOON + minutes(number))


def missed(known: list[Message], there: list[Message]) -> list[object]:
    return list(differences(C, known, there, NOON, NOON + minutes(100)))


def test_what_is_new_edited_gone_or_reacted_to_is_told_and_nothing_else() -> None:
    kept, edited, gone, liked, new = (message(number) for number in range(1, 6))
    after = replace(edited, text="oh", edited_at=NOON + minutes(50))
    reacted = replace(liked, reactions=(Reaction("eyes", (DANA,)),))
    assert missed([kept, edited, gone, liked], [kept, after, reacted, new]) == [
        MessageEdited(after),
        Reacted(C, liked.ts, DANA, "eyes"),
        MessagePosted(new),
        MessageDeleted(C, gone.ts, NOON + minutes(100)),
    ]


def test_a_reply_is_gone_where_its_thread_was_read() -> None:
    root, reply = message(1), replace(message(3), thread_ts=MessageTs("1.000000"))
    assert missed([root, reply], [root]) == [MessageDeleted(C, reply.ts, NOON + minutes(100))]


def test_what_lies_before_the_stretch_that_was_read_is_not_taken_for_deleted() -> None:
    early, reply = message(-5), replace(message(3), thread_ts=MessageTs("-5.000000"))
    assert missed([early, reply], []) == []
    assert missed([reply], []) == []


def test_what_was_said_at_the_very_beginning_of_the_stretch_is_not_taken_for_deleted() -> None:
    first = replace(message(0), posted_at=NOON)
    assert missed([first], []) == []


def test_a_reaction_that_was_taken_away_and_a_message_that_was_deleted_before() -> None:
    liked = replace(message(1), reactions=(Reaction("eyes", (DANA, BO)),))
    left = replace(liked, reactions=(Reaction("eyes", (BO,)),))
    assert missed([liked], [left]) == [Reacted(C, liked.ts, DANA, "eyes", is_removed=True)]
    deleted = replace(message(2), text="", deleted_at=NOON + minutes(9))
    assert missed([deleted], []) == []
    assert missed([deleted], [message(2)]) == []


@given(st.lists(st.integers(1, 50), unique=True), st.lists(st.integers(1, 50), unique=True))
def test_reading_back_tells_each_difference_once(known: list[int], there: list[int]) -> None:
    told = missed([message(one) for one in known], [message(one) for one in there])
    assert len(told) == len(set(known) ^ set(there))
    assert missed([message(one) for one in there], [message(one) for one in there]) == []
