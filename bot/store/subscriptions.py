"""Webhooks that were made by the API."""

from functools import cache

from pydantic import TypeAdapter
from sqlalchemy import bindparam, delete, func, select, update

from bot.domain import effects as e
from bot.domain.webhooks import Subscription
from bot.store import schema
from bot.store.prepared import Prepared
from bot.store.session import Session, machine_now

w, o = schema.subscriptions.c, schema.outbox.c
ALL = Prepared(select(w.body).where(w.workspace == bindparam("workspace")).order_by(w.made_at, w.id))


@cache
def _subscription() -> TypeAdapter[Subscription]:
    return TypeAdapter(Subscription)


class SubscriptionReads(Session):
    async def subscriptions(self) -> tuple[Subscription, ...]:
        """Each of them, in the order in which they were made."""
        rows = await ALL.rows(self._connection, {"workspace": self._workspace})
        return tuple(_subscription().validate_json(body) for (body,) in rows)

    async def webhooks_waiting(self) -> dict[str, dict[str, int]]:
        """By name, how many messages are waiting, and how many are dead."""
        states = {"pending": "waiting", "in_flight": "waiting", "dead": "dead"}
        query = (
            select(o.destination, o.state, func.count())
            .where(o.workspace == self._workspace, o.kind == e.SendWebhook.__name__, o.state.in_(states))
            .group_by(o.destination, o.state)
        )
        found: dict[str, dict[str, int]] = {}
        for destination, state, count in await self._connection.execute(query):
            of_it = found.setdefault(destination.removeprefix(e.webhook("")), {})
            of_it[states[state]] = of_it.get(states[state], 0) + count
        return found


class SubscriptionWrites(SubscriptionReads):
    async def keep_subscription(self, one: Subscription) -> None:
        """Add it. Whoever does this has locked the workspace and knows that its name is free."""
        await self._connection.execute(
            schema.subscriptions.insert(),
            {
                "workspace": self._workspace,
                "id": one.id,
                "name": one.webhook.name,
                "made_at": one.made_at,
                "body": _subscription().dump_json(one).decode(),
            },
        )

    async def drop_subscription(self, one: Subscription) -> None:
        """It is told no more; nothing of what it was to be told stays, or could be sent again under its name."""
        await self._connection.execute(
            delete(schema.subscriptions).where(w.workspace == self._workspace, w.id == one.id)
        )
        of_it = o.workspace == self._workspace, o.destination == e.webhook(one.webhook.name), o.state != "in_flight"
        gone = {"state": "superseded", "ended_at": machine_now(), "error": "its webhook was deleted"}
        await self._connection.execute(update(schema.outbox).where(*of_it).values(gone))
