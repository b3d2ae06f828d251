"""From what somebody typed, clicked or sent to the verb that answers it."""

from contextlib import suppress

from bot.blocks import answers
from bot.commands import (
    accept,
    cancel,
    category,
    close,
    commander,
    declare,
    escalate,
    follow,
    followup,
    handover,
    help,
    impact,
    invite,
    join,
    list,
    mark,
    merge,
    metrics,
    mitigate,
    note,
    oncall,
    open,
    page,
    priority,
    problem,
    reopen,
    resolve,
    review,
    role,
    runbook,
    service,
    severity,
    similar,
    snooze,
    status,
    step,
    takeover,
    time,
    timeline,
    unfollow,
    update,
    urgency,
    verify,
)
from bot.commands.command import About, Asked, Command, Dependencies, say
from bot.commands.forms import order_of
from bot.commands.grammar import Words, read, split
from bot.commands.home import show_home
from bot.domain.ids import IncidentNumber, SlackUserId, ref
from bot.domain.refusal import Refusal
from bot.door.inbound import Changed, HomeOpened, Inbound, Submitted, Typed
from bot.door.reply import FormErrors, Reply
from bot.store import Audited
from bot.workflows.admitting import admit
from bot.workflows.seeing import find_visible, visible

COMMANDS: tuple[Command, ...] = (
    declare.COMMAND,
    update.COMMAND,
    accept.COMMAND,
    commander.COMMAND,
    handover.COMMAND,
    takeover.COMMAND,
    role.COMMAND,
    priority.COMMAND,
    impact.COMMAND,
    urgency.COMMAND,
    severity.COMMAND,
    service.COMMAND,
    category.COMMAND,
    mitigate.COMMAND,
    resolve.COMMAND,
    verify.COMMAND,
    close.COMMAND,
    reopen.COMMAND,
    cancel.COMMAND,
    merge.COMMAND,
    note.COMMAND,
    mark.COMMAND,
    time.COMMAND,
    timeline.COMMAND,
    status.COMMAND,
    list.COMMAND,
    runbook.COMMAND,
    step.COMMAND,
    escalate.COMMAND,
    snooze.COMMAND,
    page.COMMAND,
    oncall.COMMAND,
    invite.COMMAND,
    open.COMMAND,
    follow.COMMAND,
    unfollow.COMMAND,
    join.COMMAND,
    followup.COMMAND,
    review.COMMAND,
    similar.COMMAND,
    problem.COMMAND,
    metrics.COMMAND,
    help.COMMAND,
)
"""Everything that can be typed after `/incident`; help, the README's table and the manifest's hint come from here."""


KNOWN_WITHIN = 2.0
"""Seconds for which looking somebody up gives way to answers."""


class WhichIncident(Refusal):
    """`{verb}` needs to know which incident. Type it in the incident's channel, or begin with its reference. {yours}"""


class Router:
    """Answers whatever a person asks. A refusal becomes an answer; a defect is raised to the adapter."""

    def __init__(self, deps: Dependencies) -> None:
        self._deps = deps

    async def __call__(self, inbound: Inbound) -> Reply:
        self._deps.soon(self._get_to_know(inbound.user))
        try:
            match inbound:
                case Typed():
                    return await self._typed(inbound)
                case Submitted():
                    return await self._submitted(inbound)
                case Changed():
                    return await self._changed(inbound)
                case HomeOpened():
                    return await show_home(self._deps, inbound.user, inbound.notice)
        except Refusal as refusal:
            await self._audit(inbound, refusal)
            if isinstance(inbound, Submitted):
                return FormErrors({next(iter(inbound.values), "title"): str(refusal)})
            return say(answers.refusal(str(refusal)))

    async def _audit(self, inbound: Inbound, refusal: Refusal) -> None:
        """Keep that somebody was refused, and of what kind the refusal was; nothing of what they wrote."""
        if not isinstance(inbound, Typed | Submitted):
            return
        verb, reference = _meant(inbound)
        known = next((one.name for one in self._deps.commands if verb in (one.name, *one.aliases)), "unknown")
        context = self._deps.context
        async with context.store.write() as tx:
            number = IncidentNumber(int(reference.partition("-")[2])) if reference else None
            if number is None and isinstance(inbound, Typed):
                number = await tx.number_of_channel(inbound.channel)
            kind = type(refusal).__name__
            await tx.keep_audit(Audited(context.now(), inbound.user, known, number, "refused", kind))

    async def _get_to_know(self, user: SlackUserId) -> None:
        """So that reviews and lists name people; no command waits for it, and it does not compete with their
        answers."""
        await self._deps.context.waiting.give_way(KNOWN_WITHIN)
        with suppress(Refusal):
            await self._deps.look_up(user)

    async def _typed(self, typed: Typed) -> Reply:
        words = split(typed.text)
        if typed.is_in_home and words.verb == "home":
            return await show_home(self._deps, typed.user)
        verb = words.verb or ("status" if words.reference else "help")
        command = help.find(self._deps.commands, verb)
        number = await self._about(command, words, typed)
        await admit(self._deps.context, command.name, number, typed.user)
        return await command.handle(Asked(self._deps, typed, read(words.rest, command.shape), number))

    async def _submitted(self, sent: Submitted) -> Reply:
        command = help.find(self._deps.commands, sent.form)
        if command.submit is None:
            raise LookupError(f"the verb {sent.form} has no form")
        number = (await order_of(self._deps, sent)).number if command.about is About.AN_INCIDENT else None
        await admit(self._deps.context, command.name, number, sent.user)
        return await command.submit(self._deps, sent)

    async def _changed(self, changed: Changed) -> Reply:
        command = help.find(self._deps.commands, changed.form)
        if command.change is None:
            raise LookupError(f"the form of {command.name} stays as it is")
        return await command.change(self._deps, changed)

    async def _about(self, command: Command, words: Words, typed: Typed) -> IncidentNumber | None:
        """The incident meant: the reference typed, else the one whose channel it is."""
        if command.about is About.NOTHING:
            return None
        if words.reference is not None:
            return await find_visible(self._deps.context, words.reference, typed.user, typed.channel)
        async with self._deps.context.store.read() as tx:
            number = await tx.number_of_channel(typed.channel)
        if number is None and command.about is About.AN_INCIDENT:
            raise WhichIncident(verb=command.name, yours=await self._yours(typed, command))
        return number

    async def _yours(self, typed: Typed, command: Command) -> str:
        """The typist's open incidents, as an example of what to type."""
        context = self._deps.context
        async with context.store.read() as tx:
            mine = await tx.channels_of(typed.user)
        found = [
            one
            for one in await visible(context, typed.user, open_only=True)
            if typed.user in (one.declared_by, one.commander, one.asked) or one.channel in mine
        ]
        if not found:
            return "You are in no open incident; `/incident list` shows those you can see."
        listed = "; ".join(f"{ref(one.number)} ({one.title[:60]})" for one in found[:5])
        return f"Your open incidents: {listed}. For example: `/incident {ref(found[0].number)} {command.example}`"


def _meant(inbound: Typed | Submitted) -> tuple[str, str | None]:
    """The verb and the reference, as far as they can be read."""
    with suppress(Refusal):
        if isinstance(inbound, Submitted):
            return inbound.form, split(inbound.carried).reference
        words = split(inbound.text)
        return words.verb, words.reference
    return "", None
