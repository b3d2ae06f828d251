"""`muster status build`: the status page as files."""

from datetime import UTC, datetime
from pathlib import Path

from bot.domain.refusal import Refusal
from bot.integrations.status import write_page
from bot.operator.commands import DONE, NO, WRONG, NotPossible, opened_store, say, what_was_agreed
from bot.status_page import built
from bot.workflows.context import Context
from bot.workflows.status_page import site_now


async def build(folder: Path) -> int:
    """Write what is new or other than it was."""
    async with opened_store() as store:
        try:
            site = await site_now(Context(store, *what_was_agreed(), lambda: datetime.now(UTC)))
        except Refusal as no:
            raise NotPossible(WRONG, str(no)) from None
    try:
        written = write_page(folder, built(site))
    except OSError as error:
        raise NotPossible(NO, f"{folder} could not be written: {error.strerror or type(error).__name__}") from None
    say(f"Written to {folder}: {written} file{'' if written == 1 else 's'} changed.")
    return DONE
