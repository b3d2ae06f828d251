"""`action` and `decision`: what somebody is to do now, and what was decided; also in the words of a message."""

import re

from bot.blocks.lists import action_list, decision_list
from bot.commands.command import Command, Missing, TypedInvocation, done, require, say
from bot.commands.followup import one_owner
from bot.commands.read_as_text import NUMBER
from bot.domain.transcript import MessageAt, message_at
from bot.door.reply import Reply
from bot.verbs.requests import FinishAction, MakeDecision, OpenAction

ACTION = "action Restart the pool @bo"
DECISION = "decision We fail over to fra-2"
DONE = re.compile(
    rf"(?:done\s+{NUMBER.pattern}|{NUMBER.pattern}\s+done)(?=\s|$)[\s:,–-]*(?P<note>.*)", re.IGNORECASE | re.DOTALL
)
"""`2 done`, `done 2`, with a note after it."""
FROM = re.compile(r"from\s+(?P<address>\S+)\s*(?P<rest>.*)", re.IGNORECASE | re.DOTALL)
"""`from <link of the message>`."""


async def _action(invocation: TypedInvocation) -> Reply:
    if not invocation.text:
        incident = await invocation.incident()
        return say(action_list(incident, await invocation.in_names(incident.actions)))
    if found := DONE.fullmatch(invocation.text.strip()):
        number = int(found[1] or found[2])
        return done(await invocation.perform(FinishAction(number, found["note"].strip())))
    message, rest = _message(invocation.text)
    text, owner = one_owner(rest, "An action has one owner, for example", ACTION)
    if message is not None:
        return done(await invocation.perform(OpenAction("", owner, message)))
    return done(await invocation.perform(OpenAction(require(text, "Say what needs doing, for example", ACTION), owner)))


async def _decision(invocation: TypedInvocation) -> Reply:
    if not invocation.text:
        incident = await invocation.incident()
        return say(decision_list(incident, await invocation.in_names(incident.decisions)))
    message, text = _message(invocation.text)
    if message is None:
        require(text, "Say what was decided, for example", DECISION)
    return done(await invocation.perform(MakeDecision("" if message else text, message)))


def _message(text: str) -> tuple[MessageAt | None, str]:
    """The message that the text names by `from <link>`, and the rest. Raises Missing for a link to none."""
    found = FROM.fullmatch(text.strip())
    if found is None or "://" not in found["address"]:
        return None, text
    message = message_at(found["address"].strip("<>"))
    if message is None:
        raise Missing(what="That isn't a link to a message. In words, for example", example=ACTION)
    return message, found["rest"]


ACTION_COMMAND = Command(
    name="action",
    summary="something to do now, and who does it; 2 done: mark it done; from <link>: use a message's words; alone: "
    "list them",
    usage="action <text> [@owner] | 2 done [note] | from <link of the message> [@owner]",
    example=ACTION,
    handle=_action,
)
DECISION_COMMAND = Command(
    name="decision",
    summary="record a decision, for the review and for latecomers; from <link>: use a message's words; alone: "
    "list them",
    usage="decision <text> | from <link of the message>",
    example=DECISION,
    handle=_decision,
)
