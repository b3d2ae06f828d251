"""Two people, each in a browser of their own, work through one runbook at once: with the mouse, on one message."""

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from playwright.async_api import Locator, Page, expect

from bot.config import runbooks as runbook_files
from bot.sandbox import Channel
from bot.sandbox.faults import Fault
from tests.browser.conftest import Opens
from tests.browser.screen import Screen
from tests.integrations.fake_engine import SECRETS, VARIABLE, FakeEngine, a_fake_engine
from tests.scenarios.conftest import Company, company_at_work
from tests.scenarios.looking import recorded

SLUG = "restart-checkout"
TITLE = "Restart checkout"
RUNBOOK = """---
services: [checkout]
symptoms: ["checkout returns 500s"]
owner: Shop on-call
reviewed_at: 2026-02-10
---
# Restart checkout

## Impact

Nobody can pay. Baskets are kept.

## Diagnosis

1. **Look at the queue of payments.** If it is over 1,000, go on; else call the [payments team](https://wiki.example/pay).

   | Signal | Healthy | Broken |
   |---|---|---|
   | queue | below 50 | over 1,000 |
   | errors | below 0.1 % | over 5 % |

2. Ask who deployed last. Expected: a name within two minutes.

## Mitigation

1. Pause the workers:

   ```sh
   workerctl pause --all \\
       --reason "INC"
   ```

   Undo: `workerctl resume --all`

2. Restart some of the pods, the canary region first.

   Action: `restart percent=10`
3. Warm the caches of the other regions, and wait until they are full.
4. Watch the errors for ten minutes.
"""


@asynccontextmanager
async def at_work(folder: Path) -> AsyncIterator[tuple[Company, FakeEngine, Channel]]:
    """Dana commands, and Bo is there; the card offers the runbook."""
    (folder / "runbooks").mkdir()
    (folder / "runbooks" / f"{SLUG}.md").write_text(RUNBOOK, encoding="utf-8")
    async with (
        a_fake_engine() as engine,
        company_at_work(
            folder,
            f"sqlite+aiosqlite:///{folder / 'muster.db'}",
            engine.policy("github"),
            environment={VARIABLE: SECRETS["github"]},
            runbooks=runbook_files.load(folder / "runbooks"),
        ) as company,
    ):
        channel = await company.declares("P2 checkout returns 500s service:checkout")
        await company.dana.types("/incident accept", in_=channel.id)
        await company.bo.types("/incident join", in_=channel.id)
        await company.settle()
        yield company, engine, channel


def the_runbook(screen: Screen) -> Locator:
    return screen.message("Started by")


async def clicks(screen: Screen, label: str) -> None:
    await the_runbook(screen).get_by_role("button", name=label, exact=True).first.click()


async def tells(screen: Screen, label: str, why: str, send: str = "Report") -> None:
    """A button that asks for a reason in a form."""
    await clicks(screen, label)
    await screen.modal.get_by_role("textbox").fill(why)
    await screen.modal.get_by_role("button", name=send, exact=True).click()
    await expect(screen.part("modal")).to_have_count(0)


async def shows(screens: tuple[Screen, ...], progress: str) -> None:
    """Both see it, on the message and on the card."""
    for screen in screens:
        await expect(the_runbook(screen)).to_contain_text(f"{TITLE}: {progress}")
        await expect(screen.message("Commander").first).to_contain_text(f"{TITLE}: {progress}")


async def test_two_people_at_once_work_through_a_runbook_until_one_of_them_stops_it(
    tmp_path: Path, opens: Opens
) -> None:
    async with at_work(tmp_path) as (company, engine, channel):
        slack = company.sandbox
        dana = await opens(slack, "dana", channel=channel.name, viewport={"width": 1280, "height": 1400})
        bo = await opens(slack, "bo", channel=channel.name, viewport={"width": 1280, "height": 1400})
        both = (dana, bo)
        await bo.message("Commander").get_by_role("button", name="Start runbook").click()
        await shows(both, "0 of 6")
        await dana.shot("runbook-started")

        # Both click Done at the same step, before either can see what the other did.
        slack.faults.add(Fault("chat.update", "latency", times=2, seconds=3))
        await asyncio.gather(*(clicks(one, "Done") for one in both))
        await shows(both, "1 of 6")
        await company.settle()
        refused = [one for one in both if await one.page.get_by_text("reported step 1 of").count()]
        assert len(refused) == 1
        await refused[0].shot("runbook-refused")

        await company.later(minutes=2)
        await tells(bo, "Skip…", "nobody deployed since Friday")
        await shows(both, "2 of 6")
        await tells(dana, "Fail…", "workerctl: connection refused")
        await shows(both, "2 of 6, 1 failed")

        await bo_proposes_and_dana_approves(company, engine, dana, bo)
        await shows(both, "3 of 6, 1 failed")

        await company.later(minutes=4)
        await clicks(bo, "I'm on it")
        await expect(the_runbook(dana)).to_contain_text("has it")
        await dana.shot("runbook-under-way")
        await clicks(dana, "Stop this runbook…")
        await expect(dana.modal).to_contain_text("Why is it stopped?")
        await dana.shot("runbook-stop-form")
        await dana.modal.get_by_role("textbox").fill("errors are gone since the restart")
        await dana.modal.get_by_role("button", name="Stop it").click()
        for one in both:
            await expect(the_runbook(one)).to_contain_text(f"{TITLE}: stopped at 3 of 6, 1 failed")
            await expect(the_runbook(one)).to_contain_text("5. Warm the caches of the other regions")
            await expect(the_runbook(one).get_by_role("button", name="Done")).to_have_count(0)
            await expect(one.message("Commander").first).to_contain_text(f"{TITLE} (stopped)")
        await clicks(bo, "It helped")
        await expect(the_runbook(dana)).to_contain_text("It helped, says")
        await dana.shot("runbook-stopped")
        await the_runbook(dana).get_by_role("button", name="repl").first.click()
        await expect(dana.part("thread")).to_contain_text("stopped the runbook")
        await dana.shot("runbook-thread")

        assert len(engine.starts) == 1
        kinds = [type(one).__name__ for one in await recorded(company)]
        assert (kinds.count("StepReported"), kinds.count("RunbookStarted"), kinds.count("RunbookStopped")) == (4, 1, 1)
        await the_review_lists_it_all(company, dana, channel)


async def bo_proposes_and_dana_approves(company: Company, engine: FakeEngine, dana: Screen, bo: Screen) -> None:
    """And nobody approves their own."""
    engine.status = "success"
    await clicks(bo, "Propose restart")
    await expect(the_runbook(dana)).to_contain_text("proposes restart (percent=10)")
    await company.settle()
    await clicks(bo, "Approve")
    await expect(bo.page.get_by_text("somebody else has to approve it")).to_be_visible()
    assert engine.starts == []
    await dana.shot("runbook-proposed")
    await clicks(dana, "Approve")
    await expect(the_runbook(bo)).to_contain_text("restart (percent=10) succeeded")
    await company.settle()


async def the_review_lists_it_all(company: Company, dana: Screen, channel: Channel) -> None:
    await company.later(minutes=1)
    for text in ("mitigate restarted", "resolve restarted the pods", "verify errors flat", "close"):
        await company.dana.types(f"/incident {text}", in_=channel.id)
        await company.settle()
    dana.forgives("Blocked script execution")
    async with dana.page.expect_popup() as opened:
        await dana.message(".html").get_by_role("link", name=re.compile("html")).first.click()
    page: Page = await opened.value
    await page.evaluate("document.querySelectorAll('details').forEach(one => { one.open = true })")
    part = page.locator("details").filter(has=page.get_by_role("heading", name="Runbooks"))
    rows = [" | ".join(await one.locator("td").all_inner_texts()) for one in await part.locator("tbody tr").all()]
    begins = ("1. ", "2. ", "3. ", "4. ", "5. ", "6. ")
    outcomes = ("done", "skipped", "failed", "done", "not done", "not done")
    assert [(row[:3], row.split(" | ")[1]) for row in rows] == list(zip(begins, outcomes, strict=True))
    for words in ("nobody deployed since Friday", "workerctl: connection refused", "restart (percent=10) succeeded"):
        await expect(part).to_contain_text(words)
    await expect(part).to_contain_text("4 of 6 steps reported; stopped by Dana at")
    await expect(part).to_contain_text("errors are gone since the restart; the impact stopped 5 min after step 4")
    await part.screenshot(path=dana.output / "runbook-review.png")
