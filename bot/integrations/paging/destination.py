"""Pages as a destination: who is called, with which words, and until when."""

from collections.abc import Mapping
from dataclasses import dataclass

from bot.delivery.destination import Absent, Finding
from bot.delivery.job import Job
from bot.delivery.outcomes import Done, Gone, Outcome
from bot.domain.effects import PagePerson, StopPage
from bot.domain.ids import SlackUserId
from bot.domain.incident import Incident
from bot.domain.paging import PageKey, is_wanted
from bot.domain.timeline import AnyEvent, EscalationTold, ServicePaged, UpdateOverdue
from bot.domain.vocabulary import DeadlineKind
from bot.integrations.paging.pager import Call, Pager
from bot.review import without_secrets
from bot.workflows.context import Context

LONGEST_TITLE = 200


@dataclass(frozen=True, slots=True)
class Pagers:
    """Every pager by its name, and the keys by the variable that holds them."""

    named: Mapping[str, Pager]
    secrets: Mapping[str, str]


class Pages:
    """Calls people and stops calling them. A page that nobody waits for any more when its turn comes is not sent."""

    name = "The pager"

    def __init__(self, context: Context, pagers: Pagers, workspace_url: str) -> None:
        self._context = context
        self._pagers = pagers
        self._workspace_url = workspace_url.rstrip("/")

    async def deliver(self, job: Job) -> Outcome:
        match job.effect:
            case StopPage(to=to, pager=pager, pages=pages):
                return await self._stop(job.now, to, pager, pages)
            case PagePerson(to=to, pager=pager) if is_wanted(job.now, job.cause.seq, to, pager):
                return await self._send(job, to, pager)
            case _:
                return Done({})

    async def find(self, job: Job) -> Finding:
        effect = job.effect
        pager = self._pagers.named.get(effect.pager) if isinstance(effect, PagePerson) else None
        secret = self._secret_of(effect.to) if isinstance(effect, PagePerson) else None
        if pager is None or secret is None or not isinstance(effect, PagePerson):
            return Absent()  # to stop it again does no harm
        return await pager.find(self._call(job, effect.to, secret))

    async def _send(self, job: Job, to: SlackUserId, name: str) -> Outcome:
        pager = self._pagers.named.get(name)
        if pager is None:
            return Gone("no pager")
        secret = self._secret_of(to)
        if secret is None:
            return Gone("no pager key is set")
        outcome = await pager.send(self._call(job, to, secret))
        return Done({"page": job.cause.seq}) if isinstance(outcome, Done) else outcome

    async def _stop(self, incident: Incident, to: SlackUserId, name: str, pages: tuple[int, ...]) -> Outcome:
        pager, secret = self._pagers.named.get(name), self._secret_of(to)
        if pager is None or secret is None:
            return Gone("no pager")
        for seq in pages:
            outcome = await pager.stop(self._key(incident, seq, to), secret)
            if not isinstance(outcome, Done):
                return outcome
        return Done({})

    def _secret_of(self, person: SlackUserId) -> str | None:
        variable = self._context.policy.paging.key_of(person)
        return self._pagers.secrets.get(variable) if variable else None

    def _key(self, incident: Incident, seq: int, person: SlackUserId) -> str:
        return str(PageKey(self._context.store.workspace, incident.number, seq, person))

    def _call(self, job: Job, to: SlackUserId, secret: str) -> Call:
        incident, channel = job.now, job.now.channel
        return Call(
            key=self._key(incident, job.cause.seq, to),
            secret=secret,
            summary=summary_of(incident, job.cause.event),
            how_to_accept=how_to_accept(incident, job.cause.event),
            priority=incident.priority.value,
            url=f"{self._workspace_url}/archives/{channel}" if channel else None,
        )


def summary_of(incident: Incident, event: AnyEvent) -> str:
    """`INC-42, P1: checkout fails. Nobody has taken command.` Of a private incident no word leaves Slack."""
    drill = "Drill, " if incident.is_drill else ""
    title, _ = without_secrets(incident.title)
    title = "private incident" if incident.is_private else title[:LONGEST_TITLE].rstrip(" .")
    return f"{drill}{incident.ref}, {incident.priority}: {title}. {_wanted(event)}"


def how_to_accept(incident: Incident, event: AnyEvent) -> str:
    if isinstance(event, ServicePaged):
        return f"Open the incident's channel in Slack, or type there: /incident {incident.ref} status"
    if _is_about_updates(event):
        return f"In Slack: /incident {incident.ref} update <text>"
    return f"In Slack: /incident {incident.ref} accept. Acknowledging this page does not take command."


def _wanted(event: AnyEvent) -> str:
    if isinstance(event, ServicePaged):
        return f"You are called in for {event.service_name}."
    return "An update is overdue." if _is_about_updates(event) else "Nobody has taken command."


def _is_about_updates(event: AnyEvent) -> bool:
    is_of_update = isinstance(event, EscalationTold) and event.deadline is DeadlineKind.UPDATE
    return is_of_update or isinstance(event, UpdateOverdue)
