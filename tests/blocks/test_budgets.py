"""Error budgets in Slack: a row for each service, as many as fit, and what is left in words."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import given, settings

from bot.blocks.budgets import MOST, budget_report, line
from bot.domain.budgets import Budget, Burn, budget
from bot.domain.ids import IncidentNumber
from bot.domain.objectives import Objective, Rolling
from bot.web.api.telling import budget as document
from bot.web.api.values import written
from tests.blocks.hostile import text
from tests.blocks.reading import as_read, fits
from tests.domain.given import declared

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def of(service: str, minutes: float, *, is_open: bool = False) -> Budget:
    objective = Objective(service, service, 0.995, Rolling(timedelta(days=10), "over 10 days"))
    end = None if is_open else NOW
    return budget(objective, [Burn(IncidentNumber(7), ((NOW - minutes * MINUTE, end),), 1.0)], NOW)


def test_each_service_has_a_row_with_what_is_left() -> None:
    found = [of("checkout", 84), of("search", 12, is_open=True), of("mail", 0)]
    told = budget_report(found, {"checkout": "Checkout"})
    lines = ("Checkout exhausted by 12 min", "search 1 h of 1 h 12 min left", "mail 1 h 12 min of 1 h 12 min left")
    assert told.text == f"Error budgets: {'; '.join(lines)}."
    assert "search | 99.5 % over 10 days | 1 h of 1 h 12 min left | 0.67 | INC-7" in as_read(told)
    assert "mail | 99.5 % over 10 days | 1 h 12 min of 1 h 12 min left | – | –" in as_read(told)
    assert "No service has an objective." in budget_report([], {}).text


def test_a_card_says_what_was_left_when_and_until_when_it_lasts() -> None:
    incident = replace(declared(), number=IncidentNumber(7))
    told = line(of("search", 12, is_open=True), incident)
    assert told.startswith("1 h of 1 h 12 min left at <!date^1780315200^")
    assert "12 min used by INC-7 · used up at <!date^1780318800^" in told
    assert told.endswith("if it goes on like this")
    over = line(of("search", 84), incident)
    assert over.startswith("exhausted by 12 min at ")
    assert over.endswith("1 h 24 min used by INC-7"), "what does not go on is no forecast"
    assert line(of("search", 0), incident) == ""


@given(text)
@settings(max_examples=25)
def test_any_number_of_services_with_any_name_fits(name: str) -> None:
    told = budget_report([of(f"s{number}", 3) for number in range(MOST + 5)], {"s0": name})
    fits(told)
    assert "5 more services: `muster export budgets` has all." in as_read(told)


def test_the_api_has_spans_in_seconds_and_tells_what_is_overdrawn() -> None:
    told = written(document(of("checkout", 84, is_open=True)))
    assert (told["allowed"], told["used"], told["left"]) == (4320, 5040, -720)
    assert (told["used_up_at"], told["renewed_at"]) == (None, None)
    assert told["incidents"] == [{"ref": "INC-7", "used": 5040, "now": True}]
    assert written(document(of("mail", 0)))["burn_rate"] is None
