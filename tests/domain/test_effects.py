"""Where each effect goes: which queue it stands in, and what it waits for."""

from typing import get_args

import pytest

from bot.domain import effects as e
from bot.domain.ids import ChannelId, IncidentNumber, MessageTs
from bot.domain.timeline import (
    ArchivingDecided,
    CardPosted,
    ChannelRegained,
    CustomerUpdate,
    CustomerUpdatePublished,
    IncidentDeclared,
    NoteAdded,
    ReviewPublished,
    RunApproved,
    RunbookLost,
    RunbookProposed,
    RunStarted,
    ServicePaged,
    TitleCorrected,
    Update,
    UpdatePosted,
    WordsErased,
)
from bot.domain.vocabulary import Place, Stage
from tests.domain.given import BO, CHEN, DRY, NOON, declaring

NUMBER = IncidentNumber(42)
NOTE = NoteAdded(at=NOON, by=BO, text="")
PAGED = ServicePaged(at=NOON, by=BO, service="checkout", service_name="Checkout", person=BO)
CARD = CardPosted(at=NOON, place=Place.CHANNEL, channel=ChannelId("C42"), ts=MessageTs("1.0"))
APPROVED = RunApproved(at=NOON, by=BO, run=DRY, key="k", end_by=NOON)
PUBLISHED = CustomerUpdatePublished(
    at=NOON, version=2, update=CustomerUpdate(Stage.IDENTIFIED, "Errors at checkout", "We are on it.")
)
STARTED = RunStarted(at=NOON, run=DRY, handle="17")
LOST = RunbookLost(at=NOON, slug="bad-change", channel=ChannelId("C42"), ts=MessageTs("1.1"))
PROPOSED = RunbookProposed(at=NOON, slug="bad-change", title="", path="", lesson="", text="", diff="")
RETITLED = TitleCorrected(at=NOON, title="search fails", renames_channel=True)
REGAINED = ChannelRegained(at=NOON, channel=ChannelId("C42"))
DECLARED = declaring().events[0]
assert isinstance(DECLARED, IncidentDeclared)

IN_CHANNEL = e.Address("inc:42", "channel", needs_channel=True)
POLISH = e.Address("inc:42/polish", "channel", needs_channel=True)
BROADCAST = e.Address("broadcast", "broadcast")

ADDRESSES: list[tuple[e.Effect, e.Address]] = [
    (e.OpenChannel(DECLARED), e.Address("inc:42", "channel")),
    (e.InvitePeople(NOTE, (BO,)), e.Address("inc:42", "people/1", needs_channel=True)),
    (e.InvitePeople(NOTE, (CHEN,), part=2), e.Address("inc:42", "people/2", needs_channel=True)),
    (e.PostCard(DECLARED, Place.CHANNEL), IN_CHANNEL),
    (e.PostCard(DECLARED, Place.BROADCAST), BROADCAST),
    (e.PostRunbook(LOST, "bad-change"), e.Address("inc:42", "runbook/bad-change", needs_channel=True)),
    (e.RefreshRunbook("bad-change"), e.Address("inc:42/polish", "runbook/bad-change", needs_channel=True)),
    (e.PinCard(CARD), POLISH),
    (e.AddBookmark(NOTE, "bridge"), e.Address("inc:42/polish", "bookmark/bridge", needs_channel=True)),
    (e.Announce(NOTE), IN_CHANNEL),
    (e.EditAnnouncements(WordsErased(at=NOON, of=7)), IN_CHANNEL),
    (e.PostReview(NOTE), IN_CHANNEL),
    (e.PostInvitation(NOTE), e.Address("inc:42", "invitation", needs_channel=True)),
    (e.ShareReview(NOTE, "canvas"), e.Address("inc:42/canvas", "canvas", needs_channel=True)),
    (e.ShareReview(NOTE, "repository"), e.Address("review:42/repository", "repository")),
    (e.PostRunbookChange(PROPOSED), e.Address("inc:42", "proposed", needs_channel=True)),
    (e.OpenPullRequest(PROPOSED), e.Address("runbooks", "runbooks")),
    (e.SendWebhook(NOTE, "cmdb"), e.Address("webhook:cmdb", "webhook:cmdb")),
    (e.OpenBridge(DECLARED), e.Address("inc:42/bridge", "bridge")),
    (e.PublishStatus(PUBLISHED, "files"), e.Address("status:files", "status:files")),
    (e.FileIssue(NOTE, "work"), e.Address("tracker:work/42", "tracker:work")),
    (e.UpdateIssue(NOTE, "work"), e.Address("tracker:work/42", "tracker:work")),
    (e.StartRun(APPROVED, "ops"), e.Address("inc:42/run/1", "engine:ops")),
    (e.WatchRun(STARTED, "ops"), e.Address("inc:42/run/1", "engine:ops")),
    (e.TellBroadcast(ReviewPublished(at=NOON, by=BO)), BROADCAST),
    (
        e.TellChannel(UpdatePosted(at=NOON, by=BO, update=Update("")), "leads"),
        e.Address("channel:leads", "channel:leads"),
    ),
    (e.ArchiveChannel(ArchivingDecided(at=NOTE.at)), e.Address("inc:42", "archive", needs_channel=True)),
    (e.RenameChannel(RETITLED), e.Address("inc:42/polish", "name", needs_channel=True)),
    (e.ReadBack(REGAINED), e.Address("inc:42/history", "history", needs_channel=True)),
    (e.TellPerson(NOTE, BO), e.Address("dm:UBO", "dm:UBO")),
    (e.SettleAsks(NOTE, BO, (3, 5)), e.Address("dm:UBO", "dm:UBO")),
    (e.PagePerson(PAGED, BO, "pagerduty"), e.Address("inc:42/page/UBO/pagerduty", "page:UBO/pagerduty")),
    (e.StopPage(NOTE, BO, "pagerduty", (3,)), e.Address("inc:42/page/UBO/pagerduty", "page:UBO/pagerduty")),
    (e.CheckPerson(NOTE, BO), e.Address("check:UBO", "check:UBO")),
    (e.RefreshCard(Place.CHANNEL), POLISH),
    (e.RefreshCard(Place.BROADCAST), BROADCAST),
    (e.RefreshTopic(), POLISH),
]


@pytest.mark.parametrize(("effect", "where"), ADDRESSES, ids=lambda one: type(one).__name__)
def test_an_effect_goes_to_its_lane(effect: e.Effect, where: e.Address) -> None:
    assert e.address(effect, NUMBER) == where


def test_there_are_few_kinds_of_lanes_and_none_of_them_names_an_incident_or_a_person() -> None:
    kinds = {e.lane_kind(where.lane) for _, where in ADDRESSES}
    assert {"inc", "inc/polish", "inc/run", "inc/page", "dm", "broadcast", "webhook", "review"} <= kinds
    assert not [one for one in kinds if any(letter.isdigit() or letter.isupper() for letter in one)]
    assert {e.lane_kind("alert:12"), e.lane_kind("proposal:3")} == {"alert", "proposal"}


def test_every_kind_of_effect_has_its_line_in_the_table() -> None:
    assert {type(effect) for effect, _ in ADDRESSES} == set(get_args(e.Effect))


def test_an_effect_either_announces_or_refreshes() -> None:
    assert set(get_args(e.Announcement)).isdisjoint(get_args(e.Refresh))
    assert all("of" in one.__dataclass_fields__ for one in get_args(e.Announcement))
    assert not any("of" in one.__dataclass_fields__ for one in get_args(e.Refresh))


def test_the_lanes_of_two_incidents_are_apart() -> None:
    shared = {"broadcast", "dm:UBO", "check:UBO", "webhook:cmdb", "runbooks", "status:files", "channel:leads"}
    lanes = [{e.address(effect, IncidentNumber(number)).lane for effect, _ in ADDRESSES} for number in (4, 42)]
    assert lanes[0] & lanes[1] == shared


def test_a_message_to_a_person_does_not_wait_for_the_channel() -> None:
    waits = {type(effect) for effect, where in ADDRESSES if not where.needs_channel}
    beside = {e.TellPerson, e.SettleAsks, e.CheckPerson, e.TellBroadcast, e.TellChannel}
    elsewhere = set(get_args(e.ELSEWHERE)) & set(get_args(e.Effect))  # one's own pager is tried without an incident
    assert waits == {e.OpenChannel, e.PostCard, e.RefreshCard, *beside, *elsewhere}
