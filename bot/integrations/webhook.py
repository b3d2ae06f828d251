"""Subscriptions as a destination: events of incidents by HTTP POST, as CloudEvents, signed.

Signature, headers and what answers mean: the Standard Webhooks specification (standardwebhooks.com, August 2026).
Body: CloudEvents 1.0, JSON event format, structured mode.
"""

import asyncio
import base64
import hashlib
import hmac
import json
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.delivery.destination import Absent, Finding
from bot.delivery.job import Job
from bot.delivery.outcomes import Done, Gone, Outcome, Retry, Unknown
from bot.domain.actor import Person
from bot.domain.ids import SlackUserId
from bot.domain.incident import Incident
from bot.domain.people import Profile
from bot.domain.policy import Webhook
from bot.domain.webhooks import Subscription, keys_for, may_know
from bot.door.caller import API, Caller
from bot.integrations.outgoing import NotReached, Outgoing, PrivateAddress
from bot.integrations.webhook_event import event_of, spoken_of
from bot.workflows.context import Context
from bot.workflows.seeing import Viewer, readable

NEVER = frozenset({400, 410, 413, 415, 422})
"""No to this very message, or for good: it would be said again."""


def signed(message: str, at: datetime, body: bytes, keys: Sequence[bytes]) -> dict[str, str]:
    """The headers that prove where a message comes from: one signature per key, so that a key can be replaced."""
    seconds = str(int(at.timestamp()))
    content = b".".join((message.encode(), seconds.encode(), body))
    signatures = [base64.b64encode(hmac.new(key, content, hashlib.sha256).digest()).decode() for key in keys]
    return {
        "webhook-id": message,
        "webhook-timestamp": seconds,
        "webhook-signature": " ".join(f"v1,{one}" for one in signatures),
    }


def outcome_of(status: int, wish: timedelta | None) -> Outcome:
    """What an answer means: only 2xx is yes, and whatever is not no for good is tried again."""
    if 200 <= status < 300:
        return Done({"status": status})
    why = f"status {status}"
    return Gone(why) if status in NEVER else Retry(wish, why)


@dataclass(frozen=True, slots=True)
class Sender:
    """What all subscriptions share. `keys`: by the variable that held them."""

    client: Outgoing
    keys: Mapping[str, tuple[bytes, ...]]
    now: Callable[[], datetime]
    """Machine time."""


class Webhooks:
    """Sends each event until its receiver has it. Sent twice it is known by its id, which is the effect's own.

    Subscriptions made by the API come and go while Muster runs, so each is looked up when its turn comes.
    """

    name = "Its receiver"

    def __init__(
        self,
        context: Context,
        sender: Sender,
        look_up: Callable[[SlackUserId], Awaitable[Profile]],
        workspace_url: str,
    ) -> None:
        self._context = context
        self._sender = sender
        self._look_up = look_up
        self._workspace_url = workspace_url

    async def deliver(self, job: Job) -> Outcome:
        webhook, made = await self._named(job.to)
        if webhook is None:
            return Gone("the policy names this place no more")
        if not may_know(webhook, job.now) or (made and not await self._may_hear(made, job.now)):
            return Done({})  # it could when this was queued, or whoever made it cannot read this incident
        keys = self._sender.keys.get(webhook.secret, ())
        keys = keys_for(made.id, keys) if made else keys
        if not keys:
            return Retry(None, f"{webhook.secret} is not set")
        body = await self._body(job)
        now = self._sender.now()
        headers = {
            **signed(f"msg_{job.key}", now, body, keys),
            "Content-Type": "application/cloudevents+json; charset=utf-8",
            "User-Agent": "Muster",
        }
        if made is not None and not self._context.policy.lets_subscriptions_go_private:
            webhook = replace(webhook, allow_private_address=False)
        try:
            answer = await self._sender.client.send("POST", webhook.url, body=body, headers=headers, way=webhook)
        except PrivateAddress:
            return Gone("private address")
        except NotReached as error:
            return Unknown(error.why) if error.may_have_arrived else Retry(None, error.why)
        return outcome_of(answer.status, answer.wish)

    async def find(self, _: Job) -> Finding:
        """Sent again it does no harm."""
        return Absent()

    async def _named(self, name: str) -> tuple[Webhook | None, Subscription | None]:
        """The subscription of that name, and how it was made, if not in the policy."""
        if found := next((one for one in self._context.policy.webhooks if one.name == name), None):
            return found, None
        async with self._context.store.read() as tx:
            made = next((one for one in await tx.subscriptions() if one.webhook.name == name), None)
        return (made.webhook, made) if made else (None, None)

    async def _may_hear(self, made: Subscription, incident: Incident) -> bool:
        """Of a private incident, a subscription made by the API hears what whoever made it may read themselves."""
        if not incident.is_private:
            return True
        viewer = Viewer(Caller(made.by, API, f"webhook/{made.id}"), self._look_up)
        return isinstance(made.by, Person) and incident.number in await readable(
            self._context, viewer, [incident.number]
        )

    async def _body(self, job: Job) -> bytes:
        people, labels = spoken_of(job.then, job.cause)
        store = self._context.store
        async with store.read() as tx:
            known, names = await tx.people(people), await tx.names(labels)
        event = await asyncio.to_thread(
            event_of, job.then, job.cause, known, names, str(store.workspace), self._link(job)
        )
        return json.dumps(event, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")

    def _link(self, job: Job) -> str | None:
        channel = job.now.channel
        return f"{self._workspace_url.rstrip('/')}/archives/{channel}" if channel else None
