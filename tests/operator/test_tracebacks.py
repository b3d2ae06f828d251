"""No log holds what somebody said: not when a database refuses a row with it, and not when a payload makes no sense."""

import json
import logging
import re
from collections.abc import Awaitable, Callable
from datetime import datetime

import pytest
from pydantic import BaseModel, ValidationError
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from bot.domain.ids import IncidentNumber, SlackUserId
from bot.domain.people import Group, Profile
from bot.domain.sections import Written
from bot.domain.transcript import MessagePosted
from bot.domain.vocabulary import Section
from bot.door.under_way import under_way
from bot.operator.tracebacks import Formatter, JsonFormatter, told, without_values
from bot.store import Answered, Audited, Database, DatabaseUnreachable, FeedCopy, Store, WorkspaceRow, Writing
from tests.store.given import DANA, NOON, declare_in, declare_with_channel, message, note

WORDS = "wombatleak"
ONE = IncidentNumber(1)

Write = Callable[[Writing], Awaitable[object]]
WRITERS: dict[str, tuple[str, Write]] = {
    "keep_workspace": ("workspaces", lambda tx: tx.keep_workspace(WorkspaceRow("T1", WORDS, "https://x/", "UBOT"))),
    "keep_person": ("people", lambda tx: tx.keep_person(Profile(SlackUserId("UX"), WORDS), NOON)),
    "keep_group": ("groups", lambda tx: tx.keep_group(Group("S1", WORDS, (DANA,)))),
    "keep_audit": ("audit", lambda tx: tx.keep_audit(Audited(NOON, DANA, "close", None, "refused", WORDS))),
    "keep_feed": ("feeds", lambda tx: tx.keep_feed("ops", FeedCopy(WORDS, None, NOON, None))),
    "keep_catalog": ("catalog", lambda tx: tx.keep_catalog({"x": FeedCopy(WORDS, None, NOON, None)})),
    "keep_written": ("review_sections", lambda tx: tx.keep_written(ONE, Written(Section.IMPACT, 1, WORDS, DANA, NOON))),
    "take": ("inbox", lambda tx: tx.take(WORDS)),
    "answer": ("inbox", lambda tx: tx.answer(WORDS, Answered(ONE, 1, 1))),
    "apply": ("transcript", lambda tx: tx.apply(MessagePosted(message("1772452800.000100", WORDS)))),
    "record a declaration": ("incidents", declare_in),
    "record an effect": ("outbox", declare_in),
    "record": ("timeline", lambda tx: tx.record(ONE, [note(WORDS)], NOON)),
}
"""Everything that writes words → the table that refuses them."""


async def refuse(database: Database, table: str) -> None:
    """As a full disk or a constraint would; PostgreSQL tells the row with it."""
    async with database.write() as connection:
        if database.is_sqlite:
            for when in ("INSERT", "UPDATE"):
                body = f"BEGIN SELECT RAISE(ABORT, 'refused {WORDS}'); END"
                await connection.execute(text(f'CREATE TRIGGER no_{when} BEFORE {when} ON "{table}" {body}'))
            return
        body = "BEGIN RAISE EXCEPTION 'refused %', NEW; END"
        await connection.execute(text(f"CREATE FUNCTION no() RETURNS trigger LANGUAGE plpgsql AS $$ {body} $$"))
        await connection.execute(
            text(f'CREATE TRIGGER no BEFORE INSERT OR UPDATE ON "{table}" FOR EACH ROW EXECUTE FUNCTION no()')
        )


@pytest.mark.parametrize("writer", WRITERS)
async def test_what_a_database_refuses_is_not_logged(store: Store, writer: str) -> None:
    table, write = WRITERS[writer]
    await declare_with_channel(store)
    await refuse(store.database, table)
    with pytest.raises(DBAPIError) as refused:
        async with store.write() as tx:
            await write(tx)
    raised = (type(refused.value), refused.value, None)
    assert WORDS not in str(refused.value).replace(str(refused.value.orig), "")  # whoever logs it as it is
    for logged in (
        json.dumps(without_values(None, "error", {"event": "x", "exc_info": refused.value})),
        Formatter().format(logging.LogRecord("x", logging.ERROR, "x", 1, "x", (), raised)),
        told(refused.value),
    ):
        assert WORDS not in logged
        assert "refused" not in logged
        assert "Traceback" in logged
        assert type(refused.value).__name__ in logged
        assert ("SQLITE_CONSTRAINT" if store.database.is_sqlite else "P0001") in logged


def test_a_payload_that_makes_no_sense_is_not_logged() -> None:
    class Said(BaseModel):
        text: int

    with pytest.raises(ValidationError) as wrong:
        Said.model_validate({"text": WORDS})
    assert told(wrong.value).endswith("ValidationError: text: int_parsing")


def test_what_led_to_an_error_is_told_too_and_our_own_words_stay() -> None:
    def deeper() -> None:
        try:
            raise KeyError("first")
        except KeyError as first:
            raise ValueError("second") from first

    with pytest.raises(ValueError, match="second") as raised:
        deeper()
    logged = without_values(None, "error", {"event": "x", "exc_info": (ValueError, raised.value, None)})["exception"]
    assert logged.index("KeyError: 'first'") < logged.index("and from it") < logged.index("ValueError: second")


async def test_a_database_that_cannot_be_used_says_its_kind_and_what_to_do(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    folder = tmp_path_factory.mktemp(WORDS)
    (folder / "muster.db").write_text("no database, for there is more than a hundred bytes of it " * 20)
    (folder / "folder.db").mkdir()
    for file in (folder / "muster.db", folder / "nowhere" / "muster.db", folder / "folder.db"):
        with pytest.raises(DatabaseUnreachable) as no:
            await Database.open(f"sqlite+aiosqlite:///{file}")
        assert WORDS not in str(no.value)
        assert re.search(r"SQLITE_NOTADB|FileNotFoundError|IsADirectoryError", str(no.value))
        assert re.search(r"The file is no database|No such file|Is a directory", str(no.value))


def test_what_libraries_log_is_a_line_of_json_where_ours_are() -> None:
    record = logging.LogRecord("lib", logging.WARNING, __file__, 1, "%s calls\nfailed", (3,), None)
    try:
        raise ValueError("no such thing")
    except ValueError as error:
        record.exc_info = (ValueError, error, error.__traceback__)
    with under_way(incident="INC-1"):
        line = JsonFormatter().format(record)
    assert "\n" not in line
    told = json.loads(line)
    assert (told["event"], told["logger"], told["level"]) == ("3 calls\nfailed", "lib", "warning")
    assert told["incident"] == "INC-1"
    assert told["exception"].endswith("ValueError: no such thing")
    assert datetime.fromisoformat(told["timestamp"]).timestamp() == pytest.approx(record.created, abs=1e-3)
