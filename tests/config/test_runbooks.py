"""Runbooks from a folder: what is read, and every mistake named with its file and line."""

from datetime import date
from pathlib import Path

import pytest

from bot.config.runbooks import RunbookProblems, load
from bot.domain.runbook import Step
from bot.domain.vocabulary import Priority

WHOLE = """\
---
title: Database failover
slug: database-failover
services: [orders]
categories: [outage]
tags: [Database, postgres]
symptoms:
  - "writes fail: everywhere"
priority: P2
owner: Database on-call
reviewed_at: 2026-10-12
---

## When to use this

1. This list is no list of steps.

## Steps

3. **Stop writes.** Set the proxy read-only:

   ```sh
   proxyctl freeze --all
   ```

4. Promote the replica
   that is ahead.
   - which one: `pg_last_wal_receive_lsn()`

Some words in between.

5) **Check**

## Afterwards

1. Nor is this one.
"""
REST = "\n---\n## Steps\n1. a\n"
SMALL = "---\ntitle: Small\nslug: {slug}\n---\n## Steps\n1. Look\n"


def write(folder: Path, name: str, text: str) -> None:
    (folder / name).write_text(text, encoding="utf-8")


def problems(folder: Path) -> list[str]:
    """Everything that is wrong with a folder, as `file:line: what`."""
    with pytest.raises(RunbookProblems) as found:
        load(folder)
    return [f"{Path(one.file).name}:{one.line}: {one.text}" for one in found.value.problems]


def test_a_runbook_is_read_with_all_it_says(tmp_path: Path) -> None:
    write(tmp_path, "a.md", WHOLE)
    (runbook,) = load(tmp_path)
    assert (runbook.slug, runbook.title, runbook.owner) == (
        "database-failover",
        "Database failover",
        "Database on-call",
    )
    assert (runbook.services, runbook.categories) == (("orders",), ("outage",))
    assert (runbook.tags, runbook.symptoms) == (("database", "postgres"), ("writes fail: everywhere",))
    assert (runbook.priority, runbook.reviewed_at) == (Priority.P2, date(2026, 10, 12))
    assert runbook.body.startswith("## When to use this")


def test_steps_are_the_ordered_list_under_steps_numbered_in_order(tmp_path: Path) -> None:
    write(tmp_path, "a.md", WHOLE)
    first, second, third = load(tmp_path)[0].steps
    assert (first.number, first.title) == (1, "Stop writes")
    assert "proxyctl freeze --all" in first.body
    assert (second.number, second.title) == (2, "Promote the replica")
    assert second.body == "that is ahead.\n- which one: `pg_last_wal_receive_lsn()`"
    assert third == Step(3, "Check")


def test_runbooks_come_by_slug_and_the_readme_is_none(tmp_path: Path) -> None:
    write(tmp_path, "1.md", SMALL.format(slug="zebra"))
    write(tmp_path, "2.md", "\ufeff" + SMALL.format(slug="ant").replace("\n", "\r\n"))
    write(tmp_path, "README.md", "How to write runbooks")
    write(tmp_path, "notes.txt", "no runbook")
    assert [one.slug for one in load(tmp_path)] == ["ant", "zebra"]


def test_an_empty_folder_holds_no_runbooks(tmp_path: Path) -> None:
    assert load(tmp_path) == ()


def test_the_shipped_runbooks_have_steps_owners_and_a_review(tmp_path: Path) -> None:
    shipped = load(Path(__file__).parents[2] / "runbooks")
    assert len(shipped) >= 12
    for one in shipped:
        assert len(one.steps) >= 5
        assert one.owner
        assert one.reviewed_at


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("no front matter", "a.md:1: a runbook begins with front matter"),
        ("---\ntitle: x\n", "a.md:1: a runbook begins with front matter"),
        ("", "a.md:1: a runbook begins with front matter"),
        ("---\n- x\n---\n", "a.md:2: expected `key: value` lines"),
        ("---\ntitle: x" + REST, "a.md:2: `slug`: is missing"),
        ("---\ntitle: x\nslug: Not A Slug" + REST, "a.md:3: `slug`: 'Not A Slug' is no slug"),
        (
            "---\ntitle: x\nslug: x\n\ntgas: []" + REST,
            "a.md:5: there is no key `tgas`; did you mean `tags`",
        ),
        ("---\ntitle: x\nslug: x\ntags: [a" + REST, "a.md:4: column 9: not readable as YAML"),
        ("---\ntitle: x\nslug: x\nslug: y" + REST, "a.md:4: `slug` stands twice; first on line 3"),
        (
            "---\ntitle: x\nslug: x\nreviewed_at: soon" + REST,
            "a.md:4: `reviewed_at`: 'soon' is no date",
        ),
        ("---\ntitle: x\nslug: x\npriority: P9" + REST, "a.md:4: `priority`: input should be"),
        ("---\ntitle: x\nslug: x\n---\n## Steps\n- a\n", "a.md:5: there is no ordered list under `## Steps`"),
        ("---\ntitle: x\nslug: x\n---\n```\n## Steps\n1. a\n```\n", "there is no ordered list under `## Steps`"),
    ],
)
def test_a_mistake_is_named_with_its_line(text: str, told: str, tmp_path: Path) -> None:
    write(tmp_path, "a.md", text)
    (only,) = problems(tmp_path)
    assert told in only


def test_every_file_is_looked_at_before_anything_is_refused(tmp_path: Path) -> None:
    write(tmp_path, "a.md", "nothing")
    write(tmp_path, "b.md", SMALL.format(slug="same"))
    write(tmp_path, "c.md", SMALL.format(slug="same"))
    (tmp_path / "d.md").write_bytes(b"\xff\xfe")
    first, second, third = problems(tmp_path)
    assert first.startswith("a.md:1:")
    assert second == "c.md:1: the slug `same` stands in b.md already"
    assert third == "d.md:1: is not UTF-8 text"


BOMB = "\n".join(
    ["a0: &a0 [x, x]", *(f"a{level}: &a{level} [{', '.join([f'*a{level - 1}'] * 10)}]" for level in range(1, 10))]
)


def test_an_alias_is_refused_with_its_line(tmp_path: Path) -> None:
    """Nine levels of them stand for a thousand million items: reading them took 2 GB and did not end."""
    (tmp_path / "bomb.md").write_text(f"---\n{BOMB}\n---\n## Steps\n1. Look\n")
    with pytest.raises(RunbookProblems) as found:
        load(tmp_path)
    assert [(one.line, one.text) for one in found.value.problems] == [
        (3, "column 10: not readable as YAML: the alias `*a0` is not read here; write out what it stands for")
    ]
