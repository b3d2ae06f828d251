"""Files of runbooks change while the bot is at work."""

import asyncio
from pathlib import Path

from bot.app import RunbookWatch
from bot.config.runbooks import Shelf
from tests.scenarios.conftest import Company


async def test_a_file_that_changes_is_shown_as_it_is_now_and_what_was_reported_stays(
    company: Company, tmp_path: Path
) -> None:
    file = tmp_path / "runbooks" / "queue.md"
    file.parent.mkdir()
    file.write_text("# Queue\n\n1. Look at the depth.\n2. Add consumers.\n\n## Impact\n\nOrders are late.\n")
    shelf = Shelf([file.parent])
    company.bot.context.runbooks = shelf.look().runbooks
    watch = RunbookWatch(shelf, company.bot.context, company.bot.tasks)
    answer = await company.dana.types("/incident declare orders are late", in_="general")
    assert "INC-1" in answer.text
    shown = await company.dana.types("/incident INC-1 runbook queue impact", in_="general")
    assert "Orders are late." in shown.text
    await company.dana.types("/incident INC-1 step queue 2 done", in_="general")
    file.write_text("# Queue\n\n1. Stop producers.\n2. Look at the depth.\n3. Add consumers.\n")
    watch.look()
    while len(company.bot.context.runbooks[0].steps) != 3:
        await asyncio.sleep(0.02)
    shown = await company.dana.types("/incident INC-1 runbook queue", in_="general")
    assert "3. Add consumers – done" in str(shown.blocks)
    assert "*1. Stop producers*" in str(shown.blocks)
    file.write_text("---\ntitle: [\n---\n")
    watch.look()
    while not watch.left_out:
        await asyncio.sleep(0.02)
    assert watch.left_out == "1 runbook file is not used as written: queue.md. `muster doctor` says why."
    shown = await company.dana.types("/incident INC-1 runbook queue", in_="general")
    assert "3. Add consumers – done" in str(shown.blocks)
