"""A follow-up that has an issue leads to it wherever it is shown, and names who has it there."""

from datetime import date

from bot.blocks import card, direct, lists
from bot.domain import timeline as t
from bot.domain.followup import agree
from bot.domain.incident import Incident, Issue
from bot.domain.timeline import Recorded
from bot.domain.tracking import OWN, Told, filed, seen
from bot.domain.vocabulary import DeadlineKind, FollowUpState, Place
from tests.domain.given import BO, DANA, NOON, POLICY, declared, run

ISSUE = Issue("work", "12", "OPS-12", "https://x.example/OPS-12", ("owner",))
LINK = "<https://x.example/OPS-12|OPS-12>"


def tracked() -> Incident:
    it = run(declared(), agree(BO, "rotate keys", DANA, date(2026, 3, 18), NOON, POLICY))
    return run(it, filed(it, it.last_seq, ISSUE, it.last_seq, NOON))


def test_the_list_leads_to_the_issue_and_names_who_has_it() -> None:
    it = tracked()
    assert f"(<@UDANA>, due 18 Mar 2026, {LINK})" in lists.follow_up_list(it).text
    of = it.follow_ups[0].seq
    theirs = run(it, seen(it, of, Told(FollowUpState.OPEN, None, "Eva Novak"), NOON, POLICY))
    assert f"(Eva Novak, due 18 Mar 2026, {LINK})" in lists.follow_up_list(theirs).text


def test_a_reminder_leads_to_the_issue() -> None:
    it = tracked()
    of = it.follow_ups[0].seq
    nudged = t.Nudged(at=NOON, deadline=DeadlineKind.FOLLOW_UP, due_at=NOON, to=DANA, of=of)
    assert f"rotate keys. {LINK}." in str(direct.direct(it, Recorded(9, NOON, nudged), DANA))


def test_the_card_leads_to_the_incidents_own_issue() -> None:
    it = run(declared(), filed(declared(), OWN, ISSUE, 1, NOON))
    assert LINK in str(card.card(it, Place.CHANNEL).blocks)
    assert LINK not in str(card.card(it, Place.BROADCAST).blocks)
