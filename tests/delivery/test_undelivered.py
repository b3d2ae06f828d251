"""What did not arrive is told with what is missing, why, and what to do: every kind of effect, every reason."""

from typing import get_args

import pytest

from bot.delivery.undelivered import WHY, Task, undelivered, waiting
from bot.domain import effects as e
from bot.domain.ids import SlackUserId
from tests.domain.given import declared
from tests.domain.test_effects import ADDRESSES, NOTE

OF_EACH_KIND: dict[str, Task] = {
    **{f"{type(one).__name__} {getattr(one, 'place', '')}".strip(): one for one, _ in ADDRESSES},
    "UnknownEffect": e.UnknownEffect("Later"),
}
STATUS = "`/incident INC-42 status` shows how things stand."
FOLLOWED = f"Tell those who follow there yourself. {STATUS}"
REVIEW = "`/incident INC-42 review` leads to it."
ANYWHERE = "Go on in another one; `/incident INC-42 update …` works anywhere."
ERASED = "Delete Muster's message by hand; an administrator of the workspace can."
UNREAD = "The review lacks that; what matters can be noted: `/incident note <text> at:14:05`."
TOLD = {
    "OpenChannel": ("open the channel of INC-42", ANYWHERE),
    "InvitePeople": ("invite <@UCHEN> to the channel of INC-42", "Invite them by hand: `/invite @name` there."),
    "PostCard channel": ("post the card of INC-42 in its channel", STATUS),
    "PostCard broadcast": ("show INC-42 in #incidents", FOLLOWED),
    "RefreshCard channel": ("bring the card of INC-42 up to date", STATUS),
    "RefreshCard broadcast": ("bring the card of INC-42 in #incidents up to date", FOLLOWED),
    "RefreshTopic": ("bring the topic of the channel of INC-42 up to date", STATUS),
    "PostRunbook": (
        "post the runbook bad-change in the channel of INC-42",
        "`/incident INC-42 runbook bad-change` shows it.",
    ),
    "RefreshRunbook": (
        "bring the message of the runbook bad-change in INC-42 up to date",
        "`/incident INC-42 runbook bad-change` shows how far it is.",
    ),
    "PinCard": ("pin the card of INC-42", "You can pin it by hand."),
    "AddBookmark": ("add the bookmark of the bridge to the channel of INC-42", "You can add it by hand."),
    "Announce": ("post news of INC-42 in its channel", "`/incident INC-42 timeline` has it."),
    "EditAnnouncements": ("take words that were erased out of what it posted about INC-42", ERASED),
    "OpenBridge": ("open a call for INC-42", "Start one and give its link: `/incident bridge https://…`."),
    "TellChannel": ("tell #leads of the update of INC-42", "Is Muster in it? `/invite @Muster` in #leads."),
    "TellPerson": ("tell <@UBO> about INC-42 by direct message", "Tell them yourself."),
    "PagePerson": ("page <@UBO> for INC-42", "Reach them another way; the next step of the ladder is taken now."),
    "StopPage": ("stop the page for <@UBO>", "Acknowledge it where it rings."),
    "SettleAsks": ("take the buttons off what it asked <@UBO> about INC-42", "They do no harm: it is settled."),
    "CheckPerson": ("ask Slack whether <@UBO> can take part in INC-42", "Ask them yourself."),
    "PostReview": ("post the review of INC-42", REVIEW),
    "PostInvitation": ("post the calendar file of the meeting about INC-42", "Enter the meeting by hand."),
    "ShareReview": ("bring the review of INC-42 to its place", REVIEW),
    "PublishStatus": (
        "publish in the files of the status page what customers are told of INC-42",
        "`muster status build DIR` writes the files.",
    ),
    "PostRunbookChange": (
        "post what INC-42 proposes for a runbook",
        "`/incident INC-42 review lesson` proposes it again.",
    ),
    "OpenPullRequest": (
        "open the pull request with what INC-42 proposes for a runbook",
        "`/incident INC-42 timeline` says what it is.",
    ),
    "SendWebhook": (
        "tell the webhook cmdb what happened in INC-42",
        "What is kept of INC-42 there is not up to date.",
    ),
    "FileIssue": ("open an issue in work for INC-42", "Until then it is tracked here alone."),
    "UpdateIssue": (
        "bring an issue of INC-42 in work up to date",
        "Change it there by hand; Muster then has it, too.",
    ),
    "StartRun": ("start the dry run of restart (percent=10) for INC-42", "Run it by hand if it is still needed."),
    "WatchRun": ("see how the dry run of restart (percent=10) of INC-42 ends", "Look at the engine."),
    "TellBroadcast": ("tell #incidents of the review of INC-42", REVIEW),
    "ArchiveChannel": ("archive the channel of INC-42", "Archive it by hand once nobody needs it."),
    "RenameChannel": ("rename the channel of INC-42", "You can rename it by hand."),
    "ReadBack": ("read what was said in the channel of INC-42 while Muster was away", UNREAD),
    "UnknownEffect": ("do something for INC-42", STATUS),
}
"""What could not be done, and what to do instead."""
OTHERS = (
    "upload_failed_413",
    "not connected: ClientConnectorError",
    "status 503",
    "defect: KeyError",
    "some_new_error",
)


def test_every_kind_of_effect_has_its_sentence() -> None:
    kinds = {one.__name__ for one in (*get_args(e.Announcement), *get_args(e.Refresh), e.UnknownEffect)}
    assert {name.partition(" ")[0] for name in OF_EACH_KIND} == kinds
    for name, effect in OF_EACH_KIND.items():
        doing, instead = TOLD[name]
        told = undelivered(declared(), effect, "user_disabled", "Slack")
        assert told == f":warning: Muster could not {doing}: the account is deactivated. {instead}"
        waits = waiting(declared(), effect, "user_disabled", "Slack", "11 minutes")
        assert waits.startswith(f":hourglass: For 11 minutes Muster has been trying to {doing}: the account")


@pytest.mark.parametrize("error", [*WHY, *OTHERS])
def test_every_reason_is_told_with_every_kind_in_words_and_without_a_code(error: str) -> None:
    for effect in OF_EACH_KIND.values():
        told = undelivered(declared(), effect, error, "Slack", "25 hours")
        assert "_" not in told
        assert type(effect).__name__ not in told
        assert "muster outbox" not in told
        assert told.endswith(".")
        assert ".." not in told


@pytest.mark.parametrize(
    ("error", "why"),
    [
        ("restricted_action", "the workspace does not allow it. An administrator of the workspace can change that."),
        ("restricted_action_thread_locked", "the workspace does not allow it. An administrator"),
        ("restricted_action_read_only_channel", "only some people may write there. An administrator"),
        ("missing_scope", "the app lacks a permission. Whoever runs Muster installs it again from its manifest."),
        (
            "token_expired",
            "Slack does not let the app in. Please tell whoever runs Muster: the app has to be installed",
        ),
        ("too_many_pins", "the channel has as many pins as Slack allows. Take one away."),
        ("not_in_channel", "Muster is not in the channel. Type `/invite @Muster` there."),
        ("defect: KeyError", "Muster failed at it. Please tell whoever runs Muster: it is a defect of Muster's."),
        ("invalid_name_specials", "Slack could not read it. Please tell whoever runs Muster"),
        ("some_new_error", "Slack answered “some new error”. Whoever runs Muster can look into it and have it tried"),
        ("fatal: <!channel> `x`", "Slack answered “fatal: !channel x”. Whoever runs Muster"),
    ],
)
def test_a_reason_says_why_and_who_can_do_what(error: str, why: str) -> None:
    assert f": {why}" in undelivered(declared(), OF_EACH_KIND["Announce"], error, "Slack")


def test_of_many_people_the_number_is_told_and_nobody_is_called() -> None:
    people = tuple(SlackUserId(f"U{number}") for number in range(21))
    told = undelivered(declared(), e.InvitePeople(NOTE, people), "restricted_action", "Slack")
    assert "invite 21 people to the channel" in told
    assert "<@" not in told
