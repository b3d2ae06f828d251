"""`title` and `drill`: put right what the declaration said."""

from bot.blocks import answers
from bot.commands.classifying import cut_first_word
from bot.commands.command import Command, Missing, TypedInvocation, recording, require, say
from bot.commands.grammar import Shape, one_of
from bot.domain.incident import Incident
from bot.domain.policy import Policy
from bot.door.reply import Reply
from bot.verbs.channel_naming import name_for_channel
from bot.verbs.requests import CorrectDrill, CorrectTitle

TITLE = "title Checkout returns 500s in the EU"
DRILL = "drill off it is real, customers are affected"
RENAME = "rename"
IS_DRILL = {"on": True, "off": False}


async def _title(invocation: TypedInvocation) -> Reply:
    renames = "channel" in invocation.parsed.values
    if not renames:
        require(invocation.text, "Say what the title should be, for example", TITLE)
    outcome = await invocation.perform(CorrectTitle(invocation.text or None, renames))
    incident = outcome.incident
    can_rename = not renames and _has_another_name(incident, invocation.context.policy)
    rename = f"{incident.ref} title channel:{RENAME}" if can_rename else None
    return say(answers.retitled(incident, outcome.recorded, rename))


def _has_another_name(incident: Incident, policy: Policy) -> bool:
    """Whether its channel could be named after the title and is not."""
    if incident.channel_name is None or incident.is_private or incident.is_out_of_reach:
        return False
    return not incident.channel_name.startswith(name_for_channel(incident, policy))


def _drill(invocation: TypedInvocation) -> CorrectDrill:
    word, reason = cut_first_word(invocation.text)
    is_drill = IS_DRILL.get(word.lower())
    if is_drill is None:
        raise Missing(what="Say `on` or `off`, and why; for example", example=DRILL)
    return CorrectDrill(is_drill, require(reason, "Say why, for example", DRILL))


TITLE_COMMAND = Command(
    name="title",
    summary="correct the title, also on card, topic and lists; channel:rename renames the channel too",
    usage="title <text> [channel:rename]",
    example=TITLE,
    handle=_title,
    shape=Shape(keys={"channel": one_of(RENAME)}),
    aliases=("rename",),
)
DRILL_COMMAND = Command(
    name="drill",
    summary="mark it as a drill, or not, with a reason; drills don't count in metrics",
    usage="drill on|off <reason>",
    example=DRILL,
    handle=recording(_drill),
)
