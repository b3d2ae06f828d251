"""The runbooks that come with Muster are whole, and are found by the words one types at night."""

import re
from pathlib import Path

import pytest
import yaml

from bot.config import runbooks
from bot.config.policy_loading import load as load_policy
from bot.config.shipped import shipped
from bot.domain.matching import search
from bot.domain.policy import Policy
from bot.domain.runbook import Runbook
from bot.workflows.runbook_index import RunbookIndex

FILES = sorted(shipped("runbooks").glob("*.md"))
SHIPPED = runbooks.load(shipped("runbooks"))
INDEX = RunbookIndex(lambda: SHIPPED)
KEYS = ["title", "slug", "services", "categories", "tags", "symptoms", "priority", "owner", "reviewed_at"]
SECTIONS = [
    "## When to use this",
    "## Before you start",
    "## Steps",
    "## Undo",
    "## What to tell people",
    "## Sources",
]


def front_matter(file: Path) -> dict[str, object]:
    found = yaml.safe_load(file.read_text(encoding="utf-8").split("---\n")[1])
    assert isinstance(found, dict)
    return found


@pytest.fixture(scope="module")
def policy() -> Policy:
    return load_policy(None)


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_a_shipped_runbook_has_all_its_front_matter_in_order(file: Path) -> None:
    found = front_matter(file)
    assert list(found) == KEYS
    assert found["slug"] == file.stem
    assert found["tags"]
    assert found["symptoms"]
    assert found["owner"]


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_a_shipped_runbook_says_when_to_use_it_what_to_tell_and_where_its_facts_are_from(file: Path) -> None:
    text = file.read_text(encoding="utf-8")
    assert [line for line in text.splitlines() if line.startswith("## ")] == SECTIONS
    assert text.partition("## Sources")[2].count("](https://") >= 3


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_a_shipped_runbook_shows_what_to_expect_and_what_to_decide_by(file: Path) -> None:
    steps = file.read_text(encoding="utf-8").partition("## Steps")[2].partition("## Undo")[0]
    assert "   ```\n" in steps
    assert len(re.findall(r"\bIf \w", steps)) >= 3


def test_a_runbook_refers_to_others_that_there_are() -> None:
    """Other runbooks are named by their slugs where this one is the wrong one."""
    slugs = "|".join(runbook.slug for runbook in SHIPPED)
    referred = re.compile(r"(?:use|is|treat it as a takeover:|normal and[^:]*:|fit \() `?([a-z]+(?:-[a-z]+)+)`")
    for file in FILES:
        for named in referred.findall(file.read_text(encoding="utf-8")):
            assert re.fullmatch(slugs, named), f"{file.name}: {named}"


@pytest.mark.parametrize("runbook", SHIPPED, ids=lambda runbook: runbook.slug)
def test_a_shipped_runbook_has_six_to_ten_steps_with_a_title_and_details(runbook: Runbook) -> None:
    assert [step.number for step in runbook.steps] == list(range(1, len(runbook.steps) + 1))
    assert 6 <= len(runbook.steps) <= 10
    assert [step.number for step in runbook.steps if not step.body or len(step.title) > 90] == []


def test_categories_of_shipped_runbooks_are_those_of_the_shipped_policy(policy: Policy) -> None:
    assert {category for runbook in SHIPPED for category in runbook.categories} <= set(policy.categories)


def test_only_what_is_kept_quiet_is_of_the_category_security() -> None:
    assert [runbook.slug for runbook in SHIPPED if "security" in runbook.categories] == [
        "leaked-credential",
        "security-report",
    ]


@pytest.mark.parametrize(
    ("words", "slug"),
    [
        ("postgres replica rebuild", "database-data-loss"),
        ("table dropped", "database-data-loss"),
        ("restore backup", "database-data-loss"),
        ("replication lag", "replication-lag"),
        ("promote replica split brain", "database-failover"),
        ("rollback deploy", "bad-change-rollback"),
        ("feature flag", "bad-change-rollback"),
        ("500s after release", "bad-change-rollback"),
        ("kubernetes nodes not ready", "capacity-loss"),
        ("pods pending", "capacity-loss"),
        ("dns timeouts", "dns-failure"),
        ("third-party api slow", "third-party-outage"),
        ("leaked token", "leaked-credential"),
        ("disk full", "disk-full"),
        ("expired certificate", "expired-certificate"),
        ("kafka consumer lag", "message-queue-backlog"),
        ("too many connections", "connection-pool-exhaustion"),
        ("region down", "regional-outage"),
        ("traffic spike", "traffic-surge"),
        ("phishing", "security-report"),
    ],
)
def test_words_typed_at_night_find_the_right_runbook_first(words: str, slug: str) -> None:
    assert [runbook.slug for runbook in search(SHIPPED, INDEX.told_at_once(words))][:1] == [slug]
