"""Where a published review is besides Slack, and what is asked about it."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

import pytest

from bot.blocks.direct import direct, settled
from bot.blocks.documents import documents
from bot.blocks.review_form import review_state
from bot.domain import timeline as t
from bot.domain.timeline import Recorded
from bot.domain.vocabulary import KeptAs, Overwriting
from tests.domain.given import BO, NOON, after, after_events, declared
from tests.domain.test_publishing import WRITTEN, changed, published


def labels(blocks: Iterable[dict[str, Any]]) -> list[str]:
    """Of the buttons."""
    return [one["text"]["text"] for block in blocks for one in block.get("elements", []) if "value" in one]


def test_it_is_told_once_where_the_review_is() -> None:
    shown = review_state(published(WRITTEN, replace(WRITTEN, place="handbook", url="https://x.example/8")))
    assert str(shown.blocks).count("Published in <https://x.example/7|wiki> and <https://x.example/8|handbook>.") == 1
    assert documents(published()) == [None]


@pytest.mark.parametrize("why", KeptAs)
def test_whoever_published_is_asked_with_what_can_be_done(why: KeptAs) -> None:
    event = replace(changed(why), version="" if why is KeptAs.GONE else "2", who="<!channel>")
    asked = published(WRITTEN, event)
    told = direct(asked, Recorded(asked.last_seq, NOON, event), BO)
    assert "<!channel>" not in str(told.blocks)
    gone = ["Write it again", "Leave it"]
    assert labels(told.blocks) == (gone if why is KeptAs.GONE else ["Replace it", "Add beside it", "Leave it"])
    assert ("replacing it removes" in str(told.blocks)) is (why is not KeptAs.GONE)


def test_a_review_that_was_waived_is_not_dated_by_when_it_was_started() -> None:
    started = after_events(declared(), t.IncidentResolved(at=NOON, by=BO, what="x"), t.ReviewStarted(at=NOON, by=BO))
    assert "in review since " in review_state(started).text
    waived = after_events(started, t.ReviewWaived(at=after(90), by=BO, reason="a drill"))
    assert f"waived <!date^{after(90).timestamp():.0f}" in review_state(waived).text
    assert f"published <!date^{NOON.timestamp():.0f}" in review_state(published(WRITTEN)).text


def test_afterwards_it_says_what_came_of_it() -> None:
    event = t.OverwritingDecided(at=NOON, by=BO, place="wiki", choice=Overwriting.LEAVE, version="2")
    asked = published(WRITTEN, changed())
    done = after_events(asked, event)
    told = settled(done, Recorded(done.last_seq, NOON, event), BO)
    assert "The review stays as it is in wiki, as <@UBO> decided at" in told.text
    late = direct(done, Recorded(asked.last_seq, NOON, changed()), BO)
    assert labels(late.blocks) == []
