"""Webhooks by the API: made and deleted while Muster runs, and heard of by every replica at once."""

from collections.abc import Callable
from datetime import datetime
from hashlib import sha256

from bot.domain.actor import Integration, Muster, Person
from bot.domain.policy import Webhook
from bot.domain.refusal import Refusal
from bot.domain.webhooks import MOST, Subscription
from bot.door.caller import Caller
from bot.store import Audited
from bot.workflows.context import AskedOtherwise, Context


class SubscriptionsOff(Refusal):
    """Webhooks are made in the policy alone here. Once MUSTER_WEBHOOK_API is set, which their secrets come from, they
    can be made by the API, too."""


class NameTaken(Refusal):
    """There is a webhook `{name}` already. Give this one another name, or delete that one first."""


class TooManyWebhooks(Refusal):
    """There are {count} webhooks, as many as there can be. Delete one that nobody needs."""


class OnlyPeopleReadPrivate(Refusal):
    """A program may not read private incidents, so it cannot have them sent either. Somebody who reads them can, with a
    token of their own."""


class NotIntoTheNetwork(Refusal):
    """The policy lets no webhook of the API into this network. Whoever runs Muster can set
    `subscriptions: {{allow_private_address: true}}`, or write this one into the policy."""


class NoSuchWebhook(Refusal):
    """There is no webhook {id} that was made by the API. Those of the policy are deleted there."""


async def subscribe(
    context: Context, caller: Caller, wanted: Webhook, machine_now: Callable[[], datetime]
) -> Subscription:
    """Make a webhook, which hears of what happens from now on. The same request leads to the same one. Raises
    Refusal."""
    if wanted.is_private and not isinstance(caller.actor, Person):
        raise OnlyPeopleReadPrivate
    if wanted.allow_private_address and not context.policy.lets_subscriptions_go_private:
        raise NotIntoTheNetwork
    made = Subscription(_id_for(caller), wanted, _maker(caller), machine_now())
    async with context.store.write() as tx:
        await tx.lock_workspace()
        known = await tx.subscriptions()
        if earlier := next((one for one in known if one.id == made.id), None):
            if earlier.webhook != wanted:
                raise AskedOtherwise
            return earlier
        if wanted.name in {one.name for one in (*context.policy.webhooks, *(each.webhook for each in known))}:
            raise NameTaken(name=wanted.name)
        if (count := len(context.policy.webhooks) + len(known)) >= MOST:
            raise TooManyWebhooks(count=count)
        await tx.keep_subscription(made)
        await tx.keep_audit(Audited.of(context.now(), caller.actor, "webhook create", None, "done", made.id))
    return made


async def unsubscribe(context: Context, caller: Caller, subscription_id: str) -> Subscription:
    """Delete a webhook that was made by the API, and what waits for it. Raises NoSuchWebhook."""
    async with context.store.write() as tx:
        await tx.lock_workspace()
        found = next((one for one in await tx.subscriptions() if one.id == subscription_id), None)
        if found is None:
            raise NoSuchWebhook(id=subscription_id)
        await tx.drop_subscription(found)
        await tx.keep_audit(Audited.of(context.now(), caller.actor, "webhook delete", None, "done", found.id))
    return found


def _id_for(caller: Caller) -> str:
    """The same for the same request; the secret comes from it, and from what nobody but Muster knows."""
    return sha256(caller.key.encode()).hexdigest()[:12]


def _maker(caller: Caller) -> Person | Integration:
    if isinstance(caller.actor, Muster):
        raise TypeError("Muster itself makes no webhooks")
    return caller.actor
