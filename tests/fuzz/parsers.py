"""Everything that reads what people and programs write: each takes any text, or raises what it is meant to raise."""

import contextlib
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from bot.blocks.channel_name import channel_name
from bot.blocks.text import clean, code, plain, safe, shorten, split_long
from bot.commands.dates_and_times import calendar_date, clock_time, span_or_time
from bot.commands.grammar import cut_update, mentions, read, split
from bot.commands.table import COMMANDS
from bot.config import policy_loading
from bot.config.catalog import read_document
from bot.config.runbook_markdown import contents, outline
from bot.config.yaml_lines import Problems, read_all, read_quickly
from bot.domain.alikeness import alikeness
from bot.domain.automation import named_action
from bot.domain.customer_words import inside_words
from bot.domain.customers import LONGEST_TEXT
from bot.domain.document import Participant
from bot.domain.ids import SlackUserId, WorkspaceId
from bot.domain.named import by_mention, by_name, mentioned
from bot.domain.on_call_titles import Invited, who_is_meant
from bot.domain.policy import GenericAlerts
from bot.domain.pseudonyms import pseudonym, seeking
from bot.domain.refusal import Refusal
from bot.domain.spans import duration
from bot.domain.timeline import CustomerUpdate
from bot.domain.transcript import as_typed
from bot.domain.vocabulary import Stage, TrackerKind
from bot.integrations import changes
from bot.integrations.alerts import Incoming, Unreadable, sources
from bot.integrations.alerts import read as read_alerts
from bot.integrations.trackers import calling
from bot.jobs.ical_events import UnreadableFeed, expanded
from bot.review.prose import read_prose
from bot.review.secrets import without_secrets
from bot.review.wording import Reader
from bot.slack.events import read_event
from bot.slack.payloads import read_command
from bot.workflows.word_index import words_of
from tests.domain.given import DANA, NOON, PAGE, POLICY

Parser = Callable[[str], object]
MADRID = ZoneInfo("Europe/Madrid")
PEOPLE = {DANA: Participant("Dana Díaz")}
GENERIC = GenericAlerts({"key": "id", "title": "name", "state": "status"}, ("ok",), "a[]")
UPDATE = CustomerUpdate(Stage.INVESTIGATING, "", "", ())
BY_NAME = {"Dana Díaz": DANA, "dana@example.com": DANA}
STAND_IN = seeking(DANA, ("Dana Díaz", "dana"), pseudonym(b"\x00" * 16))


def _line(text: str) -> None:
    words = split(text)
    for command in COMMANDS:
        with contextlib.suppress(Refusal):
            parsed = read(words.rest, command.shape, words.before)
            cut_update(parsed.text)
            mentions(parsed.text)


def _times(text: str) -> None:
    for parse in (duration, calendar_date, lambda one: clock_time(one, MADRID, NOON)):
        with contextlib.suppress(Refusal):
            parse(text)
    span_or_time(text, MADRID, NOON)


def _for_slack(text: str) -> None:
    text = clean(text)
    for shown in (plain(text), safe(text), safe(text, keep_mentions=True, keep_times=True), code(text)):
        shorten(shown, 3000)
        split_long(shown, 3000)
    channel_name("inc", 1, text, private=False)


def _calendar(text: str) -> None:
    event = f"SUMMARY:{text}\nDTSTART:20260326T180000Z\nDTEND:20260326T200000Z\nRRULE:{text[:100]}"
    for written in (text, f"BEGIN:VCALENDAR\nVERSION:2.0\nBEGIN:VEVENT\n{event}\nEND:VEVENT\nEND:VCALENDAR"):
        with contextlib.suppress(UnreadableFeed):
            expanded(written, MADRID, NOON, NOON + timedelta(days=7))
    who_is_meant(Invited(text, (text,), None, is_away=False), BY_NAME)


def _body(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")


def _alerts(text: str) -> None:
    for source in sources(GENERIC).values():
        with contextlib.suppress(Unreadable):
            read_alerts(source, Incoming(_body(text), {}))


def _tracker(text: str) -> None:
    for kind in TrackerKind:
        calling.read(kind, _body(text))


def _names(text: str) -> None:
    by_name(text, dict.fromkeys(mentioned((text,)), "Dana Díaz"))
    by_mention(text, {DANA: "Dana Díaz"})
    STAND_IN.replaced(text)


def _review(text: str) -> None:
    read_prose(text, PEOPLE)
    Reader(PEOPLE, is_escaped=True).read(text)
    Reader(PEOPLE, is_escaped=False).read(text)


def _event(text: str) -> None:
    for kind in ("message", "channel_rename", "user_change", text[:20]):
        event = {"type": kind, "channel": "C1", "user": "U1", "ts": text, "text": text, "blocks": [text], "files": text}
        read_event({"event_id": "E1", "event": event}, NOON, SlackUserId("UBOT"))
    read_command({"command": "/incident", "text": text, "user_id": "U1", "channel_id": "C1", "trigger_id": "1"}, T1)


def _policy(text: str, folder: Path) -> None:
    file = folder / "policy.yml"
    file.write_bytes(_body(text))
    policy_loading.load(file)


T1 = WorkspaceId("T1")
MEANT = (Refusal, Problems, Unreadable, UnreadableFeed)
"""How a parser says no."""


def parsers(folder: Path) -> Mapping[str, Parser]:
    """By what each is called in the corpus. `folder`: for what is read from files."""
    return {
        "line": _line,
        "times": _times,
        "typed": as_typed,
        "slack": _for_slack,
        "event": _event,
        "policy": lambda text: _policy(text, folder),
        "yaml": lambda text: (read_quickly(text, "f"), read_all(text, "f")),
        "catalog": lambda text: read_document(text, "f"),
        "runbook": lambda text: (outline(text), contents(text)),
        "calendar": _calendar,
        "alerts": _alerts,
        "changes": lambda text: changes.read(Incoming(_body(text), {"x-github-event": "deployment_status"})),
        "tracker": _tracker,
        "names": _names,
        "review": _review,
        "secrets": without_secrets,
        "customers": lambda text: inside_words(replace(UPDATE, text=text[:LONGEST_TEXT]), PAGE, POLICY, ("Dana Díaz",)),
        "search": lambda text: (words_of(text), alikeness(text, "checkout fails")),
        "action": named_action,
    }


def defect(parse: Parser, text: str) -> str:
    """What it raises that it is not meant to; empty for nothing."""
    try:
        parse(text)
    except MEANT:
        return ""
    except Exception as found:  # noqa: BLE001 - whatever it is, it is what we look for
        return f"{type(found).__name__}: {str(found)[:200]}"
    return ""


@dataclass(frozen=True, slots=True)
class Growth:
    """Processor time that a parser takes for a text, and for one so many times as long."""

    parser: str
    piece: str
    short: float
    long: float

    def __str__(self) -> str:
        return f"{self.parser}: {self.piece!a}, repeated: {self.short:.3f} s, {TIMES} times as long: {self.long:.3f} s"


TIMES = 4
SHORT = 10_000
"""Characters."""
MUCH = 1.0
"""Seconds that are worth a look."""


def growing(found: Mapping[str, Parser], pieces: Sequence[str]) -> Iterator[Growth]:
    """Where four times the length takes much more than four times as long."""
    for name, parse in found.items():
        for piece in pieces:
            long = _seconds(parse, (piece * SHORT * TIMES)[: SHORT * TIMES])
            if long < MUCH:
                continue
            short = _seconds(parse, (piece * SHORT)[:SHORT])
            if long > short * TIMES * 2:
                yield Growth(name, piece, short, long)


def _seconds(parse: Parser, text: str) -> float:
    began = time.process_time()
    defect(parse, text)
    return time.process_time() - began


def payload(chance: Any, text: str) -> str:
    """The text as a program might send it: alone, in JSON, in YAML, in Markdown."""
    shapes = (
        text,
        f'{{"{text}": {text}}}',
        f"services:\n  x:\n    name: {text}\n{text}: [{text}]\n",
        f"---\ntitle: {text}\n---\n# {text}\n\n1. {text}\n   ```\n{text}\n   ```\n2. [{text}]({text})\n",
    )
    return str(chance.choice(shapes))
