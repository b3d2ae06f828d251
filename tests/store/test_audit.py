"""The audit log says who wanted what: a person, an integration, Muster or an operator."""

import pytest

from bot.domain.actor import MUSTER, Actor, Integration, Person
from bot.domain.ids import IncidentNumber
from bot.store import Audited, Store
from tests.store.given import DANA, MACHINE, NOON, minutes

LONG = "Alertmanager of the second cluster in the north, with a name longer than a column"


@pytest.mark.parametrize(
    ("actor", "kept"),
    [
        (Person(DANA), (DANA, "person", None)),
        (Integration(LONG, "alertmanager"), (LONG[:64], "integration", LONG)),
        (MUSTER, ("muster", "muster", None)),
    ],
    ids=["a person", "an integration", "Muster"],
)
async def test_an_entry_says_who_acted_and_as_what(store: Store, actor: Actor, kept: tuple[str, str, str]) -> None:
    async with store.write() as tx:
        await tx.keep_audit(Audited.of(NOON, actor, "close", IncidentNumber(7), "refused", "NotForYou"))
    async with store.read() as tx:
        (entry,) = await tx.audit()
    assert (entry.actor, entry.actor_kind, entry.actor_name) == kept
    assert (entry.at, entry.verb, entry.number, entry.outcome) == (NOON, "close", 7, "refused")


async def test_old_entries_are_dropped(store: Store) -> None:
    async with store.write() as tx:
        await tx.keep_audit(Audited.of(NOON, MUSTER, "close", None, "refused", "NotForYou"))
        assert await tx.purge_audit(MACHINE - minutes(1)) == 0
