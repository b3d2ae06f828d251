"""The options of a declaration, whatever is typed."""

from hypothesis import given
from hypothesis import strategies as st

from bot.commands.declare import COMMAND
from bot.commands.declare_options import NAMES, OPTIONS, Options, options
from bot.commands.grammar import read
from bot.domain.refusal import Refusal

WORDS = [
    "P1",
    "p2:",
    "[P3]",
    "P0",
    "sev1",
    "private",
    "--private",
    "-private",
    "drill",
    "drill:",
    "--no-drill",
    "anyway",
]
MORE = ["not", "a", "the", "checkout", "fails", "service:checkout", "users:all", "`private`", "—", ",", "--priority P1"]
lines = st.lists(st.sampled_from(WORDS + MORE), max_size=8).map(" ".join) | st.text(max_size=60)


def read_as(typed: str) -> Options:
    return options(read(typed, COMMAND.shape), typed)


@given(lines)
def test_any_line_is_read_or_refused(typed: str) -> None:
    try:
        found = read_as(typed)
    except Refusal:
        return
    assert {word.rstrip(":;,") for word in found.title.split()} <= {word.rstrip(":;,") for word in typed.split()}


@given(st.lists(st.from_regex(r"[a-z]{2,9}", fullmatch=True).filter(lambda word: word not in OPTIONS), min_size=1))
def test_a_title_without_options_is_kept_whole(words: list[str]) -> None:
    title = " ".join(["checkout", *words, "fails"])
    assert read_as(title) == Options(title)


@given(lines)
def test_what_is_asked_back_is_answered_by_either_button(typed: str) -> None:
    """However many questions there are, answering them comes to an end, and private is what was said to be."""
    for label, is_private in (("It is private", True), ("It is not private", False)):
        line, answered = typed, False
        for _ in (*NAMES, "priority"):
            try:
                found = read_as(line)
            except Refusal as refusal:
                ways = {way.label: way.command for way in getattr(refusal, "ways", ())}
                answered |= label in ways
                if label not in ways and "It is a drill" not in ways:
                    return
                line = ways.get(label, ways.get("It is a drill", "")).removeprefix("declare ")
            else:
                break
        else:
            found = read_as(line)
        assert not answered or found.is_private is is_private


def test_very_long_lines_are_read_in_time_that_grows_with_their_length() -> None:
    for typed in (
        "!" * 40_000 + "x",
        "-" * 40_000,
        "P1 " * 10_000,
        "private " * 5_000,
        "`" * 40_001,
        " " * 40_000 + "x",
    ):
        try:
            read_as(typed)
        except Refusal:
            continue
