"""What a reader is shown whatever the format: phases, threads, times and counts."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.domain.compiling import marked_time
from bot.domain.document import Entry, OpenStep, Participant, RunbookChange, Stopped
from bot.domain.ids import SlackUserId
from bot.domain.transcript import Came
from bot.review import Redacted, redact
from bot.review.as_html import render_html
from bot.review.as_json import render_json
from bot.review.as_markdown import render_markdown
from bot.review.reading import count, emoji, read, since, size, steps_reported
from bot.review.wording import Plain
from tests.review.conftest import BO, NOON, after


def test_the_timeline_is_cut_where_the_incident_changed(small_review: Redacted) -> None:
    phases = {phase.title: [entry.kind for entry in phase.entries] for phase in read(small_review).phases()}
    assert list(phases) == ["Before it was declared", "Declared", "Mitigated", "Resolved", "Closed"]
    assert phases["Mitigated"] == ["IncidentMitigated"]
    assert phases["Declared"][0] == "IncidentDeclared"


def test_an_inferred_mitigation_cuts_nothing(small_review: Redacted) -> None:
    review = replace(small_review, times=replace(small_review.times, inferred=("mitigated_at",)))
    titles = [phase.title for phase in read(review).phases()]
    assert titles == ["Before it was declared", "Declared", "Resolved", "Closed"]
    assert "Mitigated (inferred)" in [row.what for row in read(review).summary_rows()]


def test_only_what_is_for_the_record_alone_is_not_shown_and_that_is_said(small_review: Redacted) -> None:
    reading = read(small_review)
    shown = [entry for phase in reading.phases() for entry in phase.entries]
    assert shown == [entry for entry in small_review.timeline if not entry.is_bookkeeping]
    left_out = len(small_review.timeline) - len(shown) + len(small_review.left_out)
    assert f"{left_out} entries about the work around the incident" in reading.notes()
    assert reading.entry_count() == len(shown)


def test_replies_stand_under_their_message_even_when_that_is_missing(small_review: Redacted) -> None:
    threads = read(small_review).threads()
    shown = [(thread.first.text if thread.first else None, len(thread.replies)) for thread in threads]
    assert [one for one in shown if one[1]] == [(small_review.transcript[1].text, 1), (None, 1)]
    assert sum(1 + len(thread.replies) for thread in threads if thread.first) + 1 == len(small_review.transcript)


def test_times_have_a_date_only_where_the_incident_spans_days(small_review: Redacted) -> None:
    half_past = datetime(2026, 3, 4, 0, 36, tzinfo=UTC)
    assert read(small_review).clock(half_past) == "00:36"
    assert read(small_review).clock(half_past + timedelta(days=1)) == "5 Mar 00:36"
    entry = replace(small_review.timeline[-1], at=small_review.timeline[-1].at + timedelta(days=1))
    longer = replace(small_review, timeline=(*small_review.timeline, entry))
    assert read(longer).clock(half_past) == "4 Mar 00:36"


def test_times_are_those_of_the_policys_zone_with_utc_beside_the_first(small_review: Redacted) -> None:
    madrid = Redacted(replace(small_review, timezone="Europe/Madrid"))
    reading = read(madrid)
    assert reading.declared() == "4 Mar 2026, 13:00 (12:00 UTC)"
    assert reading.clock(after(1)) == "13:01"
    assert reading.zone_told() == "All times are those of Europe/Madrid."
    kolkata = replace(madrid, timezone="Asia/Kolkata", times=replace(madrid.times, declared_at=after(8 * 60)))
    assert read(kolkata).declared() == "5 Mar 2026, 01:30 (4 Mar 2026, 20:00 UTC)"
    assert read(small_review).declared() == "4 Mar 2026, 12:00 UTC"
    told = reading.reader(is_escaped=False).read(f"due at {marked_time(after(15), NOON)}")
    assert told == (Plain("due at "), Plain("13:15"))


def test_people_have_their_full_names_and_only_who_took_part_was_there(small_review: Redacted) -> None:
    eli = SlackUserId("UELI")
    people = {**small_review.people, eli: Participant("eli", full_name="Eli Novak")}
    follows = Entry(90, after(1), after(1), "Followed", eli, "follows")
    approves = Entry(91, after(99), after(99), "ReviewApproved", eli, "approved")
    review = replace(small_review, people=people, timeline=(*small_review.timeline, follows, approves))
    assert read(review).name(eli) == "Eli Novak"
    assert [one.name for one in read(review).attendees()] == ["Dana", "Bo", "Chen"]
    noted = replace(review, timeline=(*review.timeline, Entry(92, after(2), after(2), "NoteAdded", eli, "noted")))
    assert [one.name for one in read(noted).attendees()] == ["Dana", "Bo", "Chen", "Eli Novak"]


def test_who_took_part_is_told_with_roles_and_time_in_the_channel(small_review: Redacted) -> None:
    chen = SlackUserId("UCHEN")
    came = (*small_review.presence, Came(chen, after(8), is_joining=False))
    told = {one.name: (one.roles, one.there) for one in read(replace(small_review, presence=came)).attendees()}
    assert told == {
        "Dana": ("scribe from 12:03", "from 12:00"),
        "Bo": ("commander from 12:02", "–"),
        "Chen": ("–", "12:03 to 12:08"),
    }


def test_of_runbooks_only_those_that_were_worked_through_are_told(small_review: Redacted) -> None:
    assert read(small_review).runbooks() == (
        "“Roll back”: 1 of 5 steps reported; the impact stopped 18 min after step 1",
    )
    (runbook,) = small_review.runbooks
    assert read(replace(small_review, runbooks=(replace(runbook, steps=()),))).runbooks() == ()


def test_each_step_has_who_did_it_when_how_long_it_took_and_the_note(small_review: Redacted) -> None:
    (runbook,) = small_review.runbooks
    taken = replace(runbook.steps[0], began_at=runbook.steps[0].at - timedelta(minutes=4))
    review = replace(small_review, runbooks=(replace(runbook, steps=(*runbook.steps, taken)),))
    ((told, lines),) = read(review).steps()
    assert told == read(review).runbooks()[0]
    assert [(one.step, one.outcome, one.who, one.at, one.took, one.note) for one in lines] == [
        ("1. Name the change", "done", "Chen", "12:12", took, "it is release 4.2") for took in ("–", "4 min")
    ]


def test_of_one_that_was_stopped_it_says_who_and_why_and_what_was_not_done(small_review: Redacted) -> None:
    (runbook,) = small_review.runbooks
    stop = Stopped("<@UCHEN> moved the traffic", BO, after(31))
    stopped = replace(runbook, stops=(stop,), not_done=(OpenStep(2, "Roll it *back*"),), mitigated_after=None)
    ((told, lines),) = read(replace(small_review, runbooks=(stopped,))).steps()
    assert told == "“Roll back”: 1 of 5 steps reported; stopped by Bo at 12:31: Chen moved the traffic"
    assert [(one.step, one.outcome) for one in lines[1:]] == [("2. Roll it *back*", "not done")]


def test_what_was_proposed_for_runbooks_is_told_in_every_format(small_review: Redacted) -> None:
    url = "https://github.example/ops/pull/7"
    change = RunbookChange("bad-change", "Roll back", "the tool is <b>new</b>", "--- a", BO, after(80), url)
    anew = replace(change, slug="pool", title="Pool is full", text="", url=None)
    told = "A change to “Roll back”, proposed by Bo: the tool is <b>new</b>."
    review = redact(replace(small_review, runbook_changes=(change, anew)))
    assert read(review).runbook_changes() == ((told, url), ("A new runbook, “Pool is full”, proposed by Bo.", None))
    (line,) = [one for one in render_markdown(review).splitlines() if one.startswith("- A change to")]
    assert (url in line.replace("\\", ""), "\\<b" in line) == (True, True)
    link = f'<a href="{url}" rel="noopener noreferrer">Pull request</a>'
    assert f"the tool is &lt;b&gt;new&lt;/b&gt;.</bdi> {link}" in render_html(review)
    first, second = json.loads(render_json(review))["runbook_changes"]
    assert (first["diff"], first["url"], second["text"]) == ("--- a", url, "")


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("eyes", "👀"),
        ("+1::skin-tone-3", "👍"),
        ("heart", "❤\ufe0f"),
        ("large_green_circle", "🟢"),
        ("party_parrot", ":party_parrot:"),
        ("latin_small_letter_a", ":latin_small_letter_a:"),
        ("<script>\n", ":<script>:"),
        ("\ud800", ":?:"),
    ],
)
def test_reactions_are_shown_as_what_they_are(name: str, shown: str) -> None:
    assert emoji(name) == shown


def test_steps_are_counted_once_each(small_review: Redacted) -> None:
    (runbook,) = small_review.runbooks
    again = replace(runbook, steps=runbook.steps * 2)
    assert steps_reported(again) == "1 of 5 steps reported"
    assert steps_reported(replace(runbook, step_count=None)) == "1 step reported"


@pytest.mark.parametrize(
    ("shown", "words"),
    [
        (count(0, "update"), "no updates"),
        (count(1, "update"), "1 update"),
        (count(12_000, "entry", "entries"), "12,000 entries"),
        (since(timedelta(hours=25)), "25 h"),
        (since(timedelta(minutes=-4)), "4 min before"),
        (size(1), "1 byte"),
        (size(48_213), "48.2 kB"),
        (size(999_999), "1.0 MB"),
        (size(3_400_000), "3.4 MB"),
        (size(12_345_678_900), "12.3 GB"),
    ],
)
def test_numbers_read_as_people_say_them(shown: str, words: str) -> None:
    assert shown == words
