"""Propose what a verb would do; have it done when somebody in Slack says yes."""

import secrets
from collections.abc import Iterator, Mapping
from dataclasses import MISSING, dataclass, fields, is_dataclass, replace
from datetime import datetime, timedelta
from enum import Enum
from functools import cache
from typing import Any, Final, get_args

from pydantic import TypeAdapter

from bot.domain.audience_clocks import STAKEHOLDERS
from bot.domain.ids import Reference, SlackUserId, number_of, ref
from bot.domain.incident import Incident
from bot.domain.named import Names, by_name, mentioned
from bot.domain.proposals import (
    LASTS,
    Expired,
    NoSuchProposal,
    NotToPropose,
    Outdated,
    Proposal,
    calling_nobody,
    digest,
    require_short,
    require_waiting,
    seen_of,
)
from bot.domain.telling import listed, spell
from bot.domain.texts import rewritten
from bot.domain.timeline import AnyEvent
from bot.domain.vocabulary import ProposalState
from bot.door.caller import Caller
from bot.verbs import requests as r
from bot.verbs.perform import perform
from bot.verbs.table import VERBS
from bot.verbs.verb import Dependencies, ForPeople
from bot.workflows import proposals
from bot.workflows.context import Decided, Outcome, Rehearsed, answered_before
from bot.workflows.seeing import readable

Proposable = r.Declare | r.PostUpdate | r.AddNote | r.SetPriority | r.AgreeFollowUp
"""What may be proposed. All else people do: taking command, ending an incident, publishing, calling people."""
PROPOSABLE: Final[Mapping[str, type[r.Request[Any]]]] = {kind.__name__: kind for kind in get_args(Proposable)}
LONGEST_NAME: Final = 60
"""Characters of a program's name."""
UNTOLD: Final = frozenset({"today"})
"""Fields that nobody sends."""


@dataclass(frozen=True, slots=True)
class Proposed:
    """A proposal, and what would be recorded if somebody said yes now; nothing for one that was made before."""

    proposal: Proposal
    would: tuple[AnyEvent, ...] = ()


async def propose(
    dependencies: Dependencies, caller: Caller, wanted: Proposable, reference: Reference | None, program: str
) -> Proposed:
    """Have people asked. Whatever would be refused now is refused now, in the same words. The same proposal made again
    is the one that stands. `program`: its name, as it says itself. Raises Refusal."""
    person = _person(caller, wanted)
    _require_modest(wanted)
    names = await _names(dependencies, wanted)
    want = rewritten(wanted, lambda text: calling_nobody(by_name(text, names)))
    number = number_of(reference) if reference is not None else None
    kind, arguments = type(want).__name__, _adapter(type(want).__name__).dump_json(want).decode()
    asked, now = digest(person, number, kind, arguments), dependencies.context.now()
    async with dependencies.context.store.read() as tx:
        same = await tx.last_proposed(asked, now)
    if same is not None and await _may_see(dependencies, caller, same):
        return Proposed(same)
    decided = await _rehearse(dependencies, caller, want, reference)
    words = tuple(_words(want, names))
    require_short([text for _, text in words])
    proposal = Proposal(
        number=0,
        handle=f"prp_{secrets.token_hex(12)}",
        asked=asked,
        by=person,
        program=" ".join(program.split())[:LONGEST_NAME] or "A program",
        verb=VERBS[type(want)].name,
        incident=number,
        wish=_wish(want, decided.before),
        words=words,
        kind=kind,
        arguments=arguments,
        seen=seen_of(VERBS[type(want)].name, decided.before),
        made_at=now,
        ends_at=now + LASTS,
    )
    kept = await proposals.keep(dependencies.context.store, proposal, now, caller.actor)
    return Proposed(kept, decided.decision.events)


async def shown(dependencies: Dependencies, caller: Caller, named: int | str) -> Proposal:
    """A proposal by its number or handle. Raises NoSuchProposal also for one that the caller may not see."""
    async with dependencies.context.store.read() as tx:
        found = await (tx.proposal(named) if isinstance(named, int) else tx.proposal_of(named))
    if found is None or not await _may_see(dependencies, caller, found):
        raise NoSuchProposal(named=named)
    if found.state is ProposalState.WAITING and dependencies.context.now() >= found.ends_at:
        return replace(found, state=ProposalState.EXPIRED)
    return found


async def waiting(dependencies: Dependencies, caller: Caller) -> tuple[Proposal, ...]:
    """Those that the caller may answer."""
    async with dependencies.context.store.read() as tx:
        found = await tx.proposals_waiting(dependencies.context.now())
    return tuple([one for one in found if await _may_see(dependencies, caller, one)])


async def have_done(dependencies: Dependencies, caller: Caller, number: int, *, anyway: bool = False) -> Outcome:
    """Somebody says yes: the verb does it as theirs, once. `anyway`: declare also what looks like an open incident.
    Raises Refusal."""
    if (earlier := await answered_before(dependencies.context, caller)) is not None:
        return earlier
    proposal = await shown(dependencies, caller, number)
    want: Any = _adapter(proposal.kind).validate_json(proposal.arguments)
    _person(caller, want)
    if isinstance(want, r.Declare) and anyway:
        want = replace(want, anyway=True)
    about = ref(proposal.incident) if proposal.incident is not None else None
    try:
        require_waiting(proposal, dependencies.context.now())
        outcome: Outcome = await perform(dependencies, replace(caller, proposal=number), want, about)
    except Expired:
        await proposals.put_aside(dependencies.context.store, number, ProposalState.EXPIRED)
        raise
    except Outdated:
        await proposals.put_aside(dependencies.context.store, number, ProposalState.OUTDATED)
        raise
    return outcome


async def decline(dependencies: Dependencies, caller: Caller, number: int) -> Proposal:
    """Somebody says no: nothing is done. Raises Refusal."""
    proposal = await shown(dependencies, caller, number)
    person = _person(caller, _adapter(proposal.kind).validate_json(proposal.arguments))
    context = dependencies.context
    return await proposals.decline(context.store, number, person, context.now(), caller.actor)


async def _rehearse(
    dependencies: Dependencies, caller: Caller, want: Proposable, reference: Reference | None
) -> Decided:
    """What would come of it, by the very way on which it is done; nothing is recorded. Raises Refusal."""
    rehearsing = replace(caller, request_id=secrets.token_hex(16), is_rehearsing=True)
    request: r.Request[Any] = want
    try:
        await perform(dependencies, rehearsing, request, reference)
    except Rehearsed as rehearsed:
        return rehearsed.decided
    raise AssertionError("a rehearsal ends before anything is recorded")


async def _may_see(dependencies: Dependencies, caller: Caller, proposal: Proposal) -> bool:
    """Whoever may read its incident; of a declaration, only whom it is for."""
    if proposal.incident is None:
        return caller.person == proposal.by
    return proposal.incident in await readable(dependencies.context, dependencies.viewer(caller), [proposal.incident])


def _person(caller: Caller, want: r.Request[Any]) -> SlackUserId:
    """Raises ForPeople."""
    if caller.person is None:
        raise ForPeople(verb=VERBS[type(want)].name, name=getattr(caller.actor, "name", "Muster"))
    return caller.person


def _require_modest(want: Proposable) -> None:
    """Raises NotToPropose."""
    if isinstance(want, r.Declare) and want.report.is_private:
        raise NotToPropose(what="A private incident")
    if isinstance(want, r.PostUpdate) and want.besides.status is not None:
        raise NotToPropose(what="The end of an incident")


@cache
def _adapter(kind: str) -> TypeAdapter[Any]:
    return TypeAdapter(PROPOSABLE[kind])


async def _names(dependencies: Dependencies, want: Proposable) -> Names:
    """Of the people whom it names, as far as they are known."""
    people = {*r.people_in(want), *mentioned(_texts(want))}
    async with dependencies.context.store.read() as tx:
        return {user: one.name for user, one in (await tx.people(people)).items()}


def _texts(want: object) -> Iterator[str]:
    return (text for _, text in _words(want, {}))


def _wish(want: Proposable, before: Incident | None) -> str:
    """What people are asked, in our words alone; `before`: the incident that it is about."""
    if before is None:
        return "declare an incident"
    match want:
        case r.PostUpdate(audiences=whom):
            is_usual = whom == (STAKEHOLDERS,)
            return f"post an update{'' if is_usual else f' for {listed(whom)}'} in {before.ref}"
        case r.AddNote():
            return f"add a note to the timeline of {before.ref}"
        case r.AgreeFollowUp():
            return f"add a follow-up to {before.ref}"
        case r.SetPriority(priority=priority):
            way = "raise" if priority.value < before.priority.value else "lower"
            return f"{way} {before.ref} from {before.priority} to {priority}"
        case r.Declare():
            raise LookupError("a declaration is about no incident yet")


def _words(want: object, names: Names) -> Iterator[tuple[str, str]]:
    """Every field that was given, after its name: whoever says yes sees all of it."""
    for one in fields(want):  # type: ignore[arg-type]
        value = getattr(want, one.name)
        default = one.default_factory() if one.default_factory is not MISSING else one.default
        is_in_wish = isinstance(want, r.SetPriority) and one.name == "priority"
        if is_in_wish or one.name in UNTOLD or value is None or value == default:
            continue
        if is_dataclass(value) and not isinstance(value, type):
            yield from _words(value, names)
        else:
            yield one.name.removeprefix("is_").replace("_", " "), _written(value, names)


def _written(value: object, names: Names) -> str:
    match value:
        case bool():
            return "yes"
        case Enum():
            return str(value.value)
        case datetime():
            return f"{value:%Y-%m-%d %H:%M} UTC"
        case timedelta():
            return spell(value)
        case str() if value in names:
            return f"@{names[SlackUserId(value)]}"
    return str(value)
