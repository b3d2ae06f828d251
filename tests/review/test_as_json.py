"""The review as JSON: every field that other programs rely on, and values as promised."""

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import jsonschema_rs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain import timeline as t
from bot.domain.actor import Integration
from bot.domain.compiling import Material, compile_review
from bot.review import Redacted, redact
from bot.review.as_html import render_html
from bot.review.as_json import render_json
from bot.review.as_markdown import render_markdown
from tests.house.review_schema import as_text
from tests.review.conftest import NOON, after, timeline_of

FIELDS: dict[str, set[str]] = {
    "": {
        "schema",
        "generated_at",
        "complete_to",
        "incident",
        "people",
        "times",
        "durations",
        "updates",
        "timeline",
        "transcript",
        "service_levels",
        "statuses",
        "runbooks",
        "follow_ups",
        "findings",
        "left_out",
        "sections",
        "evidence",
        "related",
        "presence",
        "actions",
        "decisions",
        "redacted",
        "timezone",
        "priorities",
        "runbook_changes",
    },
    "incident": {
        "ref",
        "title",
        "status",
        "priority",
        "category",
        "service",
        "private",
        "drill",
        "review",
        "declared_by",
        "channel",
        "severity",
        "source",
        "user_impact",
        "reported_by",
        "about_service",
    },
    "incident.about_service": {"name", "owned_by", "system", "tier", "links"},
    "incident.about_service.links.0": {"title", "url"},
    "incident.channel": {"id", "name"},
    "people.UBO": {"name", "roles"},
    "people.UBO.roles.0": {"role", "from", "to"},
    "times": {
        "began_at",
        "detected_at",
        "declared_at",
        "acknowledged_at",
        "mitigated_at",
        "resolved_at",
        "verified_at",
        "closed_at",
        "inferred",
    },
    "durations": {
        "time_to_channel",
        "time_to_acknowledge",
        "time_to_mitigate",
        "time_to_resolve",
        "time_to_close",
    },
    "updates.0": {"at", "by", "conditions", "actions", "needs", "due_at", "on_time", "late_by"},
    "timeline.0": {"seq", "at", "recorded_at", "kind", "by", "text", "permalink", "bookkeeping"},
    "sections.0": {"name", "text", "written", "by", "at", "revision"},
    "evidence.0": {"at", "by", "mark", "text", "permalink", "files"},
    "presence.0": {"user", "at", "joined"},
    "transcript.2": {
        "ts",
        "thread_ts",
        "at",
        "author",
        "text",
        "edited",
        "deleted",
        "permalink",
        "files",
        "reactions",
    },
    "transcript.3.files.0": {"name", "type", "size", "permalink"},
    "transcript.0.reactions.0": {"name", "users"},
    "runbooks.0": {"slug", "title", "why", "steps", "step_count", "verdict", "stops", "not_done", "mitigated_after"},
    "runbooks.0.steps.0": {"number", "text", "outcome", "note", "by", "at", "began_at"},
    "follow_ups.0": {"text", "owner", "due", "state", "priority", "link", "owner_name"},
    "left_out.0": {"seq", "why"},
}
"""Where in the document → the fields there."""


NAMES_AN_INTEGRATION = ("incident", "timeline.1", "updates.0", "runbooks.0.steps.0")
"""Where the name of an integration stands, where one acted."""


@pytest.fixture
def document(small_review: Redacted) -> Any:
    return json.loads(render_json(small_review))


def at(document: Any, path: str) -> Any:
    for part in filter(None, path.split(".")):
        document = document[int(part)] if isinstance(document, list) else document[part]
    return document


@pytest.mark.parametrize("path", FIELDS)
def test_every_promised_field_is_there(path: str, document: Any) -> None:
    assert set(at(document, path)) == FIELDS[path]


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("schema", "muster.review/1"),
        ("complete_to", "2026-03-04T13:10:00Z"),
        ("incident.ref", "INC-42"),
        ("incident.status", "closed"),
        ("incident.priority", "P1"),
        ("incident.channel", {"id": "C1", "name": "inc-42-checkout-returns-500s"}),
        ("people.UBO", {"name": "Bo", "roles": [{"role": "commander", "from": "2026-03-04T12:02:00Z", "to": None}]}),
        ("times.began_at", None),
        ("durations.time_to_channel", 0.6),
        ("durations.time_to_close", 4200),
        ("updates.0.on_time", True),
        ("updates.1.late_by", 120),
        ("timeline.0.text", "<@UDANA> noted: release 4.2 went out."),
        ("timeline.0.recorded_at", "2026-03-04T12:00:00Z"),
        ("transcript.0.text", "*Everything* is red, <@UBO> & all"),
        ("incident.about_service.owned_by", "Shop team"),
        ("incident.about_service.tier", 1),
        ("incident.about_service.links.0.title", "Dashboard"),
        ("transcript.4.text", ""),
        ("transcript.4.deleted", True),
        ("transcript.5.edited", True),
        (
            "follow_ups.0",
            {
                "text": "Alert on `failed_payments`",
                "owner": "UCHEN",
                "due": "2026-03-20",
                "state": "open",
                "priority": None,
                "link": None,
                "owner_name": "",
            },
        ),
    ],
)
def test_values_are_written_as_promised(path: str, value: object, document: Any) -> None:
    assert at(document, path) == value


def test_replies_name_the_message_they_answer(document: Any) -> None:
    log, reply = document["transcript"][1:3]
    assert (log["thread_ts"], reply["thread_ts"]) == (None, log["ts"])


def test_what_was_deleted_is_gone(small_review: Redacted) -> None:
    assert "hunter2" not in render_json(small_review)


@given(words=st.text(alphabet=st.characters(), max_size=60))
def test_any_words_come_back_as_they_were(words: str, review_with: Callable[[str | None], Redacted]) -> None:
    document = json.loads(render_json(review_with(words)))
    assert document["incident"]["title"] == words.encode("utf-8", "replace").decode("utf-8")


@pytest.fixture(scope="module")
def alerted() -> Redacted:
    """The small incident, in which an integration did whatever it can do."""
    alerts = Integration("Alertmanager", "alertmanager")
    kinds = (t.IncidentDeclared, t.UpdatePosted, t.StepReported)
    events = [replace(one, by=None, integration=alerts) if isinstance(one, kinds) else one for one in timeline_of(None)]
    recorded = [t.Recorded(seq, max(event.at, NOON), event) for seq, event in enumerate(events, start=1)]
    return redact(compile_review(Material(recorded), after(71), after(70)))


@pytest.mark.parametrize("path", NAMES_AN_INTEGRATION)
def test_an_integration_that_acted_is_named_and_no_person_is(path: str, alerted: Redacted) -> None:
    part = at(json.loads(render_json(alerted)), path)
    assert part["integration"] == "Alertmanager"
    assert part["declared_by" if path == "incident" else "by"] is None


def test_a_review_with_an_integration_is_valid(alerted: Redacted) -> None:
    document = json.loads(render_json(alerted))
    jsonschema_rs.validator_for(json.loads(as_text()), validate_formats=True).validate(document)


def test_people_read_what_an_integration_did(alerted: Redacted) -> None:
    markdown, html = render_markdown(alerted), render_html(alerted)
    assert "- Declared: 4 Mar 2026, 12:00 UTC, by Alertmanager" in markdown
    assert "| 1. Name the change | done | Alertmanager | 12:12 |" in markdown
    assert "by <bdi>Alertmanager</bdi>" in html
    assert "by Muster" not in markdown
