"""`category`: correct the category, with a reason."""

from bot.commands.classifying import cut_first_word, say_anew
from bot.commands.command import Asked, Command, require
from bot.commands.naming import category_named
from bot.domain.reclassify import Change
from bot.door.reply import Reply

EXAMPLE = "category security a key was leaked"


async def handle(asked: Asked) -> Reply:
    word, reason = cut_first_word(asked.text)
    require(word, "Give a category and a reason, for example", EXAMPLE)
    category = category_named(asked.context.policy, word)
    return await say_anew(asked, Change(category=category), reason, EXAMPLE)


COMMAND = Command(
    name="category",
    summary="correct the category, with a reason; the priority and the runbooks follow",
    usage="category <category> <reason>",
    example=EXAMPLE,
    handle=handle,
)
