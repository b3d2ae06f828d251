"""Whom and what somebody means: people, services and categories, with the nearest match where nothing fits."""

from collections.abc import Iterable

from bot.commands.command import Asked, Missing
from bot.commands.grammar import Group, Mention, mentions, nearest
from bot.domain.ids import SlackUserId
from bot.domain.people import Profile
from bot.domain.policy import Policy, Service
from bot.domain.refusal import Refusal


class UnknownName(Refusal):
    """There is no {kind} “{name}”. {known}"""


async def one_person(asked: Asked, example: str, text: str | None = None) -> Profile:
    """The one person a command names."""
    found, rest = mentions(asked.text if text is None else text)
    people = [one for one in found if isinstance(one, Mention)]
    if len(people) != 1 or len(found) != 1 or rest.strip():
        raise Missing(what="Name one person with @, for example", example=example)
    return await asked.deps.look_up(people[0].user)


async def people(asked: Asked, example: str) -> list[Profile]:
    """Everybody a command names: people, and the members of user groups."""
    found, rest = mentions(asked.text)
    if not found or rest.strip(" ,"):
        raise Missing(what="Name people with @, for example", example=example)
    users: list[SlackUserId] = []
    for one in found:
        users += [one.user] if isinstance(one, Mention) else await _members(asked, one)
    return [await asked.deps.look_up(user) for user in dict.fromkeys(users)]


async def _members(asked: Asked, group: Group) -> list[SlackUserId]:
    async with asked.context.store.read() as tx:
        known = await tx.group(group.handle)
    if known is None:
        raise UnknownName(kind="user group", name=group.handle, known="Name its people one by one.")
    return list(known.users)


def service_named(policy: Policy, name: str) -> str:
    """The slug of a service; any word where the policy lists none. Raises UnknownName."""
    if not policy.services:
        return name
    by_name = {service.name.lower(): slug for slug, service in policy.services.items()}
    slugs = {slug.lower(): slug for slug in policy.services}
    found = slugs.get(name.lower()) or by_name.get(name.lower())
    if found is None:
        raise UnknownName(kind="service", name=name, known=_known(name, policy.services))
    return found


def service_to_page(policy: Policy, name: str) -> Service:
    """A service that the policy lists. Raises UnknownName."""
    if not policy.services:
        raise UnknownName(kind="service", name=name, known="The policy lists none; name people with `invite @name`.")
    return policy.services[service_named(policy, name)]


def category_named(policy: Policy, name: str) -> str:
    """A category that the policy lists. Raises UnknownName."""
    found = next((one for one in policy.categories if one.lower() == name.lower()), None)
    if found is None:
        raise UnknownName(kind="category", name=name, known=_known(name, policy.categories))
    return found


def source_named(policy: Policy, name: str) -> str:
    """A way of noticing that the policy lists. Raises UnknownName."""
    found = next((one for one in policy.sources if one.lower() == name.lower()), None)
    if found is None:
        raise UnknownName(kind="source", name=name, known=_known(name, policy.sources))
    return found


def _known(name: str, names: Iterable[str]) -> str:
    listed = sorted(names)
    near = nearest(name, listed)
    hint = f"Did you mean `{near}`? " if near else ""
    return f"{hint}Known: {', '.join(listed[:20])}{'…' if len(listed) > 20 else ''}."
