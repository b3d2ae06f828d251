"""Whom an event of a calendar means, and where it must not be guessed."""

import unicodedata

import pytest

from bot.domain.ids import SlackUserId
from bot.domain.on_call_titles import Invited, Unclear, who_is_meant

DANA, BO, CHEN, JOSE = map(SlackUserId, ("UDANA", "UBO", "UCHEN", "UJOSE"))
PEOPLE = {
    "dana@example.com": DANA,
    "Bo Berg": BO,
    "Bo": SlackUserId("UOTHERBO"),
    "chen": CHEN,
    "chen@example.com": CHEN,
    "José": JOSE,
    "Mary Ann Poe": SlackUserId("UMARY"),
}
DANA_AND_CHEN = ("dana@example.com", "chen@example.com")


@pytest.mark.parametrize(
    ("event", "who"),
    [
        (Invited("Bo Bergman"), "UOTHERBO"),
        (Invited("BO BERG, on call"), BO),
        (Invited("Bo Berg (UBO)"), BO),
        (Invited("on call: U0123ABC45"), "U0123ABC45"),
        (Invited("UNDERSTAFFED"), None),
        (Invited(""), None),
        (Invited("Chen", ("dana@example.com",)), DANA),
        (Invited("Bo Berg covers for Chen", ("dana@example.com",)), DANA),
        (Invited("On call", DANA_AND_CHEN, organiser="dana@example.com"), CHEN),
        (Invited("On call", ("dana@example.com",), organiser="dana@example.com"), DANA),
        (Invited("On call", ("eve@example.com",), organiser="dana@example.com"), None),
        (Invited("Chen", DANA_AND_CHEN), CHEN),
        (Invited(unicodedata.normalize("NFD", "José")), JOSE),
        (Invited("Mary\u00a0Ann  Poe"), "UMARY"),
        (Invited("\u200bJosé\ufeff"), JOSE),
        (Invited("Chen (secondary, backup)"), CHEN),
        (Invited("Backup on-call: Chen"), CHEN),
        (Invited("Chen, leaves at 9"), CHEN),
        (Invited("Office closed, holiday"), None),
    ],
)
def test_who_is_meant(event: Invited, who: str | None) -> None:
    assert who_is_meant(event, PEOPLE) == who


@pytest.mark.parametrize(
    ("event", "why"),
    [
        (Invited("José covers for Chen"), "names José and chen"),
        (Invited("Bo / Bo Berg / U0123ABC45"), "names Bo, Bo Berg and U0123ABC45"),
        (Invited("On call", DANA_AND_CHEN), "names dana@example.com and chen@example.com"),
        (Invited("Chen - vacation"), "says that somebody is away"),
        (Invited("Chen OOF"), "says that somebody is away"),
        (Invited("Chen: Out-of-Office"), "says that somebody is away"),
        (Invited("Chen, annual leave"), "says that somebody is away"),
        (Invited("Vacation", ("dana@example.com",)), "says that somebody is away"),
        (Invited("Chen", is_away=True), "says that somebody is away"),
        (Invited("Chen (backup)"), "says “backup”; write “secondary” for who stands behind"),
        (Invited("Chen [stand-by]"), "says “stand-by”; write “secondary” for who stands behind"),
        (Invited("Backup: Chen"), "says “backup”; write “secondary” for who stands behind"),
        (Invited("Chen backup"), "says “backup”; write “secondary” for who stands behind"),
    ],
)
def test_what_would_be_a_guess_names_nobody_and_says_why(event: Invited, why: str) -> None:
    assert who_is_meant(event, PEOPLE) == Unclear(why)


def test_a_name_in_the_policy_may_be_written_otherwise_than_in_the_title() -> None:
    written = {unicodedata.normalize("NFD", "José\u00a0Ruiz"): JOSE}
    assert who_is_meant(Invited("José Ruiz on call"), written) == JOSE
