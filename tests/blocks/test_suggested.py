"""How suggestions look in the form and in the answer: their evidence, their buttons, and that they fit."""

from dataclasses import replace

from hypothesis import given

from bot.blocks.declare_form import NOTHING_SUGGESTED, declare_form
from bot.blocks.limits import PRIVATE_METADATA
from bot.blocks.message import rendered
from bot.blocks.suggested import suggestions_in_answer
from bot.commands.carrying import carried, evidence_in, shown_in
from bot.domain.declaration import Declaration
from bot.domain.ids import IncidentNumber
from bot.domain.policy import Service
from bot.domain.suggesting import NOTHING, History, Suggestion
from bot.domain.timeline import SuggestedValue
from bot.domain.vocabulary import Priority, Suggestible
from tests.blocks.hostile import text
from tests.blocks.reading import CALLS_ALL, as_read, fits, fits_as_view, mrkdwn
from tests.domain.given import NOON, POLICY

LIKE = tuple(map(IncidentNumber, (40, 31, 12, 7)))
SERVICE = Suggestion(SuggestedValue(Suggestible.SERVICE, "checkout", LIKE, 5), 0.7)
IMPACT = Suggestion(SuggestedValue(Suggestible.IMPACT, "high", LIKE[:1], 1), 0.45)
DRAFT = Declaration("checkout returns 500s")
GROUPED = replace(POLICY, services={"checkout": Service("checkout", "Checkout", resolver_group="@shop")} | {})


def test_the_form_tells_what_is_suggested_by_which_incidents_with_a_button_for_each() -> None:
    view = declare_form(GROUPED, DRAFT, NOON, history=History((SERVICE, IMPACT), (("checkout", 2),), 3))
    fits_as_view(view)
    told = "\n".join(mrkdwn(view))
    assert "*Service: Checkout* – likely, 4 of 5 similar ones (INC-40, INC-31, INC-12 and 1 more)" in told
    assert "*Impact: High* – possibly, as in INC-40" in told
    assert "Checkout was paged in 2 of 3 of them" in told
    buttons = [one["accessory"]["action_id"] for one in view["blocks"] if one.get("accessory")]
    assert buttons == ["take:service:checkout", "take:impact:high"]


def test_without_suggestions_the_form_offers_to_look_and_says_when_there_are_none() -> None:
    offered, asked = (declare_form(POLICY, DRAFT, NOON, history=NOTHING, is_asked=asked) for asked in (False, True))
    assert NOTHING_SUGGESTED not in mrkdwn(offered)
    assert NOTHING_SUGGESTED in mrkdwn(asked)
    nothing = declare_form(POLICY, DRAFT, NOON, history=None)
    assert not [one for one in nothing["blocks"] if one.get("block_id") == "suggest"]


def test_a_field_that_was_filled_by_a_suggestion_is_a_new_one_to_slack_and_says_it() -> None:
    draft = replace(DRAFT, service="checkout")
    view = declare_form(POLICY, draft, NOON, taken=[Suggestible.SERVICE])
    (field,) = [one for one in view["blocks"] if one.get("block_id") == "service:taken"]
    assert field["element"]["action_id"] == "service"
    assert field["element"]["initial_option"]["value"] == "checkout"


def test_the_answer_has_a_button_that_stands_for_each_command() -> None:
    blocks = suggestions_in_answer("INC-42", History((SERVICE, IMPACT), (), 5), POLICY, Priority.P2)
    (row,) = [one for one in blocks if one["type"] == "actions"]
    assert [one["value"] for one in row["elements"]] == [
        "INC-42 service checkout as in INC-40, INC-31, INC-12 and 1 more",
        "INC-42 impact high as in INC-40",
    ]
    assert "Service: Checkout" in as_read(rendered("", blocks))
    assert suggestions_in_answer("INC-42", NOTHING, POLICY, Priority.P2) == []


@given(text)
def test_whatever_values_are_called_it_fits_and_calls_nobody(words: str) -> None:
    shown = replace(SERVICE, suggested=replace(SERVICE.suggested, value=words, like=LIKE * 500))
    history = History((shown, replace(shown, suggested=replace(shown.suggested, what=Suggestible.CATEGORY))))
    view = declare_form(POLICY, DRAFT, NOON, history=history)
    fits_as_view(view)
    assert not any(CALLS_ALL.search(one) for one in mrkdwn(view))
    fits(rendered("x", suggestions_in_answer("INC-42", history, POLICY, Priority.P1)))


def test_what_the_form_carries_comes_back_and_gives_way_to_the_message() -> None:
    shown = (SERVICE.suggested, IMPACT.suggested)
    message = '{"text": "é \\"x\\"", "is_public": true}'
    for evidence in ("", message):
        both = carried(evidence, shown)
        assert shown_in(both) == shown
        assert bool(evidence_in(both)) == bool(evidence)
    assert carried(message, ()) == message
    assert (evidence_in(message), shown_in(message)) == (message, ())
    long = '{"text": "' + "x" * 2_905 + '"}'
    assert shown_in(carried(long, (SERVICE.suggested, IMPACT.suggested))) == (SERVICE.suggested,)
    assert len(carried(long, shown)) <= PRIVATE_METADATA
