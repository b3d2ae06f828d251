"""Figures through the wire: what was done is counted, what one may not see is not."""

import pytest

from tests.scenarios.conftest import Company

pytestmark = pytest.mark.both_engines


async def handled(company: Company, declaration: str = "checkout fails service:checkout P1") -> None:
    channel = await company.declares(declaration)
    number = channel.name.split("-")[1]
    await company.dana.types(f"/incident INC-{number} accept", in_="general")
    await company.dana.types(f"/incident INC-{number} update rolling back", in_="general")
    await company.later(minutes=12)
    await company.dana.types(f"/incident INC-{number} update rolled back", in_="general")
    await company.later(minutes=8)
    await company.dana.types(f"/incident INC-{number} resolve rolled back", in_="general")
    await company.settle()


async def test_the_figures_of_one_incident_are_those_of_its_course(company: Company) -> None:
    await handled(company)
    answer = await company.chen.types("/incident metrics 30d", in_="general")
    assert "The last 30 days: 1 incident" in answer.text
    (table,) = [block for block in answer.blocks if block["type"] == "table"]
    rows = {row[0]["text"]: [cell["text"] for cell in row[1:]] for row in table["rows"]}
    assert rows["All"][-2:] == ["20 min", "2 of 2"]
    assert rows["Target met"][-2] == "1 of 1"
    assert rows["P1"] == rows["Checkout"] == rows["All"]
    assert "Resolved without escalating: 1 of 1" in str(answer.blocks)


async def test_drills_are_left_out_and_what_is_private_is_counted_only_for_its_members(company: Company) -> None:
    await handled(company, "a fire drill P2 --drill")
    await handled(company, "a leak P2 --private")
    outside = await company.eli.types("/incident metrics", in_="general")
    assert "none that counts was declared in the last 90 days" in outside.text
    assert "1 drill" in outside.text
    inside = await company.dana.types("/incident metrics", in_="general")
    assert "1 incident" in inside.text


async def test_a_period_that_is_none_is_refused(company: Company) -> None:
    for typed in ("0d", "banana", "-5d", "10000d"):
        answer = await company.dana.types(f"/incident metrics {typed}", in_="general")
        assert answer.text.startswith("Not done: "), typed
