"""`muster person`: what is kept about one person, and that they can be erased."""

import json
from pathlib import Path
from typing import Any

import pytest

from bot.domain.ids import WorkspaceId
from bot.store import Database, Store, WorkspaceRow
from bot.store.places import PLACES
from tests.muster import muster
from tests.store.everywhere import ALICE, FULL_NAME, KEPT, MAIL, NAME, fill

POLICY = f"""
schedules:
  shop: {{rotation: weekly, start: 2026-01-05, handover: "mon 09:00", members: [{ALICE}, {KEPT}]}}
default_schedule: shop
people: {{managers: [{ALICE}]}}
"""


@pytest.fixture
async def folder(tmp_path: Path, sqlite_url: str) -> Path:
    """A folder with a policy, and a database in which she stands everywhere."""
    database = await Database.open(sqlite_url)
    store = Store(database, WorkspaceId("T1"))
    async with store.write() as tx:
        await tx.keep_workspace(WorkspaceRow("T1", "Acme", "https://acme.example/", "UBOT"))
    await fill(store)
    await database.close()
    (tmp_path / "policy.yml").write_text(POLICY)
    return tmp_path


def person(*arguments: str, folder: Path) -> tuple[int, str, str]:
    """Exit code, stdout, stderr of `muster person`."""
    done = muster("person", *arguments, cwd=folder, MUSTER_POLICY=str(folder / "policy.yml"))
    return done.returncode, done.stdout, done.stderr


def exported(*arguments: str, folder: Path) -> Any:
    code, out, err = person("export", ALICE, *arguments, folder=folder)
    assert code == 0, err
    return json.loads(out)


async def test_an_export_holds_every_place_in_which_she_stands(folder: Path) -> None:
    found = exported("--also", MAIL, folder=folder)
    assert (found["schema"], found["person"], found["names"]) == ("muster.person/1", ALICE, [NAME, FULL_NAME, MAIL])
    assert {place.name for place in PLACES if not place.is_projection} <= found.keys()
    assert found["policy"] == ["schedules.shop.members", "people.managers"]
    assert {"ref": "INC-2", "role": "commander", "from": "2026-03-04T12:00:00Z", "to": None} in found["roles"]
    (follow_up,) = [one for one in found["follow_ups"] if one["ref"] == "INC-2"]
    assert follow_up["text"] == f"ask {NAME} for the key"
    assert [one["text"] for one in found["review_sections"]]
    (message,) = [one for one in found["transcript"] if one["author"] == ALICE]
    assert message["files"][0]["name"] == f"{FULL_NAME}.png"
    assert "hunter2" not in message["text"], "a secret is in no export"


async def test_an_event_says_what_it_tells_and_as_what_she_stands_in_it(folder: Path) -> None:
    events = [one for one in exported(folder=folder)["timeline"] if one["ref"] == "INC-2"]
    told = {one["kind"]: (one["as"], one["text"]) for one in events}
    assert told["CommandAccepted"] == (["by"], f"<@{ALICE}> accepted command.")
    assert told["FollowUpAgreed"][0] == ["owner", "text"]
    assert all("salt" not in one and "digest" not in one for one in events)


async def test_a_name_that_is_a_word_can_be_left_out(folder: Path) -> None:
    found = exported("--leave", NAME.upper(), "--leave", FULL_NAME, folder=folder)
    assert found["names"] == []
    assert "catalog" not in found


async def test_whom_nobody_knows_and_what_is_no_person_is_refused(folder: Path) -> None:
    assert person("export", "U0STRANGER", folder=folder) == (1, "", "Muster keeps nothing about U0STRANGER.\n")
    code, _, err = person("export", "@zaliqa", folder=folder)
    assert (code, "is no Slack id of a person" in err) == (2, True)


async def test_an_export_stands_in_the_audit_log_and_names_nobody(folder: Path) -> None:
    exported(folder=folder)
    rows = json.loads(muster("export", "audit", cwd=folder).stdout)
    (entry,) = [one for one in rows if one["verb"] == "person export"]
    assert (entry["actor"], entry["what"]) == ("operator", "")
