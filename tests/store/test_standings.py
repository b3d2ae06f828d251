"""How somebody stands to an incident, read at once: the same as what is read in parts."""

import pytest

from bot.domain.ids import IncidentNumber, SlackUserId
from bot.domain.people import Profile
from bot.domain.transcript import MemberJoined, MemberLeft, Seen
from bot.store import Standing, Store
from tests.store.given import BO, CHANNEL, DANA, NOON, declare, declare_with_channel, minutes


@pytest.mark.parametrize(
    ("told", "is_there"),
    [
        ([], None),
        ([MemberJoined(CHANNEL, DANA, NOON)], None),
        ([MemberJoined(CHANNEL, BO, NOON)], True),
        ([MemberJoined(CHANNEL, BO, NOON), MemberLeft(CHANNEL, BO, NOON + minutes(1))], False),
    ],
)
async def test_somebody_is_known_and_was_seen_in_the_channel_or_not(
    store: Store, told: list[Seen], is_there: bool | None
) -> None:
    number, profile = await declare_with_channel(store), Profile(BO, "Bo", "Europe/Madrid", is_guest=True)
    async with store.write() as tx:
        await tx.keep_person(profile, NOON)
        for one in told:
            await tx.apply(one)
    async with store.read() as tx:
        summary = await tx.summary(number)
        assert summary is not None
        assert await tx.standing(number, BO) == Standing(summary, profile, is_there)


async def test_somebody_unknown_a_program_and_an_incident_without_a_channel(store: Store) -> None:
    number = await declare(store)
    async with store.read() as tx:
        summary = await tx.summary(number)
        assert summary is not None
        for user in (SlackUserId("USTRANGER"), None):
            assert await tx.standing(number, user) == Standing(summary, None, None)
        assert await tx.standing(IncidentNumber(99), BO) is None
