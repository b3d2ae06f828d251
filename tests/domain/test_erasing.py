"""Erasing takes what somebody typed out of any event, and nothing else; a new field with words cannot be forgotten."""

from dataclasses import fields, is_dataclass
from enum import Enum
from types import NoneType, UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

import pytest
from hypothesis import given

from bot.domain import timeline as t
from bot.domain.erasing import ERASED, TYPED, without_words
from tests.blocks.story import STORY
from tests.domain.test_compiling import ANY_EVENT

NOT_TYPED = {
    "title": "a title is how an incident is known; it has a command of its own",
    "why": "what Muster worked out; of a runbook that was looked for, the words that found it",
    "because": "what Muster worked out",
    "asked_because": "what Muster worked out",
    "changed": "the name of an axis",
    "error": "Slack's error code",
    "name": "a channel or an integration",
    "unmatched": "a name of PagerDuty's",
    "source": "one of the policy's",
    "category": "one of the policy's",
    "service": "one of the policy's",
    "service_name": "one of the policy's",
    "schedule": "one of the policy's",
    "broadcast": "one of the policy's",
    "bridge_url": "one of the policy's",
    "values": "as `why`",
    "zone": "a time zone",
    "nobody": "targets of the policy",
    "slug": "of a runbook",
    "step": "as the runbook has it",
    "section": "as the runbook has it",
    "permalink": "an address in Slack",
    "kind": "of an event that cannot be read",
    "body": "of an event that cannot be read",
    "key": "of an integration",
    "program": "as a program calls itself",
    "id": "of an integration",
    "severity": "of a sender of alerts",
    "labels": "of a sender of alerts",
    "runbook_url": "of a sender of alerts",
    "sources": "as senders of alerts are called",
    "by_whom": "of a sender of changes",
    "environment": "of a sender of changes",
    "action": "one of the policy's, and what a runbook gives it",
    "engine": "one of the policy's",
    "value": "chosen from what the policy lists",
    "place": "of an engine, as the policy has it",
    "version": "a digest of the policy",
    "handle": "of an engine",
    "path": "of a runbook's file",
    "lesson": "the key of what was learned from",
    "to": "a repository of the policy",
    "url": "of a pull request",
    "pager": "one of the policy's",
    "targets": "status pages of the policy",
    "who": "as a wiki calls somebody; `muster rebuild` finds them by no id",
    "comments": "ids of a wiki",
    "tracker": "one of the policy's",
    "holds": "names of fields",
    "news": "names of fields",
    "owner_name": "as a tracker calls somebody; `muster rebuild` finds them by no id",
    "audience": "one of the policy's",
    "headings": "the policy's",
    "channels": "of the policy",
    "regulation": "one of the policy's",
    "trigger": "one of a regulation's",
    "words": "what a trigger is called",
    "stage": "one of a regulation's",
    "basis": "what Muster worked out",
    "objective": "what the policy says",
    "question": "of a regulation",
    "answers": "triggers of a regulation",
    "reference": "as an authority knows a report; without it nobody finds it there",
}
"""Texts that stay, and why."""


def texts_of(hint: Any, name: str) -> set[str]:
    """The names of the fields that hold plain text, in a value of that type."""
    if get_origin(hint) in (Union, UnionType, tuple):
        return set().union(*(texts_of(one, name) for one in get_args(hint) if one not in (NoneType, ...)))
    if hint is str:
        return {name}
    if isinstance(hint, type) and is_dataclass(hint):
        hints = get_type_hints(hint)
        return set().union(*(texts_of(hints[one.name], one.name) for one in fields(hint)))
    return set()


@pytest.mark.parametrize("kind", get_args(t.AnyEvent))
def test_of_every_text_of_an_event_it_is_decided_whether_somebody_typed_it(kind: type[t.AnyEvent]) -> None:
    assert texts_of(kind, "") <= TYPED | set(NOT_TYPED)


def test_nothing_is_both_typed_and_not() -> None:
    assert not TYPED & set(NOT_TYPED)


@given(ANY_EVENT)
def test_what_stays_is_as_it_was_and_erasing_twice_changes_nothing(event: t.AnyEvent) -> None:
    erased = without_words(event)
    assert type(erased) is type(event)
    assert (erased.at, erased.by, erased.integration) == (event.at, event.by, event.integration)
    for one in fields(event):
        before, now = getattr(event, one.name), getattr(erased, one.name)
        if now != before:
            assert one.name in TYPED | {"update", "evidence", "alike"}
    assert without_words(erased) == erased


@pytest.mark.parametrize("event", STORY, ids=lambda event: type(event).__name__)
def test_no_word_of_the_story_that_was_typed_is_left(event: t.AnyEvent) -> None:
    for value in _typed(without_words(event)):
        assert value in ("", ERASED)


def _typed(value: Any) -> list[str]:
    found = []
    for one in fields(value):
        held = getattr(value, one.name)
        if one.name in TYPED and isinstance(held, str) and not isinstance(held, Enum):
            found.append(held)
        elif is_dataclass(held) and not isinstance(held, type):
            found += _typed(held)
        elif isinstance(held, tuple):
            found += [text for part in held if is_dataclass(part) for text in _typed(part)]
    return found
