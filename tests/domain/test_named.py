"""People are named while somebody writes, and mentioned again once it is kept."""

from hypothesis import given
from hypothesis import strategies as st

from bot.domain.ids import SlackUserId
from bot.domain.named import by_mention, by_name

DANA, ANA, BO, OTHER_BO = (SlackUserId(one) for one in ("U1", "U2", "U3", "U4"))
NAMES = {DANA: "dana", ANA: "Ana Ruiz", BO: "bo", OTHER_BO: "bo"}
PIECES = st.sampled_from(["<@U1>", "<@U2>", "<@U9>", " ", "@", "dana", "fix it\n", "mail@dana.example", "<!here>"])


def test_a_mention_is_a_name_and_a_name_is_a_mention() -> None:
    assert by_name("<@U1> and <@U2|ana> paged <@U9>", NAMES) == "@dana and @Ana Ruiz paged <@U9>"
    assert by_mention("@dana, (@Ana Ruiz) @nobody", NAMES) == "<@U1>, (<@U2>) @nobody"
    assert by_mention("@danae dana mail@dana.example @@dana", NAMES) == "@danae dana mail@dana.example @@dana"


def test_a_name_of_two_means_the_one_who_was_mentioned_before() -> None:
    assert by_mention("@bo did it", NAMES) == "@bo did it"
    assert by_mention("@bo did it", NAMES, "<@U4> did it") == "<@U4> did it"
    assert by_mention("@bo did it", NAMES, "<@U4> and <@U3>") == "@bo did it"


@given(st.lists(PIECES, max_size=12).map("".join))
def test_what_was_not_changed_is_kept_as_it_was(text: str) -> None:
    opened = by_name(text, NAMES)
    assert by_name(by_mention(opened, NAMES, text), NAMES) == opened
