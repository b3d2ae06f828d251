"""Webhooks: the routes that list, make and delete them."""

import re
from dataclasses import dataclass
from http import HTTPStatus
from typing import Annotated, Final

from bot.domain.actor import Integration, Person
from bot.domain.addresses import checked_address
from bot.domain.policy import Webhook
from bot.domain.vocabulary import Priority
from bot.domain.webhooks import BY_API, KINDS, Subscription, secret_for
from bot.door.token import Scope
from bot.verbs.did_you_mean import nearest
from bot.verbs.naming import service_named
from bot.verbs.requests import REQUIRED
from bot.verbs.subscribing import SubscriptionsOff, subscribe, unsubscribe
from bot.web.api import documents as d
from bot.web.api.problems import Wrong, unreadable
from bot.web.api.route import Ask, Route
from bot.web.api.values import shape_of

NAME: Final = re.compile(r"[A-Za-z0-9._-]{1,40}", re.ASCII)
LONGEST_URL: Final = 2000


@dataclass(frozen=True, slots=True)
class NewWebhook:
    """`events`, `services`, `priorities`: of these alone; of all, where none is named."""

    name: Annotated[str, REQUIRED]
    url: Annotated[str, REQUIRED]
    events: tuple[str, ...] = ()
    services: tuple[str, ...] = ()
    priorities: tuple[Priority, ...] = ()
    is_private: bool = False
    allow_private_address: bool = False


async def listed(ask: Ask) -> d.WebhooksDocument:
    async with ask.store.read() as tx:
        made = await tx.subscriptions()
    of_policy = (_document(one, None) for one in ask.policy.webhooks)
    return d.WebhooksDocument((*of_policy, *(_document(one.webhook, one) for one in made)))


async def create(ask: Ask) -> d.NewWebhookDocument:
    """The secret is told here and nowhere else; it is made anew from the webhook's id whenever something is signed."""
    if not ask.dependencies.webhook_keys:
        raise SubscriptionsOff
    context = ask.dependencies.verbs.context
    made = await subscribe(context, ask.caller, _wanted(ask), ask.dependencies.machine_now)
    return d.NewWebhookDocument(_document(made.webhook, made), secret_for(made.id, ask.dependencies.webhook_keys[0]))


async def delete(ask: Ask) -> d.WebhookDocument:
    made = await unsubscribe(ask.dependencies.verbs.context, ask.caller, ask.path["id"])
    return _document(made.webhook, made)


def _wanted(ask: Ask) -> Webhook:
    """Raises Problem for what cannot be one, UnknownName for a service."""
    given: NewWebhook = ask.body
    wrong: list[Wrong] = []
    if not NAME.fullmatch(given.name):
        wrong.append(Wrong("/name", "must be up to 40 letters, digits, `.`, `-` and `_`"))
    if len(given.url) > LONGEST_URL:
        wrong.append(Wrong("/url", f"is longer than {LONGEST_URL:,} characters"))
    try:
        checked_address(given.url, given.allow_private_address, "receivers check the signature")
    except ValueError as no:
        wrong.append(Wrong("/url", f"cannot be used: {no}"))
    for place, one in enumerate(given.events):
        if one not in KINDS:
            wrong.append(Wrong(f"/events/{place}", f"is no kind of event; {nearest(one, list(KINDS))}"))
    if wrong:
        raise unreadable(wrong)
    return Webhook(
        name=given.name,
        url=given.url,
        secret=BY_API,
        events=frozenset(given.events) or None,
        services=frozenset(service_named(ask.policy, one) for one in given.services),
        priorities=frozenset(given.priorities),
        is_private=given.is_private,
        allow_private_address=given.allow_private_address,
    )


def _document(webhook: Webhook, made: Subscription | None) -> d.WebhookDocument:
    return d.WebhookDocument(
        id=made.id if made else None,
        name=webhook.name,
        url=webhook.url,
        events=tuple(sorted(webhook.events or ())),
        services=tuple(sorted(webhook.services)),
        priorities=tuple(sorted(webhook.priorities)),
        private=webhook.is_private,
        allow_private_address=webhook.allow_private_address,
        person=made.by.user if made and isinstance(made.by, Person) else None,
        integration=made.by.name if made and isinstance(made.by, Integration) else None,
        made_at=made.made_at if made else None,
    )


WEBHOOKS: Final = (
    Route(
        "/webhooks",
        "listWebhooks",
        "Every webhook, those of the policy first",
        d.WebhooksDocument,
        listed,
        scope=Scope.ADMIN,
        about="Webhooks",
    ),
    Route(
        "/webhooks",
        "createWebhook",
        "Have another program told what happens to incidents from now on",
        d.NewWebhookDocument,
        create,
        method="POST",
        scope=Scope.ADMIN,
        body=shape_of(NewWebhook),
        status=HTTPStatus.CREATED,
        about="Webhooks",
    ),
    Route(
        "/webhooks/{id}",
        "deleteWebhook",
        "A webhook that was made by the API hears nothing any more",
        d.WebhookDocument,
        delete,
        method="DELETE",
        scope=Scope.ADMIN,
        about="Webhooks",
    ),
)
