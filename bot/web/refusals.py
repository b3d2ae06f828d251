"""A refusal in the words of every door, for places without Slack's markup."""

from zoneinfo import ZoneInfo

from bot.blocks.text import MARKED_TIME, in_zone, plain
from bot.domain.named import by_name, mentioned
from bot.store import Store


async def in_words(store: Store, text: str, zone: ZoneInfo) -> str:
    """As somebody reads it: people by name, times in their zone."""
    if "<!date^" in text:
        text = MARKED_TIME.sub(lambda found: found[0].rpartition("|")[2].rstrip(">"), in_zone(text, zone))
    if "<@" in text:
        async with store.read() as tx:
            known = await tx.people(set(mentioned((text,))))
        text = by_name(text, {user: one.name for user, one in known.items()})
    return plain(text)
