"""What the operator's commands do beside a bot: which reference is meant, where output goes, and how each ends.

Each is called as the command line calls it, in a process with an environment of its own only where that matters; the
command line itself is tested as real processes elsewhere.
"""

import asyncio
import json
import os
import stat
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.ids import WorkspaceId
from bot.operator.commands import DONE, NO, WRONG, NotPossible, moment, number_in, write_out
from bot.store import Database, Store, WorkspaceRow
from tests.integrations.smtp_server import a_mail_server
from tests.muster import muster
from tests.store.given import declare_with_channel


@pytest.mark.parametrize(
    ("typed", "number"),
    [("INC-42", 42), ("inc-1", 1), (" Inc-7 ", 7), ("INC-999999999", 999_999_999), ("INC-042", 42)],
)
def test_a_reference_is_known_in_any_case(typed: str, number: int) -> None:
    assert number_in(typed) == number


@pytest.mark.parametrize("typed", ["", "42", "INC", "INC-", "INC-0", "INC-000", "INC-1x", "INC-1 2", "INC-1234567890"])
def test_what_is_no_reference_is_wrong_usage_with_an_example(typed: str) -> None:
    with pytest.raises(NotPossible, match=r"is no reference\. Example: INC-42\.") as refused:
        number_in(typed)
    assert refused.value.code == WRONG


@given(st.text(max_size=20))
def test_of_any_other_text_comes_a_number_or_nothing(typed: str) -> None:
    with suppress(NotPossible):
        assert number_in(typed) > 0


@pytest.mark.parametrize(
    ("content", "written"),
    [
        ("one line", b"one line\n"),
        ("one line\n", b"one line\n"),
        ("", b"\n"),
        ("España", "España\n".encode()),
        (b"%PDF-1.7", b"%PDF-1.7"),
        (b"", b""),
    ],
)
def test_a_text_ends_with_one_newline_and_bytes_are_as_they_are(
    content: str | bytes, written: bytes, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "out"
    write_out(content, path)
    assert path.read_bytes() == written
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err == f"Written to {path}\n"


def test_without_a_file_it_goes_to_stdout_and_nothing_else_is_said(capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    write_out("a text", None)
    write_out(b"%PDF", None)
    said = capfdbinary.readouterr()
    assert (said.out, said.err) == (b"a text\n%PDF", b"")


def test_a_longer_file_that_was_there_is_written_over_whole(tmp_path: Path) -> None:
    path = tmp_path / "out"
    path.write_text("something much longer than what comes now")
    write_out("short", path)
    assert path.read_text() == "short\n"


def test_what_is_no_file_keeps_its_mode(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe, 0o644)
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    try:
        write_out("through a pipe", pipe)
        assert os.read(reader, 100) == b"through a pipe\n"
        assert stat.S_IMODE(pipe.stat().st_mode) == 0o644
    finally:
        os.close(reader)


def test_the_exit_codes_are_those_that_are_promised() -> None:
    assert (DONE, NO, WRONG) == (0, 1, 2)


def test_amoment_is_so_long_ago_or_an_instant() -> None:
    now = datetime(2026, 3, 2, 12, tzinfo=UTC)
    assert moment("2h", now) == datetime(2026, 3, 2, 10, tzinfo=UTC)
    assert moment("2026-03-02T14:05+02:00", now) == datetime(2026, 3, 2, 12, 5, tzinfo=UTC)
    assert moment("2026-03-01", now).tzinfo is UTC
    with pytest.raises(NotPossible, match="is no time"):
        moment("yesterday", now)


@pytest.fixture
async def folder(tmp_path: Path) -> Path:
    """A folder with the database of INC-1, whose first effects nobody has delivered."""
    database = await Database.open(f"sqlite+aiosqlite:///{tmp_path / 'muster.db'}", migrate=True)
    store = Store(database, WorkspaceId("T1"))
    async with store.write() as tx:
        await tx.keep_workspace(WorkspaceRow("T1", "Acme", "https://acme.example/", "UBOT"))
    await declare_with_channel(store)
    await database.close()
    return tmp_path


async def test_a_database_of_one_workspace_is_read_and_changed_by_every_command(folder: Path) -> None:
    listed = muster("outbox", "list", "--json", cwd=folder)
    rows = json.loads(listed.stdout)
    assert (listed.returncode, listed.stderr) == (DONE, "")
    assert {row["incident"] for row in rows} <= {"INC-1", None}
    assert all(row["state"] != "dead" for row in rows)

    nothing_dead = muster("outbox", "retry", cwd=folder)
    assert (nothing_dead.returncode, nothing_dead.stderr) == (DONE, "0 effects will be tried again.\n")
    unknown = muster("outbox", "retry", "999", cwd=folder)
    assert (unknown.returncode, unknown.stderr) == (NO, "0 effects will be tried again.\n")

    replayed = muster("webhooks", "replay", "--since", "2h", cwd=folder)
    assert (replayed.returncode, replayed.stderr) == (NO, "0 messages will be sent again, each under its own id.\n")
    nobody = muster("webhooks", "replay", "--since", "2h", "--to", "cmdb", cwd=folder)
    assert (nobody.returncode, "no webhook “cmdb”. There are: none." in nobody.stderr) == (WRONG, True)

    rebuilt = muster("rebuild", cwd=folder)
    assert (rebuilt.returncode, rebuilt.stderr) == (DONE, "Rebuilt 1 incident; 0 differed.\n")

    ended = muster("sessions", "end", cwd=folder)
    assert (ended.returncode, ended.stdout) == (DONE, "")
    assert ended.stderr.startswith("All sessions and links are over.")
    audited = json.loads(muster("export", "audit", cwd=folder).stdout)
    assert "sessions end" in {row["verb"] for row in audited}

    absent = muster("review", "INC-9", cwd=folder)
    assert (absent.returncode, absent.stdout) == (NO, "")
    assert "There is no incident INC-9." in absent.stderr

    wrong = muster("export", "incidents", "--period", "7d", cwd=folder)
    assert (wrong.returncode, wrong.stdout) == (WRONG, "")
    assert "--period is for metrics and runbooks; incidents are exported whole." in wrong.stderr
    none = muster("export", "metrics", "--period", "a week", cwd=folder)
    assert (none.returncode, none.stdout) == (WRONG, "")
    assert "“a week” is not a duration" in none.stderr

    written = muster("review", "INC-1", "--format", "json", "--out", "r.json", cwd=folder)
    assert (written.returncode, written.stdout, written.stderr) == (DONE, "", "Written to r.json\n")
    assert json.loads((folder / "r.json").read_text())["incident"]["ref"] == "INC-1"


async def test_a_database_of_two_workspaces_is_nobodys_to_read(folder: Path) -> None:
    database = await Database.open(f"sqlite+aiosqlite:///{folder / 'muster.db'}")
    async with Store(database, WorkspaceId("T2")).write() as tx:
        await tx.keep_workspace(WorkspaceRow("T2", "Other", "https://other.example/", "UBOT"))
    await database.close()
    refused = muster("export", "incidents", cwd=folder)
    assert (refused.returncode, refused.stdout) == (NO, "")
    assert "The database holds 2 workspaces; each needs a database of its own." in refused.stderr


def test_a_database_of_another_version_is_named_as_such(tmp_path: Path) -> None:
    (tmp_path / "muster.db").touch()
    answer = muster("token", "list", cwd=tmp_path)
    assert (answer.returncode, "not at this version's tables" in answer.stderr) == (NO, True)


async def test_a_week_is_printed_and_tried_by_mail_and_a_month_is_written_as_pdf(tmp_path: Path) -> None:
    database = await Database.open(f"sqlite+aiosqlite:///{tmp_path / 'muster.db'}", migrate=True)
    store = Store(database, WorkspaceId("T1"))
    async with store.write() as tx:
        await tx.keep_workspace(WorkspaceRow("T1", "Test", "https://test.slack.com/", "UBOT"))
    await declare_with_channel(store)
    await database.close()
    async with a_mail_server() as server:
        mail = f"{{server: 127.0.0.1, port: {server.port}, tls: none, from: muster@example.com, to: [a@example.com]}}"
        (tmp_path / "policy.yml").write_text(f"digest: {{mail: {mail}}}\n")
        given = {"MUSTER_DATABASE_URL": f"sqlite:///{tmp_path / 'muster.db'}", "MUSTER_POLICY": "policy.yml"}
        typed = ("digest", "--last", "2026-03-08", "--picture", "week.png", "--mail", "you@example.com")
        done = await asyncio.to_thread(muster, *typed, cwd=tmp_path, **given)
        assert done.returncode == DONE, done.stderr
        server.fails = {"RCPT": ["550 5.1.1 no"]}
        refused = await asyncio.to_thread(muster, *typed, cwd=tmp_path, **given)
        month = ("report", "--month", "2026-03", "--out", "r.pdf")
        written = await asyncio.to_thread(muster, *month, cwd=tmp_path, **given)
        assert (written.returncode, written.stderr) == (DONE, "Written to r.pdf\n")
    assert (tmp_path / "r.pdf").read_bytes().startswith(b"%PDF-")
    assert done.stdout.splitlines()[:3] == [
        "Incidents from 2 to 8 Mar 2026",
        "",
        "1 incident: 1 P1. The four weeks before had none.",
    ]
    assert (tmp_path / "week.png").read_bytes().startswith(b"\x89PNG")
    assert server.recipients == ["you@example.com"]
    assert "Sent to you@example.com." in done.stderr
    assert (refused.returncode, refused.stderr.splitlines()[-1]) == (NO, "Not sent: 127.0.0.1: it answered 550 5.1.1.")
