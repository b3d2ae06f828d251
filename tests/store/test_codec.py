"""Timeline events as they are stored: for ever, and exactly."""

import hashlib
import json
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.actor import Integration
from bot.domain.timeline import (
    AnyEvent,
    CommanderAsked,
    CommandTakenOver,
    IncidentDeclared,
    LinkedRunbook,
    NoteAdded,
    Proposer,
    RunbookLinked,
    UnknownEvent,
)
from bot.store.codec import KINDS, VERSIONS, decode, encode, seal
from tests.store.samples import AT, BO, BY_AN_INTEGRATION, DANA, GOLDEN, SAMPLES, golden

st.register_type_strategy(datetime, st.datetimes(timezones=st.just(UTC)))
st.register_type_strategy(date, st.dates())

ANY_EVENT = st.one_of([st.from_type(kind) for kind in KINDS.values()])


def written(path: Path) -> AnyEvent:
    row: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    body = json.dumps(row["body"])
    return decode(row["kind"], row["version"], body, datetime.fromisoformat(row["at"]), row["by"])


@pytest.mark.parametrize("kind", KINDS)
def test_every_version_of_every_kind_has_a_golden_file(kind: str) -> None:
    versions = range(1, VERSIONS[kind] + 1)
    assert [version for version in versions if not (GOLDEN / f"{kind}.v{version}.json").exists()] == []


@pytest.mark.parametrize("path", sorted(GOLDEN.glob("*.json")), ids=lambda path: path.stem)
def test_what_was_ever_written_can_be_read(path: Path) -> None:
    event = written(path)
    assert type(event).__name__ == path.name.split(".")[0]
    assert not isinstance(event, UnknownEvent)


@pytest.mark.parametrize("event", [*SAMPLES, BY_AN_INTEGRATION], ids=lambda event: type(event).__name__)
def test_an_event_is_written_as_its_golden_file_says(event: AnyEvent) -> None:
    path, text = golden(event)
    assert path.read_text(encoding="utf-8") == text
    assert written(path) == event


def test_the_golden_files_fill_every_field() -> None:
    """A field at its default would not show that it can be read."""
    for event in SAMPLES:
        body = json.loads(encode(event)[2])
        assert {name: value for name, value in body.items() if value in (None, [], "")} == {}, type(event).__name__


@given(ANY_EVENT)
def test_any_event_comes_back_as_it_was(event: AnyEvent) -> None:
    kind, version, body = encode(event)
    assert decode(kind, version, body, event.at, event.by) == event


@given(ANY_EVENT)
def test_the_body_is_canonical_and_leaves_time_and_person_to_their_columns(event: AnyEvent) -> None:
    _, _, body = encode(event)
    content = json.loads(body)
    assert body == json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    assert {"at", "by"} & set(content) == set()


def test_an_integration_that_acted_stands_in_the_body_and_only_then() -> None:
    noted = NoteAdded(at=AT, text="a note", integration=Integration("Alertmanager", "alertmanager"))
    kind, version, body = encode(noted)
    assert body == '{"integration":{"kind":"alertmanager","name":"Alertmanager"},"text":"a note"}'
    assert decode(kind, version, body, AT, None) == noted
    assert encode(NoteAdded(at=AT, text="a note"))[2] == '{"text":"a note"}'


def test_who_proposed_it_stands_in_the_body_and_only_then() -> None:
    noted = NoteAdded(at=AT, by=DANA, text="a note", proposed=Proposer("Claude", DANA))
    kind, version, body = encode(noted)
    assert body == '{"proposed":{"person":"U0DANA","program":"Claude"},"text":"a note"}'
    assert decode(kind, version, body, AT, DANA) == noted


def test_a_field_that_was_not_there_yet_reads_as_its_default() -> None:
    _, _, body = encode(SAMPLES[0])
    older = {name: value for name, value in json.loads(body).items() if name not in ("bridge_url", "runbooks")}
    event = decode("IncidentDeclared", 1, json.dumps(older), AT, DANA)
    assert isinstance(event, IncidentDeclared)
    assert (event.bridge_url, event.runbooks) == (None, ())


def test_a_field_that_is_not_known_yet_is_passed_over() -> None:
    event = decode("CommanderAsked", 1, '{"asked":"U0BO","weather":"rain"}', AT, DANA)
    assert event == CommanderAsked(at=AT, by=DANA, asked=BO)


def test_a_reason_that_is_not_known_yet_leaves_the_text_beside_it() -> None:
    body = '{"because":"by the stars","reasons":[{"code":"as_deputy"},{"code":"by_the_stars","star":"Vega"}]}'
    event = decode("CommandTakenOver", 1, body, AT, DANA)
    assert event == CommandTakenOver(at=AT, by=DANA, because="by the stars")


def test_a_runbook_is_read_without_reasons_that_are_not_known_yet() -> None:
    body = '{"runbook":{"reasons":[{"code":"dreamt","values":["x"]}],"slug":"a","title":"A","why":"dreamt of"}}'
    assert decode("RunbookLinked", 1, body, AT, DANA) == RunbookLinked(
        at=AT, by=DANA, runbook=LinkedRunbook("a", "A", "dreamt of")
    )


@pytest.mark.parametrize(
    ("kind", "version", "body"),
    [
        ("MoonLanded", 1, '{"crater":"Tycho"}'),
        ("NoteAdded", 2, '{"text":"in another sense"}'),
        ("NoteAdded", 1, '{"words":"no text"}'),
        ("RoleAssigned", 1, '{"person":"U1","role":"astrologer"}'),
    ],
    ids=["a new kind", "a new version", "a body that does not fit", "a new word"],
)
def test_what_a_newer_version_wrote_is_kept_as_unknown(kind: str, version: int, body: str) -> None:
    assert decode(kind, version, body, AT, DANA) == UnknownEvent(at=AT, by=DANA, kind=kind, version=version, body=body)


def test_an_unknown_event_is_never_written() -> None:
    with pytest.raises(ValueError, match="MoonLanded"):
        encode(UnknownEvent(at=AT, kind="MoonLanded", version=1, body="{}"))


def test_a_digest_covers_the_salt_and_the_body() -> None:
    _, _, body = encode(NoteAdded(at=AT, text="a note"))
    salt, digest = seal(body)
    assert len(salt) == 16
    assert digest == hashlib.sha256(salt + body.encode()).digest()
    assert seal(body)[1] != digest
