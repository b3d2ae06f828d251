"""What an action of the policy may be given, how a runbook names one, and which version of it people say yes to.

Whatever reaches an engine is a value that was chosen from what the policy lists: a number within bounds, yes or no, one
of several words, a service. No text of anybody's does.
"""

import json
import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from hashlib import sha256
from typing import Final

from bot.domain.policy import Automation, Engine, Parameter, Policy
from bot.domain.refusal import Refusal
from bot.domain.telling import few
from bot.domain.timeline import Given
from bot.domain.vocabulary import EngineKind, ParameterKind

NAMED: Final = re.compile(r"(?P<name>[a-z][a-z0-9_]{0,39})[=:](?P<value>\S{1,100})")
"""`percent=10`."""
WRITTEN: Final = re.compile(
    r"(?P<name>[a-z0-9]+(?:[-_][a-z0-9]+)*)(?P<values>(?:\s+[a-z][a-z0-9_]{0,39}[=:]\S{1,100})*)"
)
"""How a runbook names an action: `restart-checkout percent=10`."""
YES, NO = "true", "false"
FLAGS: Final = {"true": YES, "yes": YES, "on": YES, "1": YES, "false": NO, "no": NO, "off": NO, "0": NO}
NUMBER: Final = re.compile(r"-?[0-9]{1,9}")
RUN_KEY: Final = "muster_key"
"""The input by which an engine is asked later what became of a run."""
MOST_NAMED: Final = 20


class UnknownAction(Refusal):
    """The policy has no action `{action}`. It has: {known}."""


class NotAParameter(Refusal):
    """`{action}` takes no such thing as `{typed}`. {takes}"""


class GivenTwice(Refusal):
    """`{name}` is given twice. Give each parameter once."""


class NotPossible(Refusal):
    """`{name}` of `{action}` cannot be `{value}`: it is {possible}."""


class StillToGive(Refusal):
    """`{action}` needs {missing}: add {example}."""


@dataclass(frozen=True, slots=True)
class NamedAction:
    """What a step of a runbook says of an action."""

    name: str
    values: tuple[str, ...] = ()
    """Each as `percent=10`."""


def named_action(text: str) -> NamedAction | None:
    """What a runbook's words mean; None where they name no action."""
    found = WRITTEN.fullmatch(text.strip())
    return NamedAction(found["name"], tuple(found["values"].split())) if found else None


def action_of(policy: Policy, name: str) -> Automation:
    """Raises UnknownAction."""
    found = policy.actions.get(name)
    if found is None:
        raise UnknownAction(action=name, known=few(sorted(policy.actions), MOST_NAMED) or "none")
    return found


def chosen(
    action: Automation, typed: Iterable[str], preset: Iterable[str], services: Collection[str]
) -> dict[str, str]:
    """The values that are given, checked, in the order of the policy; what is typed wins over what the runbook sets.
    Raises NotAParameter, GivenTwice, NotPossible."""
    found = {**_read(action, preset, services), **_read(action, typed, services)}
    return {one.name: found[one.name] for one in action.parameters if one.name in found}


def complete(action: Automation, values: Mapping[str, str]) -> tuple[Given, ...]:
    """Raises StillToGive."""
    missing = [one for one in action.parameters if one.name not in values]
    if missing:
        names = few([f"`{one.name}` ({possible(one)})" for one in missing], MOST_NAMED)
        example = " ".join(f"{one.name}={_example(one)}" for one in missing)
        raise StillToGive(action=action.name, missing=names, example=f"`{example}`")
    return tuple(Given(name, value) for name, value in values.items())


def possible(parameter: Parameter) -> str:
    """What it may be, in words."""
    match parameter.kind:
        case ParameterKind.INT:
            return f"a whole number from {parameter.least} to {parameter.most}"
        case ParameterKind.BOOL:
            return "yes or no"
        case ParameterKind.ONE_OF:
            return f"one of {few(list(parameter.options), MOST_NAMED)}"
        case ParameterKind.SERVICE:
            return "a service of the policy"


def version(action: Automation, engine: Engine) -> str:
    """A digest of all that decides what happens at the engine: after any change it is another one."""
    said = json.dumps([asdict(action), asdict(engine)], sort_keys=True, default=_plain)
    return sha256(said.encode()).hexdigest()[:24]


def place_of(action: Automation, engine: Engine) -> str:
    """Where it is run, in words."""
    target = action.target
    match engine.kind:
        case EngineKind.GITHUB:
            return f"{target['repo']}, {target['workflow']} at {target['ref']}"
        case EngineKind.RUNDECK:
            return f"Rundeck job {target['job']}"
        case EngineKind.WEBHOOK:
            return f"{engine.name} ({target['path']})"


def _plain(value: object) -> object:
    return sorted(value) if isinstance(value, frozenset) else str(value)


def _read(action: Automation, typed: Iterable[str], services: Collection[str]) -> dict[str, str]:
    found: dict[str, str] = {}
    known = {one.name: one for one in action.parameters}
    for text in typed:
        read = NAMED.fullmatch(text)
        if read is None or read["name"] not in known:
            raise NotAParameter(action=action.name, typed=text[:60], takes=_takes(action.parameters))
        if read["name"] in found:
            raise GivenTwice(name=read["name"])
        found[read["name"]] = _checked(action, known[read["name"]], read["value"], services)
    return found


def _takes(parameters: Sequence[Parameter]) -> str:
    if not parameters:
        return "It takes no parameters."
    return f"It takes {few([f'`{one.name}` ({possible(one)})' for one in parameters], MOST_NAMED)}."


def _checked(action: Automation, parameter: Parameter, value: str, services: Collection[str]) -> str:
    """The value as the engine gets it. Raises NotPossible."""
    found: str | None = None
    match parameter.kind:
        case ParameterKind.INT:
            is_number = NUMBER.fullmatch(value) is not None
            found = str(int(value)) if is_number and parameter.least <= int(value) <= parameter.most else None
        case ParameterKind.BOOL:
            found = FLAGS.get(value.lower())
        case ParameterKind.ONE_OF:
            found = value if value in parameter.options else None
        case ParameterKind.SERVICE:
            found = value if value in services else None
    if found is None:
        raise NotPossible(action=action.name, name=parameter.name, value=value[:60], possible=possible(parameter))
    return found


def _example(parameter: Parameter) -> str:
    match parameter.kind:
        case ParameterKind.INT:
            return str(parameter.least)
        case ParameterKind.BOOL:
            return NO
        case ParameterKind.ONE_OF:
            return parameter.options[0]
        case ParameterKind.SERVICE:
            return "checkout"
