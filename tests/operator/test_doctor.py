"""The doctor finds what is wrong before the bot does, and changes nothing."""

import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import pytest
import yaml
from sqlalchemy import update

from bot.config.policy_loading import load
from bot.domain.actor import Person
from bot.domain.declaration import Declaration
from bot.domain.ids import SlackUserId, WorkspaceId
from bot.domain.people import Profile
from bot.domain.policy import Webhook
from bot.domain.policy_people import named_people
from bot.domain.webhooks import BY_API, Subscription
from bot.door.caller import SLACK, Caller
from bot.operator.doctor import check_up, machine_now
from bot.operator.finding import CheckUp, Finding
from bot.sandbox import Fault, Sandbox
from bot.slack.manifest import build_manifest
from bot.store import Database, FeedCopy, Journal, ReplicaRow, Store, WorkspaceRow
from bot.store.erasing import Erasure
from bot.store.schema import outbox
from bot.workflows.context import Context
from bot.workflows.declare import declare
from tests.integrations import fake_github
from tests.integrations.receiver import SECRET, VARIABLE, a_receiver
from tests.muster import muster
from tests.store.test_damage import damage, forget
from tests.store.test_journal import emergency

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
ROOT = Path(__file__).parents[2]


@asynccontextmanager
async def slack() -> AsyncIterator[tuple[Sandbox, dict[str, str]]]:
    """A workspace in which Muster is in #incidents, and the settings for it."""
    async with Sandbox(now=lambda: NOW, manifest=build_manifest()) as sandbox:
        sandbox.add_channel("incidents", members=[sandbox.bot])
        yield sandbox, {name: value for name, value in sandbox.environment().items() if name.startswith("SLACK_")}


def at(folder: Path, given: Mapping[str, str], **more: str) -> dict[str, str]:
    """Settings with a database in the folder."""
    return {**given, "MUSTER_DATABASE_URL": f"sqlite:///{folder / 'muster.db'}", **more}


def written(path: Path, text: str) -> str:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return str(path)


async def examine(environ: Mapping[str, str], env_file: Path | None) -> list[Finding]:
    return (await check_up(environ, env_file)).findings


def to_mend(findings: list[Finding]) -> list[str]:
    return [one.code for one in findings if one.must_mend]


async def test_a_fresh_installation_needs_no_mending_and_nothing_is_made(tmp_path: Path) -> None:
    async with slack() as (_, given):
        findings = await examine(at(tmp_path, given), None)
    assert to_mend(findings) == []
    assert [one.code for one in findings] == ["no_schedule", "database_new"]
    assert list(tmp_path.iterdir()) == []


async def test_settings_policy_and_runbooks_are_all_looked_at_at_once(tmp_path: Path) -> None:
    policy = written(tmp_path / "policy.yml", "\nchanels: {}\n")
    written(tmp_path / "runbooks" / "a.md", "---\ntitle: x\n")
    given = {
        "SLACK_BOT_TOKEN": "xoxp-1",
        "MUSTER_HTTP_PORT": "many",
        "MUSTER_POLICY": policy,
        "MUSTER_RUNBOOKS": str(tmp_path / "runbooks"),
        "MUSTER_DATABASE_URL": f"sqlite:///{tmp_path}/nowhere/muster.db",
    }
    findings = await examine(given, None)
    assert to_mend(findings) == ["settings"] * 3 + ["policy", "runbooks", "database_unreachable"]
    texts = [one.text for one in findings]
    assert any(text.startswith(f"{policy}:2: there is no key `chanels`") for text in texts)
    assert any("a.md:1: the front matter never ends" in text for text in texts)
    assert not any("xoxp-1" in text for text in texts)


async def test_a_token_that_slack_refuses_is_a_finding(tmp_path: Path) -> None:
    async with slack() as (_, given):
        findings = await examine(at(tmp_path, given, SLACK_BOT_TOKEN="xoxb-wrong"), None)
    assert to_mend(findings) == ["invalid_auth"]


async def test_a_slack_that_does_not_answer_is_a_finding(tmp_path: Path) -> None:
    given = {"SLACK_BOT_TOKEN": "xoxb-1", "SLACK_SIGNING_SECRET": "s", "SLACK_API_URL": "http://127.0.0.1:9/api/"}
    assert to_mend(await examine(at(tmp_path, given), None)) == ["slack_unreachable"]


async def test_what_only_slack_knows_about_the_policy_is_found(tmp_path: Path) -> None:
    async with slack() as (sandbox, given):
        dana, eli = sandbox.add_person("dana"), sandbox.add_person("eli")
        sandbox.deactivate("eli")
        text = f"people: {{managers: [{dana.id}, {eli.id}], executives: [U0NOBODY, {sandbox.bot.id}]}}\n"
        text += "channels: {broadcast: outages}\ndigest: {channel: leadership}\n"
        findings = await examine(at(tmp_path, given, MUSTER_POLICY=written(tmp_path / "p.yml", text)), None)
    assert to_mend(findings) == ["no_broadcast_channel", "no_digest_channel", "left", "unknown_person", "is_bot"]
    texts = " ".join(one.text for one in findings)
    assert "Muster is not in #outages" in texts
    assert f"({eli.id}), named under people.managers, has left" in texts
    assert "nobody with the id U0NOBODY (user_not_found), named under people.executives" in texts


async def test_user_groups_that_are_not_there_or_empty_are_found(tmp_path: Path) -> None:
    async with slack() as (sandbox, given):
        sandbox.add_group("helpdesk", [])
        text = "schedules: {context: {group: '@helpdesk'}}\ndefault_schedule: context\naccess: {close: '@helpdeks'}\n"
        policy = written(tmp_path / "p.yml", f"{text}channels: {{broadcast: null}}\n")
        findings = await examine(at(tmp_path, given, MUSTER_POLICY=policy), None)
    assert to_mend(findings) == ["unknown_group", "empty_group"]
    texts = " ".join(one.text for one in findings)
    assert "no user group @helpdeks, named under access.close; did you mean `@helpdesk`?" in texts


async def test_a_calendar_with_a_gap_an_odd_event_an_unknown_name_or_an_old_copy_is_found(tmp_path: Path) -> None:
    def event(title: str, begins: datetime, ends: datetime) -> str:
        times = f"DTSTART:{begins:%Y%m%dT%H%M%SZ}\r\nDTEND:{ends:%Y%m%dT%H%M%SZ}"
        return f"BEGIN:VEVENT\r\nUID:{title}\r\nSUMMARY:{title}\r\n{times}\r\nEND:VEVENT\r\n"

    now = datetime.now(UTC)
    days = [now + timedelta(days=number) for number in (-1, 2, 3, 20)]
    events = event("Dana Diaz", days[0], days[1]) + event("Dana Dias", *days[1:3]) + event("Dana Diaz", *days[2:])
    events += "BEGIN:VEVENT\r\nUID:odd\r\nSUMMARY:Dana\x1b Diaz, swap\r\nDTSTART:soon\r\nEND:VEVENT\r\n"
    content = f"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:x\r\n{events}END:VCALENDAR\r\n"
    database = await Database.open(f"sqlite+aiosqlite:///{tmp_path / 'muster.db'}", migrate=True)
    async with Store(database, WorkspaceId("T1")).write() as tx:
        await tx.keep_workspace(WorkspaceRow("T1", "Test", "https://test.slack.com/", "UBOT"))
        await tx.keep_feed("ops", FeedCopy(content, None, NOW, "its server answered 503"))
        await tx.keep_feed("gone from the policy", FeedCopy(None, None, None, "its server answered 503"))
    await database.close()
    async with slack() as (sandbox, given):
        dana = sandbox.add_person("dana")
        text = f"schedules: {{ops: {{ical: 'http://127.0.0.1:9/a.ics', people: {{Dana Diaz: {dana.id}}}}}}}\n"
        policy = written(tmp_path / "p.yml", f"{text}default_schedule: ops\n")
        findings = await examine(at(tmp_path, given, MUSTER_POLICY=policy), None)
        shop = f", shop: {{members: [{dana.id}], hours: {{from: 9:00, to: 10:00, otherwise: ops}}}}}}\n"
        text = text.removesuffix("}\n")
        policy = written(tmp_path / "p.yml", f"{text}{shop}default_schedule: shop\n")
        as_the_rest = await examine(at(tmp_path, given, MUSTER_POLICY=policy), None)
        policy = written(tmp_path / "p.yml", f"{text}{shop.replace('to: 10', 'to: 9')}default_schedule: shop\n")
        never_asked = await examine(at(tmp_path, given, MUSTER_POLICY=policy), None)
    (gap_in_shop,) = [one.text for one in as_the_rest if one.code == "oncall_gap"]
    assert gap_in_shop.startswith("Nobody is on call in shop from ")
    assert "the calendar of ops names nobody for then" in gap_in_shop
    assert "oncall_gap" not in [one.code for one in never_asked]
    assert [one.code for one in findings] == ["oncall_feed", "oncall_gap", "oncall_left_out", "oncall_unknown"]
    old, gap, odd, unknown = (one.text for one in findings)
    assert old == (
        "The calendar of the schedule ops: its server answered 503; the copy of 2026-03-02 09:00 UTC is used."
    )
    assert f" {days[1].day} " in gap
    assert "its calendar names nobody for then" in gap
    assert odd == ("1 event in the calendar of the schedule ops left out: “Dana Diaz, swap”: its start cannot be read.")
    assert "“Dana Dias” in the calendar of ops" in unknown
    assert "did you mean `Dana Diaz`?" in unknown


async def test_overrides_that_overlap_are_noted_and_it_says_which_counts(tmp_path: Path) -> None:
    rows = [
        "{from: 2090-01-01, to: 2090-01-05, who: UDANA}",
        "{from: 2090-01-04, to: 2090-01-06, who: UBO}",
        "{from: 2090-01-04, to: 2090-01-06, who: UCHEN, role: secondary}",
        "{from: 2090-01-06, to: 2090-01-07, who: UDANA}",
        "{from: 2020-01-01, to: 2020-01-05, who: UDANA}",
        "{from: 2020-01-01, to: 2020-01-05, who: UBO}",
    ]
    text = f"schedules: {{shop: {{members: [UELI], overrides: [{', '.join(rows)}]}}}}\ndefault_schedule: shop\n"
    given = {"MUSTER_POLICY": written(tmp_path / "p.yml", text), "SLACK_SIGNING_SECRET": "s"}
    findings = await examine(at(tmp_path, given, SLACK_BOT_TOKEN="xoxb-1", SLACK_API_URL="http://127.0.0.1:9/"), None)
    (noted,) = [one.text for one in findings if one.code == "oncall_overlap"]
    assert noted == (
        "Two overrides of the schedule shop overlap from Wed 4 Jan 00:00 UTC to Thu 5 Jan 00:00 UTC: UDANA, UBO. "
        "The one further down counts: UBO."
    )


async def test_hours_without_anybody_for_the_rest_are_noted(tmp_path: Path) -> None:
    text = "schedules: {shop: {members: [UELI], hours: {from: 9:00, to: 18:00}}}\ndefault_schedule: shop\n"
    given = {"MUSTER_POLICY": written(tmp_path / "p.yml", text), "SLACK_SIGNING_SECRET": "s"}
    findings = await examine(at(tmp_path, given, SLACK_BOT_TOKEN="xoxb-1", SLACK_API_URL="http://127.0.0.1:9/"), None)
    (noted,) = [one for one in findings if one.code == "oncall_hours"]
    assert noted.text == (
        "Nobody is on call in shop outside its hours; `otherwise` can name another schedule. "
        "Whoever declares an incident is asked instead."
    )
    assert not noted.must_mend


async def test_what_slack_does_not_answer_is_no_accusation(tmp_path: Path) -> None:
    async with slack() as (sandbox, given):
        dana = sandbox.add_person("dana")
        sandbox.faults.add(Fault("users.info", "http_500"))
        policy = written(tmp_path / "p.yml", f"people: {{managers: [{dana.id}]}}")
        findings = await examine(at(tmp_path, given, MUSTER_POLICY=policy), None)
    assert to_mend(findings) == []
    assert f"Slack could not be asked about {dana.id}; try again." in [one.text for one in findings]


async def test_advice_is_given_where_nobody_is_on_call_or_a_runbook_is_for_nothing(tmp_path: Path) -> None:
    async with slack() as (sandbox, given):
        dana = sandbox.add_person("dana")
        text = f"services: {{search: {{name: Search}}}}\nschedules: {{shop: {{members: [{dana.id}]}}}}\n"
        known = "services: [serch]\ncategories: [fire]\nreviewed_at: 2020-01-05"
        runbook = f"---\ntitle: A\nslug: a\n{known}\n---\n## Steps\n1. Look\n"
        written(tmp_path / "runbooks" / "a.md", runbook)
        written(tmp_path / "more" / "b.md", "# B")
        given = at(tmp_path, given, MUSTER_RUNBOOKS=f"{tmp_path / 'runbooks'}:{tmp_path / 'more'}")
        findings = await examine({**given, "MUSTER_POLICY": written(tmp_path / "p.yml", text)}, None)
    codes = [one.code for one in findings]
    unreviewed = ["runbook_unreviewed"] * 2
    assert codes == ["nobody_on_call", *unreviewed, "unknown_service", "unknown_category", "database_new"]
    assert "The runbook a was last reviewed on 5 Jan 2020, longer ago than the policy allows." in findings[1].text
    assert to_mend(findings) == []


async def test_tables_of_another_version_are_noted(tmp_path: Path) -> None:
    (tmp_path / "muster.db").touch()
    async with slack() as (_, given):
        findings = await examine(at(tmp_path, given), None)
    assert [one.code for one in findings] == ["no_schedule", "database_not_migrated"]


async def test_a_healthy_database_beside_a_running_bot_is_no_finding(tmp_path: Path) -> None:
    url = f"sqlite+aiosqlite:///{tmp_path / 'muster.db'}"
    running = await Database.open(url, migrate=True, exclusive=True)
    async with Store(running, WorkspaceId("T1")).write() as tx:
        await tx.keep_workspace(WorkspaceRow("T1", "Test", "https://test.slack.com/", "UBOT"))
    async with slack() as (_, given):
        findings = await examine(at(tmp_path, given), None)
    await running.close()
    assert [one.code for one in findings] == ["no_schedule"]


async def test_an_erasure_that_was_cut_off_must_be_ended(tmp_path: Path) -> None:
    database = await Database.open(f"sqlite+aiosqlite:///{tmp_path / 'muster.db'}", migrate=True)
    async with Store(database, WorkspaceId("T1")).write() as tx:
        await tx.keep_workspace(WorkspaceRow("T1", "Test", "https://test.slack.com/", "UBOT"))
        await tx.begin_erasure(Erasure(SlackUserId("U0GONEABCDEFGHIJKL"), SlackUserId("UDANA"), ("dana",)), "", {}, NOW)
    await database.close()
    async with slack() as (_, given):
        findings = await examine(at(tmp_path, given), None)
    (told,) = [one.text for one in findings if one.code == "erasure_cut_off"]
    assert told.endswith("UTC `muster person erase` was cut off: give it again, for the same person, and it goes on.")
    assert "dana" not in told.lower()


async def test_a_damaged_database_has_to_be_mended(tmp_path: Path) -> None:
    """A close look, of any size; a page that cannot be read at all, and an index that lacks a row."""
    folders = tmp_path / "page", tmp_path / "index"
    for folder, spoil in zip(folders, (partial(damage, table="transcript"), partial(forget)), strict=True):
        folder.mkdir()
        await (await Database.open(f"sqlite+aiosqlite:///{folder / 'muster.db'}", migrate=True)).close()
        spoil(folder / "muster.db")
        async with slack() as (_, given):
            result = await check_up(at(folder, given), None)
        (found,) = [one for one in result.findings if one.must_mend]
        assert "damaged" in found.text
        assert "put a backup in its place" in found.text
        assert "Database" not in [one.partition(":")[0] for one in result.fine]


async def test_what_was_declared_without_a_database_and_still_waits_is_noted(tmp_path: Path) -> None:
    await Journal(tmp_path / "muster.db.declared").add(emergency())
    async with slack() as (_, given):
        findings = await examine(at(tmp_path, given), None)
    (waits,) = [one for one in findings if one.code == "declarations_waiting"]
    assert waits.text.startswith("1 declaration came without a database and is still to be recorded")
    assert "checkout" not in waits.text
    assert not waits.must_mend


async def test_when_slack_lets_no_further_replica_in_the_doctor_says_so(tmp_path: Path) -> None:
    database = await Database.open(f"sqlite+aiosqlite:///{tmp_path / 'muster.db'}", migrate=True)
    store, now = Store(database, WorkspaceId("T1")), datetime.now(UTC)
    async with store.write() as tx:
        await tx.keep_workspace(WorkspaceRow("T1", "Acme"))
        await tx.keep_replica(ReplicaRow("gone", now - timedelta(minutes=5), 10))
        await tx.keep_replica(ReplicaRow("over http", now))
        await tx.keep_replica(ReplicaRow("here", now, 9))
    async with slack() as (_, given):
        assert "slack_connections" not in [one.code for one in await examine(at(tmp_path, given), None)]
        async with store.write() as tx:
            await tx.keep_replica(ReplicaRow("here", now, 10))
        findings = await examine(at(tmp_path, given), None)
    await database.close()
    (full,) = [one for one in findings if one.code == "slack_connections"]
    assert "10 connections" in full.text
    assert not full.must_mend


async def test_dead_effects_are_named_by_reference_and_not_by_title(tmp_path: Path) -> None:
    database = await Database.open(f"sqlite+aiosqlite:///{tmp_path / 'muster.db'}", migrate=True)
    store = Store(database, WorkspaceId("T1"))
    async with store.write() as tx:
        await tx.keep_workspace(WorkspaceRow("T1", "Test", "https://test.slack.com/", "UBOT"))
    dana = SlackUserId("UDANA")
    await declare(
        Context(store, load(None), (), lambda: NOW),
        Caller(Person(dana), SLACK, "trigger-1"),
        Declaration("a secret thing"),
    )
    async with store.write() as tx:
        (first, *_) = await tx.claim_effects("me", datetime.now(UTC), timedelta(minutes=1))
        assert await tx.bury_effect(first, "restricted_action")
    await database.close()
    async with slack() as (_, given):
        findings = await examine(at(tmp_path, given), None)
    (dead,) = [one for one in findings if one.must_mend]
    assert dead.text == "1 effect is dead: INC-1 OpenChannel (restricted_action). `muster outbox retry` tries again."


async def test_what_slack_does_not_take_for_long_is_noted_and_so_is_what_waits_for_a_newer_version(
    tmp_path: Path,
) -> None:
    database = await Database.open(f"sqlite+aiosqlite:///{tmp_path / 'muster.db'}", migrate=True)
    store = Store(database, WorkspaceId("T1"))
    async with store.write() as tx:
        await tx.keep_workspace(WorkspaceRow("T1", "Test", "https://test.slack.com/", "UBOT"))
    dana = SlackUserId("UDANA")
    await declare(
        Context(store, load(None), (), lambda: NOW),
        Caller(Person(dana), SLACK, "trigger-1"),
        Declaration("a secret thing"),
    )
    an_hour_ago = datetime.now(UTC) - timedelta(hours=1)
    async with store.write() as tx:
        (first, *_) = await tx.claim_effects("me", an_hour_ago + timedelta(hours=2), timedelta(minutes=1))
        assert await tx.effect_called(first, an_hour_ago)
        assert await tx.retry_effect(first, datetime.now(UTC) + timedelta(hours=1), "status 500", unknown=True)
    async with database.write() as connection:
        newer = update(outbox).where(outbox.c.kind == "Announce").values(kind="LandOnTheMoon")
        await connection.execute(newer)
    await database.close()
    async with slack() as (_, given):
        findings = {one.code: one for one in await examine(at(tmp_path, given), None)}
    old = findings["old_effects"]
    assert old.text == "1 effect is being tried again and again: INC-1 OpenChannel (status 500)."
    assert not old.must_mend
    assert findings["newer_effects"].text == "Effects of a newer version of Muster wait for it: LandOnTheMoon."


async def test_deadlines_that_nobody_acts_on_are_noted(tmp_path: Path) -> None:
    database = await Database.open(f"sqlite+aiosqlite:///{tmp_path / 'muster.db'}", migrate=True)
    store = Store(database, WorkspaceId("T1"))
    async with store.write() as tx:
        await tx.keep_workspace(WorkspaceRow("T1", "Test", "https://test.slack.com/", "UBOT"))
    context = Context(store, load(None), (), lambda: NOW)
    await declare(context, Caller(Person(SlackUserId("UDANA")), SLACK, "trigger-1"), Declaration("the shop is slow"))
    await database.close()
    async with slack() as (_, given):
        findings = await examine(at(tmp_path, given), None)
    (late,) = [one for one in findings if one.code == "overdue_deadlines"]
    assert late.text.endswith("seconds late. Is `muster run` at work?")
    assert not late.must_mend


def test_everybody_whom_the_policy_may_turn_to_is_looked_up(tmp_path: Path) -> None:
    text = """\
services: {checkout: {oncall: shop, manager: U9}}
people: {managers: [U1, U9]}
schedules:
  shop:
    start: 2026-01-05
    members: [U1, U2, U2]
    secondary: [U3]
    overrides:
      - {from: 2026-01-01, to: 2026-01-02, who: U4}
      - {from: 2026-03-01, to: 2026-03-09, who: U5}
"""
    path = tmp_path / "policy.yml"
    path.write_text(text, encoding="utf-8")
    assert named_people(load(path), NOW) == {
        "U1": ["people.managers", "schedules.shop"],
        "U9": ["people.managers", "services.checkout.manager"],
        "U2": ["schedules.shop"],
        "U3": ["schedules.shop"],
        "U5": ["schedules.shop.overrides"],
    }
    assert "U5" not in named_people(load(path), NOW + timedelta(days=30))


def test_the_command_says_what_to_mend_and_ends_with_1(tmp_path: Path) -> None:
    ended = muster("doctor", cwd=tmp_path, SLACK_SIGNING_SECRET="s")
    assert ended.returncode == 1
    first, *_, last = ended.stdout.splitlines()
    assert first.startswith("Mend: SLACK_BOT_TOKEN: is missing.")
    assert last == "1 thing to mend."
    assert ended.stderr == ""


def test_the_command_answers_in_json(tmp_path: Path) -> None:
    answer = json.loads(muster("doctor", "--json", cwd=tmp_path).stdout)
    assert answer["ok"] is False
    assert {"code", "text", "must_mend"} == set(answer["findings"][0])


async def test_where_reviews_cannot_be_written_or_committed_is_found(tmp_path: Path) -> None:
    async def about(folder: Path) -> list[tuple[str, bool]]:
        policy = written(tmp_path / "policy.yml", f"review: {{repository: {folder}}}\n")
        async with slack() as (_, given):
            found = await examine(at(tmp_path, given, MUSTER_POLICY=policy), None)
        return [(one.code, one.must_mend) for one in found if one.code == "review_repository"]

    assert await about(tmp_path / "plain" / "reviews") == [("review_repository", False)]
    (tmp_path / "team" / ".git").mkdir(parents=True)
    assert await about(tmp_path / "team" / "reviews") == []
    assert await about(Path(written(tmp_path / "file", "in the way"))) == [("review_repository", True)]


async def test_a_repository_of_runbooks_that_takes_nothing_is_found(tmp_path: Path) -> None:
    async def about(**given: str) -> list[str]:
        async with slack() as (_, tokens):
            found = await examine(at(tmp_path, {**tokens, **given}, MUSTER_POLICY=policy), None)
        return [one.text for one in found if one.code in ("runbook_repository", "webhook_secret")]

    async with fake_github.a_github(tmp_path) as github:
        policy = written(tmp_path / "policy.yml", json.dumps({"runbooks": {"repository": github.part()}}))
        assert "MUSTER_RUNBOOKS_TOKEN: is missing: the token for example/runbooks" in (await about())[0]
        (wrong,) = await about(**{fake_github.VARIABLE: "wrong"})
        then = "Until then, changes to runbooks are posted as files."
        assert wrong == f"GitHub does not accept the token. {then}"
        github.commit("main", "a.md", b"x")
        assert await about(**{fake_github.VARIABLE: fake_github.TOKEN}) == []


async def test_a_database_that_others_may_read_is_noted(tmp_path: Path) -> None:
    database = await Database.open(f"sqlite+aiosqlite:///{tmp_path / 'muster.db'}")
    await database.close()
    async with slack() as (_, given):
        for mode, noted in ((0o644, True), (0o640, True), (0o600, False)):
            (tmp_path / "muster.db").chmod(mode)
            findings = [one for one in await examine(at(tmp_path, given), None) if one.code == "database_readable"]
            assert bool(findings) == noted
            assert not any(one.must_mend for one in findings)


async def test_routes_that_never_match_and_alerts_that_reach_nobody_are_named(tmp_path: Path) -> None:
    text = """
channels: {broadcast: null}
alerts: [{do: ask}, {source: alertmanager, do: declare}, {source: grafana, do: ask}]
alerting: {silent_after: {zabbix: 1h}}
"""
    async with slack() as (_, given):
        policy = written(tmp_path / "p.yml", text)
        secrets = {"MUSTER_ALERTS_ALERTMANAGER": "x" * 16, "MUSTER_ALERTS_GENERIC": "x" * 16}
        findings = await examine(at(tmp_path, given, MUSTER_POLICY=policy, **secrets), None)
    told = [one.text for one in findings if one.code.startswith("alert") or one.code == "no_triage_channel"]
    assert told == [
        "Route 2 of `alerts` never matches: route 1 matches all of it before.",
        "Route 3 of `alerts` never matches: Grafana is not switched on.",
        "`alerting.silent_after` names Zabbix, which is not switched on: MUSTER_ALERTS_… is not set.",
        "The source `generic` needs MUSTER_ALERTS_GENERIC and, in the policy, `alerting.generic`; one is missing.",
        "Nobody can be asked about alerts: set `channels.triage`, or `channels.broadcast`.",
    ]


async def test_webhooks_without_a_secret_or_a_receiver_are_named(tmp_path: Path) -> None:
    async with slack() as (_, given), a_receiver() as receiver:
        parts = [
            receiver.part(name="good"),
            receiver.part(name="unsigned", secret="MUSTER_WEBHOOK_OTHER"),
            receiver.part(name="away", url="http://127.0.0.1:9/hook?key=hush"),
        ]
        policy = written(tmp_path / "p.yml", yaml.safe_dump({"webhooks": parts}))
        findings = await examine(at(tmp_path, given, MUSTER_POLICY=policy, **{VARIABLE: SECRET}), None)
    assert [(one.must_mend, one.text) for one in findings if one.code.startswith("webhook")] == [
        (True, "MUSTER_WEBHOOK_OTHER: is missing: the webhook unsigned of the policy is signed with it."),
        (
            False,
            "The receiver of the webhook away cannot be reached from here (not connected: ClientConnectorError). "
            "What it is to be told waits for a day.",
        ),
    ]


async def test_webhooks_of_the_api_that_hear_less_than_they_should_are_named(tmp_path: Path) -> None:
    wanted = Webhook("board", "http://127.0.0.1:9/hook", BY_API, is_private=True, allow_private_address=True)
    dana = Person(SlackUserId("U0DANA"))
    database = await Database.open(f"sqlite+aiosqlite:///{tmp_path / 'muster.db'}", migrate=True)
    async with Store(database, WorkspaceId("T1")).write() as tx:
        await tx.keep_workspace(WorkspaceRow("T1", "Test", "https://test.slack.com/", "UBOT"))
        await tx.keep_subscription(Subscription("0123456789ab", wanted, dana, datetime.now(UTC)))
        await tx.keep_person(Profile(dana.user, "dana", is_deactivated=True), datetime.now(UTC))
    await database.close()
    async with slack() as (_, given):
        unsigned = await examine(at(tmp_path, given), None)
        signed = await examine(at(tmp_path, given, **{BY_API: SECRET}), None)
    assert [one.text for one in unsigned if one.code.startswith("webhook")] == [
        "MUSTER_WEBHOOK_API is not set: webhooks that were made by the API hear nothing without it (board)."
    ]
    board = "The webhook board (0123456789ab)"
    assert [one.text for one in signed if one.code.startswith("webhook")] == [
        f"{board} hears of no private incident: dana, who made it, has left the workspace.",
        f"{board} may not go into this network: the policy does not have `subscriptions: "
        "{allow_private_address: true}`.",
    ]


async def test_the_catalogue_is_read_as_it_is_now_and_what_is_wrong_is_named(tmp_path: Path) -> None:
    documents = [
        f"apiVersion: backstage.io/v1alpha1\nkind: Component\nmetadata: {{name: {name}}}\n"
        "spec: {type: service, owner: shop-team}\n"
        for name in ("checkout", "cart", "two words")
    ]
    place = written(tmp_path / "all.yaml", "---\n".join(documents))
    alerts = "alerts: [{do: declare, service: checkout}, {do: ask, service: chekout}]\n"
    policy = written(tmp_path / "policy.yml", f"catalog: {{from: all.yaml}}\n{alerts}")
    async with slack() as (_, given):
        given = at(tmp_path, given, MUSTER_POLICY=policy)
        found = {one.code: one for one in await examine(given, None)}
        written(tmp_path / "all.yaml", "")
        broken = {one.code: one for one in await examine(given, None)}
    assert f"{place}:13: `metadata.name`: 'two words' is no name" in found["catalog_entry"].text
    assert "leads from these owners to no Slack group: shop-team (checkout, cart). Annotate" in (
        found["catalog_owner"].text
    )
    assert found["unknown_service"].text.startswith("Route 2 of `alerts` names the service chekout, which neither")
    assert found["unknown_service"].must_mend
    assert not found["catalog_entry"].must_mend
    assert "did you mean `checkout`" in found["unknown_service"].text
    assert "catalog" not in found
    assert "all.yaml: line 1: holds no entity of a catalogue; there is no copy" in broken["catalog"].text


async def test_settings_that_others_may_read_are_noted(tmp_path: Path) -> None:
    env_file = tmp_path / ".env"
    env_file.write_text("MUSTER_DATABASE_URL=sqlite:////nowhere/muster.db\n", encoding="utf-8")
    found = []
    for mode in (0o640, 0o600):
        env_file.chmod(mode)
        found.append([one.text for one in await examine({}, env_file) if one.code == "settings_readable"])
    assert found == [[f"Others on this machine may read {env_file}, which holds secrets: chmod 600 {env_file}"], []]


async def test_what_is_fine_is_told_part_by_part_and_what_is_not_is_not(tmp_path: Path) -> None:
    async with slack() as (sandbox, given):
        migrated = await Database.open(f"sqlite+aiosqlite:///{tmp_path / 'muster.db'}", migrate=True)
        await migrated.close()
        well: CheckUp = await check_up(at(tmp_path, given), None)
        policy = written(tmp_path / "p.yml", "channels: {broadcast: nowhere}\n")
        ill = await check_up(at(tmp_path, given, MUSTER_POLICY=policy), None)
    assert [one.partition(":")[0] for one in well.fine] == ["Policy", "Runbooks", "Database", "Slack", "Slack"]
    assert f"({sandbox.team_id}), by Socket Mode, with all" in well.fine[3]
    assert well.fine[0] == "Policy: the shipped one, with 0 services, 0 schedules, 0 webhooks."
    assert ill.fine[3:] == well.fine[3:4]


@pytest.mark.parametrize(
    ("seconds", "found"),
    [
        (2, None),
        (30, (False, "30 seconds behind Slack's")),
        (-400, (True, "400 seconds ahead of Slack's")),
    ],
)
async def test_a_clock_that_is_not_slack_s_is_found(
    seconds: int, found: tuple[bool, str] | None, tmp_path: Path
) -> None:
    async with slack() as (_, given):
        result = await check_up(at(tmp_path, given), None, lambda: machine_now() - timedelta(seconds=seconds))
    told = [(one.must_mend, one.text) for one in result.findings if one.code == "slack_clock_skew"]
    assert len(told) == (0 if found is None else 1)
    for (must_mend, text), (expected, words) in zip(told, [found] if found else [], strict=True):
        assert must_mend is expected
        assert words in text or f"{abs(seconds) - 1} seconds" in text  # told to the second, and it takes a while


async def test_scopes_that_nobody_needs_are_noted(tmp_path: Path) -> None:
    manifest = build_manifest()
    manifest["oauth_config"]["scopes"]["bot"] += ["emoji:read", "files:read"]
    async with Sandbox(now=lambda: NOW, manifest=manifest) as sandbox:
        sandbox.add_channel("incidents", members=[sandbox.bot])
        findings = await examine(at(tmp_path, sandbox.environment()), None)
    (more,) = [one for one in findings if one.code == "more_scopes"]
    assert (more.must_mend, "more than Muster needs: emoji:read." in more.text) == (False, True)
