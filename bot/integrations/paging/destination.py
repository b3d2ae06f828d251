"""Pages as a destination: who is called, with which words, and until when."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from bot.delivery.destination import Absent, Finding
from bot.delivery.job import Job, TryJob
from bot.delivery.outcomes import Done, Gone, NotYet, Outcome, Unknown
from bot.domain.effects import PagePerson, StopPage
from bot.domain.ids import SlackUserId
from bot.domain.incident import Incident
from bot.domain.paging import ONE_MESSAGE, REFUSED, TAKEN_AT, TEST_RINGS_FOR, PageKey, is_wanted, key_of_try
from bot.domain.timeline import AnyEvent, EscalationTold, ServicePaged, SlackLost, UpdateOverdue
from bot.domain.vocabulary import DeadlineKind, Priority
from bot.integrations.paging.pager import Call, Pager
from bot.review import without_secrets
from bot.workflows.context import Context

LONGEST_TITLE = 200
TEST = "A test of your pager by Muster. Nothing is wrong."
HOW_TO_SEE = "In Slack: /incident page test shows how far it came."


@dataclass(frozen=True, slots=True)
class Pagers:
    """Every pager by its name, and the keys by the variable that holds them."""

    named: Mapping[str, Pager]
    secrets: Mapping[str, str]
    now: Callable[[], datetime]
    """Machine time."""


class Pages:
    """Calls people and stops calling them. A page that nobody waits for any more when its turn comes is not sent."""

    name = "The pager"

    def __init__(self, context: Context, pagers: Pagers, workspace_url: str) -> None:
        self._context = context
        self._pagers = pagers
        self._workspace_url = workspace_url.rstrip("/")

    async def deliver(self, job: Job | TryJob) -> Outcome | NotYet:
        if isinstance(job, TryJob):
            return await self._try(job)
        match job.effect:
            case StopPage(to=to, pager=pager, pages=pages):
                return await self._stop(job.now, to, pager, pages)
            case PagePerson(to=to, pager=pager) as page if is_wanted(job.now, job.cause.seq, to, pager):
                return await self._send(job, page)
            case _:
                return Done({})

    async def find(self, job: Job | TryJob) -> Finding:
        if isinstance(job, TryJob):
            return Absent()  # to call for a test twice does no harm
        effect = job.effect
        pager = self._pagers.named.get(effect.pager) if isinstance(effect, PagePerson) else None
        secret = self._secret_of(effect.to, effect.pager) if isinstance(effect, PagePerson) else None
        if pager is None or secret is None or not isinstance(effect, PagePerson):
            return Absent()  # to stop it again does no harm
        return await pager.find(self._call(job, effect, secret))

    async def _send(self, job: Job, page: PagePerson) -> Outcome:
        pager = self._pagers.named.get(page.pager)
        if pager is None:
            return Gone("no pager")
        secret = self._secret_of(page.to, page.pager)
        if secret is None:
            return Gone("no pager key is set")
        outcome = await pager.send(self._call(job, page, secret))
        return Done({"page": job.cause.seq}) if isinstance(outcome, Done) else outcome

    async def _try(self, job: TryJob) -> Outcome | NotYet:
        """Call until it was acknowledged, or for a while; what cannot be sent by then is called off as well."""
        to, now = job.effect.to, self._pagers.now()
        pager, secret = self._pagers.named.get(job.effect.pager), self._secret_of(to, job.effect.pager)
        if pager is None or secret is None:
            return Done({REFUSED: "no pager key is set"})
        key = key_of_try(self._context.store.workspace, job.key)
        is_over = now - job.effect.asked_at >= TEST_RINGS_FOR
        if TAKEN_AT in job.result or is_over:
            refused = {} if TAKEN_AT in job.result else {REFUSED: "it could not be reached"}
            outcome = await pager.stop(key, secret)
            return Done(refused) if isinstance(outcome, Done) else outcome
        is_one_message = job.effect.pager in ONE_MESSAGE
        how = HOW_TO_SEE if is_one_message else f"Acknowledge it; it ends by itself. {HOW_TO_SEE}"
        outcome = await pager.send(Call(key, secret, TEST, how, Priority.P2.value))
        match outcome:
            case Done() if is_one_message:
                return Done({TAKEN_AT: self._pagers.now().isoformat()})
            case Done():
                await job.keep({TAKEN_AT: self._pagers.now().isoformat()})
                return NotYet(TEST_RINGS_FOR)
            case Gone(error=error):
                return Done({REFUSED: error})
            case Unknown():
                return Done({REFUSED: "nothing confirms that it arrived"})
            case _:
                return outcome

    async def _stop(self, incident: Incident, to: SlackUserId, name: str, pages: tuple[int, ...]) -> Outcome:
        pager, secret = self._pagers.named.get(name), self._secret_of(to, name)
        if pager is None or secret is None:
            return Gone("no pager")
        for seq in pages:
            outcome = await pager.stop(self._key(incident, seq, to), secret)
            if not isinstance(outcome, Done):
                return outcome
        return Done({})

    def _secret_of(self, person: SlackUserId, pager: str) -> str | None:
        variable = self._context.policy.paging.key_of(person, pager)
        return self._pagers.secrets.get(variable) if variable else None

    def _key(self, incident: Incident, seq: int, person: SlackUserId) -> str:
        return str(PageKey(self._context.store.workspace, incident.number, seq, person))

    def _call(self, job: Job, page: PagePerson, secret: str) -> Call:
        incident, channel = job.now, job.now.channel
        return Call(
            key=self._key(incident, job.cause.seq, page.to),
            secret=secret,
            summary=summary_of(incident, job.cause.event),
            how_to_accept=how_to_accept(incident, job.cause.event, page.pager),
            priority=incident.priority.value,
            url=f"{self._workspace_url}/archives/{channel}" if channel else None,
            bridge=None if incident.is_private else incident.bridge_url,
            is_repeat=job.is_repeat,
        )


def summary_of(incident: Incident, event: AnyEvent) -> str:
    """`INC-42, P1: checkout fails. Nobody has taken command.` Of a private incident no word leaves Slack."""
    drill = "Drill, " if incident.is_drill else ""
    title, _ = without_secrets(incident.title)
    title = "private incident" if incident.is_private else title[:LONGEST_TITLE].rstrip(" .")
    return f"{drill}{incident.ref}, {incident.priority}: {title}. {_wanted(event)}"


def how_to_accept(incident: Incident, event: AnyEvent, pager: str) -> str:
    if isinstance(event, SlackLost):
        return f"In a terminal: muster incident show {incident.ref}; accept, update and resolve work there as well."
    if isinstance(event, ServicePaged):
        return f"Open the incident's channel in Slack, or type there: /incident {incident.ref} status"
    if _is_about_updates(event):
        return f"In Slack: /incident {incident.ref} update <text>"
    accept = f"In Slack: /incident {incident.ref} accept."
    return accept if pager in ONE_MESSAGE else f"{accept} Acknowledging this page does not take command."


def _wanted(event: AnyEvent) -> str:
    if isinstance(event, SlackLost):
        return "Slack cannot be reached: go on without it."
    if isinstance(event, ServicePaged):
        return f"You are called in for {event.service_name}."
    return "An update is overdue." if _is_about_updates(event) else "Nobody has taken command."


def _is_about_updates(event: AnyEvent) -> bool:
    is_of_update = isinstance(event, EscalationTold) and event.deadline is DeadlineKind.UPDATE
    return is_of_update or isinstance(event, UpdateOverdue)
