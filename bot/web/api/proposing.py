"""What can be proposed: a route for each, with the fields of the verb's own request, and one to see what became of it.

Answering is for people in Slack: there is no route for it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, make_dataclass, replace
from http import HTTPStatus
from typing import Any, Final

from bot.door.token import Scope
from bot.verbs import proposing
from bot.verbs import requests as r
from bot.verbs.table import VERBS
from bot.web.api import documents as d
from bot.web.api import telling
from bot.web.api.route import Ask, Route
from bot.web.api.values import shape_of
from bot.web.api.writes import OURS


@dataclass(frozen=True, slots=True)
class Way:
    """How a request is proposed. `without`: fields that are for people alone."""

    summary: str
    without: frozenset[str] = frozenset()


WAYS: Final[Mapping[type[r.Request[Any]], Way]] = {
    r.PostUpdate: Way("Propose an update", frozenset({"priority", "status"})),
    r.AddNote: Way("Propose a note in the timeline"),
    r.SetPriority: Way("Propose another priority"),
    r.AgreeFollowUp: Way("Propose a follow-up"),
    r.Declare: Way("Propose to declare an incident", frozenset({"is_private", "alert", "runbook_url"})),
}


async def propose(ask: Ask) -> d.ProposalDocument:
    want, program = ask.body.want, ask.body.program or ask.token.name
    if isinstance(want, r.AgreeFollowUp):
        want = replace(want, today=ask.today)
    found = await proposing.propose(ask.dependencies.verbs, ask.caller, want, ask.reference, program)
    return await telling.shown(ask.store, telling.proposal(found.proposal, found.would))


async def show(ask: Ask) -> d.ProposalDocument:
    return telling.proposal(await proposing.shown(ask.dependencies.verbs, ask.caller, ask.path["handle"]))


def _route(kind: Any, way: Way) -> Route:
    verb = VERBS[kind].name
    is_new = kind is r.Declare
    body = make_dataclass(f"Propose{kind.__name__}", [("want", kind), ("program", str, "")], frozen=True)
    return Route(
        "/proposals/declare" if is_new else f"/incidents/{{ref}}/proposals/{verb}",
        f"propose{kind.__name__}",
        way.summary,
        d.ProposalDocument,
        propose,
        method="POST",
        scope=Scope.DECLARE if is_new else Scope.WRITE,
        body=shape_of(body, OURS | way.without),
        status=HTTPStatus.ACCEPTED,
        about="Proposals",
    )


PROPOSALS: Final = (
    *(_route(kind, way) for kind, way in WAYS.items()),
    Route(
        "/proposals/{handle}",
        "showProposal",
        "What became of a proposal",
        d.ProposalDocument,
        show,
        about="Proposals",
    ),
)
"""The routes about proposals. `program`: the name under which it is proposed; the token's, where none is given."""
