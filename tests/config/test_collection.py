"""Files in the forms that public collections have, as they are read; `MUSTER_TEST_WRITE_GOLDEN=1` writes the outcome
anew."""

import os
from collections.abc import Iterator
from pathlib import Path

from bot.blocks.markup import line, mrkdwn
from bot.config.runbooks import Library, Shelf, findings
from bot.domain.markup import Text
from bot.domain.runbook import Runbook, by_address, linked, named_first

COLLECTION = Path(__file__).with_name("golden")
OUTCOME = Path(__file__).with_name("golden.txt")
LIBRARY = Shelf([COLLECTION]).look()


def told(library: Library) -> str:
    """Everything that was read, as Slack is shown it."""
    found = [one for runbook in library.runbooks for one in _told(runbook)]
    wrong = [str(one).removeprefix(f"{COLLECTION}/") for one in (*library.left_out, *findings(library))]
    return "\n".join([*found, "== findings", *wrong, ""])


def _told(runbook: Runbook) -> Iterator[str]:
    yield f"== {runbook.path}: {runbook.slug} “{runbook.title}”, {len(runbook.steps)} steps"
    for name in ("services", "tags", "symptoms", "owner", "other"):
        if value := getattr(runbook, name):
            yield f"{name}: {value if isinstance(value, str | dict) else '; '.join(value)}"
    for section in runbook.sections:
        yield f"{'#' * section.level or '-'} {section.heading}".rstrip()
        yield mrkdwn(section.blocks, runbook.leads_to)
    for step in runbook.steps:
        lead = line(step.lead or (Text(step.title),), runbook.leads_to)
        yield f"({step.number}) [{step.section}] {step.title}" + (f" | {lead}" if lead != step.title else "")
        if step.before:
            yield f"before: {mrkdwn(step.before)}"
        yield mrkdwn(step.body, runbook.leads_to)


def test_every_form_is_read_as_it_was_agreed() -> None:
    outcome = told(LIBRARY)
    if os.environ.get("MUSTER_TEST_WRITE_GOLDEN"):
        OUTCOME.write_text(outcome, encoding="utf-8")
    assert outcome == OUTCOME.read_text(encoding="utf-8")


def test_the_address_of_an_alerts_runbook_finds_its_file() -> None:
    for address, slug in (
        ("https://runbooks.example/runbooks/queue/queueconsumerlaghigh", "queue-queueconsumerlaghigh"),
        ("https://git.example/ops/blob/main/node/NodeClockSkew.md#mitigation", "node-nodeclockskew"),
        ("https://wiki.example/NodeClockSkew.html?x=1", "node-nodeclockskew"),
        ("https://wiki.example/faq/", "faq"),
    ):
        found = by_address(LIBRARY.runbooks, address)
        assert found is not None
        assert found.slug == slug
    chosen = (linked(LIBRARY.runbooks[0], ()), linked(LIBRARY.runbooks[1], ()))
    named = named_first(LIBRARY.runbooks, f"https://x.example/{LIBRARY.runbooks[1].path}", chosen)
    assert [(one.slug, one.why) for one in named] == [("node-nodeclockskew", "the alert names it"), ("faq", "")]
    for address in ("https://wiki.example/", "https://wiki.example/node", "no address [", "https://[x", ""):
        assert by_address(LIBRARY.runbooks, address) is None
        assert named_first(LIBRARY.runbooks, address, chosen) == chosen
