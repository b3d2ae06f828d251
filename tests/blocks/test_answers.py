"""What the person who asked sees."""

from dataclasses import replace

from hypothesis import given

from bot.blocks import answers
from bot.blocks.review_form import review_state
from bot.domain import timeline as t
from tests.blocks.hostile import story_with, text
from tests.blocks.reading import as_read, fits
from tests.blocks.story import CHEN, after, at, moments

NAME = "inc-42-checkout-returns-500s"


@given(text)
def test_any_words_stay_within_slacks_limits_and_call_no_group(words: str) -> None:
    events = story_with(words)
    for incident, one in moments(events):
        fits(answers.done(incident, (one,)))
        fits(answers.status(incident, at(30)))
        fits(review_state(incident))
    fits(answers.declared(moments(events)[0][0], NAME))


@given(text)
def test_a_refusal_of_any_words_fits_and_is_known_as_one(words: str) -> None:
    refused = answers.refusal(words)
    fits(refused)
    assert answers.is_refusal(refused.text)


@given(text)
def test_a_question_about_any_words_fits_and_each_way_can_be_typed(words: str) -> None:
    asked = answers.refusal("which is it?", [("This", f"declare --private {words}"), ("That", "declare x")])
    fits(asked)
    assert answers.is_refusal(asked.text)
    assert "• That: `/incident declare x`" in asked.text


def test_the_answer_to_declare_begins_with_reference_priority_and_title() -> None:
    first = answers.declared(after(t.IncidentDeclared), NAME).text
    assert first.startswith(
        "INC-42 declared, P1: checkout returns 500s. Opening #inc-42-checkout-returns-500s, you will be invited."
    )


def test_it_says_what_happens_if_whoever_is_asked_does_not_accept() -> None:
    incident = after(t.IncidentDeclared)
    asked = "<@UBO> is asked to take command (on call for Checkout)"
    read = as_read(answers.declared(incident, NAME, CHEN))
    assert f"{asked}. If they don't accept by 12:05 UTC, <@UCHEN> is asked next." in read
    assert f"{asked}, by 12:05 UTC." in as_read(answers.declared(incident, NAME))
    private = as_read(answers.declared(replace(incident, is_private=True), NAME, CHEN))
    assert "<@UCHEN> is invited and asked next." in private
    own = as_read(answers.declared(replace(incident, asked=incident.declared_by), NAME, CHEN))
    assert "If they don't accept" not in own


def test_it_says_how_a_private_drill_was_read() -> None:
    incident = replace(after(t.IncidentDeclared), is_private=True, is_drill=True)
    read = answers.declared(incident, "inc-42").text
    assert read.startswith("INC-42 declared, P1: ")
    assert "Private: only the channel's members see it. A drill." in read


def test_a_title_that_ends_a_sentence_gets_no_second_full_stop() -> None:
    incident = replace(after(t.IncidentDeclared), title="is it down?")
    assert "P1: is it down? Opening" in answers.declared(incident, "inc-42").text


def test_once_resolved_nobody_is_told_of_a_next_update() -> None:
    incident = after(t.IncidentResolved)
    one = moments()[-1][1]
    accepted = replace(one, event=t.CommandAccepted(at=at(41), by=incident.declared_by))
    assert answers.done(incident, (accepted,)).text == "INC-42: You have command."


@given(text)
def test_refused_words_are_quoted_whole_and_call_nobody(words: str) -> None:
    shown = answers.ready_to_send(words)
    fits(shown)
    quoted = shown.blocks[-1]["elements"][0]["elements"][0]["text"]
    assert quoted == f"/incident {words}" or len(words) > 3_000


def test_help_begins_with_what_comes_next() -> None:
    incident = after(t.UpdatePosted)
    rendered = answers.help_index({"During": ("update", "resolve"), "Look up": ("status",)}, incident, ("update",))
    fits(rendered)
    lines = as_read(rendered).splitlines()
    assert "*Now* (INC-42 is investigating): `update`" in lines
    assert lines.index("*During*: `update` · `resolve`") < lines.index("*Look up*: `status`")
