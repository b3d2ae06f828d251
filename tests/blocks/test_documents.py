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
from tests.domain.given import BO, NOON, after_events
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
    assert ("removes their changes" in str(told.blocks)) is (why is not KeptAs.GONE)


def test_afterwards_it_says_what_came_of_it() -> None:
    event = t.OverwritingDecided(at=NOON, by=BO, place="wiki", choice=Overwriting.LEAVE, version="2")
    asked = published(WRITTEN, changed())
    after = after_events(asked, event)
    told = settled(after, Recorded(after.last_seq, NOON, event), BO)
    assert "The review stays as it is in wiki, as <@UBO> decided at" in told.text
    late = direct(after, Recorded(asked.last_seq, NOON, changed()), BO)
    assert labels(late.blocks) == []
