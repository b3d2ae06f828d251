"""The runbooks that come with Muster are whole, and are found by the words one types at night."""

from pathlib import Path

import pytest
import yaml

from bot.config import runbooks
from bot.config.policy_loading import load as load_policy
from bot.config.shipped import shipped
from bot.domain.matching import search
from bot.domain.policy import Policy
from bot.domain.runbook import Runbook

FILES = sorted(shipped("runbooks").glob("*.md"))
SHIPPED = runbooks.load(shipped("runbooks"))
KEYS = ["title", "slug", "services", "categories", "tags", "symptoms", "priority", "owner", "reviewed_at"]
SECTIONS = ["## When to use this", "## Before you start", "## Steps"]


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
def test_a_shipped_runbook_says_when_to_use_it_and_what_to_know_first(file: Path) -> None:
    headings = [line for line in file.read_text(encoding="utf-8").splitlines() if line.startswith("## ")]
    assert [heading for heading in headings if heading in SECTIONS] == SECTIONS


@pytest.mark.parametrize("runbook", SHIPPED, ids=lambda runbook: runbook.slug)
def test_a_shipped_runbook_has_six_to_ten_steps_with_a_title_and_details(runbook: Runbook) -> None:
    assert [step.number for step in runbook.steps] == list(range(1, len(runbook.steps) + 1))
    assert 6 <= len(runbook.steps) <= 10
    assert [step.number for step in runbook.steps if not step.body or len(step.title) > 90] == []


def test_categories_of_shipped_runbooks_are_those_of_the_shipped_policy(policy: Policy) -> None:
    assert {category for runbook in SHIPPED for category in runbook.categories} <= set(policy.categories)


def test_only_the_security_report_is_of_the_category_security() -> None:
    assert [runbook.slug for runbook in SHIPPED if "security" in runbook.categories] == ["security-report"]


@pytest.mark.parametrize(
    ("words", "slug"),
    [
        ("postgres replica rebuild", "database-data-loss"),
        ("table dropped", "database-data-loss"),
        ("restore backup", "database-data-loss"),
        ("replication lag", "database-failover"),
        ("promote replica split brain", "database-failover"),
        ("rollback deploy", "bad-change-rollback"),
        ("feature flag", "bad-change-rollback"),
        ("500s after release", "bad-change-rollback"),
        ("kubernetes nodes not ready", "capacity-loss"),
        ("pods pending", "capacity-loss"),
        ("dns timeouts", "shared-dependency-degraded"),
        ("third-party api slow", "shared-dependency-degraded"),
        ("leaked token", "security-report"),
        ("phishing", "security-report"),
    ],
)
def test_words_typed_at_night_find_the_right_runbook_first(words: str, slug: str) -> None:
    assert [runbook.slug for runbook in search(SHIPPED, words)][:1] == [slug]
