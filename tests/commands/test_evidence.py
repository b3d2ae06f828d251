"""The message that an incident is declared from travels through the form, within Slack's limit, and is not leaked."""

import pytest
from hypothesis import given

from bot.blocks.limits import PRIVATE_METADATA
from bot.blocks.text import size
from bot.commands.evidence import TITLE, packed, title_of, unpacked
from bot.domain.timeline import Evidence
from bot.door.inbound import Shared
from tests.blocks.hostile import LONG, text
from tests.domain.given import ELI

LINK = "https://acme.slack.com/archives/C1/p1772625600000100"


def shared(words: str, *, is_public: bool = True) -> Shared:
    return Shared(Evidence(LINK, ELI, words), is_public=is_public)


def test_a_message_comes_out_of_the_form_as_it_went_in() -> None:
    message = shared("Customers say\nthe basket is “empty” 👍🏽")
    assert unpacked(packed(message), into_private=False) == message.evidence


def test_an_alert_that_nobody_sent_has_no_author_afterwards_either() -> None:
    alert = Shared(Evidence(LINK, None, "disk full"), is_public=True)
    assert unpacked(packed(alert), into_private=False) == alert.evidence


def test_a_form_that_was_opened_by_a_command_carries_no_message() -> None:
    assert packed(None) == ""
    assert unpacked("", into_private=True) is None
    assert title_of(None) == ""


def test_words_of_a_private_conversation_go_into_a_private_incident_alone() -> None:
    carried = packed(shared("the payroll leaked", is_public=False))
    inside, outside = unpacked(carried, into_private=True), unpacked(carried, into_private=False)
    assert inside == Evidence(LINK, ELI, "the payroll leaked")
    assert outside == Evidence(LINK, ELI, "")


def travels(words: str) -> None:
    """Asserts that the message fits into the form, and keeps its beginning and its link."""
    carried = packed(shared(words))
    assert len(carried) <= PRIVATE_METADATA
    evidence = unpacked(carried, into_private=False)
    assert evidence is not None
    assert (evidence.permalink, evidence.author) == (LINK, ELI)
    assert words.startswith(evidence.text.removesuffix("…").rstrip()) or evidence.text == words


@given(text)
def test_any_message_fits_into_the_form_and_keeps_its_beginning_and_its_link(words: str) -> None:
    travels(words)


@pytest.mark.parametrize("words", LONG, ids=["words", "entities", "mentions", "code", "emoji"])
def test_a_message_as_long_as_slack_takes_them_is_shortened(words: str) -> None:
    travels(words)


def test_a_link_so_long_that_nothing_else_fits_ends_the_shortening() -> None:
    evidence = Evidence(LINK + "0" * (PRIVATE_METADATA - 200), ELI, "& " * 3_000)
    carried = packed(Shared(evidence, is_public=True))
    assert len(carried) <= PRIVATE_METADATA


@given(text)
def test_a_proposed_title_is_one_short_line_that_calls_nobody(words: str) -> None:
    title = title_of(shared(words))
    assert size(title) <= TITLE
    assert len(title.splitlines()) <= 1
    assert "<@UEVE" not in title


def test_the_title_is_the_first_line_with_something_in_it() -> None:
    assert title_of(shared("\n  \nCheckout is down\nsince noon")) == "Checkout is down"
    assert (
        title_of(shared("<https://status.example|Status page> is red")) == "Status page (https://status.example) is red"
    )
    assert title_of(shared(" \n ")) == ""
