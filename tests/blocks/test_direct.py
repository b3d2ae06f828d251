"""What one person is told by direct message."""

from dataclasses import replace

from hypothesis import given

from bot.blocks.direct import direct, no_longer_asked, settled
from bot.domain import timeline as t
from bot.domain.ids import IncidentNumber
from bot.domain.vocabulary import ChannelLoss, Section, Status
from tests.blocks import story
from tests.blocks.hostile import story_with, text
from tests.blocks.reading import as_read, called, fits
from tests.blocks.story import BO, CHEN, XENIA, after, moments, recorded


def test_what_was_asked_ends_as_one_plain_line_that_stays_true() -> None:
    at = story.DECLARED.at
    told: dict[t.AnyEvent, str] = {
        t.CommandAccepted(at=at, by=BO): "You took command at 12:00 UTC.",
        t.CommandTakenOver(at=at, by=CHEN): "<@UCHEN> took command at 12:00 UTC.",
        t.CommandDeclined(at=at, by=BO): "You declined at 12:00 UTC.",
        t.CommandDeclined(at=at, by=BO, asked=CHEN): "You declined at 12:00 UTC; <@UCHEN> was asked then.",
        t.HandoverOffered(at=at, by=XENIA, asked=CHEN): "<@UCHEN> was asked instead at 12:00 UTC.",
        t.IncidentResolved(at=at, by=CHEN, what="rolled back"): "INC-42 was resolved at 12:00 UTC.",
        t.IncidentCancelled(at=at, by=CHEN, reason="a test"): "INC-42 was cancelled at 12:00 UTC.",
        t.IncidentMerged(at=at, by=CHEN, into=IncidentNumber(7), title="x"): "INC-42 went on as INC-7 at 12:00 UTC.",
        t.ChoiceUndone(at=at, person=BO, why="left"): "You are no longer asked.",
    }
    for event, line in told.items():
        shown = as_read(settled(after(t.ChannelOpened), t.Recorded(9, at, event), BO))
        assert shown.splitlines()[1:] == ["<#C042>", "*INC-42* · checkout returns 500s", line]
    assert "checkout" not in as_read(no_longer_asked(after(t.ChannelOpened)))


def test_who_may_approve_a_review_reads_who_asks_what_is_missing_and_what_to_do() -> None:
    in_review = after(t.ReviewStarted)
    asked = t.Recorded(90, story.DECLARED.at, t.ApprovalAsked(at=story.DECLARED.at, by=CHEN, asked=BO))
    shown = as_read(direct(in_review, asked, BO, empty=(Section.WHYS, Section.LESSONS)))
    assert shown.splitlines()[1:] == [
        "*INC-42* · checkout returns 500s",
        "<@UCHEN> asks you to approve the review of INC-42.",
        "Nothing is written under Five whys and Lessons yet.",
        "[Approve = INC-42 review approve] [Open the review = INC-42 review]",
    ]
    ready = next(one for one in recorded() if isinstance(one.event, t.ReviewStarted))
    assert "is ready for you to read and approve. <@UDANA> started it." in as_read(direct(in_review, ready, BO))
    settled_by_then = as_read(direct(after(t.ReviewApproved), asked, BO))
    assert "Its review is approved." in settled_by_then
    assert "Approve =" not in settled_by_then


@given(text)
def test_any_words_stay_within_slacks_limits_and_call_no_group(words: str) -> None:
    events = story_with(words)
    for incident, one in moments(events):
        for person in (BO, CHEN, XENIA):
            fits(direct(incident, one, person))
            fits(settled(incident, one, person))


def test_a_title_calls_nobody_in_a_direct_message_either() -> None:
    incident, one = moments((replace(story.DECLARED, title="<@UEVE> did it", reported_by=None, evidence=None),))[0]
    assert "UEVE" not in called(direct(incident, one, XENIA))
    assert called(direct(incident, one, XENIA)) == {BO}


def test_whoever_is_asked_reads_where_until_when_and_what_users_notice_and_can_say_no() -> None:
    asked = recorded()[0]
    shown = direct(after(t.ChannelOpened), asked, BO, then=XENIA)
    assert as_read(shown).splitlines()[1:] == [
        "<#C042>",
        "*🔴 INC-42 · P1 declared* · checkout returns 500s",
        "You are asked to take command (on call for Checkout). Please accept by 12:05 UTC. "
        "After that <@UXENIA> is asked.",
        "Users notice: nobody can pay",
        "Bridge: <https://meet.example/major|https://meet.example/major>",
        "[Accept command = INC-42 accept] [I can't = INC-42 decline]",
    ]
    assert shown.text.startswith("🔴 INC-42 · P1 declared · checkout returns 500s: You are asked")
    private = direct(replace(after(t.ChannelOpened), is_private=True), asked, BO, then=XENIA)
    assert "After that <@UXENIA> is invited and asked." in as_read(private)


def test_a_director_reads_four_lines() -> None:
    shown = direct(after(t.ChannelOpened), recorded()[0], XENIA)
    assert as_read(shown).splitlines()[1:] == [
        "<#C042>",
        "*🔴 INC-42 · P1 declared* · checkout returns 500s",
        "Users notice: nobody can pay",
        "<@UBO> was asked to lead; next update by 12:15 UTC.",
        "[Follow = INC-42 follow]",
    ]
    drill = as_read(direct(replace(after(t.ChannelOpened), is_drill=True), recorded()[0], XENIA))
    assert drill.startswith("(DRILL · 🔴 INC-42")
    assert "*DRILL · 🔴 INC-42" in drill


def test_command_that_was_settled_meanwhile_is_not_offered_again_and_says_who_has_it() -> None:
    asked = recorded()[0]
    assert "Accept" in as_read(direct(after(t.IncidentDeclared), asked, BO))
    taken = after(t.CommandAccepted)
    assert "<@UCHEN> took command at 12:07 UTC." in as_read(direct(taken, asked, BO))
    own = replace(recorded()[0], event=replace(story.DECLARED, asked=CHEN))
    assert "You took command at 12:07 UTC." in as_read(direct(taken, own, CHEN))
    declined = after(t.CommandDeclined)
    own = replace(asked, event=replace(story.DECLARED, asked=CHEN))
    assert "You said that you cannot take command. <@UBO> is asked now." in as_read(direct(declined, own, CHEN))
    for incident in (taken, declined):
        assert "[" not in as_read(direct(incident, own, CHEN))


def test_a_reminder_that_arrives_after_the_end_has_no_buttons() -> None:
    reminder = next(one for one in recorded() if isinstance(one.event, t.DeadlineReminded))
    over = replace(after(t.CommandAccepted), status=Status.CANCELLED)
    assert "[" not in as_read(direct(over, reminder, BO))


def test_about_a_lost_channel_there_is_a_button_for_what_can_still_be_done() -> None:
    lost = next(one for one in recorded() if isinstance(one.event, t.ChannelLost))
    going_on = replace(after(t.CommandAccepted), channel_lost=ChannelLoss.ARCHIVED)
    labels = {
        Status.INVESTIGATING: "[Continue in a new channel = INC-42 reopen its channel was lost]",
        Status.CLOSED: "[Reopen in a new channel = INC-42 reopen its channel was lost]",
    }
    for status, button in labels.items():
        assert button in as_read(direct(replace(going_on, status=status), lost, BO))
    for nothing_to_do in (
        replace(going_on, status=Status.CANCELLED),
        replace(going_on, is_moving=True),
        replace(going_on, channel_lost=None),
    ):
        assert "a new channel =" not in as_read(direct(nothing_to_do, lost, BO))


def test_whoever_sees_to_it_is_told_where_it_goes_on() -> None:
    opened = next(one for one in recorded() if isinstance(one.event, t.ChannelOpened))
    told = as_read(direct(after(t.CommandAccepted), opened, BO))
    assert "It goes on in <#C042>: the channel it had cannot be written in any more." in told
