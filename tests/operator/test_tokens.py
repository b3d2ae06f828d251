"""`muster token`: made and shown once, listed without their text, revoked; each of it in the audit log."""

import asyncio
import json
import sqlite3
from datetime import timedelta
from pathlib import Path

import pytest

from bot.domain.actor import Integration
from bot.domain.ids import WorkspaceId
from bot.door.token import Scope
from bot.operator.commands import WRONG, NotPossible
from bot.operator.tokens import new_token
from bot.store import Database, Store, WorkspaceRow
from tests.muster import muster
from tests.store.given import MACHINE


@pytest.fixture
def folder(tmp_path: Path, sqlite_url: str) -> Path:
    async def fill() -> None:
        database = await Database.open(sqlite_url, migrate=False)
        async with Store(database, WorkspaceId("T1")).write() as tx:
            await tx.keep_workspace(WorkspaceRow("T1", "Test"))
        await database.close()

    asyncio.run(fill())
    return tmp_path


def test_a_token_is_printed_once_and_then_only_known(folder: Path) -> None:
    made = muster(
        "token", "create", "Dana's laptop", "--person", "U0DANA", "--scope", "read", "--scope", "write", cwd=folder
    )
    assert made.returncode == 0
    text = made.stdout.strip()
    assert text.startswith("mst_")
    assert text not in made.stderr
    assert "acts as U0DANA and may read, write, until 20" in made.stderr
    assert "Muster has not met U0DANA yet" in made.stderr
    for file in folder.iterdir():
        assert text.encode() not in file.read_bytes()

    listed = muster("token", "list", cwd=folder)
    assert listed.stdout.splitlines()[0].split() == ["ID", "NAME", "ACTS", "AS", "MAY", "STATE", "LAST", "USED"]
    assert "Dana's laptop" in listed.stdout
    (one,) = json.loads(muster("token", "list", "--json", cwd=folder).stdout)
    assert (one["person"], one["scopes"], one["good"], one["last_used_at"]) == ("U0DANA", ["read", "write"], True, None)
    assert text.split("_", 2)[2] not in listed.stdout + json.dumps(one)

    assert muster("token", "revoke", one["id"], cwd=folder).returncode == 0
    again = muster("token", "revoke", one["id"], cwd=folder)
    assert (again.returncode, "muster token list" in again.stderr) == (1, True)
    rows = sqlite3.connect(folder / "muster.db").execute("SELECT actor_kind, verb, detail FROM audit ORDER BY id")
    assert rows.fetchall() == [("operator", f"token {act}", one["id"]) for act in ("create", "revoke")]


@pytest.mark.parametrize(
    ("name", "person", "kind", "expires", "told"),
    [
        ("laptop", None, None, "90d", "Say whose it is"),
        ("laptop", "U1", "ci", "90d", "Say whose it is"),
        ("laptop", "dana", None, "90d", "no Slack id"),
        ("pipeline", None, "C I", "90d", "no kind"),
        ("  ", "U1", None, "90d", "Give the token a name"),
        ("a\x1b[31mb", "U1", None, "90d", "Give the token a name"),
        ("x" * 65, "U1", None, "90d", "Give the token a name"),
        ("laptop", "U1", None, "soon", "is not a duration"),
    ],
)
def test_what_cannot_be_made_is_said(name: str, person: str | None, kind: str | None, expires: str, told: str) -> None:
    with pytest.raises(NotPossible, match=told) as refused:
        new_token(name, person, kind, [], expires, MACHINE)
    assert refused.value.code == WRONG


def test_a_token_reads_alone_and_for_ninety_days_unless_it_is_said() -> None:
    token, _ = new_token(" Deploy  pipeline ", None, "ci", [], "90d", MACHINE)
    assert (token.name, token.actor) == ("Deploy pipeline", Integration("Deploy pipeline", "ci"))
    assert (token.scopes, token.expires_at) == (frozenset({Scope.READ}), MACHINE + timedelta(days=90))
    lasting, _ = new_token("laptop", "U1", None, ["write"], "never", MACHINE)
    assert (lasting.scopes, lasting.expires_at) == (frozenset({Scope.WRITE}), None)
