"""Proof that the record was not altered: `muster verify`, `muster heads`, and evidence that checks itself."""

import asyncio
import json
import shutil
import sqlite3
import subprocess
import sys
import zipfile
from datetime import timedelta
from pathlib import Path

import pytest

from bot.domain.ids import WorkspaceId
from bot.integrations.signing import Signer
from bot.operator.proof import SHORTEST
from bot.store import Database, Store, WorkspaceRow
from tests.muster import muster
from tests.store.given import NOON, declare_with_channel, note, record

PASSWORD = "password = hunter2hunter2hunter2"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the database of one linked incident, a signed head, and the incident's evidence."""
    folder = tmp_path_factory.mktemp("proof")
    key = muster("heads", "key", cwd=folder).stdout.strip()
    (folder / ".env").write_text(f"{key}\n")
    asyncio.run(fill(folder, Signer(key.partition("=")[2])))
    assert muster("evidence", "INC-1", "--out", "INC-1.zip", cwd=folder).returncode == 0
    return folder


@pytest.fixture
def folder(made: Path, tmp_path: Path) -> Path:
    """A copy, to be altered."""
    return Path(shutil.copytree(made, tmp_path / "copy"))


async def fill(folder: Path, signer: Signer) -> None:
    database = await Database.open(f"sqlite+aiosqlite:///{folder / 'muster.db'}", migrate=True)
    store = Store(database, WorkspaceId("T1"))
    async with store.write() as tx:
        await tx.keep_workspace(WorkspaceRow("T1", "Acme", "https://acme.example/", "UBOT"))
    number = await declare_with_channel(store)
    await record(store, number, note("the disk is full"), note(PASSWORD), note("erase me"))
    async with store.write() as tx:
        await tx.extend_chain()
        head = await tx.make_head(NOON, 0)
        assert head is not None
        await tx.keep_proof(1, signature=signer.sign(head.digest))
    async with store.write() as tx:
        await tx.erase_words(number, 5, NOON + timedelta(hours=1))
        await tx.extend_chain()
    await database.close()


def by_hand(folder: Path, statement: str) -> None:
    with sqlite3.connect(folder / "muster.db") as connection:
        connection.execute(statement)


def test_an_untouched_record_is_said_to_be_so(folder: Path) -> None:
    head = json.loads(muster("heads", "list", "--json", cwd=folder).stdout)[0]["digest"]
    told = muster("verify", "--head", head[:16], cwd=folder)
    assert told.stdout.splitlines() == [
        "6 entries checked, 1 head.",
        "1 entry had words erased, as the record says.",
        "Nothing was altered.",
    ]
    assert told.returncode == 0


def test_what_was_changed_by_hand_is_named_and_fails(folder: Path) -> None:
    by_hand(folder, 'UPDATE timeline SET body = \'{"text":"the disk is fine"}\' WHERE seq = 3')
    told = muster("verify", "--json", cwd=folder)
    assert told.returncode == 1
    assert json.loads(told.stdout)["findings"] == ["INC-1 entry 3 (NoteAdded) was changed"]


def test_a_head_that_is_not_ours_fails(folder: Path) -> None:
    by_hand(folder, "UPDATE chain_heads SET signature = zeroblob(64)")
    told = muster("verify", "--head", "0" * SHORTEST, cwd=folder)
    assert told.returncode == 1
    assert told.stdout.splitlines()[:2] == [
        "Altered: head 1 is signed with another key than MUSTER_PROOF_KEY",
        f"Altered: {'0' * SHORTEST} is no head of this record: it was rewritten since, or is another one's",
    ]


def test_a_digest_that_is_too_short_is_refused(folder: Path) -> None:
    told = muster("verify", "--head", "abc", cwd=folder)
    assert (told.returncode, told.stderr.strip()) == (
        2,
        f"“abc” is too short; give at least the first {SHORTEST} digits of a head.",
    )


def checked(package: Path) -> subprocess.CompletedProcess[str]:
    """By the script in it, with nothing but Python."""
    script = package.with_name("verify.py")
    with zipfile.ZipFile(package) as packed:
        script.write_bytes(packed.read("verify.py"))
    return subprocess.run(
        [sys.executable, "-I", "-S", script, package], capture_output=True, text=True, check=False, timeout=60
    )


def test_evidence_checks_itself_and_holds_no_secret(folder: Path) -> None:
    package = folder / "INC-1.zip"
    with zipfile.ZipFile(package) as packed:
        held = {name: packed.read(name).decode("utf-8", "replace") for name in packed.namelist()}
    assert {"review.md", "review.json", "timeline.csv", "chain.jsonl", "heads.jsonl", "SHA256SUMS"} <= held.keys()
    assert not [name for name, text in held.items() if "hunter2" in text]
    left_out = [json.loads(line)["left_out"] for line in held["chain.jsonl"].splitlines()]
    assert left_out == [None, None, None, "holds what looks like a secret", "its words were erased", None]

    told = checked(package)
    assert (told.returncode, told.stderr) == (0, "")
    assert told.stdout.splitlines()[-1].startswith("6 entries follow from each other.")
    assert f"head 1 was made: {json.loads(held['heads.jsonl'])['digest']}" in told.stdout


@pytest.mark.parametrize(
    ("name", "before", "after", "found"),
    [
        ("review.md", "disk", "desk", "review.md was changed"),
        ("chain.jsonl", "the disk is full", "the disk is fine", "INC-1/3 was changed"),
        ("heads.jsonl", '"number": 1', '"number": 2', ""),
        ("heads.jsonl", "2026-03-04", "2026-03-05", "head 1 is of something else"),
    ],
)
def test_evidence_that_was_changed_says_so(folder: Path, name: str, before: str, after: str, found: str) -> None:
    """Whoever changes it may make the list of checksums anew, too."""
    package, forged = folder / "INC-1.zip", folder / "forged.zip"
    with zipfile.ZipFile(package) as packed, zipfile.ZipFile(forged, "w") as written:
        for one in packed.namelist():
            text = packed.read(one)
            if one == name:
                assert before.encode() in text
                text = text.replace(before.encode(), after.encode())
            if one != "SHA256SUMS" or name == "review.md":
                written.writestr(one, text)
        if name != "review.md":
            written.writestr("SHA256SUMS", "")
    assert checked(forged).stderr.strip() == found
