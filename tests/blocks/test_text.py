"""Text for Slack: escaping, cutting, dates."""

import re
from datetime import UTC, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.blocks.text import (
    at_time,
    clean,
    code,
    date_and_time,
    escape,
    has_own_times,
    in_zone,
    link,
    mention,
    plain,
    plural,
    safe,
    shorten,
    size,
    span,
    split_long,
)
from bot.domain.pseudonyms import RANDOM_BYTES, called, pseudonym
from bot.domain.telling import own_moment, own_time

WJ = "\u2060"
PINGS = re.compile(r"<[@!#]|(?<!\w)@(?:channel|here|everyone)\b", re.IGNORECASE)

hostile = st.lists(
    st.sampled_from(
        [
            *(
                "<",
                ">",
                "&",
                "@",
                "!",
                "|",
                "#",
                "\n",
                " ",
                "`",
                "```",
                "<@U1>",
                "<@U1|dana>",
                "<!channel>",
                "@channel",
            ),
            *(
                "<!subteam^S1|@x>",
                "<https://x.example|y>",
                "&lt;",
                "&amp;",
                "here",
                "U1",
                "\u202e",
                "é",
                "e\u0301",
                "👩‍👩‍👧",
            ),
            *("👍🏽", "🇪🇸", "\x00", "\ud800", "word"),
        ]
    )
    | st.text(max_size=5),
    max_size=40,
).map("".join)


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("AT&T <down> a < b", "AT&amp;T &lt;down&gt; a &lt; b"),
        ("&lt;", "&amp;lt;"),
        ("ask <@U1|dana>", "ask @dana"),
        ("ask <@U1>", "ask @U1"),
        ("<!channel> look", f"@{WJ}channel look"),
        ("<!here|@here> look", f"@{WJ}here look"),
        ("@channel @HERE @everyone look", f"@{WJ}channel @{WJ}HERE @{WJ}everyone look"),
        ("ops@here.example is @fordhere", "ops@here.example is @fordhere"),
        ("@hereford", "@\u2060hereford"),
        ("<!subteam^S1|@shop-sre> and <!subteam^S2>", "@shop-sre and a user group"),
        ("<#C1|general>", "#general"),
        ("<https://x.example|x.example>", "https://x.example"),
        ("<https://x.example/?a=1&b=2>", "https://x.example/?a=1&amp;b=2"),
        ("<https://evil.example|bank.example>", "bank.example (https://evil.example)"),
        ("<mailto:a@x.example|a@x.example>", "a@x.example"),
        ("<!date^1^{time}|noon>", "noon"),
        ("<<@U1>>", f"&lt;{WJ}@U1&gt;"),
        ("<@U1|@channel>", f"@{WJ}channel"),
        ("\u202egnp.exe\u2066", "gnp.exe"),
        ("a\x00b\ud83dc", "abc"),
        ("*bold* _it_ `a < b`", "*bold* _it_ `a &lt; b`"),
    ],
)
def test_typed_text_is_shown_and_acts_on_nothing(typed: str, shown: str) -> None:
    assert safe(typed) == shown


def test_people_and_channels_named_on_purpose_may_stay_mentions() -> None:
    typed = "<@U1|dana> & <@W2> saw <!channel> in <#C1|general>, asked <!subteam^S1|@x>"
    assert safe(typed, keep_mentions=True) == f"<@U1> &amp; <@W2> saw @{WJ}channel in <#C1>, asked @x"


def test_more_people_than_twenty_are_named_and_not_called() -> None:
    few, many = (" ".join(f"<@U{number}|p{number}>" for number in range(count)) for count in (20, 21))
    assert safe(few, keep_mentions=True) == " ".join(f"<@U{number}>" for number in range(20))
    assert safe(f"{many} in <#C1>", keep_mentions=True) == " ".join(f"@p{number}" for number in range(21)) + " in <#C1>"


def test_a_time_of_ones_own_stands_in_a_given_zone_where_slack_cannot_tell() -> None:
    noon = datetime(2026, 3, 4, 12, 0, tzinfo=UTC)
    text, madrid = f"at {own_time(noon)}, since {own_moment(noon)}", ZoneInfo("Europe/Madrid")
    assert has_own_times(text)
    told = safe(in_zone(text, madrid), keep_mentions=True, keep_times=True)
    stamp = int(noon.timestamp())
    assert told == (
        f"at <!date^{stamp}^{{time}}|13:00 Europe/Madrid>, "
        f"since <!date^{stamp}^{{date_short_pretty}} {{time}}|2026-03-04 13:00 Europe/Madrid>"
    )
    assert in_zone("at <!date^1^{date}|x> or <!here>", madrid) == "at <!date^1^{date}|x> or <!here>"


def test_plain_text_keeps_its_characters() -> None:
    assert plain("AT&T <@U1|dana> <b>") == "AT&T @dana <b>"


def test_escaping_touches_three_characters() -> None:
    assert escape("<@U1> & “co”") == "&lt;@U1&gt; &amp; “co”"


@given(hostile)
def test_nothing_typed_ever_pings(typed: str) -> None:
    for shown in (safe(typed), plain(typed)):
        assert not PINGS.search(shown)
    assert not PINGS.search(re.sub(r"<(@[UW][A-Z0-9]+|#[A-Za-z0-9]+)>", "", safe(typed, keep_mentions=True)))


@given(hostile)
def test_cleaned_text_can_be_stored(typed: str) -> None:
    clean(typed).encode("utf-8")
    assert "\x00" not in clean(typed)


@given(hostile, st.integers(0, 30))
def test_shortened_text_is_within_its_limit_and_whole_in_its_parts(typed: str, limit: int) -> None:
    text = safe(typed)
    short = shorten(text, limit)
    assert size(short) <= limit
    assert short == text or not short or short.endswith("…")
    assert not re.search(r"&[a-z]*…$", short)


@pytest.mark.parametrize(
    ("text", "limit", "short"),
    [
        ("checkout", 8, "checkout"),
        ("checkout is down", 10, "checkout…"),
        ("a &amp; b and more", 6, "a…"),
        ("see <@U1> and more", 8, "see…"),
        ("cafe\u0301 closed", 5, "caf…"),
        ("👩‍👩‍👧 family", 4, "…"),
        ("ok 👍🏽 yes", 6, "ok…"),
        ("x🇪🇸🇫🇷 flags", 8, "x🇪🇸…"),
        ("😀😀😀", 5, "😀😀…"),
        ("anything", 0, ""),
    ],
)
def test_a_cut_goes_through_nothing_that_is_one_for_the_reader(text: str, limit: int, short: str) -> None:
    assert shorten(text, limit) == short


def test_long_text_is_split_at_lines_then_words() -> None:
    assert split_long("one two three\nfour five", 20) == ["one two three", "four five"]
    assert split_long("aaaaaaaaa bbbbbbbbb ccccccccc", 20) == ["aaaaaaaaa bbbbbbbbb", "ccccccccc"]
    assert split_long("x" * 45, 20) == ["x" * 20, "x" * 20, "x" * 5]
    assert split_long("short", 20) == ["short"]
    assert split_long(" \n ", 20) == []


def test_a_code_fence_is_closed_and_opened_again() -> None:
    pieces = split_long("log:\n```\n" + "line of log\n" * 6 + "```\nthat is all", 50)
    assert len(pieces) > 2
    assert all(piece.count("```") % 2 == 0 for piece in pieces)
    assert "".join(pieces).count("line of log") == 6


@given(hostile, st.integers(20, 60))
def test_every_piece_is_within_the_limit_and_no_word_is_lost(typed: str, limit: int) -> None:
    text = safe(typed)
    pieces = split_long(text, limit)
    assert all(size(piece) <= limit for piece in pieces)
    assert all(piece.count("```") % 2 == 0 for piece in pieces)
    assert re.sub(r"[\s`]", "", "".join(pieces)) == re.sub(r"[\s`]", "", text)


def test_forty_thousand_characters_are_split_at_once() -> None:
    pieces = split_long("words and words " * 2_500, 3_000)
    assert len(pieces) == 14


def test_a_link_cannot_be_broken_by_its_parts() -> None:
    assert link("https://x.example/a", "the page") == "<https://x.example/a|the page>"
    assert link("https://x.example/?a=1&b=<2>|3", "a|b > c") == "<https://x.example/?a=1&amp;b=%3C2%3E%7C3|a¦b &gt; c>"
    assert link("javascript:alert(1)", "click <!channel>") == f"click @{WJ}channel"


def test_instants_are_each_readers_own_and_utc_where_slack_cannot_tell() -> None:
    instant = datetime(2026, 11, 20, 15, 5, tzinfo=timezone(timedelta(hours=1)))
    epoch = int(datetime(2026, 11, 20, 14, 5, tzinfo=UTC).timestamp())
    assert at_time(instant) == f"<!date^{epoch}^{{time}}|14:05 UTC>"
    assert date_and_time(instant) == f"<!date^{epoch}^{{date_short_pretty}} {{time}}|20 Nov 2026 14:05 UTC>"


def test_spans_counts_and_code_read_well() -> None:
    assert span(timedelta(hours=1, minutes=5)) == "1 h 5 min"
    assert span(timedelta(days=1, hours=2)) == "26 h"
    assert [plural(count, "update") for count in (0, 1, 2, 3868)] == [
        "0 updates",
        "1 update",
        "2 updates",
        "3,868 updates",
    ]
    assert plural(2, "reply", "replies") == "2 replies"
    assert code("a `b` <c>\n") == "`a 'b' &lt;c&gt; `"
    assert mention("U1") == "<@U1>"


def test_whoever_was_erased_is_told_in_words_and_called_nowhere() -> None:
    gone = pseudonym(bytes(RANDOM_BYTES))
    assert mention(gone) == called(gone)
    assert plain(f"<@{gone}|x> left") == f"{called(gone)} left"
    for keeps, other in ((False, "@U1"), (True, "<@U1>")):
        assert safe(f"<@{gone}> asked <@U1>", keep_mentions=keeps) == f"{called(gone)} asked {other}"


def test_no_piece_of_a_long_text_begins_with_a_call_to_everybody() -> None:
    text = safe("<!here>" * 700 + "a" * 2_990 + "@channel")
    for length in range(20, 400, 7):
        assert not any(PINGS.search(piece) for piece in split_long(text, length))
    assert safe("ops@here.example") == "ops@here.example"
