"""Runbooks from folders: what is read, every mistake with its file and line, and what changes while the bot runs."""

import os
import subprocess
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.config.runbook_markdown import contents, outline
from bot.config.runbooks import LARGEST, Shelf, findings, load
from bot.domain.markup import Block, Fence, Items, Quote, as_text
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
weight: 20
---

## When to use this

The primary is gone.

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

1. Tell people.
"""
SMALL = "---\ntitle: Small\nslug: {slug}\n---\n## Steps\n1. Look\n"


def write(folder: Path, name: str, text: str) -> None:
    (folder / name).parent.mkdir(parents=True, exist_ok=True)
    (folder / name).write_text(text, encoding="utf-8")


def problems(folder: Path) -> list[str]:
    """Everything that is wrong with a folder, as `file:line: what`, what is left out first."""
    library = Shelf([folder]).look()
    return [f"{Path(one.file).name}:{one.line}: {one.text}" for one in (*library.left_out, *findings(library))]


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
    assert runbook.other == {"weight": 20}
    assert [one.heading for one in runbook.sections] == ["When to use this"]


def test_steps_are_the_ordered_lists_numbered_in_order(tmp_path: Path) -> None:
    write(tmp_path, "a.md", WHOLE)
    (runbook,) = load(tmp_path)
    assert len(runbook.steps) == 4
    assert [(one.number, one.title, one.section) for one in runbook.steps] == [
        (1, "Stop writes", "Steps"),
        (2, "Promote the replica that is ahead", "Steps"),
        (3, "Check", "Steps"),
        (4, "Tell people", "Afterwards"),
    ]
    first, second, *_ = runbook.steps
    assert as_text(first.body) == "Set the proxy read-only:\n\n```sh\nproxyctl freeze --all\n```"
    assert as_text(second.body) == "- which one: `pg_last_wal_receive_lsn()`\n\nSome words in between."


@pytest.mark.parametrize(
    ("item", "title", "rest"),
    [
        ("**Stop writes.** Set the proxy.", "Stop writes", "Set the proxy."),
        ("**Check** the disk, e.g. with df. Then go on.", "Check the disk, e.g. with df", "Then go on."),
        ("**Note:** it takes long. Wait.", "Note: it takes long", "Wait."),
        ("If the lag is over 30 s, wait", "If the lag is over 30 s, wait", ""),
        ("Is it `up.` Then stop. `x`", "Is it up. Then stop", "`x`"),
        ("Read file.txt of v1.2 now! Go", "Read file.txt of v1.2 now!", "Go"),
        ("Restart\n   `service x restart`\n   Wait", "Restart", "`service x restart`\nWait"),
        ("[ ] Tick it. And on", "Tick it", "And on"),
        ("word " * 60, "word " * 39 + "word…", "word " * 60),
    ],
)
def test_a_steps_title_is_its_first_sentence(item: str, title: str, rest: str) -> None:
    (step,) = contents(f"1. {item}\n").steps
    assert (step.title, as_text(step.body)) == (title, rest.strip())


def test_a_file_without_front_matter_has_its_heading_as_title_and_its_path_as_slug(tmp_path: Path) -> None:
    write(tmp_path, "Kubernetes/KubePodCrashLooping.md", "# A *pod* crashes\n\nx\n\n## Tags\n\n- Pods\n")
    write(tmp_path, "no heading.md", "Just do it.\n")
    write(tmp_path, "db/index.md", "## Meaning\n\nIt is slow. Very.\n")
    found = {one.slug: (one.title, one.tags, one.symptoms) for one in load(tmp_path)}
    assert found == {
        "kubernetes-kubepodcrashlooping": ("A pod crashes", ("pods",), ()),
        "no-heading": ("no heading", (), ()),
        "db": ("db", (), ("It is slow",)),
    }


def test_what_is_no_runbook_is_not_read(tmp_path: Path) -> None:
    write(tmp_path, "1.md", SMALL.format(slug="zebra"))
    write(tmp_path, "2.md", "\ufeff" + SMALL.format(slug="ant").replace("\n", "\r\n"))
    for name in ("README.md", "_index.md", "CONTRIBUTING.md", "notes.txt", ".git/x.md", "node_modules/x.md"):
        write(tmp_path, name, "How to write runbooks")
    assert [one.slug for one in load(tmp_path)] == ["ant", "zebra"]
    assert problems(tmp_path) == []


def test_the_first_of_several_folders_keeps_a_slug(tmp_path: Path) -> None:
    write(tmp_path / "1", "a.md", "# First")
    write(tmp_path / "2", "a.md", "# Second")
    library = Shelf([tmp_path / "1", tmp_path / "2"]).look()
    assert [one.title for one in library.runbooks] == ["First"]
    assert [str(one) for one in library.left_out] == [
        f"{tmp_path}/2/a.md:1: the slug `a` stands in {tmp_path}/1/a.md already; give one of them another `slug`"
    ]
    assert library.named() == "1 runbook file is not used as written: a.md. `muster doctor` says why."


BOMB = "\n".join(
    ["a0: &a0 [x, x]", *(f"a{level}: &a{level} [{', '.join([f'*a{level - 1}'] * 10)}]" for level in range(1, 10))]
)
"""Nine levels of aliases stand for a thousand million items: reading them took 2 GB and did not end."""


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "a.md:1: is empty"),
        ("---\ntitle: x\n", "a.md:1: the front matter never ends"),
        ("---\n- x\n---\n", "a.md:2: expected `key: value` lines"),
        ("---\ntags: [a\n---\n# x", "a.md:3: column 1: not readable as YAML"),
        ("---\nslug: x\nslug: y\n---\n# x", "a.md:3: `slug` stands twice; first on line 2"),
        (f"---\n{BOMB}\n---\n# x", "a.md:3: column 10: not readable as YAML: the alias `*a0` is not read here"),
        ("x" * (LARGEST + 1), "a.md:1: is larger than 256 KB"),
    ],
)
def test_a_file_that_cannot_be_read_is_left_out_with_its_line(text: str, told: str, tmp_path: Path) -> None:
    write(tmp_path, "a.md", text)
    write(tmp_path, "b.md", "# b")
    assert [one.slug for one in load(tmp_path)] == ["b"]
    (only,) = problems(tmp_path)
    assert only.startswith(told)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("---\nslug: Not A Slug\n---\n1. x", "a.md:2: `slug`: 'Not A Slug' is no slug"),
        ("---\n\nreviewed_at: soon\n---\n1. x", "a.md:3: `reviewed_at`: 'soon' is no date"),
        ("---\npriority: P9\n---\n1. x", "a.md:2: `priority`: input should be"),
        ("---\ntitle: x\n---\n\n## Steps\n- a\n", "a.md:5: there is no numbered list under “Steps”"),
        ("# x\n\n## Impact\n\n1. a\n", "a.md:5: a list under “Impact” is no procedure; put what is to be done under"),
        ("# x\n\n<!-- never\n\n1. a", "a.md:3: a comment begins here and never ends"),
        ("# x\n1.\n", "a.md:2: step 1 is empty"),
    ],
)
def test_what_is_not_understood_in_a_file_that_is_used_is_named_with_its_line(
    text: str, told: str, tmp_path: Path
) -> None:
    write(tmp_path, "a.md", text)
    assert len(load(tmp_path)) == 1
    assert problems(tmp_path)[0].startswith(told)


def test_links_out_of_the_folder_and_in_circles_are_not_followed(tmp_path: Path) -> None:
    folder = tmp_path / "runbooks"
    write(tmp_path, "secret.md", "# Secret")
    write(folder, ".data/real.md", "# Real")
    (folder / "real.md").symlink_to(".data/real.md")
    (folder / "out.md").symlink_to(tmp_path / "secret.md")
    (folder / "circle").symlink_to(folder)
    (folder / "self.md").symlink_to("self.md")
    os.mkfifo(folder / "pipe.md")
    (folder / "bytes.md").write_bytes(b"\xff\xfe")
    assert [one.title for one in load(folder)] == ["Real"]
    assert [one.partition(";")[0] for one in problems(folder)] == [
        "bytes.md:1: is not UTF-8 text",
        "circle:1: a link to a folder is not followed",
        "out.md:1: a link that leads out of the folder is not followed",
        "pipe.md:1: cannot be read: it is no file",
        "self.md:1: cannot be read: Too many levels of symbolic links",
    ]


def test_a_file_that_changes_is_read_again_and_no_other(tmp_path: Path) -> None:
    write(tmp_path, "a.md", "# One")
    write(tmp_path, "b.md", "# B")
    shelf = Shelf([tmp_path])
    before = shelf.look()
    assert shelf.look() is before
    write(tmp_path, "a.md", "# Two, longer")
    after = shelf.look()
    assert [one.title for one in after.runbooks] == ["Two, longer", "B"]
    assert after.runbooks[1].steps is before.runbooks[1].steps


def test_a_checkout_of_a_repository_is_read_again_after_a_pull(tmp_path: Path) -> None:
    def git(*words: str) -> None:
        who = ("-c", "user.name=Bo", "-c", "user.email=bo@example.test")
        subprocess.run(["git", *who, *words], cwd=tmp_path, check=True, capture_output=True)

    git("init", "--quiet", "--bare", "--initial-branch=main", "bare")
    for name in ("author", "bot"):
        git("clone", "--quiet", "bare", name)
    shelf = Shelf([tmp_path / "bot"])

    def pushed_and_pulled() -> list[tuple[str, str, bool]]:
        git("-C", "author", "add", "--all")
        git("-C", "author", "commit", "--quiet", "--message", "x")
        git("-C", "author", "push", "--quiet", "origin", "HEAD:main")
        git("-C", "bot", "pull", "--quiet", "origin", "main")
        return [(one.slug, one.title, one.is_withdrawn) for one in shelf.look().runbooks]

    write(tmp_path / "author", "db/a.md", "# Look")
    assert pushed_and_pulled() == [("db-a", "Look", False)]
    write(tmp_path / "author", "db/a.md", "# Look twice")
    assert pushed_and_pulled() == [("db-a", "Look twice", False)]
    (tmp_path / "author" / "db").rename(tmp_path / "author" / "data")
    assert pushed_and_pulled() == [("data-a", "Look twice", False), ("db-a", "Look twice", True)]
    assert shelf.library.left_out == ()


def test_of_a_file_that_breaks_the_last_good_version_is_kept_and_told(tmp_path: Path) -> None:
    write(tmp_path, "a.md", "# Good")
    shelf = Shelf([tmp_path])
    shelf.look()
    write(tmp_path, "a.md", "---\ntitle: [\n---\n")
    broken = shelf.look()
    assert [one.title for one in broken.runbooks] == ["Good"]
    assert broken.left_out[0].line == 3
    write(tmp_path, "a.md", "# Mended")
    assert [one.title for one in shelf.look().runbooks] == ["Mended"]
    assert shelf.library.left_out == ()


def test_a_runbook_whose_file_is_gone_is_kept_for_those_who_use_it(tmp_path: Path) -> None:
    write(tmp_path, "a.md", "# Gone")
    write(tmp_path, "b.md", "# B")
    shelf = Shelf([tmp_path])
    shelf.look()
    (tmp_path / "a.md").unlink()
    assert [(one.slug, one.is_withdrawn) for one in shelf.look().runbooks] == [("a", True), ("b", False)]
    write(tmp_path, "a.md", "# Back")
    assert [(one.title, one.is_withdrawn) for one in shelf.look().runbooks] == [("Back", False), ("B", False)]


def test_while_a_whole_folder_is_away_its_runbooks_stay(tmp_path: Path) -> None:
    write(tmp_path / "x", "a.md", "# A")
    shelf = Shelf([tmp_path / "x"])
    shelf.look()
    (tmp_path / "x").rename(tmp_path / "y")
    away = shelf.look()
    assert [(one.slug, one.is_withdrawn) for one in away.runbooks] == [("a", False)]
    assert away.left_out[0].text == "the folder cannot be read: No such file or directory"
    assert shelf.look() is away
    (tmp_path / "y").rename(tmp_path / "x")
    assert shelf.look().left_out == ()


PARTS = (
    *(
        "# h\n",
        "## Steps\n",
        "1. a. B\n",
        "2) b\n",
        "   - c\n",
        "- d\n",
        "\n",
        "```\n",
        "   ```sh\n",
        "    x\n",
        "~~~\n",
    ),
    *("| a | b |\n", "|---|---|\n", "> q\n", "<!-- ", "-->\n", "<b>", "<x>", "{{< hint info >}}\n", "{{< /hint >}}\n"),
    *("[a](b.md)", "![i](x.png)", "**b.** ", "*", "`", "[r]\n", "[r]: http://x\n", "https://a.b ", "\\\n", "---\n"),
)
MARKDOWN = st.lists(st.sampled_from(PARTS) | st.text(max_size=8), max_size=25).map("".join)


@given(MARKDOWN)
def test_any_text_is_read_and_its_steps_are_numbered_in_order(text: str) -> None:
    found = contents(text)
    assert [one.number for one in found.steps] == list(range(1, len(found.steps) + 1))
    assert outline(text).steps == len(found.steps)
    assert all(one.title for one in found.steps)
    assert all(1 <= one.line <= text.count("\n") + text.count("\r") + 1 for one in found.findings)


CODE = st.text(st.characters(exclude_characters="\r\0`", exclude_categories=["Cs"]), min_size=1)


@given(CODE, st.sampled_from(["", "   "]), st.booleans())
def test_code_survives_byte_for_byte_and_belongs_to_the_step_before_it(code: str, indent: str, goes_on: bool) -> None:
    lines = "".join(f"{indent}{line}\n" for line in ["```", *code.split("\n"), "```"])
    (first, *_) = contents(f"# x\n\n1. Run it:\n{lines}{'2. Next' if goes_on else ''}\n").steps
    assert [one.code for one in fences(first.body)] == [code]


def fences(blocks: tuple[Block, ...]) -> list[Fence]:
    found: list[Fence] = []
    for block in blocks:
        match block:
            case Fence():
                found.append(block)
            case Items(items, _):
                found += [one for item in items for one in fences(item)]
            case Quote(inner):
                found += fences(inner)
    return found


@pytest.mark.parametrize(
    "text",
    ["> " * 5000, "- " * 5000, "[" * 20000, ("[" * 3900 + "\n\n") * 30, "*a " * 8000, "`" * 20000, "<!--" * 5000],
)
def test_a_text_that_is_made_to_be_slow_is_read(text: str) -> None:
    contents(f"1. {text}")
