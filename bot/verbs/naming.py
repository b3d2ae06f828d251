"""Which service, category or source somebody means: by name or slug."""

from collections.abc import Iterable
from dataclasses import replace

from bot.domain.declaration import Declaration
from bot.domain.policy import Policy, Service
from bot.domain.refusal import Refusal
from bot.domain.spans import shown
from bot.verbs.did_you_mean import nearest


class UnknownName(Refusal):
    """There is no {kind} “{name}”. {known}"""


def service_named(policy: Policy, name: str) -> str:
    """The slug of a service; any word where the policy lists none. Raises UnknownName."""
    if not policy.services:
        return name
    by_name = {service.name.lower(): slug for slug, service in policy.services.items()}
    slugs = {slug.lower(): slug for slug in policy.services}
    found = slugs.get(name.lower()) or by_name.get(name.lower())
    if found is None:
        raise UnknownName(kind="service", name=shown(name), known=_known(name, policy.services))
    return found


def service_to_page(policy: Policy, name: str) -> Service:
    """A service that the policy lists. Raises UnknownName."""
    if not policy.services:
        raise UnknownName(
            kind="service", name=shown(name), known="The policy lists none; name people with `invite @name`."
        )
    return policy.services[service_named(policy, name)]


def category_named(policy: Policy, name: str) -> str:
    """A category that the policy lists. Raises UnknownName."""
    return _listed("category", name, policy.categories)


def source_named(policy: Policy, name: str) -> str:
    """A way of noticing that the policy lists. Raises UnknownName."""
    return _listed("source", name, policy.sources)


def as_the_policy_has_it(policy: Policy, report: Declaration) -> Declaration:
    """A report with its names as the policy has them, and private where its category always is. Raises UnknownName."""
    category = category_named(policy, report.category) if report.category else None
    return replace(
        report,
        category=category,
        service=service_named(policy, report.service) if report.service else None,
        source=source_named(policy, report.source) if report.source else None,
        is_private=report.is_private or category in policy.private_categories,
    )


def _listed(kind: str, name: str, listed: Iterable[str]) -> str:
    found = next((one for one in listed if one.lower() == name.lower()), None)
    if found is None:
        raise UnknownName(kind=kind, name=shown(name), known=_known(name, listed))
    return found


def _known(name: str, names: Iterable[str]) -> str:
    listed = sorted(names)
    in_lower_case = {one.lower(): one for one in listed}
    near = nearest(name.lower(), in_lower_case)
    hint = f"Did you mean `{in_lower_case[near]}`? " if near else ""
    return f"{hint}Known: {', '.join(listed[:20])}{'…' if len(listed) > 20 else ''}."
