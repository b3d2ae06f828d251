"""What followers read: where it stands in one sentence, by the policy's template or in our words; then the news."""

from dataclasses import replace

import pytest
from hypothesis import given, settings

from bot.blocks.digest import digest, stands
from bot.config.policy_words import PLACES
from bot.domain import timeline as t
from bot.domain.policy import Policy
from bot.domain.vocabulary import Priority
from tests.blocks.hostile import LONG, story_with, text
from tests.blocks.reading import DATE, as_read, fits
from tests.blocks.story import after, moments, recorded
from tests.domain.given import POLICY

NEWS = [one for one in recorded() if isinstance(one.event, t.UpdatePosted | t.IncidentMitigated | t.Reclassified)]


def worded(template: str) -> Policy:
    return replace(POLICY, templates={priority: {"stakeholders": template} for priority in Priority})


def test_it_says_how_it_stands_and_when_the_next_update_is_due() -> None:
    told = DATE.sub(r"\1", stands(after(t.UpdatePosted), POLICY))
    assert told == "🟠 INC-42 · P1 investigating · checkout returns 500s. Next update by 12:31 UTC."


def test_where_none_is_owed_none_is_promised() -> None:
    told = stands(after(t.IncidentResolved), POLICY)
    assert told == "🟢 INC-42 · P2 resolved · checkout returns 500s."


@pytest.mark.parametrize(
    ("template", "kind", "told"),
    [
        ("{ref}: {title} is {status}, {priority}", t.IncidentDeclared, "INC-42: checkout returns 500s is declared, P1"),
        ("{service}/{category}/{commander}", t.IncidentDeclared, "Checkout/outage/nobody yet"),
        ("{conditions}; {actions}; {needs}", t.IncidentDeclared, "not known yet; not told; nothing"),
        ("{conditions}; {actions}; {needs}", t.UpdatePosted, "a third of payments fail; rolling back 4.3; somebody"),
        ("{commander}", t.UpdatePosted, "<@UCHEN>"),
        ("{next_due}", t.IncidentResolved, "none is due"),
        ("{channel}", t.IncidentDeclared, "not open yet"),
        ("{channel}", t.UpdatePosted, "<#C042>"),
        ("{bridge}", t.UpdatePosted, "<https://meet.example/major|"),
        ("{{ref}} means {ref}", t.UpdatePosted, "{ref} means INC-42"),
    ],
)
def test_a_template_is_filled_with_what_is_known_by_then(template: str, kind: type[t.AnyEvent], told: str) -> None:
    assert stands(after(kind), worded(template)).startswith(told)


@pytest.mark.parametrize("place", PLACES)
def test_every_place_that_a_policy_may_name_can_be_filled_at_every_moment(place: str) -> None:
    for incident, _ in moments():
        assert stands(incident, worded(f"{{{place}}}")).strip()


def test_a_title_with_braces_in_it_is_no_template() -> None:
    incident = replace(after(t.UpdatePosted), title="{ref.__class__} {0} {")
    assert stands(incident, worded("{title}")) == "{ref.__class__} {0} {"


def test_each_piece_of_news_is_told_once_in_its_order_with_its_time() -> None:
    shown = digest(after(t.IncidentMitigated), NEWS, POLICY)
    fits(shown)
    lines = as_read(shown).splitlines()
    posted = [place for place, line in enumerate(lines) if "a third of payments fail" in line]
    mitigated = [place for place, line in enumerate(lines) if "traffic moved to the standby" in line]
    assert posted < mitigated
    assert lines[posted[-1]].startswith("12:16 UTC ")


def test_a_follower_can_stop_following_as_long_as_there_is_something_to_follow() -> None:
    assert "[Unfollow = INC-42 unfollow]" in as_read(digest(after(t.UpdatePosted), NEWS, POLICY))
    assert "Unfollow" not in as_read(digest(after(t.IncidentClosed), NEWS, POLICY))


def fits_with(words: str) -> None:
    """Asserts that the digest fits where people wrote that everywhere."""
    events = story_with(words)
    incident = [moment for moment, _ in moments(events)][20]
    for policy in (POLICY, worded(" ".join(f"{{{place}}}" for place in PLACES))):
        fits(digest(incident, recorded(events), policy))


@given(text)
@settings(max_examples=20)
def test_any_words_fit_however_they_are_worded(words: str) -> None:
    fits_with(words)


@pytest.mark.parametrize("words", LONG, ids=["words", "entities", "mentions", "code", "emoji"])
def test_texts_as_long_as_slacks_messages_fit(words: str) -> None:
    fits_with(words)


def test_hundreds_of_events_fit_and_the_first_line_still_says_how_it_stands() -> None:
    shown = digest(after(t.UpdatePosted), NEWS * 200, POLICY)
    fits(shown)
    assert "INC-42 · P1 investigating" in str(shown.blocks[0])
    assert "Unfollow" in str(shown.blocks[-1])


def test_nothing_new_is_still_where_it_stands() -> None:
    shown = digest(after(t.UpdatePosted), (), POLICY)
    fits(shown)
    assert "INC-42 · P1 investigating" in as_read(shown)
