"""Whatever stands in an alert is data: it calls nobody, steers no terminal, and has an end."""

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.integrations.alerts.reading import ADDRESS, address, instant, tidy


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("\x1b[31mred\x1b[0m", "red"),
        ("\x1b]0;title\x07shell", "shell"),
        ("a\x00b\ud800c\u202ed", "abcd"),
        ("<!channel> <@U1> <#C1>", "<\u2060!channel> <\u2060@U1> <\u2060#C1>"),
        (3, "3"),
        (None, ""),
        ({"a": 1}, ""),
        pytest.param(10**5000, "", id="many digits"),
    ],
)
def test_a_text_is_only_a_text(said: Any, kept: str) -> None:
    assert tidy(said, 100) == kept


@given(st.text(max_size=2000), st.integers(1, 300))
def test_a_text_has_an_end_and_nothing_unseen_in_it(said: str, limit: int) -> None:
    kept = tidy(said, limit)
    assert len(kept) <= limit
    assert not any(ord(one) < 32 and one not in "\t\n" for one in kept)
    assert "<!" not in kept
    assert "<@" not in kept


@pytest.mark.parametrize(
    "said", ["javascript:alert(1)", "http://a b", "//x", "", None, "https://x|<!channel>", "https://" + "x" * ADDRESS]
)
def test_only_whole_web_addresses_are_links(said: Any) -> None:
    assert address(said) is None


@pytest.mark.parametrize(
    "said", ["2026-03-02T09:51:03Z", "2026-03-02T10:51:03+01:00", 1772445063, 1772445063000, "1772445063000"]
)
def test_times_are_read_as_senders_spell_them(said: Any) -> None:
    assert instant(said) == datetime(2026, 3, 2, 9, 51, 3, tzinfo=UTC)


@pytest.mark.parametrize("said", ["0001-01-01T00:00:00Z", "soon", None, True, -1, 1e400, float("nan"), {}])
def test_what_is_no_time_is_none(said: Any) -> None:
    assert instant(said) is None
