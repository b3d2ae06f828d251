"""`muster person`: what is kept about one person, and that they can be erased."""

import json
from pathlib import Path
from typing import Any

import pytest

from bot.domain.ids import WorkspaceId
from bot.domain.pseudonyms import called, is_pseudonym
from bot.store import Database, Store, WorkspaceRow
from bot.store.places import PLACES
from tests.muster import muster
from tests.store.everywhere import ALICE, CHANNEL, FULL_NAME, KEPT, MAIL, NAME, TRACES, fill
from tests.store.test_erasing_people import GONE, erased

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


async def test_a_dry_run_tells_what_there_is_and_what_stays_and_changes_nothing(folder: Path) -> None:
    before = (folder / "muster.db").read_bytes()
    code, out, err = person("erase", ALICE, "--dry-run", folder=folder)
    assert (code, err) == (0, "Nothing was changed: this was a dry run.\n")
    told = out.splitlines()
    assert told[0] == f"{ALICE} stands in the records of 3 incidents, in these rows:"
    assert [line.split() for line in told if line.split()[:1] == ["people"]] == [["people", "1"]]
    assert [line.split()[0] for line in told if line.endswith("times") and NAME in line] == [NAME]
    stays = "\n".join(told[told.index("What Muster does not reach stays:") :])
    for said in ("people.managers", "schedules.shop.members", "they are in 2 channels", "--json lists them", "backups"):
        assert said in stays
    assert (folder / "muster.db").read_bytes() == before


async def test_json_lists_what_muster_posted(folder: Path) -> None:
    code, out, _ = person("erase", ALICE, "--dry-run", "--json", folder=folder)
    told = json.loads(out)
    assert (code, told["schema"], told["pseudonym"]) == (0, "muster.erasure/1", None)
    assert told["posted"] == [{"number": "INC-1", "kind": "Announce", "channel": CHANNEL, "what": "ts", "id": "1.2"}]
    assert told["rows"]["transcript"] == 3


async def test_nobody_is_erased_without_a_reason_or_without_a_yes(folder: Path) -> None:
    code, _, err = person("erase", ALICE, folder=folder)
    assert (code, "Say why" in err) == (2, True)
    assert person("erase", ALICE, "--reason", "asked", folder=folder)[0] == 1, "nobody is there to say yes"
    assert exported(folder=folder)["names"] == [NAME, FULL_NAME]


async def test_whoever_was_erased_is_in_no_file_no_export_and_no_review(folder: Path) -> None:
    reason = f"{FULL_NAME} asked for it"
    code, _, err = person("erase", ALICE, "--reason", reason, "--also", MAIL, "--yes", folder=folder)
    assert (code, err.startswith("Erased. In the record they are “erased person ")) == (0, True), err
    for what in ("incidents", "timeline", "followups", "metrics", "runbooks", "audit"):
        for form in ("json", "csv"):
            assert muster("export", what, "--format", form, "--out", f"{what}.{form}", cwd=folder).returncode == 0
    for ref in ("INC-1", "INC-2", "INC-3"):
        for form in ("md", "html", "json"):
            done = muster("review", ref, "--format", form, "--out", f"{ref}.{form}", cwd=folder)
            assert done.returncode == 0, done.stderr
    assert muster("rebuild", cwd=folder).stderr == "Rebuilt 4 incidents; 0 differed.\n"
    for file in folder.iterdir():
        held = file.read_bytes().lower()
        if file.name != "policy.yml":
            assert not [trace for trace in TRACES if trace.encode() in held], file.name
    assert "erased person" in (folder / "INC-2.html").read_text()
    code, _, err = person("erase", ALICE, "--reason", "again", "--yes", folder=folder)
    assert (code, err) == (1, f"Muster keeps nothing about {ALICE}.\n")


async def test_the_audit_log_says_that_somebody_was_erased_and_not_who(folder: Path) -> None:
    person("erase", ALICE, "--reason", "asked", "--yes", folder=folder)
    rows = json.loads(muster("export", "audit", cwd=folder).stdout)
    (entry,) = [one for one in rows if one["verb"] == "person erase"]
    assert (entry["actor"], is_pseudonym(entry["what"])) == ("operator", True)


async def test_the_same_command_ends_an_erasure_that_was_cut_off_before_its_end(folder: Path) -> None:
    database = await Database.open(f"sqlite+aiosqlite:///{folder / 'muster.db'}")
    await erased(Store(database, WorkspaceId("T1")))
    await database.close()
    code, _, err = person("erase", ALICE, "--reason", "asked", "--yes", folder=folder)
    assert (code, err) == (0, f"Erased. In the record they are “{called(GONE)}” now ({GONE}).\n")
    code, _, err = person("erase", ALICE, "--reason", "asked", "--yes", folder=folder)
    assert (code, err) == (1, f"Muster keeps nothing about {ALICE}.\n")
