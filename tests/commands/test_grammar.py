"""The grammar of what is typed after `/incident`, sentence by sentence."""

import re
from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.commands.grammar import (
    DATE,
    DURATION,
    MOMENT,
    WORD,
    Group,
    Mention,
    Parsed,
    Shape,
    Words,
    cut_update,
    mentions,
    one_of,
    read,
    split,
)
from bot.demo.story import read as story_named
from bot.demo.story import shipped
from bot.domain.ids import SlackUserId
from bot.domain.refusal import NotFound, Refusal
from bot.verbs.did_you_mean import nearest

LEVEL = one_of("high", "medium", "low")
DECLARE = Shape(
    {"service": WORD, "category": WORD, "impact": LEVEL, "urgency": LEVEL},
    frozenset({"P1", "P2", "P3", "P4", "private", "drill"}),
)
UPDATE = Shape({"next": DURATION})
NOTE = Shape({"at": MOMENT})
FOLLOWUP = Shape({"due": DATE})
PLAIN = Shape()
SHAPES = [DECLARE, UPDATE, NOTE, FOLLOWUP, PLAIN]

typed = st.one_of(
    st.text(max_size=200),
    st.lists(
        st.sampled_from(
            [
                "INC-42",
                "update",
                "P1",
                "drill",
                "next:",
                "next:30m",
                'service:"a b"',
                "impact:high",
                "at:14:05",
                "Conditions:",
                "Actions:",
                "Needs:",
                "due:2026-02-30",
                "<@U1|dana>",
                "@chen",
                "“",
                "’",
                "&lt;",
                "\n",
                " ",
            ]
        ),
        max_size=12,
    ).map("".join),
)


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("", Words(None, "", "")),
        ("   ", Words(None, "", "")),
        ("status", Words(None, "status", "")),
        ("STATUS", Words(None, "status", "")),
        ("INC-42", Words("INC-42", "", "")),
        ("inc-42 status", Words("INC-42", "status", "")),
        ("Inc-007 Update all well", Words("INC-7", "update", "all well")),
        ("INC–42 status", Words("INC-42", "status", "")),
        ("INC-42: status", Words("INC-42", "status", "")),
        ("INC-42 INC-43 status", Words("INC-42", "inc-43", "status")),
        ("INC- status", Words(None, "inc-", "status")),
        ("update\nConditions: slow", Words(None, "update", "Conditions: slow")),
        ("  note   two  spaces ", Words(None, "note", "two  spaces")),
        ("note a &lt; b &amp;&amp; c &gt; d", Words(None, "note", "a < b && c > d")),
        ("note &amp;lt;", Words(None, "note", "&lt;")),
        ("note “quoted” — kept", Words(None, "note", "“quoted” — kept")),
    ],
)
def test_a_line_is_split_into_reference_verb_and_rest(line: str, words: Words) -> None:
    assert split(line) == words


def test_a_number_that_no_incident_can_have_is_not_found() -> None:
    with pytest.raises(NotFound, match="INC-12345678901"):
        split("INC-12345678901 status")


@pytest.mark.parametrize(
    ("rest", "parsed"),
    [
        ("checkout is down", Parsed("checkout is down")),
        ("the P1 page and the private drill page", Parsed("the P1 page and the private drill page")),
        ("P1: checkout", Parsed("P1: checkout")),
        (
            "P1 service:checkout down impact:high drill",
            Parsed("P1 down drill", {"service": "checkout", "impact": "high"}),
        ),
        ("Impact:HIGH down", Parsed("down", {"impact": "high"})),
        ("down Impact: HIGH", Parsed("down", {"impact": "high"})),
        ("down impact: high service:x", Parsed("down", {"impact": "high", "service": "x"})),
        ("Impact: high latency", Parsed("Impact: high latency")),
        ("impact:  high", Parsed("impact:  high")),
        ("down service: x", Parsed("down service: x")),
        ("`service:x` down", Parsed("`service:x` down")),
        ("service:`edge waf` down", Parsed("down", {"service": "edge waf"})),
        ("```\nservice:x\n``` down impact:high", Parsed("```\nservice:x\n``` down", {"impact": "high"})),
        ("`down service:x", Parsed("`down", {"service": "x"})),
        ('service:"edge waf" down', Parsed("down", {"service": "edge waf"})),
        ("service:“edge waf” down", Parsed("down", {"service": "edge waf"})),
        ("service:'edge waf' down", Parsed("down", {"service": "edge waf"})),
        ("service:‘edge waf’ down", Parsed("down", {"service": "edge waf"})),
        ("service:edge–waf down", Parsed("down", {"service": "edge-waf"})),
        ("the service: is down", Parsed("the service: is down")),
        ("service:", Parsed("service:")),
        ("myservice:x down", Parsed("myservice:x down")),
        ("(service:x) down", Parsed("(service:x) down")),
        ("https://x.example/a?service:b down", Parsed("https://x.example/a?service:b down")),
        ("<https://x.example|x.example> down", Parsed("<https://x.example|x.example> down")),
        ("next:30m at:12:30 owner:dana a:b", Parsed("next:30m at:12:30 owner:dana a:b")),
        ("we can’t “log in” — all of us", Parsed("we can’t “log in” — all of us")),
    ],
)
def test_declare_is_read_as_typed(rest: str, parsed: Parsed) -> None:
    assert read(rest, DECLARE) == parsed


@pytest.mark.parametrize(
    ("rest", "text"),
    [
        ("all well next:30m", "all well"),
        ("next:30m all well", "all well"),
        ("all next:30m well", "all well"),
        ("all  next:30m well", "all well"),
        ("one\ntwo next:30m", "one\ntwo"),
        ("one\nnext:30m\ntwo", "one\ntwo"),
        ("one\nnext:30m two", "one\ntwo"),
        ("one next:30m\ntwo", "one\ntwo"),
        ("one\n\nnext:30m two  three", "one\n\ntwo  three"),
        ("next:30m", ""),
    ],
)
def test_a_token_leaves_no_doubled_space_and_keeps_line_breaks(rest: str, text: str) -> None:
    assert read(rest, UPDATE) == Parsed(text, {"next": timedelta(minutes=30)})


@pytest.mark.parametrize(
    ("rest", "shape", "said"),
    [
        ("down impact:huge", DECLARE, "does not know “huge”. It takes `high`, `medium` or `low`"),
        ("down impact:hihg", DECLARE, "Did you mean `high`?"),
        ("down impact:high impact:low", DECLARE, "twice, as “high” and “low”"),
        ("down impact:high Impact:high", DECLARE, "twice"),
        ('down service:""', DECLARE, "needs a value"),
        ('down service:"edge waf', DECLARE, "not closed"),
        ("well next:soon", UPDATE, "`45s`, `15m`, `1h30m`, `4h` or `2d`"),
        ("well next:0m", UPDATE, "above zero"),
        ("do it due:2026-02-30", FOLLOWUP, "is not a date. Type it"),
        ("do it due:tomorrow", FOLLOWUP, "2026-12-01"),
    ],
)
def test_what_a_key_does_not_know_is_refused_with_what_it_knows(rest: str, shape: Shape, said: str) -> None:
    with pytest.raises(Refusal, match=said.replace("?", r"\?")):
        read(rest, shape)


@pytest.mark.parametrize(
    "rest",
    ["Conditions: x", "https://x.example", "@chen: fine", "seen at 12:30", "a:b", "at: noon", "that:14:05 is odd"],
)
def test_what_only_looks_like_a_token_is_text(rest: str) -> None:
    assert read(rest, NOTE) == Parsed(rest)


def test_a_clock_time_may_stand_anywhere_in_a_note() -> None:
    assert read("First page at:13:45 from London", NOTE) == Parsed("First page from London", {"at": "13:45"})


def test_a_quoted_time_may_have_a_space() -> None:
    assert read('First page at:"2026-11-20 13:45"', NOTE).values == {"at": "2026-11-20 13:45"}


def test_a_due_date_is_a_date() -> None:
    assert read("Alert on it <@U1> due:2026–12–01", FOLLOWUP) == Parsed("Alert on it <@U1>", {"due": date(2026, 12, 1)})


def test_a_letter_that_only_folds_to_one_of_a_key_is_text() -> None:
    assert read("ſervice:x down", DECLARE) == Parsed("ſervice:x down")


@pytest.mark.parametrize(
    ("rest", "parsed"),
    [
        ("at: 14:05", Parsed("", {"at": "14:05"})),
        ("seen at: 2026-11-20T14:05Z in Paris", Parsed("seen in Paris", {"at": "2026-11-20T14:05Z"})),
        ("seen at:  14:05", Parsed("seen at:  14:05")),
        ("seen at: 14:05.", Parsed("seen at: 14:05.")),
    ],
)
def test_one_space_may_stand_before_what_can_only_be_a_value(rest: str, parsed: Parsed) -> None:
    assert read(rest, NOTE) == parsed


def test_what_may_end_a_text_is_a_token_only_there() -> None:
    shape = Shape({"next": replace(DURATION, ends_text=True)})
    assert read("all quiet next 30m", shape) == Parsed("all quiet", {"next": timedelta(minutes=30)})
    assert read("next 30m all quiet", shape) == Parsed("next 30m all quiet")
    assert read("all quiet next:1h or next 30m", shape) == Parsed("all quiet or next 30m", {"next": timedelta(hours=1)})
    assert read("all quiet next 30m", UPDATE) == Parsed("all quiet next 30m")


DANA, CHEN = Mention(SlackUserId("U1")), Mention(SlackUserId("W2"))


@pytest.mark.parametrize(
    ("text", "found", "rest"),
    [
        ("<@U1>", [DANA], ""),
        ("<@U1|dana>", [DANA], ""),
        ("<@U1> <@W2|chen>", [DANA, CHEN], ""),
        ("<!subteam^S1|@shop-sre>", [Group("S1", "shop-sre")], ""),
        ("<!subteam^S1>", [Group("S1", "S1")], ""),
        ("Alert on it <@U1> soon", [DANA], "Alert on it soon"),
        ("Alert on it<@U1> soon", [DANA], "Alert on it soon"),
        ("Alert on it\n<@U1>", [DANA], "Alert on it"),
        (
            "mail ops@shop.example or see <https://x.example/@dana>",
            [],
            "mail ops@shop.example or see <https://x.example/@dana>",
        ),
        ("at 5 @ noon", [], "at 5 @ noon"),
        ("see `@chen <@U1>` with <@W2>", [CHEN], "see `@chen <@U1>` with"),
    ],
)
def test_people_and_groups_are_named_by_mention(text: str, found: list[Mention | Group], rest: str) -> None:
    assert mentions(text) == (found, rest)


@pytest.mark.parametrize(
    "text", ["@dana", "do it @dana", "(@dana)", "@Ünal", "<!channel>", "<!here|@here>", "<@u1>", "<@U1> @bo"]
)
def test_any_other_name_where_a_person_is_needed_is_refused(text: str) -> None:
    with pytest.raises(Refusal, match="Type @ and choose"):
        mentions(text)


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("all well", ("all well", "", "")),
        ("Conditions: slow. Actions: scaling. Needs: quota.", ("slow.", "scaling.", "quota.")),
        ("conditions: slow NEEDS: quota actions: scaling", ("slow", "scaling", "quota")),
        ("Conditions: slow", ("slow", "", "")),
        ("Conditions: slow\nfor some\n\nNeeds:\n- quota\n- sleep", ("slow\nfor some", "", "- quota\n- sleep")),
        ("Conditions: Actions: scaling", ("", "scaling", "")),
        ("Conditions: a Actions: b Actions: c", ("a", "b Actions: c", "")),
        ("Actions: scaling Conditions: slow", ("Actions: scaling Conditions: slow", "", "")),
        ("We say Conditions: slow Actions: none", ("We say Conditions: slow Actions: none", "", "")),
        ("Conditions are bad. Actions: none", ("Conditions are bad. Actions: none", "", "")),
        ("Conditions: the transactions: lost", ("the transactions: lost", "", "")),
        ("Conditions: `x Actions: y` Needs: z", ("`x Actions: y`", "", "z")),
    ],
)
def test_an_update_is_cut_at_its_parts(text: str, parts: tuple[str, str, str]) -> None:
    assert cut_update(text) == parts


def test_a_mistyped_word_gets_the_nearest() -> None:
    verbs = ["declare", "mitigate", "merge", "update"]
    assert nearest("mitgate", verbs) == "mitigate"
    assert nearest("xyzzy", verbs) is None
    assert nearest("x" * 40_000, verbs) is None


@given(typed, st.sampled_from(SHAPES))
def test_any_line_yields_a_value_or_a_refusal(line: str, shape: Shape) -> None:
    assert 0 < len(read_whole(line, shape)) < 500


def read_whole(line: str, shape: Shape) -> str:
    try:
        parsed = read(split(line).rest, shape)
        cut_update(parsed.text)
        mentions(parsed.text)
    except Refusal as refusal:
        return str(refusal)
    return "read"


@given(typed)
def test_without_keys_and_options_the_text_is_kept_as_typed(text: str) -> None:
    assert read(text, PLAIN) == Parsed(text.strip())


@pytest.mark.parametrize("name", shipped())
def test_every_command_of_the_shipped_stories_is_read_as_meant(name: str) -> None:
    story = story_named(name)
    shapes = {"declare": DECLARE, "update": UPDATE, "note": NOTE, "time": NOTE, "followup": FOLLOWUP}
    for event in story.events:
        if event.do not in ("declare", "command") or event.expect:
            continue
        line = f"declare {event.text}" if event.do == "declare" else event.text
        words = split(re.sub(r"@(\w+)", r"<@U1|\1>", line))
        parsed = read(words.rest, shapes.get(words.verb, PLAIN))
        expected = {
            "declare": {"service": story.service, "category": story.category},
            "update": {"next": parsed.values.get("next", "missing")},
            "followup": {"due": parsed.values.get("due", "missing")},
        }
        assert parsed.values.items() >= expected.get(words.verb, {}).items()
        assert not re.search(r"\b(?:next|due|service|impact|urgency|category):\S", parsed.text)
        if words.verb == "update":
            assert all(cut_update(parsed.text))
        if words.verb == "followup":
            assert len(mentions(parsed.text)[0]) == 1


def test_an_update_is_cut_at_the_headings_of_its_audience_and_at_the_usual_ones() -> None:
    headings = ("Impact", "Decision needed")
    assert cut_update("Impact: half. decision needed: pause it?", headings) == ("half.", "pause it?", "")
    assert cut_update("Conditions: half. Needs: a DBA", headings) == ("half.", "", "a DBA")
    assert cut_update("Outlook: good", headings) == ("Outlook: good", "", "")
