"""Does the written review tell what happened? Each claim of a story's `truth` is looked up in the review's JSON."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from bot.demo.story import Story, Truth

MINUTE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Finding:
    """One claim, and whether it holds; `found` says what stands there instead."""

    claim: str
    holds: bool
    found: str = ""


@dataclass(frozen=True, slots=True)
class Replay:
    """What a replay produced: the review's document, all its texts, and the handles behind Slack's ids."""

    review: Mapping[str, Any]
    texts: tuple[str, ...]
    """Every output in full: Markdown, HTML, JSON."""
    handles: Mapping[str, str]
    commands: int
    """How many commands the bot accepted in the incident's channel."""


def check(story: Story, replay: Replay) -> list[Finding]:
    """Every claim of the story's truth that a replay can answer for, in the order of the file."""
    truth = story.truth
    return [
        *_instants(truth, replay),
        *_durations(truth, replay),
        _commanders(truth, replay),
        *_facts(truth, replay),
        *_absent(truth, replay),
        _follow_ups(truth, replay),
        *_counts(truth, replay),
        _runbook(truth, replay),
        Finding(
            f"priority ends as {story.expected_priority}",
            replay.review["incident"]["priority"] == story.expected_priority,
            replay.review["incident"]["priority"],
        ),
    ]


def _instant(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


def _instants(truth: Truth, replay: Replay) -> Iterator[Finding]:
    for name in ("declared_at", "mitigated_at", "resolved_at", "closed_at"):
        expected: datetime = getattr(truth, name)
        found = _instant(replay.review["times"][name])
        holds = found is not None and abs(found - expected) < MINUTE
        yield Finding(f"{name} is {expected:%Y-%m-%d %H:%M}", holds, str(found))


def _durations(truth: Truth, replay: Replay) -> Iterator[Finding]:
    names = {
        "declared_to_mitigated": "time_to_mitigate",
        "declared_to_resolved": "time_to_resolve",
        "declared_to_closed": "time_to_close",
    }
    for name, key in names.items():
        expected: timedelta = getattr(truth.durations, name)
        found = replay.review["durations"][key]
        holds = found is not None and abs(timedelta(seconds=found) - expected) < MINUTE
        yield Finding(f"{name} is {expected}", holds, str(found))


def _commanders(truth: Truth, replay: Replay) -> Finding:
    turns = [
        (role["from"], replay.handles.get(user, user))
        for user, person in replay.review["people"].items()
        for role in person["roles"]
        if role["role"] == "commander"
    ]
    found = [handle for _, handle in sorted(turns)]
    return Finding(f"commanders were {', '.join(truth.commanders)}", found == list(truth.commanders), ", ".join(found))


def _facts(truth: Truth, replay: Replay) -> Iterator[Finding]:
    said = [(_instant(entry["at"]), entry["text"]) for entry in replay.review["timeline"]]
    for message in replay.review["transcript"]:
        files = " ".join(file["name"] for file in message["files"])
        said.append((_instant(message["at"]), f"{message['text']} {files}"))
    for fact in truth.facts:
        holds = any(
            at is not None and abs(at - fact.at) < MINUTE and fact.says.lower() in text.lower() for at, text in said
        )
        yield Finding(f"at {fact.at:%Y-%m-%d %H:%M} it says “{fact.says}”", holds, "nowhere in that minute")


def _absent(truth: Truth, replay: Replay) -> Iterator[Finding]:
    for words in truth.absent:
        holds = not any(words in text for text in replay.texts)
        yield Finding(f"“{words}” stands nowhere", holds, "it is still there")


def _follow_ups(truth: Truth, replay: Replay) -> Finding:
    expected = [(one.text, one.owner, one.due.isoformat()) for one in truth.follow_ups]
    found = [
        (one["text"], replay.handles.get(one["owner"], one["owner"]), one["due"]) for one in replay.review["follow_ups"]
    ]
    return Finding(f"{len(expected)} follow-ups with owner and date", found == expected, str(found))


def _counts(truth: Truth, replay: Replay) -> Iterator[Finding]:
    transcript = replay.review["transcript"]
    found = {
        "messages": len(transcript),
        "replies": sum(1 for one in transcript if one["thread_ts"] not in (None, one["ts"])),
        "edited": sum(1 for one in transcript if one["edited"]),
        "deleted": sum(1 for one in transcript if one["deleted"]),
        "files": sum(len(one["files"]) for one in transcript),
        "reactions": sum(len(reaction["users"]) for one in transcript for reaction in one["reactions"]),
        "updates": len(replay.review["updates"]),
        "commands": replay.commands,
        "follow_ups": len(replay.review["follow_ups"]),
    }
    for name, expected in truth.counts.model_dump().items():
        yield Finding(f"{expected} {name.replace('_', '-')}", found[name] == expected, str(found[name]))


def _runbook(truth: Truth, replay: Replay) -> Finding:
    slugs = [one["slug"] for one in replay.review["runbooks"]]
    return Finding(
        f"the runbook {truth.runbook_slug_expected} is linked", truth.runbook_slug_expected in slugs, ", ".join(slugs)
    )
