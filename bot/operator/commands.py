"""What `muster` does beside a running bot or without one: reading, exporting, migrating, rebuilding."""

import json
import os
import re
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path

import click

from bot.config import policy_loading as policies
from bot.config import runbooks as runbook_files
from bot.config.settings import Settings, SettingsProblems, load
from bot.config.shipped import shipped
from bot.config.yaml_lines import Problems
from bot.domain.ids import IncidentNumber, ref
from bot.domain.policy import Policy
from bot.domain.refusal import Refusal
from bot.domain.runbook import Runbook
from bot.domain.spans import duration, is_span
from bot.operator.export import budgets, metrics, rows_of, runbooks
from bot.operator.zone import local_zone
from bot.review import RENDERERS, NoPdf, redact, render_pdf
from bot.review.as_csv import as_csv
from bot.store import AlreadyRunning, Audited, Database, DatabaseUnreachable, Store
from bot.store import rebuild as recompute
from bot.workflows.compiling import compile_for
from bot.workflows.context import Context

DONE, NO, WRONG = 0, 1, 2
OWNER_ALONE = 0o600
SQLITE = "sqlite+aiosqlite:///"
NOT_THIS_VERSION = (
    "The database is not at this version's tables; start the bot once with `muster run`, or use `muster migrate`."
)


class NotPossible(Exception):
    """The command ends here; `code` is the exit code and the text says why."""

    def __init__(self, code: int, text: str) -> None:
        self.code = code
        super().__init__(text)


def say(text: str) -> None:
    click.echo(text, err=True)


def settings_or_stop() -> Settings:
    """The settings of a command that needs no Slack."""
    try:
        return load(needs_slack=False)
    except SettingsProblems as problems:
        raise NotPossible(WRONG, str(problems)) from None


def what_was_agreed() -> tuple[Policy, tuple[Runbook, ...]]:
    """Policy and runbooks as configured. Raises NotPossible."""
    settings = settings_or_stop()
    try:
        return policies.load(settings.policy), runbook_files.load(*(settings.runbooks or (shipped("runbooks"),)))
    except Problems as problems:
        raise NotPossible(WRONG, str(problems)) from None


def is_there(url: str) -> bool:
    """Whether opening the database would not make it."""
    return not url.startswith(SQLITE) or Path(url.removeprefix(SQLITE)).exists()


@asynccontextmanager
async def opened_store(*, migrate: bool = False, exclusive: bool = False) -> AsyncIterator[Store]:
    """The store of the one workspace that the database holds. Raises NotPossible."""
    database = await _opened(migrate=migrate, exclusive=exclusive)
    try:
        workspaces = await database.workspaces()
        if not workspaces and not await database.revision_is_current():
            raise NotPossible(NO, NOT_THIS_VERSION)
        if not workspaces:
            raise NotPossible(NO, "The database holds no workspace yet; start the bot once with `muster run`.")
        if len(workspaces) > 1:
            raise NotPossible(NO, f"The database holds {len(workspaces)} workspaces; each needs a database of its own.")
        yield Store(database, workspaces[0])
    finally:
        await database.close()


async def _opened(*, migrate: bool, exclusive: bool) -> Database:
    """The database as configured. Raises NotPossible."""
    settings = settings_or_stop()
    try:
        return await Database.open(settings.database_url, migrate=migrate, exclusive=exclusive)
    except AlreadyRunning as running:
        raise NotPossible(WRONG, str(running)) from None
    except DatabaseUnreachable as gone:
        raise NotPossible(NO, str(gone)) from None


def write_out(text: str | bytes, out: Path | None) -> None:
    """To stdout, or to a file that only its owner can read: what is in it is as private as the incidents."""
    if out is None:
        click.echo(text, nl=isinstance(text, str))
        return
    content = text if isinstance(text, bytes) else (text if text.endswith("\n") else text + "\n").encode()
    with open(os.open(out, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, OWNER_ALONE), "wb") as file:
        if out.is_file():  # one that was there keeps its mode otherwise; a pipe or a terminal is nobody's to change
            os.fchmod(file.fileno(), OWNER_ALONE)
        file.write(content)
    say(f"Written to {out}")


async def migrate() -> int:
    """Bring the tables to this version."""
    await (await _opened(migrate=True, exclusive=True)).close()
    say("The database is up to date.")
    return DONE


async def rebuild() -> int:
    """Recompute the projections from the timelines, and say what differed."""
    async with opened_store(exclusive=True) as store:
        report = await recompute(store)
        await keep_act(store, "rebuild", f"incidents: {report.incidents}")
    say(
        f"Rebuilt {report.incidents} incident{'' if report.incidents == 1 else 's'}; "
        f"{len(report.differences)} differed."
    )
    for difference in report.differences:
        say(f"  {difference}")
    return DONE


async def keep_act(store: Store, verb: str, about: str) -> None:
    """An operator's own act, in the audit log."""
    async with store.write() as tx:
        await tx.keep_audit(Audited(datetime.now(UTC), "operator", verb, None, "done", about, "operator"))


async def outbox_list(*, as_json: bool) -> int:
    """Everything unfinished, held for a channel, or dead; NO when something is dead."""
    async with opened_store() as store, store.read() as tx:
        rows = await tx.outbox(states=("pending", "in_flight", "held", "dead"), limit=1000)
    listed = [
        {
            "id": row.id,
            "incident": ref(row.number) if row.number else None,
            "effect": row.kind,
            "lane": row.lane,
            "state": row.state,
            "attempts": row.attempts,
            "error": row.error,
        }
        for row in rows
    ]
    if as_json:
        click.echo(json.dumps(listed, indent=2))
    else:
        for one in listed:
            click.echo("  ".join(str(value) for value in one.values() if value is not None))
        say(f"{len(listed)} effect{'' if len(listed) == 1 else 's'} unfinished.")
    return NO if any(row.state == "dead" for row in rows) else DONE


async def outbox_retry(ids: Sequence[int]) -> int:
    """Free dead effects; a running bot takes them up within seconds."""
    async with opened_store() as store, store.write() as tx:
        freed = await tx.retry_dead(list(ids) or None)
        await tx.keep_audit(
            Audited(datetime.now(UTC), "operator", "outbox retry", None, "done", f"effects: {freed}", "operator")
        )
    say(f"{freed} effect{'' if freed == 1 else 's'} will be tried again.")
    return DONE if freed or not ids else NO


def moment(typed: str, now: datetime) -> datetime:
    """So long ago, or an instant; one that names no zone is in that of this machine. Raises NotPossible."""
    if is_span(typed):
        return now - duration(typed)
    try:
        at = datetime.fromisoformat(typed.strip())
    except ValueError:
        told = f"“{typed}” is no time. Try `2h`, `3d` or `2026-03-02T14:05`."
        raise NotPossible(WRONG, told) from None
    return (at if at.tzinfo else at.replace(tzinfo=local_zone())).astimezone(UTC)


def number_in(reference: str) -> IncidentNumber:
    """The number of a reference such as INC-42. Raises NotPossible."""
    match = re.fullmatch(r"inc-0*([1-9][0-9]{0,8})", reference.strip(), re.IGNORECASE)
    if match is None:
        raise NotPossible(WRONG, f"“{reference}” is no reference. Example: INC-42.")
    return IncidentNumber(int(match[1]))


async def erase(reference: str, seq: int) -> int:
    """Take what somebody typed out of one entry of a timeline; the entry itself stays."""
    number = number_in(reference)
    async with opened_store() as store, store.write() as tx:
        try:
            is_erased = await tx.erase_words(number, seq, datetime.now(UTC))
        except LookupError as gone:
            raise NotPossible(NO, f"Nothing was erased: {gone}. `muster export timeline` lists the entries.") from None
        audited = Audited(datetime.now(UTC), "operator", "erase", number, "done", f"entry {seq}", "operator")
        if is_erased:
            await tx.keep_audit(audited)
    if not is_erased:
        say(f"Entry {seq} of {ref(number)} holds nothing that somebody typed; nothing was changed.")
        return NO
    say(
        f"The words of entry {seq} of {ref(number)} are erased. The bot edits what it announced of them in the channel "
        "within the last 30 days. Other messages in Slack and files that were written before stay as they are: delete "
        "them there."
    )
    return DONE


async def sessions_end() -> int:
    """End all sessions on the pages of reviews, and all links to them; a running bot notices at once."""
    async with opened_store() as store:
        async with store.write() as tx:
            await tx.replace_link_key()
        await keep_act(store, "sessions end", "")
    say("All sessions and links are over. Whoever goes on with a review types `/incident INC-n review` for a new link.")
    return DONE


async def review(reference: str, format_: str, out: Path | None) -> int:
    """Write the review of one incident as it stands now."""
    number = number_in(reference)
    async with opened_store() as store:
        async with store.read() as tx:
            incident = await tx.incident(number)
        if incident is None:
            raise NotPossible(NO, f"There is no incident {ref(number)}.")
        context = Context(store, *what_was_agreed(), lambda: datetime.now(UTC))
        compiled = redact(await compile_for(context, incident))
    try:
        write_out(render_pdf(compiled) if format_ == "pdf" else RENDERERS[format_](compiled), out)
    except NoPdf as why:
        raise NotPossible(WRONG, str(why)) from None
    return DONE


async def export(what: str, format_: str, out: Path | None, period: str | None) -> int:
    """Rows of one kind; `period` is how far back metrics and runbooks look."""
    measured = {"metrics": metrics, "runbooks": runbooks}.get(what)
    if period is not None and measured is None:
        say(f"--period is for metrics and runbooks; {what} are exported whole.")
        return WRONG
    try:
        length = duration(period or "90d")
    except Refusal as no:
        say(str(no))
        return WRONG
    async with opened_store() as store:
        await keep_act(store, "export", what)
        if what == "budgets":
            rows = await budgets(store, what_was_agreed()[0].budgets, datetime.now(UTC))
        elif measured is not None:
            rows = await measured(store, length, datetime.now(UTC))
        else:
            rows = await rows_of(store, what)
    write_out(json.dumps(rows, indent=2, ensure_ascii=False) if format_ == "json" else as_csv(rows), out)
    return DONE
