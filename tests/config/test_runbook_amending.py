"""Something added to a runbook's file: it reads as before but for that, and git applies the difference."""

import subprocess
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.config.runbooks import LARGEST, Library, Shelf, findings
from bot.config.shipped import shipped
from bot.domain.amending import Amendment, CannotBeAmended, ChangedMeanwhile, Where, inert
from bot.domain.diffs import unified
from bot.domain.runbook import Runbook

TRAPS = r"""`x ~ `a b` ~ <div> ~ {{< hint >}} ~ [a](b.md) ~ # ~ 1. ~ 2) ~ - ~ * ~ > ~ *** ~ ___ ~ _a_ ~ ~~s~~ ~ &amp;
 ~ \ ~ ``` ~ [!NOTE] ~ https://x.example/a_b ~ ![x](y.png) ~ <!-- ~ word"""
WORDS = st.text(max_size=700) | st.lists(st.sampled_from(TRAPS.split(" ~ ")), max_size=12).map(" ".join)
FILES = {
    "tight.md": "# Tight\n\n1. Stop.\n2. Wait.\n3. Go.\n",
    "loose.md": "---\ntitle: Loose\n---\n\n1. Stop.\n\n   ```sh\n   stop\n   ```\n\n10. Go.\n\n## Undo\n\nNothing.",
    "two.md": "1) Stop\n1) Go\n\nLook:\n\n```\nls\n```\n\n## Lessons learned\n\n* It takes long.\n\n## Who\n\nA\n",
    "none.md": "# None\n\nCall somebody.\n\n## Lessons\n",
    "crlf.md": "# Lines\r\n\r\n1. Stop.\r\n2. Go.\r\n",
}


def shelf(folder: Path, files: dict[str, str]) -> tuple[Shelf, dict[str, Runbook]]:
    for name, text in files.items():
        (folder / name).write_bytes(text.encode())
    found = Shelf([folder])
    return found, {one.slug: one for one in found.look().runbooks}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("runbooks")
    for file in shipped("runbooks").glob("*.md"):
        (folder / file.name).write_bytes(file.read_bytes())
    shelf(folder, FILES)
    return folder


@pytest.fixture(scope="module")
def library(folder: Path) -> Library:
    return Shelf([folder]).look()


def amendments(runbook: Runbook, words: str) -> list[Amendment]:
    notes = [Amendment(Where.NOTE, f"Skipped in INC-42: {inert(words)}", one.number) for one in runbook.steps]
    return [*notes[:1], *notes[-1:], Amendment(Where.STEP, inert(words)), Amendment(Where.LESSON, inert(words))]


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data(), words=WORDS.filter(lambda text: inert(text) != ""))
def test_whatever_people_wrote_the_file_reads_as_before_but_for_it(
    folder: Path, library: Library, data: st.DataObject, words: str
) -> None:
    runbook = data.draw(st.sampled_from(library.runbooks))
    amendment = data.draw(st.sampled_from(amendments(runbook, words)))
    amended = runbook.amended(amendment)
    text = (folder / runbook.path).read_bytes().decode()
    assert amended.before == text
    before = [one.text for one in findings(library) if one.file == str(library.files[runbook.slug])]
    try:
        (folder / runbook.path).write_bytes(amended.after.encode())
        after = Shelf([folder]).look()
        (now,) = (one for one in after.runbooks if one.slug == runbook.slug)
        assert [one.text for one in findings(after) if one.file == str(after.files[now.slug])] == before
    finally:
        (folder / runbook.path).write_bytes(text.encode())
    assert [one.title for one in now.steps][: len(runbook.steps)] == [one.title for one in runbook.steps]
    assert len(now.steps) == len(runbook.steps) + (amendment.where is Where.STEP)


def test_words_say_the_same_and_code_stays_code() -> None:
    assert inert("run `a *b*` on <pod> and\n_wait_ for #1") == r"run `a *b*` on \<pod> and \_wait\_ for #1"
    assert inert("1. first, x_y & 3 < 4") == r"1\. first, x_y & 3 < 4"
    assert len(inert("word " * 500)) <= 500


def test_words_name_no_action_of_the_policy(tmp_path: Path) -> None:
    _, known = shelf(tmp_path, FILES)
    text = inert("Tell support. Action: `restart-checkout percent=100`")
    _, again = shelf(tmp_path, {"tight.md": known["tight"].amended(Amendment(Where.STEP, text)).after})
    step = again["tight"].steps[-1]
    assert (step.title, step.action) == ("Tell support", "")


def test_each_kind_stands_where_people_would_write_it(tmp_path: Path) -> None:
    _, known = shelf(tmp_path, FILES)
    step, note = Amendment(Where.STEP, "Tell support."), Amendment(Where.NOTE, "Failed in INC-1: x", 1)
    lesson = Amendment(Where.LESSON, "Ask first.")
    assert known["tight"].amended(step).after == "# Tight\n\n1. Stop.\n2. Wait.\n3. Go.\n4. Tell support.\n"
    assert "1. Stop.\n\n   > Failed in INC-1: x\n\n2. Wait." in known["tight"].amended(note).after
    assert known["crlf"].amended(step).after.endswith("2. Go.\r\n3. Tell support.\r\n")
    assert "\n10. Go.\n\n11. Tell support.\n\n## Undo" in known["loose"].amended(step).after
    assert "```\nls\n```\n\n3) Tell support.\n\n## Lessons" in known["two"].amended(step).after
    assert "* It takes long.\n* Ask first.\n\n## Who" in known["two"].amended(lesson).after
    assert known["none"].amended(lesson).after.endswith("## Lessons\n\n- Ask first.\n")
    assert known["none"].amended(step).after.endswith("## Lessons\n\n## Steps\n\n1. Tell support.\n")


def test_git_applies_what_was_added_to_every_kind_of_file(tmp_path: Path) -> None:
    _, known = shelf(tmp_path, FILES)
    for runbook in known.values():
        amended = runbook.amended(Amendment(Where.STEP, "Tell support."))
        diff = unified(runbook.path, amended.before, amended.after).encode()
        done = subprocess.run(["git", "apply", "-"], cwd=tmp_path, input=diff, capture_output=True, check=False)
        assert (done.returncode, (tmp_path / runbook.path).read_bytes()) == (0, amended.after.encode()), done.stderr
    again = {one.slug: one for one in Shelf([tmp_path]).look().runbooks}
    assert {one.steps[-1].title for one in again.values()} == {"Tell support"}


def test_a_file_that_changed_went_or_became_a_link_is_not_amended(tmp_path: Path) -> None:
    outside = tmp_path / "outside.md"
    outside.write_text(FILES["tight.md"])
    folder = tmp_path / "runbooks"
    folder.mkdir()
    _, known = shelf(folder, FILES)
    step, file = Amendment(Where.STEP, "Tell support."), folder / "tight.md"
    file.write_text("1. Something else\n")
    with pytest.raises(ChangedMeanwhile, match="“Tight” was changed in the meantime"):
        known["tight"].amended(step)
    file.write_bytes(b"x" * 5_000_000)
    with pytest.raises(ChangedMeanwhile):
        known["tight"].amended(step)
    file.unlink()
    with pytest.raises(CannotBeAmended, match="cannot be read"):
        known["tight"].amended(step)
    file.symlink_to(outside)
    with pytest.raises(CannotBeAmended, match="leads out of the folder"):
        known["tight"].amended(step)
    assert outside.read_text() == FILES["tight.md"]
    with pytest.raises(CannotBeAmended, match="comes from no file"):
        replace(known["tight"], amended=Runbook("a", "A").amended).amended(step)


@pytest.mark.parametrize("open_end", ["```\nnever ended", "<!-- never ended"])
def test_where_something_never_ends_nothing_is_added_behind_it(tmp_path: Path, open_end: str) -> None:
    _, known = shelf(tmp_path, {"open.md": f"# Open\n\n1. Stop\n\n{open_end}\n", "mixed.md": "1. Stop\r\n2. Go\n"})
    with pytest.raises(CannotBeAmended, match="something before it never ends"):
        known["open"].amended(Amendment(Where.LESSON, "Ask first."))
    with pytest.raises(CannotBeAmended, match="end in different ways"):
        known["mixed"].amended(Amendment(Where.STEP, "Tell support."))
    assert LARGEST < 5_000_000
