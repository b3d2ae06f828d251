"""The check-up of the webhooks that were made by the API: those that hear less than whoever made them thinks."""

from collections.abc import Iterable, Mapping

from bot.domain.actor import Person
from bot.domain.ids import SlackUserId
from bot.domain.people import Profile
from bot.domain.policy import Policy
from bot.domain.webhooks import Subscription
from bot.operator.finding import Finding


def examine_subscriptions(
    made: Iterable[Subscription], people: Mapping[SlackUserId, Profile], policy: Policy
) -> Iterable[Finding]:
    for one in made:
        for text in _findings(one, people, policy):
            yield Finding("webhook_made", f"The webhook {one.webhook.name} ({one.id}) {text}", must_mend=False)


def _findings(one: Subscription, people: Mapping[SlackUserId, Profile], policy: Policy) -> Iterable[str]:
    webhook = one.webhook
    if webhook.name in {named.name for named in policy.webhooks}:
        yield "hears nothing: the policy has one of that name. Give that one another name, or delete this one."
    maker = people.get(one.by.user) if isinstance(one.by, Person) else None
    if webhook.is_private and maker is not None and maker.is_deactivated:
        yield f"hears of no private incident: {maker.name}, who made it, has left the workspace."
    if webhook.allow_private_address and not policy.lets_subscriptions_go_private:
        yield "may not go into this network: the policy does not have `subscriptions: {allow_private_address: true}`."
    for slug in sorted(webhook.services - set(policy.services)) if policy.services else ():
        yield f"is about the service {slug}, which nobody lists."
