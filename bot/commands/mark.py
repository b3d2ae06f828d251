"""`mark`: a message of the channel counts for the review; what the reactions and the message shortcuts do, typed."""

import re

from bot.commands.command import Asked, Command, Missing, done
from bot.domain.ids import ChannelId, MessageTs
from bot.domain.vocabulary import Mark
from bot.door.reply import Reply
from bot.workflows.mark import mark_message

EXAMPLE = "mark evidence https://acme.slack.com/archives/C0123/p1772625840000000"
LINK = re.compile(
    r"<?https?://[^\s<>|]+/archives/(?P<channel>[A-Z0-9]+)/p(?P<seconds>\d+)(?P<micros>\d{6})(?:[?|][^\s>]*)?>?"
)
"""A message's address, as Slack's "Copy link" gives it."""
KINDS = {"key": Mark.KEY_MOMENT, "moment": Mark.KEY_MOMENT, **{mark.value: mark for mark in Mark}}


async def handle(asked: Asked) -> Reply:
    kind, _, address = asked.text.partition(" ")
    mark, link = KINDS.get(kind.lower().replace("-", "_")), LINK.fullmatch(address.strip())
    if mark is None or link is None:
        raise Missing(
            what="Say what it is – key_moment, evidence or follow_up – and the link of the message, for example",
            example=EXAMPLE,
        )
    ts = MessageTs(f"{link['seconds']}.{link['micros']}")
    return done(await mark_message(asked.context, asked.order, mark, ChannelId(link["channel"]), ts))


COMMAND = Command(
    name="mark",
    summary="a message counts for the review: a key moment, evidence or a follow-up; as its reactions and shortcuts do",
    usage="mark key_moment|evidence|follow_up <link of the message>",
    example=EXAMPLE,
    handle=handle,
)
