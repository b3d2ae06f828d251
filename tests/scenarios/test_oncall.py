"""Who is on call, as somebody asks for it."""

from pathlib import Path

from tests.scenarios.conftest import Company, company_at_work


async def test_it_says_who_until_when_who_is_next_and_who_is_second(company: Company) -> None:
    answer = await company.eli.types("/incident oncall checkout", in_="general")
    dana, bo = f"<@{company.dana.id}>", f"<@{company.bo.id}>"
    assert f"{dana} until <!date^1773014400^" in answer.text  # Monday 9 March, 00:00 UTC
    assert f"then {bo}. Secondary: {bo}." in answer.text


async def test_without_a_service_every_schedule_is_listed_with_what_it_is_for(company: Company) -> None:
    answer = await company.eli.types("/incident oncall", in_="general")
    assert "*shop* (Checkout, Payments): " in answer.text


async def test_a_service_that_is_not_there_gets_the_nearest(company: Company) -> None:
    answer = await company.eli.types("/incident oncall chekout", in_="general")
    assert "Did you mean `checkout`?" in answer.text


async def test_without_schedules_it_says_who_is_asked_instead(tmp_path: Path) -> None:
    policy = {"default_schedule": None, "schedules": None, "services": {"checkout": {"name": "Checkout"}}}
    database = f"sqlite+aiosqlite:///{tmp_path / 'muster.db'}"
    async with company_at_work(tmp_path, database, policy) as company:
        answer = await company.eli.types("/incident oncall", in_="general")
        assert "whoever declares an incident is asked to command it" in answer.text
