"""The shipped runbooks, found by what people write of an incident."""

from dataclasses import replace

import pytest

from bot.config import runbooks
from bot.config.shipped import shipped
from bot.demo import company, story
from bot.domain.matching import choose, search
from bot.domain.policy import Service
from bot.domain.runbook import Runbook
from bot.workflows.runbook_index import RunbookIndex
from tests.domain.phrasings import by_keywords, hits, phrasings

SHIPPED = runbooks.load(shipped("runbooks"))
INDEX = RunbookIndex(lambda: SHIPPED)


def chosen(text: str) -> list[str]:
    return [one.slug for one in choose(SHIPPED, None, None, INDEX.told_at_once(text))]


@pytest.mark.parametrize("held_out", [False, True])
def test_runbooks_are_found_better_than_by_a_plain_search(held_out: bool) -> None:
    asked = phrasings(held_out=held_out)
    plain, found = hits(asked, by_keywords(SHIPPED)), hits(asked, chosen)
    assert found.first > plain.first + 0.15
    assert found.among_three > plain.among_three + 0.05
    assert found.calm > 0.5


def test_the_reason_names_the_words_as_they_were_said() -> None:
    (first, *_) = choose(SHIPPED, None, None, INDEX.told_at_once("Conection pool exausted, it began at noon"))
    assert (first.slug, first.why) == ("connection-pool-exhaustion", "the report says conection, pool, exausted")


@pytest.mark.parametrize("name", story.shipped())
def test_every_story_gets_its_runbook_first(name: str) -> None:
    told = story.read(name)
    declared = next(event for event in told.events if event.do == "declare")
    words = INDEX.told_at_once(declared.text.partition(" service:")[0])
    service = Service(told.service, told.service, tags=tuple(company.TAGS[told.service]))
    assert choose(SHIPPED, service, told.category, words)[0].slug == told.truth.runbook_slug_expected


async def test_runbooks_that_change_are_found_as_they_are_now() -> None:
    known: list[tuple[Runbook, ...]] = [(Runbook("lag", "Lag", body="a replica"),)]
    index = RunbookIndex(lambda: known[0])
    assert list(await index.told("replica lag")) == ["lag"]
    known[0] = (replace(known[0][0], is_withdrawn=True), Runbook("tea", "Tea is cold"))
    assert list(await index.told("replica lag")) == []
    assert search(known[0], await index.told("cold tea")) == [known[0][1]]


CHATTER = (
    "hi all, I'm looking into it",
    "can somebody check the dashboard please",
    "joining the call now, what do we know?",
    "thanks, on it. let me check the logs",
    "it started at 14:02, errors are at 5%",
    "status page is updated, I'll take notes",
    "ok, let's wait five minutes",
)


@pytest.mark.parametrize("line", CHATTER)
def test_what_people_say_in_passing_brings_no_runbook(line: str) -> None:
    assert choose(SHIPPED, None, None, INDEX.told_at_once("checkout is broken", line)) == ()


@pytest.mark.parametrize(
    ("line", "slug"),
    [
        ("maybe the certificate expired?", "expired-certificate"),
        ("is it DNS?", "dns-failure"),
        ("postgres has too many connections", "connection-pool-exhaustion"),
        ("kafka consumer lag is growing", "message-queue-backlog"),
    ],
)
def test_one_telling_line_among_much_talk_brings_its_runbook_and_says_by_which_words(line: str, slug: str) -> None:
    talk = "\n".join((*CHATTER, *CHATTER, line))
    (first, *_) = choose(SHIPPED, None, None, INDEX.told_at_once("checkout is broken", talk))
    assert (first.slug, first.why.partition(" mentioned")[0]) == (slug, "people")


def test_words_of_the_report_do_not_count_again_when_people_repeat_them() -> None:
    once, again = (INDEX.told_at_once("the disk is full", talk) for talk in ("", "is the disk full? yes, disk full"))
    assert once == again
