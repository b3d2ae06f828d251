"""`muster export`: every kind in both formats, and the audit log with what operators did."""

import csv
import io
import json
from pathlib import Path

import pytest

from bot.domain.actor import Integration
from bot.domain.ids import ChannelId, IncidentNumber, SlackUserId, WorkspaceId
from bot.domain.people import Group, Profile
from bot.domain.timeline import FollowUpAgreed, IncidentCancelled
from bot.review.as_csv import as_csv
from bot.store import Audited, Database, OutboxRow, Store, WorkspaceRow
from tests.muster import muster
from tests.store.given import DANA, NOON, declare_with_channel, note, record


@pytest.fixture
async def folder(tmp_path: Path) -> Path:
    """A folder with the database of one incident and one refusal."""
    database = await Database.open(f"sqlite+aiosqlite:///{tmp_path / 'muster.db'}", migrate=True)
    store = Store(database, WorkspaceId("T1"))
    async with store.write() as tx:
        await tx.keep_workspace(WorkspaceRow("T1", "Acme", "https://acme.example/", "UBOT"))
        await tx.keep_audit(Audited(NOON, SlackUserId("UEVE"), "close", None, "refused", "NotForYou"))
    await declare_with_channel(store)
    await database.close()
    return tmp_path


@pytest.mark.parametrize("what", ["incidents", "timeline", "followups", "metrics", "audit"])
async def test_each_kind_comes_as_json_and_as_csv(folder: Path, what: str) -> None:
    as_json = muster("export", what, cwd=folder)
    as_csv = muster("export", what, "--format", "csv", cwd=folder)
    assert (as_json.returncode, as_csv.returncode) == (0, 0)
    rows = json.loads(as_json.stdout)
    listed = list(csv.DictReader(io.StringIO(as_csv.stdout)))
    assert len(listed) == len(rows) + (what == "audit")  # the first export stands in the second
    assert not rows or list(listed[0]) == list(rows[0])


async def test_an_export_posts_nothing(folder: Path) -> None:
    for what in ("timeline", "followups", "audit"):
        assert muster("export", what, cwd=folder).returncode == 0
    assert await queued(folder) == ()


async def queued(folder: Path) -> tuple[OutboxRow, ...]:
    """Everything that goes to Slack, or went."""
    database = await Database.open(f"sqlite+aiosqlite:///{folder / 'muster.db'}")
    async with Store(database, WorkspaceId("T1")).read() as tx:
        rows = await tx.outbox(("pending", "in_flight", "held", "done", "dead", "superseded"))
    await database.close()
    return rows


async def test_the_audit_log_holds_refusals_and_what_operators_did(folder: Path) -> None:
    muster("rebuild", cwd=folder)
    rows = json.loads(muster("export", "audit", cwd=folder).stdout)
    told = [(row["actor"], row["verb"], row["outcome"], row["what"]) for row in rows]
    assert ("UEVE", "close", "refused", "NotForYou") in told
    assert ("operator", "rebuild", "done", "incidents: 1") in told
    assert ("operator", "export", "done", "audit") in told


async def test_the_audit_log_says_as_what_somebody_acted(folder: Path) -> None:
    database = await Database.open(f"sqlite+aiosqlite:///{folder / 'muster.db'}")
    store = Store(database, WorkspaceId("T1"))
    alerts = Integration("Alertmanager", "alertmanager")
    await record(store, IncidentNumber(1), IncidentCancelled(at=NOON, integration=alerts, reason="a test alert"))
    await database.close()
    exported("audit", folder)
    told = [(row["actor"], row["actor_kind"], row["actor_name"]) for row in exported("audit", folder)]
    assert ("Alertmanager", "integration", "Alertmanager") in told
    assert ("operator", "operator", None) in told
    assert [row["integration"] for row in exported("timeline", folder)] == [None, None, "Alertmanager"]
    assert [row["integration"] for row in exported("incidents", folder)] == [None]


async def test_people_are_named_beside_their_ids(folder: Path) -> None:
    database = await Database.open(f"sqlite+aiosqlite:///{folder / 'muster.db'}", migrate=False)
    store = Store(database, WorkspaceId("T1"))
    async with store.write() as tx:
        await tx.keep_person(Profile(DANA, "Dana <Díaz>|ops"), NOON)
        await tx.keep_person(Profile(SlackUserId("UEVE"), "Eve"), NOON)
        await tx.keep_group(Group("S1", "shop-sre", ()))
        await tx.keep_channel_name(ChannelId("C7"), "deploys")
    agreed = FollowUpAgreed(at=NOON, by=DANA, text="ask <@UEVE>", owner=SlackUserId("UEVE"))
    mentions = note("<!subteam^S1>, <!subteam^S2>, <#C7> and <#C8|general>")
    await record(store, IncidentNumber(1), note("<@UEVE> and <@UNEW> saw it"), agreed, mentions)
    await database.close()

    [incident] = exported("incidents", folder)
    assert (incident["declared_by"], incident["declared_by_name"]) == (DANA, "Dana <Díaz>|ops")
    assert (incident["commander"], incident["commander_name"], incident["channel_name"]) == (
        None,
        None,
        "inc-1-checkout",
    )
    timeline = exported("timeline", folder)
    assert [(row["by"], row["by_name"]) for row in timeline][::2] == [(DANA, "Dana <Díaz>|ops")] * 3
    assert (timeline[1]["by"], timeline[1]["by_name"]) == (None, None)
    assert timeline[2]["text"] == "<@UDANA|Dana Díaz ops> noted: <@UEVE|Eve> and <@UNEW> saw it."
    assert str(timeline[4]["text"]).endswith("<!subteam^S1|@shop-sre>, <!subteam^S2>, <#C7|deploys> and <#C8|general>.")
    [follow_up] = exported("followups", folder)
    assert (follow_up["owner"], follow_up["owner_name"], follow_up["text"]) == ("UEVE", "Eve", "ask <@UEVE|Eve>")
    assert ("UEVE", "Eve") in [(row["actor"], row["actor_name"]) for row in exported("audit", folder)]
    named = next(csv.DictReader(io.StringIO(muster("export", "followups", "--format", "csv", cwd=folder).stdout)))
    assert (named["owner_name"], named["link"], named["due"]) == ("Eve", "", "")


def exported(what: str, folder: Path) -> list[dict[str, object]]:
    rows: list[dict[str, object]] = json.loads(muster("export", what, cwd=folder).stdout)
    return rows


async def test_metrics_come_by_group_and_look_as_far_back_as_asked(folder: Path) -> None:
    rows = json.loads(muster("export", "metrics", "--period", "365d", cwd=folder).stdout)
    refused = muster("export", "metrics", "--period", "banana", cwd=folder)
    assert (refused.returncode, "is not a duration" in refused.stderr) == (2, True)
    misplaced = muster("export", "incidents", "--period", "30d", cwd=folder)
    assert (misplaced.returncode, "--period is for metrics" in misplaced.stderr) == (2, True)
    assert {row["schema"] for row in rows} == {"muster.metrics/1"}
    assert [(row["by"], row["incidents"]) for row in rows][:2] == [("all", 1), ("priority", 1)]


async def test_no_secret_that_somebody_typed_leaves_with_an_export(folder: Path) -> None:
    token = "ghp_" + "a1" * 18
    database = await Database.open(f"sqlite+aiosqlite:///{folder / 'muster.db'}", migrate=False)
    await record(Store(database, WorkspaceId("T1")), IncidentNumber(1), note(f"I used {token}"))
    await database.close()
    said = muster("export", "timeline", cwd=folder).stdout
    assert token not in said
    assert "I used [redacted]" in said


async def test_a_review_is_written_as_pdf(folder: Path) -> None:
    done = muster("review", "INC-1", "--format", "pdf", "--out", "review.pdf", cwd=folder)
    assert done.returncode == 0, done.stderr
    assert (folder / "review.pdf").read_bytes().startswith(b"%PDF-")


async def test_an_operator_erases_what_somebody_typed(folder: Path) -> None:
    database = await Database.open(f"sqlite+aiosqlite:///{folder / 'muster.db'}", migrate=False)
    (entry,) = await record(Store(database, WorkspaceId("T1")), IncidentNumber(1), note("the door code is 4711"))
    await database.close()

    done = muster("erase", "INC-1", str(entry.seq), cwd=folder)
    assert done.returncode == 0, done.stderr
    assert f"The words of entry {entry.seq} of INC-1 are erased." in done.stderr
    said = muster("export", "timeline", cwd=folder).stdout
    assert "4711" not in said
    assert f"The words of entry {entry.seq} were erased." in said
    assert "erase" in {row["verb"] for row in exported("audit", folder)}

    again = muster("erase", "INC-1", str(entry.seq), cwd=folder)
    assert (again.returncode, "nothing was changed" in again.stderr) == (1, True)
    missing = muster("erase", "INC-1", "999", cwd=folder)
    assert (missing.returncode, "there is no entry 999 of INC-1" in missing.stderr) == (1, True)
    unread = muster("erase", "INC1", "1", cwd=folder)
    assert (unread.returncode, "is no reference" in unread.stderr) == (2, True)


@pytest.mark.parametrize("before", [None, 0o644])
async def test_a_written_file_is_for_its_owner_alone(folder: Path, before: int | None) -> None:
    out = folder / "out.json"
    if before is not None:
        out.write_text("of last week, and longer than what comes now" * 1000)
        out.chmod(before)
    assert muster("export", "incidents", "--out", "out.json", cwd=folder).returncode == 0
    assert len(json.loads(out.read_text())) == 1
    assert oct(out.stat().st_mode & 0o777) == oct(0o600)


@pytest.mark.parametrize(
    "typed",
    [
        "=1+1",
        "+1",
        "-1",
        "@SUM(A1)",
        "\t=1",
        "\r=1",
        "\n=1",
        "  =1",
        "\uff1d1+1",
        "\uff0b1",
        "\uff0d1",
        "\uff201",
        " \u00a0=1",
    ],
)
def test_no_cell_begins_as_a_formula(typed: str) -> None:
    cell = next(csv.DictReader(io.StringIO(as_csv([{"a": typed}]))))["a"]
    assert cell.startswith("'")


@pytest.mark.parametrize("typed", ["x\r=cmd|'/c calc'!A1", "x\r\n=1", "x\n=1", "x\r\r=1"])
def test_a_carriage_return_begins_no_row(typed: str) -> None:
    written = as_csv([{"a": typed, "b": "1"}])
    assert "\r" not in written
    assert [row["b"] for row in csv.DictReader(io.StringIO(written))] == ["1"]


def test_what_is_no_formula_stays() -> None:
    assert as_csv([{"a": "", "b": "a = b", "c": -1, "d": None}]) == "a,b,c,d\n,a = b,-1,"
