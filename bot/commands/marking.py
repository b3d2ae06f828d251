"""`mark`: a message counts for the review."""

from bot.commands.command import Command, Missing, TypedInvocation, recording
from bot.domain.transcript import message_at
from bot.domain.vocabulary import Mark
from bot.verbs import requests as r

EXAMPLE = "mark evidence https://acme.slack.com/archives/C0123/p1772625840000000"
KINDS = {"key": Mark.KEY_MOMENT, "moment": Mark.KEY_MOMENT, **{mark.value: mark for mark in Mark}}


def _mark(invocation: TypedInvocation) -> r.MarkMessage:
    kind, _, address = invocation.text.partition(" ")
    mark, message = KINDS.get(kind.lower().replace("-", "_")), message_at(address)
    if mark is None or message is None:
        raise Missing(
            what="Say what it is – key_moment, evidence or follow_up – and link to the message, for example",
            example=EXAMPLE,
        )
    return r.MarkMessage(mark, message.channel, message.ts)


COMMAND = Command(
    name="mark",
    summary="mark a message for the review as key moment, evidence or follow-up; reactions and shortcuts do the same",
    usage="mark key_moment|evidence|follow_up <link of the message>",
    example=EXAMPLE,
    handle=recording(_mark),
)
