"""The review as JSON for other programs, schema `muster.review/1`.

Instants are RFC 3339 in UTC with `Z`, spans are seconds, people are Slack ids.
"""

import json
from datetime import UTC, date, datetime, timedelta
from typing import Any

from bot.domain.review import Entry, FollowUp, Line, Participant, PostedUpdate, ReportedStep, Review, UsedRunbook
from bot.review.wording import decoded

SCHEMA = "muster.review/1"


def render_json(review: Review) -> str:
    document = {
        "schema": SCHEMA,
        "generated_at": review.generated_at,
        "complete_to": review.complete_to,
        "incident": _incident(review),
        "people": {user: _participant(one) for user, one in review.people.items()},
        "times": _times(review),
        "durations": _durations(review),
        "updates": [_update(one) for one in review.updates],
        "timeline": [_entry(one) for one in review.timeline],
        "transcript": [_line(one) for one in review.transcript],
        "runbooks": [_runbook(one) for one in review.runbooks],
        "follow_ups": [_follow_up(one) for one in review.follow_ups],
        "findings": list(review.findings),
        "left_out": [{"seq": one.seq, "why": one.why} for one in review.left_out],
    }
    text = json.dumps(document, ensure_ascii=False, indent=2, default=_value)
    return text.encode("utf-8", "replace").decode("utf-8") + "\n"


def _value(value: object) -> str | int | float:
    """Instants, dates and spans as JSON has them."""
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, timedelta):
        seconds = value.total_seconds()
        return int(seconds) if seconds.is_integer() else seconds
    raise TypeError(f"no JSON for {type(value).__name__}")


def _incident(review: Review) -> dict[str, Any]:
    incident = review.incident
    channel = {"id": incident.channel.id, "name": incident.channel.name} if incident.channel else None
    return {
        "ref": incident.ref,
        "title": incident.title,
        "status": incident.status,
        "priority": incident.priority,
        "category": incident.category,
        "service": incident.service,
        "private": incident.is_private,
        "drill": incident.is_drill,
        "declared_by": incident.declared_by,
        "channel": channel,
    }


def _participant(one: Participant) -> dict[str, Any]:
    return {
        "name": one.name,
        "roles": [{"role": held.role, "from": held.since, "to": held.until} for held in one.roles],
    }


def _times(review: Review) -> dict[str, Any]:
    times = review.times
    return {
        "began_at": times.began_at,
        "detected_at": times.detected_at,
        "declared_at": times.declared_at,
        "acknowledged_at": times.acknowledged_at,
        "mitigated_at": times.mitigated_at,
        "resolved_at": times.resolved_at,
        "verified_at": times.verified_at,
        "closed_at": times.closed_at,
        "inferred": list(times.inferred),
    }


def _durations(review: Review) -> dict[str, Any]:
    spans = review.durations
    return {
        "time_to_channel": spans.time_to_channel,
        "time_to_acknowledge": spans.time_to_acknowledge,
        "time_to_mitigate": spans.time_to_mitigate,
        "time_to_resolve": spans.time_to_resolve,
        "time_to_close": spans.time_to_close,
    }


def _update(one: PostedUpdate) -> dict[str, Any]:
    return {
        "at": one.at,
        "by": one.by,
        "conditions": one.conditions,
        "actions": one.actions,
        "needs": one.needs,
        "due_at": one.due_at,
        "on_time": one.is_on_time,
        "late_by": one.late_by,
    }


def _entry(one: Entry) -> dict[str, Any]:
    return {
        "seq": one.seq,
        "at": one.at,
        "recorded_at": one.recorded_at,
        "kind": one.kind,
        "by": one.by,
        "text": one.text,
    }


def _line(one: Line) -> dict[str, Any]:
    """A message with the text as it was typed: Slack's three entities are decoded, mentions and links are kept."""
    return {
        "ts": one.ts,
        "thread_ts": one.thread_ts,
        "at": one.at,
        "author": one.author,
        "text": decoded(one.text),
        "edited": one.is_edited,
        "deleted": one.is_deleted,
        "permalink": one.permalink,
        "files": [
            {"name": file.name, "type": file.type, "size": file.size, "permalink": file.permalink} for file in one.files
        ],
        "reactions": [{"name": reaction.name, "users": list(reaction.users)} for reaction in one.reactions],
    }


def _step(one: ReportedStep) -> dict[str, Any]:
    return {
        "number": one.number,
        "text": one.text,
        "outcome": one.outcome,
        "note": one.note,
        "by": one.by,
        "at": one.at,
    }


def _runbook(one: UsedRunbook) -> dict[str, Any]:
    steps = [_step(step) for step in one.steps]
    return {"slug": one.slug, "title": one.title, "why": one.why, "steps": steps, "step_count": one.step_count}


def _follow_up(one: FollowUp) -> dict[str, Any]:
    return {"text": one.text, "owner": one.owner, "due": one.due, "state": one.state}
