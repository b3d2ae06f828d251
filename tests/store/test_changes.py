"""What was deployed is kept once, told once, and forgotten after a while."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from bot.domain.changes import Change
from bot.store import Store

NOW = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
CHANGE = Change("github", "Checkout", "4.2.0", NOW, environment="production", by_whom="octocat")


async def test_what_was_deployed_is_kept_once_and_for_a_while(store: Store) -> None:
    earlier = replace(CHANGE, at=NOW - timedelta(hours=3))
    async with store.write() as tx:
        assert await tx.receive_changes("a", [("checkout", CHANGE), ("checkout", earlier)])
        assert not await tx.receive_changes("a", [("checkout", CHANGE)])
        assert await tx.receive_changes("b", [])
    async with store.write() as tx:
        assert await tx.changes_of("checkout", NOW - timedelta(hours=2)) == (CHANGE,)
        assert await tx.changes_of("payments", NOW - timedelta(hours=2)) == ()
        waiting = await tx.changes_waiting()
        assert [(service, one) for _, service, one in waiting] == [("checkout", CHANGE), ("checkout", earlier)]
        await tx.changes_told([waiting[0][0]])
        assert [one for _, _, one in await tx.changes_waiting()] == [earlier]
        await tx.purge_changes(NOW + timedelta(days=1))
        assert await tx.changes_of("checkout", NOW - timedelta(days=1)) == (earlier,)
