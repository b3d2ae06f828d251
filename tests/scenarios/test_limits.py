"""What Slack allows is not exceeded, and what matters most goes first."""

from pathlib import Path

from tests.scenarios.conftest import company_at_work, eventually
from tests.scenarios.storming import declare_all, everybody_is_in, refused


class Clock:
    """By which Slack's minutes pass, for Slack and for Muster."""

    at = 1000.0

    def now(self) -> float:
        return self.at


async def test_in_a_storm_slack_never_has_to_refuse_and_p1_goes_first(tmp_path: Path, sqlite_url: str) -> None:
    """Twenty incidents in one minute, of which the last three are P1: more than Muster opens in one."""
    clock = Clock()
    async with company_at_work(tmp_path, sqlite_url, counted_by=clock.now) as company:
        storm = await declare_all(company, ["P3"] * 17 + ["P1"] * 3)
        opened = await everybody_is_in(company, 18)
        late = [one for one in storm if one.number not in opened]
        assert [one.priority for one in late] == ["P3"] * 2

        async def is_all_told() -> bool:
            clock.at += 1
            company.bot.context.store.wake.set()
            return company.bot.delivery.is_idle and not await company.bot.under_way()

        await eventually(is_all_told, within=60)
        assert len(await everybody_is_in(company, 20)) == 20
        assert not refused(company.sandbox.journal)
        assert len(company.broadcast.messages) == 20
