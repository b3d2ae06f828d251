"""`muster purge`: what is kept no longer, shown and taken out."""

import json
from pathlib import Path

import pytest

from bot.domain.ids import WorkspaceId
from bot.store import Database, Store, WorkspaceRow
from tests.muster import muster
from tests.store.test_retaining import SENT, TRACES, fill, only_the_closed_one

POLICY = """
retention:
  transcript: 30d
  people: 30d
  timeline: 30d
  reviews: 30d
  by_priority: {P4: {reviews: forever}}
"""


@pytest.fixture
async def folder(tmp_path: Path, sqlite_url: str) -> Path:
    """A folder with a policy, and a database whose incidents ended long ago."""
    store = await _opened(sqlite_url)
    async with store.write() as tx:
        await tx.keep_workspace(WorkspaceRow("T1", "Acme", "https://acme.example/", "UBOT"))
    await fill(store)
    await store.database.close()
    (tmp_path / "policy.yml").write_text(POLICY)
    return tmp_path


async def _opened(url: str) -> Store:
    return Store(await Database.open(url), WorkspaceId("T1"))


def purge(*arguments: str, folder: Path) -> tuple[int, str, str]:
    done = muster("purge", *arguments, cwd=folder, MUSTER_POLICY=str(folder / "policy.yml"))
    return done.returncode, done.stdout, done.stderr


async def test_a_dry_run_tells_what_would_go_and_changes_nothing(folder: Path) -> None:
    before = (folder / "muster.db").read_bytes()
    code, out, err = purge("--dry-run", folder=folder)
    assert (code, err) == (0, "Nothing was changed: this was a dry run.\n")
    assert [" ".join(line.split()) for line in out.splitlines()] == [
        "transcript kept for 30d goes from 1 record",
        "files kept for 30d goes from 1 record",
        "people kept for 30d goes from 1 record",
        "timeline kept for 30d goes from 1 record",
        "reviews kept for 30d (P4: forever) goes from 1 record",
        "3 messages",
        "5 entries of timelines",
        "1 version of a review's section",
        "1 alert of incidents",
        "2 notes of who came or left",
        "On legal hold, and not touched: INC-3.",
    ]
    assert (folder / "muster.db").read_bytes() == before
    told = json.loads(purge("--dry-run", "--json", folder=folder)[1])
    assert (told["schema"], told["kept"]["audit"], told["records"]["people"]) == ("muster.purge/1", "400d", 1)
    assert (told["by_priority"]["P4"]["reviews"], told["on_hold"]) == ("forever", ["INC-3"])


async def test_it_is_asked_before_and_told_after(folder: Path) -> None:
    code, _, err = purge(folder=folder)
    assert code == 1, "nobody is there to say yes"
    await _only_the_closed_one(folder)
    code, _, err = purge("--yes", folder=folder)
    assert (code, err.splitlines()[-1].startswith("Done.")) == (0, True), err
    assert muster("verify", cwd=folder).returncode == 0
    for form in ("md", "html", "json"):
        done = muster("review", "INC-1", "--format", form, "--out", f"review.{form}", cwd=folder)
        assert done.returncode == 0, done.stderr
    for what in ("incidents", "timeline", "followups", "audit"):
        assert muster("export", what, "--format", "json", "--out", f"{what}.json", cwd=folder).returncode == 0
    held = b"".join(file.read_bytes().lower() for file in folder.iterdir())
    assert [trace for trace in TRACES if trace.encode() in held] == []
    for name in ("review.json", "timeline.json"):
        assert "Because of their age, the words of messages" in (folder / name).read_text(), name
    rows = json.loads((folder / "audit.json").read_text())
    assert [one["what"] for one in rows if one["verb"] == "purge"] == ["incidents: 1"]
    code, out, err = purge("--yes", folder=folder)
    assert (code, err, SENT in out, "1 record" in out) == (0, "", False, False)


async def _only_the_closed_one(folder: Path) -> None:
    store = await _opened(f"sqlite+aiosqlite:///{folder / 'muster.db'}")
    await only_the_closed_one(store)
    await store.database.close()


async def test_the_doctor_says_when_it_begins(folder: Path) -> None:
    told = muster("doctor", "--json", cwd=folder, MUSTER_POLICY=str(folder / "policy.yml")).stdout
    found = {one["code"]: one["text"] for one in json.loads(told)["findings"]}
    assert "Muster takes out of 1 record what `retention` in the policy keeps no longer" in found["retention"]
