"""A runbook in Slack: its steps, one of them, a section."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from bot.blocks.markup import fence, mrkdwn
from bot.blocks.runbook import runbook_view
from bot.domain import timeline as t
from bot.domain.effectiveness import Compared, Effectiveness
from bot.domain.markup import (
    Block,
    Break,
    Code,
    Fence,
    Heading,
    Image,
    Items,
    Link,
    Paragraph,
    Piece,
    Quote,
    Styled,
    Table,
    Text,
)
from bot.domain.metrics import spread
from bot.domain.runbook import Runbook, Section, Step
from tests.blocks.hostile import text
from tests.blocks.reading import as_read, called, fits
from tests.blocks.story import RUNBOOK, after
from tests.domain.given import minutes


def said(words: str) -> tuple[Block, ...]:
    """The same words in every form."""
    in_code = words.replace("@", "at")  # what stands in code calls nobody, and is not changed
    pieces: tuple[Piece, ...] = (
        Text(words),
        Break(),
        Styled("bold", (Styled("italic", (Text(words),)),)),
        Code(in_code),
        Link("https://a.example/x|y>", (Text(words),)),
        Link(in_code, (Text("there"),)),
        Image(in_code, words),
    )
    whole = Paragraph(pieces)
    return (
        whole,
        Heading(pieces),
        Fence(in_code),
        Items(((whole, Items(((whole,),), 1)), (Fence(in_code),), ())),
        Quote((whole,)),
        Table((pieces, (Text("b"),)), ((pieces, ()),)),
    )


@given(text)
def test_any_runbook_fits_and_calls_nobody(words: str) -> None:
    steps = tuple(Step(one, words, said(words), (Text(words),), words, said(words)) for one in range(1, 5))
    sections = tuple(Section(words, level, said(words)) for level in (0, 2, 3, 2))
    runbook = replace(RUNBOOK, title=f"Restore {words}", owner=words, steps=steps, sections=sections)
    incident = after(t.UpdatePosted)
    for shown in (runbook_view(runbook, incident), runbook_view(runbook, incident, runbook.part("4"))):
        fits(shown)
        assert not called(shown)


@given(st.text())
def test_code_stays_as_it_is_but_for_slacks_own_marks(code: str) -> None:
    shown = fence(code).removeprefix("```\n").removesuffix("\n```")
    plain = shown.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
    assert plain == code.replace("\x00", "").replace("```", "'''")


def test_a_list_is_moved_to_the_right_and_code_within_it_is_not() -> None:
    inner = Items(((Paragraph((Text("stop it"),)), Fence("a\n  b")), (Paragraph((Text("start it"),)),)), 3)
    outer = Items(((Paragraph((Text("else:"),)), inner),))
    assert mrkdwn((outer,)) == "• else:\n    3. stop it\n```\na\n  b\n```\n    4. start it"


def test_a_link_to_another_runbook_tells_what_shows_it() -> None:
    link = Link("../db.md", (Text("the other"),))
    assert mrkdwn((Paragraph((link,)),), {"../db.md": "db"}.get) == "the other (`/incident runbook db`)"
    assert mrkdwn((Paragraph((link,)),)) == "the other (`../db.md`)"


def test_a_mark_within_a_word_is_left_out_where_slack_would_show_it() -> None:
    pieces = (Text("re"), Styled("bold", (Text("start"),)), Text(" "), Styled("italic", (Text("now"),)), Text("."))
    assert mrkdwn((Paragraph(pieces),)) == "restart _now_."


def test_a_runbook_done_to_the_end_asks_for_nothing_more() -> None:
    incident = after(t.StepReported)
    short = Runbook(slug="bad-change-rollback", title="Roll back", steps=RUNBOOK.steps[:1])
    assert as_read(runbook_view(short, incident)).endswith("Every step has been reported.")


def test_of_five_hundred_steps_as_many_are_shown_as_fit_and_each_can_be_asked_for() -> None:
    many = replace(RUNBOOK, steps=tuple(Step(one, f"Look at the host number {one}") for one in range(1, 501)))
    shown = runbook_view(many, after(t.UpdatePosted))
    fits(shown)
    assert "… and " in as_read(shown)
    assert "`/incident runbook bad-change-rollback <number>`".replace("<", "&lt;").replace(">", "&gt;") in str(
        shown.blocks
    )
    assert "Look at the host number 500" in as_read(runbook_view(many, after(t.UpdatePosted), many.part("500")))


def test_a_long_step_is_shown_by_its_title_and_whole_when_it_is_asked_for() -> None:
    code = "\n".join(f"run {one} --on host-{one}" for one in range(250))
    long = replace(RUNBOOK, steps=tuple(Step(one, f"Title {one}", (Fence(code),)) for one in range(1, 4)))
    incident = after(t.UpdatePosted)
    assert "host-249" not in as_read(runbook_view(long, incident)).partition("*2. Title 2*")[2]
    whole = as_read(runbook_view(long, incident, long.part("2")))
    assert all(f"run {one} --on host-{one}" in whole for one in range(250))


def test_a_section_is_shown_with_those_within_it() -> None:
    sections = (
        Section("", 0, (Paragraph((Text("first of all"),)),)),
        Section("Mitigation", 2, ()),
        Section("Purge", 3, (Paragraph((Text("it is gone then"),)),)),
        Section("Impact", 2, (Paragraph((Text("late orders"),)),)),
    )
    runbook = replace(RUNBOOK, sections=sections)
    incident = after(t.UpdatePosted)
    shown = as_read(runbook_view(runbook, incident, runbook.part("mitig")))
    assert "it is gone then" in shown
    assert "late orders" not in shown
    assert "first of all" in as_read(runbook_view(runbook, incident, runbook.part("Introduction")))
    assert [one.heading for one in runbook.outer_sections()] == ["", "Mitigation", "Impact"]
    for unknown in ("", "4", "0", "elsewhere"):
        assert runbook.part(unknown) is None


def test_what_was_reported_of_a_step_stays_with_its_title_when_the_file_changes() -> None:
    incident = after(t.StepReported)
    (report,) = incident.steps
    moved = replace(
        RUNBOOK, steps=(Step(1, "A new step"), *(replace(one, number=one.number + 1) for one in RUNBOOK.steps))
    )
    shown = as_read(runbook_view(moved, incident))
    assert f"{report.number + 1}. {report.step} – " in shown
    assert "Reported before the runbook changed" not in shown
    rewritten = replace(RUNBOOK, steps=(Step(1, "All is new"),))
    assert f"Reported before the runbook changed: {report.number}. {report.step} – " in as_read(
        runbook_view(rewritten, incident)
    )


def test_one_that_was_used_lately_says_how_well_it_did() -> None:
    incident, none = after(t.UpdatePosted), Compared(None, None)
    longer = Compared(spread([minutes(20)] * 5), spread([minutes(45)] * 6))
    did = Effectiveness(RUNBOOK.slug, 11, 5, 3, 3, 1, none, longer)
    assert (
        "Last 90 days: offered in 11 incidents, used in 5, finished in 3, helped in 3 of 4; resolved 25 min sooner "
        "than without it (medians of 5 and 6)"
    ) in as_read(runbook_view(RUNBOOK, incident, did=did))
    later = Effectiveness(RUNBOOK.slug, 11, 5, 0, 0, 0, Compared(longer.unused, longer.used), none)
    assert "finished in 0; mitigated 25 min later than without it" in as_read(
        runbook_view(RUNBOOK, incident, did=later)
    )
    unused = Effectiveness(RUNBOOK.slug, 9, 0, 0, 0, 0, none, none)
    assert "Last 90 days" not in as_read(runbook_view(RUNBOOK, incident, did=unused))
