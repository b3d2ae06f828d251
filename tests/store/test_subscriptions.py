"""Webhooks that were made by the API, on both engines: kept, listed, and gone with all that waited for them."""

from bot.domain.actor import Integration, Person
from bot.domain.effects import SendWebhook
from bot.domain.policy import Webhook
from bot.domain.vocabulary import Priority
from bot.domain.webhooks import BY_API, Subscription
from bot.store import Store
from tests.store.given import DANA, MACHINE, declare, note, record

BOARD = Subscription(
    "0123456789ab",
    Webhook(
        "board",
        "https://board.example/hook",
        BY_API,
        events=frozenset({"incident.resolved"}),
        services=frozenset({"checkout"}),
        priorities=frozenset({Priority.P1}),
        is_private=True,
    ),
    Person(DANA),
    MACHINE,
)
CMDB = Subscription("ba9876543210", Webhook("cmdb", "https://cmdb.example", BY_API), Integration("CI", "ci"), MACHINE)


async def test_they_are_listed_as_they_were_made(store: Store) -> None:
    async with store.write() as tx:
        await tx.keep_subscription(BOARD)
        await tx.keep_subscription(CMDB)
    async with store.read() as reading:
        assert await reading.subscriptions() == (BOARD, CMDB)


async def test_what_waits_for_one_goes_with_it_and_is_never_sent_again(store: Store) -> None:
    async with store.write() as tx:
        await tx.keep_subscription(BOARD)
        await tx.keep_subscription(CMDB)
    number, event = await declare(store), note()
    await record(store, number, event, effects=(SendWebhook(event, "board"), SendWebhook(event, "cmdb")))
    async with store.read() as reading:
        assert await reading.webhooks_waiting() == {"board": {"waiting": 1}, "cmdb": {"waiting": 1}}
    async with store.write() as tx:
        await tx.drop_subscription(BOARD)
    async with store.write() as tx:
        assert await tx.subscriptions() == (CMDB,)
        assert await tx.webhooks_waiting() == {"cmdb": {"waiting": 1}}
        assert await tx.send_again(["board"], MACHINE.replace(year=2000)) == 0
