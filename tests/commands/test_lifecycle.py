"""What is typed to move an incident through its life, and what each of these commands cannot do without."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.commands.command import Missing
from bot.domain.ids import Reference
from bot.domain.refusal import NotFound, Refusal
from bot.domain.spans import NotADuration, TooLong
from bot.door.reply import OpenForm
from bot.verbs import requests as r
from tests.commands.reading import asked_for, typing

READ = [
    ("mitigate traffic moved to the standby", r.Mitigate("traffic moved to the standby")),
    ("MITIGATE  the rule is off  ", r.Mitigate("the rule is off")),
    ("mitigate `kubectl rollout undo` at 14:05", r.Mitigate("`kubectl rollout undo` at 14:05")),
    ("verify <@UCHEN>: error rate flat", r.Verify("<@UCHEN>: error rate flat")),
    ("reopen errors &gt; 5 % &amp; rising", r.Reopen("errors > 5 % & rising")),
    ("cancel\nthe alert came from staging", r.Cancel("the alert came from staging")),
    ("open customers were told", r.Disclose("customers were told")),
    ("close", r.Close()),
    ("close unverified the service is gone", r.Close("the service is gone")),
    ("close UNVERIFIED\nthe service is gone", r.Close("the service is gone")),
    ("merge INC-41", r.Merge(Reference("INC-41"))),
    ("merge inc-0041,", r.Merge(Reference("INC-41"))),
    ("merge INC–41", r.Merge(Reference("INC-41"))),
    ("snooze 30m on the call", r.Snooze(timedelta(minutes=30), "on the call")),
    ("snooze 1h30m   on the call", r.Snooze(timedelta(minutes=90), "on the call")),
    ("snooze 45s\nreading the logs", r.Snooze(timedelta(seconds=45), "reading the logs")),
]


@pytest.mark.parametrize(("line", "request_"), READ)
def test_it_is_read_as_typed(line: str, request_: r.Request[object]) -> None:
    assert asked_for(line) == request_


WANTING = [
    ("open", "it can't be undone", "open customers"),
    ("close unverified", "Say why it is closed without verification", "close unverified the"),
    ("close it was tested", "To close, type `/incident close`", "close unverified the"),
    ("close unverified: it was tested", "To close, type `/incident close`", "close unverified the"),
    ("merge", "Name the incident to continue with", "merge INC-41"),
    ("merge 41", "Name the incident to continue with", "merge INC-41"),
    ("merge INC-41 and INC-40", "Name the incident to continue with", "merge INC-41"),
    ("merge INC-41 it is the same", "Name the incident to continue with", "merge INC-41"),
    ("snooze", "Say for how long and why", "snooze 30m"),
    ("snooze 30m", "Say why", "snooze 30m on"),
]


@pytest.mark.parametrize(("line", "told", "example"), WANTING)
def test_what_is_missing_is_said_with_an_example_that_can_be_typed(line: str, told: str, example: str) -> None:
    with pytest.raises(Missing) as refused:
        asked_for(line)
    assert told in str(refused.value)
    assert f"`/incident {example}" in str(refused.value)


@pytest.mark.parametrize("line", ["mitigate", "resolve", "verify", "reopen  ", "cancel"])
def test_alone_it_opens_a_form_that_asks_for_the_words(line: str) -> None:
    assert isinstance(typing(line), OpenForm)


@pytest.mark.parametrize(
    ("line", "refusal"),
    [
        ("snooze half an hour", NotADuration),
        ("snooze 0m on the call", NotADuration),
        ("snooze -5m on the call", NotADuration),
        ("snooze 400d on the call", TooLong),
        ("merge INC-12345678901", NotFound),
    ],
)
def test_what_cannot_be_meant_is_refused(line: str, refusal: type[Refusal]) -> None:
    with pytest.raises(refusal):
        asked_for(line)


VERBS = ["mitigate", "verify", "reopen", "cancel", "open"]


@given(st.sampled_from(VERBS), st.text(st.characters(exclude_characters="&"), min_size=1).filter(str.strip))
def test_of_the_words_nothing_is_cut_off_or_taken_for_an_order(verb: str, words: str) -> None:
    request = asked_for(f"{verb} {words}")
    (said,) = r.required_words(request).values()
    assert said == words.strip()


@given(st.text(max_size=60))
def test_whatever_follows_close_it_is_closed_with_its_reason_or_refused(words: str) -> None:
    try:
        request = asked_for(f"close {words}")
    except Refusal:
        assert words.strip()
        return
    assert isinstance(request, r.Close)
    assert bool(request.unverified_because) is bool(words.strip())
