"""A runbook from the timeline of an incident that had none: what it says, and that it is read without a finding."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.config.runbooks import Shelf, findings
from bot.domain import timeline as t
from bot.domain.actor import MUSTER
from bot.domain.incident import Incident
from bot.domain.new_runbook import MOST_STEPS, HasOneAlready, NothingWasDone, draft
from bot.domain.runbook import Runbook
from bot.domain.worked import Worked
from tests.domain.given import BO, NOON, commanded

TRAPS = [
    "`x",
    "<div>",
    "{{< hint >}}",
    "[a](b.md)",
    "#",
    "1.",
    "- ",
    "***",
    "&amp;",
    "\\",
    "\n",
    ": ",
    "'\"",
    "<@UBO>",
    "---",
]
WORDS = st.text(max_size=90) | st.lists(st.sampled_from(TRAPS), max_size=8).map(" ".join)


def events(*done: str) -> tuple[t.AnyEvent, ...]:
    at = iter(NOON + timedelta(minutes=number) for number in range(99))
    return (
        t.NoteAdded(at=next(at), by=BO, text="a note is nothing that was done"),
        *(t.ActionDone(at=next(at), by=BO, of=3, text=one) for one in done),
        t.UpdatePosted(at=next(at), by=BO, update=t.Update("slow", "Restarting the pool", "none")),
        t.DecisionMade(at=next(at), by=BO, text="We go without search"),
        t.IncidentResolved(at=next(at), by=BO, what="restarting the pool."),
        t.IncidentVerified(at=next(at), by=BO, how="the probes are green"),
    )


def read(folder: Path, content: str) -> Runbook:
    (folder / "new.md").write_text(content, encoding="utf-8")
    library = Shelf([folder]).look()
    assert [*library.left_out, *findings(library)] == []
    (found,) = library.runbooks
    return found


def incident(title: str = "checkout returns 500s") -> Incident:
    return replace(commanded(), title=title)


def test_it_is_filled_from_the_timeline_in_its_order_and_says_each_thing_once(tmp_path: Path) -> None:
    made = draft(incident(), events("Paused <@UBO>'s deploys"), (), "https://x.slack.com/archives/C1", str)
    assert (made.slug, made.title) == ("checkout-returns-500s", "checkout returns 500s")
    found = read(tmp_path, made.content)
    assert (found.title, found.services, found.symptoms) == (made.title, ("checkout",), ("checkout returns 500s",))
    assert [one.title for one in found.steps] == [
        "Paused the commander's deploys",
        "Restarting the pool",
        "We go without search",
    ]
    assert "- the probes are green\n" in made.content
    assert (
        "- The review of INC-42: `/incident INC-42 review` in its channel: <https://x.slack.com/archives/C1>"
        in made.content
    )


@settings(max_examples=40)
@given(
    title=WORDS, done=st.lists(WORDS.filter(lambda text: any(one.isalnum() for one in text)), min_size=1, max_size=4)
)
def test_whatever_was_said_it_is_read_without_a_finding(
    tmp_path_factory: pytest.TempPathFactory, title: str, done: list[str]
) -> None:
    made = draft(incident(title), events(*done), (), "", str)
    found = read(tmp_path_factory.mktemp("new"), made.content)
    assert 1 <= len(found.steps) <= MOST_STEPS


def test_its_name_is_one_that_no_other_has_and_that_leads_nowhere_else() -> None:
    there = Runbook("checkout-returns-500s", "There", path="a.md"), Runbook("a", "A", path="INC-42.md")
    assert draft(incident(), events(), there, "", str).slug == "checkout-returns-500s-inc-42"
    assert draft(incident("../../etc/passwd"), events(), (), "", str).slug == "etc-passwd"
    assert draft(incident("出错"), events(), (), "", str).slug == "inc-42"


def test_secrets_are_taken_out_everywhere() -> None:
    made = draft(incident("hunter2 leaked"), events("reset hunter2"), (), "", lambda text: text.replace("hunter2", "…"))
    assert "hunter2" not in made.content + made.slug + made.title


def test_without_anything_done_or_with_a_runbook_there_is_none() -> None:
    with pytest.raises(NothingWasDone, match="Nothing in the timeline of INC-42 says what was done"):
        draft(incident(), events()[:1], (), "", str)
    worked = Worked("bad-change", "Roll back", MUSTER, NOON, ())
    with pytest.raises(HasOneAlready, match="was handled with “Roll back”"):
        draft(replace(incident(), worked=(worked,)), events(), (), "", str)
