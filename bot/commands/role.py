"""`role scribe @x`: give somebody a role."""

from bot.commands.classifying import cut_first_word
from bot.commands.command import Asked, Command, Missing, done
from bot.commands.grammar import nearest
from bot.commands.naming import one_person
from bot.domain.vocabulary import Role
from bot.door.reply import Reply
from bot.workflows import roles

EXAMPLE = "role scribe @hana"


async def handle(asked: Asked) -> Reply:
    word, rest = cut_first_word(asked.text)
    role = word.lower()
    if role not in list(Role):
        known = ", ".join(Role)
        near = nearest(role, list(Role)) if role else None
        hint = f"Did you mean `{near}`? " if near else ""
        raise Missing(what=f"{hint}Name a role ({known}) and a person, for example", example=EXAMPLE)
    person = await one_person(asked, example=EXAMPLE, text=rest)
    return done(await roles.assign_role(asked.context, asked.order, Role(role), person))


COMMAND = Command(
    name="role",
    summary="give somebody a role: deputy, scribe, liaison or responder",
    usage="role deputy|scribe|liaison|responder @x",
    example=EXAMPLE,
    handle=handle,
)
