"""From what somebody typed, clicked or sent to the verb that answers it."""

from contextlib import suppress
from dataclasses import replace
from zoneinfo import ZoneInfo

from bot.blocks import answers
from bot.blocks.text import has_own_times, in_zone, plain
from bot.commands import helping
from bot.commands.asking_back import Question, Way
from bot.commands.catching import offered
from bot.commands.command import Command, Dependencies, Named, SubmittedInvocation, TypedInvocation, say
from bot.commands.forms import known_names
from bot.commands.grammar import MENTION, Words, cut_reference, read, split
from bot.commands.home import show_home
from bot.commands.read_as_text import read_as_text
from bot.domain.actor import Person
from bot.domain.ids import SlackUserId, ref
from bot.domain.named import by_name, mentioned
from bot.domain.refusal import NotFound, Refusal
from bot.domain.transcript import as_typed
from bot.door.caller import SLACK, Caller
from bot.door.inbound import Changed, HomeOpened, Inbound, Joined, Submitted, Typed
from bot.door.reply import FormErrors, Reply, Say, Silence
from bot.verbs.perform import WhichIncident, admission, keep_refusal
from bot.verbs.verb import About
from bot.workflows.seeing import visible

WHICH = "`{verb}` needs to know which incident. Type it in the incident's channel, or begin with its reference. {yours}"
NO_REQUEST = ""
"""What only looks is no request that could be sent again."""
WORTH_QUOTING = 25
"""Characters after the verb from which on somebody would mind typing them again."""
KNOWN_WITHIN = 2.0
"""Seconds for which looking somebody up gives way to answers."""


class OtherIncident(Question):
    """`{verb}` was not done: you named {named}, but after the verb a reference counts as text. Put it in front."""


class Router:
    """Answers whatever a person asks. A refusal becomes an answer; a defect is raised to the adapter."""

    def __init__(self, dependencies: Dependencies) -> None:
        self._dependencies = dependencies

    async def __call__(self, inbound: Inbound) -> Reply:
        reply = await self._reply(inbound)
        if isinstance(inbound, Typed) and inbound.is_mention and not await self._is_first(inbound):
            return Silence()
        return reply

    async def _is_first(self, said: Typed) -> bool:
        """Whether nobody answered it yet: Slack delivers again what was not acknowledged in time. Asked when the answer
        is there, so that one that was lost before is still given."""
        async with self._dependencies.context.store.write() as tx:
            return await tx.take(f"answered/{said.sender_id}")

    async def _reply(self, inbound: Inbound) -> Reply:
        mentioned = MENTION.finditer(inbound.text) if isinstance(inbound, Typed) else ()
        for user in {inbound.user, *(SlackUserId(one["user"]) for one in mentioned if one["user"])}:
            self._dependencies.soon(self._get_to_know(user))
        try:
            match inbound:
                case Typed():
                    return await self._typed(inbound)
                case Submitted():
                    return await self._submitted(inbound)
                case Changed():
                    return await self._changed(inbound)
                case HomeOpened():
                    return await show_home(self._dependencies, _caller(inbound), inbound.notice)
                case Joined():
                    return await offered(self._dependencies, inbound)
        except WhichIncident as refusal:
            return say(answers.refusal(await self._which(refusal, _caller(inbound), inbound.user)))
        except Refusal as refusal:
            text = await self._in_their_zone(str(refusal), inbound.user)
            if isinstance(inbound, Submitted):
                return FormErrors({next(iter(inbound.values), "title"): plain(text)})
            ways = refusal.ways if isinstance(refusal, Question) else ()
            told = say(answers.refusal(text, [(way.label, way.command) for way in ways]))
            return await self._with_words(told, inbound, refusal) if isinstance(inbound, Typed) else told

    async def _with_words(self, told: Say, typed: Typed, refusal: Refusal) -> Say:
        """The refusal with the words that were typed, ready to send: Slack has taken them from whoever typed them. With
        the verb that was meant, where it is known."""
        if typed.is_click or typed.is_mention:
            return told
        try:
            words = split(typed.text)
        except Refusal:  # of its reference
            words = Words(None, "", as_typed(typed.text).strip())
        if len(words.rest) < WORTH_QUOTING:
            return told
        meant = refusal.meant if isinstance(refusal, helping.UnknownVerb) else ""
        said = f"{words.reference or ''} {meant or words.verb} {words.rest}".strip()
        names = await known_names(self._dependencies.context, mentioned((said,)))
        added = answers.ready_to_send(plain(by_name(said, names)))
        return replace(told, text=f"{told.text}\n{added.text}", blocks=(*told.blocks, *added.blocks))

    async def _in_their_zone(self, text: str, user: SlackUserId) -> str:
        """Times as the person's own clock shows them, also where Slack does not."""
        if not has_own_times(text):
            return text
        return in_zone(text, ZoneInfo((await self._dependencies.look_up(user)).tz))

    async def _get_to_know(self, user: SlackUserId) -> None:
        """So that reviews and lists name people; no command waits for it, and it does not compete with their
        answers."""
        await self._dependencies.context.waiting.give_way(KNOWN_WITHIN)
        with suppress(Refusal):
            await self._dependencies.look_up(user)

    async def _typed(self, typed: Typed) -> Reply:
        caller = _caller(typed)
        reference = None
        try:
            words = split(typed.text)
            if typed.is_in_home and words.verb == "home":
                return await show_home(self._dependencies, caller)
            command, rest = self._understood(words, typed)
            is_about_a_verb = command is helping.COMMAND and bool(rest)
            named = None if is_about_a_verb else words.reference
            reference, rest = await self._named(named, command, rest, typed)
        except Refusal as refusal:
            await keep_refusal(self._dependencies.context, caller, "unknown", reference, refusal)
            raise
        about = About.NOTHING if rest.strip().lower() in command.aside else command.about
        async with admission(self._dependencies, caller, command.name, about, reference) as admitted:
            parsed = read(rest, command.shape, f"{reference or ''} {command.name}".strip())
            reply = await command.handle(TypedInvocation(self._dependencies, typed.user, admitted, typed, parsed))
        return _told(reply, read_as_text(command.name, parsed), typed)

    def _understood(self, words: Words, typed: Typed) -> tuple[Command, str]:
        """The command; what was said to Muster and is none, nor nearly one, asks what there is to do now."""
        try:
            return helping.understood(self._dependencies.commands, words)
        except helping.UnknownVerb as unknown:
            if typed.is_mention and not unknown.facts["hint"]:
                return helping.COMMAND, ""
            raise

    async def _named(self, reference: str | None, command: Command, rest: str, typed: Typed) -> tuple[str | None, str]:
        """The incident meant, and the rest without its reference, where that stands right after the verb. Raises
        OtherIncident, NotFound."""
        named, text = cut_reference(rest)
        if reference or named is None or command.about is About.NOTHING or command.named is Named.TEXT:
            return reference, rest
        if command.named is Named.TAKEN or (command.named is Named.TAKEN_ALONE and not text):
            return named, text
        async with self._dependencies.context.store.read() as tx:
            own = await tx.number_of_channel(typed.channel)
        if own is not None and ref(own) == named:
            return None, rest if text else ""
        corrected = f"{named} {command.name} {text}".strip()
        raise OtherIncident((Way(f"Do it in {named}", corrected),), verb=command.name, named=named)

    async def _submitted(self, sent: Submitted) -> Reply:
        command = helping.find(self._dependencies.commands, sent.form)
        if command.submit is None:
            raise LookupError(f"the verb {sent.form} has no form")
        caller = _caller(sent)
        reference = split(sent.carried).reference if command.about is not About.NOTHING else None
        if reference is None and command.about is About.AN_INCIDENT:
            refusal = NotFound(ref="here")
            await keep_refusal(self._dependencies.context, caller, command.name, None, refusal)
            raise refusal
        async with admission(self._dependencies, caller, command.name, command.about, reference) as admitted:
            return await command.submit(SubmittedInvocation(self._dependencies, sent.user, admitted, sent))

    async def _changed(self, changed: Changed) -> Reply:
        command = helping.find(self._dependencies.commands, changed.form)
        if command.change is None:
            raise LookupError(f"the form of {command.name} stays as it is")
        return await command.change(self._dependencies, changed)

    async def _which(self, refusal: WhichIncident, caller: Caller, user: SlackUserId) -> str:
        """The refusal, with the typist's open incidents as an example of what to type."""
        context, verb = self._dependencies.context, str(refusal.facts["verb"])
        async with context.store.read() as tx:
            channels = await tx.channels_of(user)
        seen = await visible(context, self._dependencies.viewer(caller), open_only=True)
        own = [one for one in seen if user in (one.declared_by, one.commander, one.asked) or one.channel in channels]
        if not own:
            return WHICH.format(
                verb=verb, yours="You are in no open incident; `/incident list` shows those you can see."
            )
        listed = "; ".join(f"{ref(one.number)} ({one.title[:60]})" for one in own[:5])
        example = helping.find(self._dependencies.commands, verb).example
        return WHICH.format(
            verb=verb,
            yours=f"Your open incidents: {listed}. For example: `/incident {ref(own[0].number)} {example}`",
        )


def _told(reply: Reply, reading: str, typed: Typed) -> Reply:
    """The answer with what was read as text added, where something was done."""
    if not reading or not isinstance(reply, Say) or answers.is_refusal(reply.text):
        return reply
    added = say(answers.reading(reading))
    if reply.told_in and reply.told_in == typed.channel:
        return added
    return replace(reply, text=f"{reply.text} {added.text}", blocks=(*reply.blocks, *added.blocks))


def _caller(inbound: Inbound) -> Caller:
    """Whoever asks, as verbs know them."""
    channel = inbound.channel if isinstance(inbound, Typed) else None
    request_id = inbound.sender_id if isinstance(inbound, Typed | Submitted) else NO_REQUEST
    return Caller(Person(inbound.user), SLACK, request_id, channel, inbound.is_from_outside)
