"""Reading what a report of the incident could say."""

from dataclasses import dataclass, replace

from bot.domain.clock import rules_of, stage_named
from bot.domain.incident import Reporting
from bot.domain.reporting_draft import Draft, draft
from bot.review import without_secrets
from bot.verbs.requests import Request
from bot.verbs.verb import Call
from bot.workflows.context import look_at


@dataclass(frozen=True, slots=True)
class DraftReport(Request[Draft]):
    """A draft of a stage of a regulation, from the record as it stands. Nothing is recorded or sent."""

    regulation: str
    stage: str


@dataclass(frozen=True, slots=True)
class ReadClocks(Request[tuple[Reporting, ...]]):
    """The regulations that anybody was asked about, or said something of."""


async def read_clocks(call: Call, _: ReadClocks) -> tuple[Reporting, ...]:
    async with call.context.store.read() as tx:
        return (await look_at(tx, call.number)).reporting


async def draft_report(call: Call, want: DraftReport) -> Draft:
    """Without the secrets in it: it is to leave the house. Raises NoRegulations, NoSuchRegulation, NoSuchStage."""
    rules = rules_of(want.regulation, call.policy)
    stage = stage_named(rules.regulation, want.stage)
    async with call.context.store.read() as tx:
        incident = await look_at(tx, call.number)
        written = {name: one.text for name, one in (await tx.written(call.number)).items()}
    found = draft(incident, rules, stage, written)
    parts = tuple((title, without_secrets(text)[0]) for title, text in found.parts)
    return replace(found, parts=parts, words=without_secrets(found.words)[0])
