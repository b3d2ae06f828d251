"""Reading a new classification and its reason."""

from collections.abc import Awaitable, Callable

from bot.commands.command import Command, Missing, TypedInvocation, recording, require
from bot.commands.grammar import DASHES
from bot.domain.policy import Policy
from bot.domain.vocabulary import Level, Priority, Severity
from bot.door.reply import Reply
from bot.verbs import requests as r
from bot.verbs.naming import category_named, service_named
from bot.verbs.requests import Request
from bot.workflows.context import Outcome


def cut_first_word(text: str) -> tuple[str, str]:
    """The first word, and what follows it."""
    parts = text.split(maxsplit=1)
    return (parts[0] if parts else "", parts[1] if len(parts) > 1 else "")


def severity_named(word: str) -> Severity | None:
    """`SEV-2`, `sev2` or `2`; None for anything else."""
    number = word.translate(DASHES).upper().removeprefix("SEV").removeprefix("-")
    return next((one for one in Severity if one == f"SEV-{number}"), None)


def _level(word: str) -> Level | None:
    return next((one for one in Level if one == word.lower()), None)


def _priority(word: str) -> Priority | None:
    return next((one for one in Priority if one == word.upper()), None)


def _reclassifying(
    what: str, example: str, read: Callable[[Policy, str], Callable[[str], Request[Outcome]] | None]
) -> Callable[[TypedInvocation], Awaitable[Reply]]:
    """`read` takes the first word and gives what makes the request of the reason; None for a word that fits nothing."""

    def request(invocation: TypedInvocation) -> Request[Outcome]:
        word, reason = cut_first_word(invocation.text)
        made = read(invocation.context.policy, word) if word else None
        if made is None:
            raise Missing(what=f"Give a {what} and a reason, for example", example=example)
        return made(require(reason, "Give a reason as well, for example", example))

    return recording(request)


def _of_level(
    request: Callable[[Level, str], Request[Outcome]], example: str
) -> Callable[[TypedInvocation], Awaitable[Reply]]:
    def read(_: Policy, word: str) -> Callable[[str], Request[Outcome]] | None:
        level = _level(word)
        return None if level is None else lambda reason: request(level, reason)

    return _reclassifying(f"level ({', '.join(Level)})", example, read)


def _of_priority(_: Policy, word: str) -> Callable[[str], Request[Outcome]] | None:
    priority = _priority(word)
    return None if priority is None else lambda reason: r.SetPriority(priority, reason)


def _of_severity(_: Policy, word: str) -> Callable[[str], Request[Outcome]] | None:
    severity = severity_named(word)
    return None if severity is None else lambda reason: r.SetSeverity(severity, reason)


def _of_service(policy: Policy, word: str) -> Callable[[str], Request[Outcome]]:
    service = service_named(policy, word)
    return lambda reason: r.CorrectAffected(service, reason)


def _of_category(policy: Policy, word: str) -> Callable[[str], Request[Outcome]]:
    category = category_named(policy, word)
    return lambda reason: r.CorrectCategory(category, reason)


PRIORITY = "priority P2 only one region is affected"
IMPACT = "impact high more regions are affected"
URGENCY = "urgency low traffic is low until Monday"
SEVERITY = "severity SEV-2 one node of three is down"
SERVICE = "service checkout it is not the search"
CATEGORY = "category security a key was leaked"

COMMANDS = (
    Command(
        name="priority",
        summary="set the priority by hand, with a reason",
        usage="priority P1…P4 <reason>",
        example=PRIORITY,
        handle=_reclassifying(f"priority ({', '.join(Priority)})", PRIORITY, _of_priority),
    ),
    Command(
        name="impact",
        summary="change the impact, with a reason; the priority follows from the matrix",
        usage="impact high|medium|low <reason>",
        example=IMPACT,
        handle=_of_level(r.SetImpact, IMPACT),
    ),
    Command(
        name="urgency",
        summary="change the urgency, with a reason; the priority follows from the matrix",
        usage="urgency high|medium|low <reason>",
        example=URGENCY,
        handle=_of_level(r.SetUrgency, URGENCY),
    ),
    Command(
        name="severity",
        summary="set the technical severity, with a reason; the priority stays",
        usage="severity SEV-1…SEV-4 <reason>",
        example=SEVERITY,
        handle=_reclassifying(f"severity ({', '.join(Severity)})", SEVERITY, _of_severity),
    ),
    Command(
        name="service",
        summary="correct the affected service, with a reason; the priority, the runbooks and who is asked follow",
        usage="service <service> <reason>",
        example=SERVICE,
        handle=_reclassifying("service", SERVICE, _of_service),
    ),
    Command(
        name="category",
        summary="correct the category, with a reason; the priority and the runbooks follow",
        usage="category <category> <reason>",
        example=CATEGORY,
        handle=_reclassifying("category", CATEGORY, _of_category),
    ),
)
