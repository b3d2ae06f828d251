"""What Muster could not bring about in Slack or elsewhere, in words that somebody in the incident can act on: what is
missing, why, and what to do by hand."""

import re
from typing import assert_never

from bot.domain import effects as e
from bot.domain.incident import Incident
from bot.domain.telling import mentions, person, what_runs
from bot.domain.timeline import FollowUpAgreed
from bot.domain.vocabulary import Place

NAMED = 20
"""So many people are named at the most."""
LONGEST = 160
"""Characters of an error that is not known here."""
RUNS = "whoever runs Muster"
ADMIN = "An administrator of the workspace can change that."
DEFECT = f"Please tell {RUNS}: it is a defect of Muster's."
TOKEN = f"Please tell {RUNS}: the app has to be installed again, or its token replaced."

FORBIDDEN = ("the workspace does not allow it", ADMIN)
NOT_LET_IN = ("Slack does not let the app in", TOKEN)
BUSY = ("Slack asks for patience", "")
FULL = "Take one away."
FIXED = f"Please tell {RUNS}, who can mend the receiver"
SHARED = ("the other organisation in that channel does not allow it", "")

WHY: dict[str, tuple[str, str]] = {
    # Rights of the workspace
    "restricted_action": FORBIDDEN,
    "restricted_action_read_only_channel": ("only some people may write there", ADMIN),
    "restricted_action_thread_only_channel": ("only replies may be written there", ADMIN),
    "no_permission": FORBIDDEN,
    "not_authorized": FORBIDDEN,
    "access_denied": FORBIDDEN,
    "permission_denied": FORBIDDEN,
    "posting_to_channel_denied": FORBIDDEN,
    "cannot_create_channel": FORBIDDEN,
    "file_uploads_": ("the workspace does not allow such files", ADMIN),
    "file_type_not_allowed": ("the workspace does not allow such files", ADMIN),
    "file_upload_size_restricted": ("the workspace does not allow files of that size", ADMIN),
    "storage_limit_reached": ("the workspace has no space left for files", ADMIN),
    "edit_window_closed": ("the workspace lets messages be changed for a while only", ADMIN),
    "messages_tab_disabled": ("direct messages with the app are switched off", ADMIN),
    "ekm_access_denied": ("the organisation has suspended access to its messages", ADMIN),
    "team_access_not_granted": ("the app is not approved for this workspace", ADMIN),
    "slack_connect_": SHARED,
    "cannot_bookmark_": SHARED,
    "no_external_invite_permission": SHARED,
    "canvas_disabled_": ("the workspace has no canvases", ADMIN),
    "team_tier_cannot_": ("the workspace's plan has no such canvases", ""),
    "free_team": ("the workspace's plan has no such canvases", ""),
    "cant_archive_": ("Slack never lets that channel be archived", ""),
    # The app
    "missing_scope": ("the app lacks a permission", "Whoever runs Muster installs it again from its manifest."),
    "invalid_auth": NOT_LET_IN,
    "not_authed": NOT_LET_IN,
    "token_": NOT_LET_IN,
    "account_inactive": ("the app was removed from the workspace", TOKEN),
    # People
    "user_disabled": ("the account is deactivated", ""),
    "user_not_found": ("Slack does not know the account", ""),
    "user_not_visible": ("Slack does not show the account to the app", ""),
    "user_is_restricted": ("guests cannot be invited there by an app", ADMIN),
    "org_user_not_in_team": ("the account does not belong to this workspace", ""),
    "ura_max_channels": ("that guest is in as many channels as they may be", ""),
    "cannot_dm_bot": ("that account is a bot", ""),
    "cant_invite": ("Slack does not let Muster invite them", ""),
    # Places
    "name_taken": ("every name that was tried is taken", ""),
    "not_in_channel": ("Muster is not in the channel", "Type `/invite @Muster` there."),
    "channel_not_found": ("the channel is not there, or Muster is not in it", "Type `/invite @Muster` there."),
    "is_archived": ("the channel is archived", ""),
    "message_not_found": ("the message is not there any more", ""),
    "cant_update_message": ("Slack does not let Muster change that message", ""),
    "too_many_pins": ("the channel has as many pins as Slack allows", FULL),
    "too_many_bookmarks": ("the channel has as many bookmarks as Slack allows", FULL),
    "method_not_supported_for_channel_type": ("Slack does not offer it in such a channel", ""),
    "the policy names this place": ("the policy names that place no more", ""),
    # For now
    "ratelimited": BUSY,
    "rate_limited": BUSY,
    "message_limit_exceeded": BUSY,
    "not connected": ("it could not be reached", ""),
    "answer lost": ("answers were lost on the way", ""),
    "unreadable answer": ("the answers made no sense", ""),
    "status 5": ("it had a failure of its own", ""),
    "internal_error": ("it had a failure of its own", ""),
    "fatal_error": ("it had a failure of its own", ""),
    "service_unavailable": ("it had a failure of its own", ""),
    "upload_failed": ("the file did not arrive", ""),
    # A webhook's receiver
    "status 3": ("it was sent on to another address, where Muster does not follow", f"{FIXED} or its address."),
    "status 4": ("its receiver refused it", f"{FIXED} or its secret."),
    "status 408": ("it did not answer in time", ""),
    "status 410": ("its receiver is gone for good", f"Please tell {RUNS}: the webhook can be deleted."),
    "status 425": ("it asks for patience", ""),
    "status 429": ("it asks for patience", ""),
    "no answer in time": ("it did not answer in time", ""),
    "certificate": ("its certificate is not good", f"{FIXED}."),
    "private address": (
        "its address leads into a private network, which the policy does not allow",
        f"Please tell {RUNS}: the policy can allow it.",
    ),
    "no pager": ("the policy names no pager for them", f"Please tell {RUNS}: one can be added under `paging`."),
    "not confirmed": ("nothing confirms that it arrived", ""),
    "apprise is not installed": ("Apprise is not installed", f"Please tell {RUNS}: it is the extra `apprise`."),
    "apprise knows": ("Apprise does not know their address", f"Please tell {RUNS}: `muster doctor` says which."),
    "pager refused": ("the pager refused it", f"Please tell {RUNS}: its key may be wrong."),
    # Muster's own
    "defect": ("Muster failed at it", DEFECT),
    "its row in the database is damaged": (
        "what was kept of it is damaged",
        f"Please tell {RUNS}: `muster doctor` looks at the database.",
    ),
    "msg_too_long": ("Slack found it too long", DEFECT),
    "msg_blocks_too_long": ("Slack found it too long", DEFECT),
    "invalid_": ("Slack could not read it", DEFECT),
    "this version does not know": (
        "a newer version of Muster planned it",
        f"Please tell {RUNS}: the newer version is needed.",
    ),
}
"""What an error means for somebody who wants to do something about it, by how it begins; the longest that fits counts.
First why, as the rest of a sentence; then the cure, where there is one that people can bring about. The codes are
Slack's (docs.slack.dev, "Errors" of each method's page), the sentences are those of our own outcomes."""


Task = e.Effect | e.UnknownEffect


def undelivered(incident: Incident, effect: Task, error: str, place: str, tried_for: str = "") -> str:
    """Said once, when something is given up. `place`: what it was to be brought to; `tried_for`: how long, in words."""
    doing, instead = _task(incident, effect)
    why, cure = _why(error, place)
    tried = f", after trying for {tried_for}" if tried_for else ""
    told = (f":warning: Muster could not {doing}{tried}: {why}.", cure, instead)
    return " ".join(part for part in told if part)


def waiting(incident: Incident, effect: Task, error: str, place: str, tried_for: str) -> str:
    """Said once, while something is still tried."""
    doing, instead = _task(incident, effect)
    why, cure = _why(error, place)
    told = (f":hourglass: For {tried_for} Muster has been trying to {doing}: {why}. It goes on trying.", cure, instead)
    return " ".join(part for part in told if part)


def _why(error: str, place: str) -> tuple[str, str]:
    fitting = [beginning for beginning in WHY if error.startswith(beginning)]
    if fitting:
        return WHY[max(fitting, key=len)]
    said = error.replace("_", " ") if re.fullmatch("[a-z_]+", error) else re.sub("[<>&`]", "", error)[:LONGEST]
    return f"{place} answered “{said}”", "Whoever runs Muster can look into it and have it tried again."


def _task(incident: Incident, effect: Task) -> tuple[str, str]:
    """What was to be done, as the rest of a sentence, and what to do instead."""
    ref, status = incident.ref, f"`/incident {incident.ref} status` shows how things stand."
    where = f"#{incident.broadcast.lstrip('#')}" if incident.broadcast else "the broadcast channel"
    match effect:
        case e.OpenChannel():
            return f"open the channel of {ref}", f"Go on in another one; `/incident {ref} update …` works anywhere."
        case e.InvitePeople(people=people):
            whom = mentions(people) if len(people) <= NAMED else f"{len(people)} people"
            return f"invite {whom} to the channel of {ref}", "Invite them by hand: `/invite @name` there."
        case e.PostCard(place=Place.CHANNEL):
            return f"post the card of {ref} in its channel", status
        case e.PostCard():
            return f"show {ref} in {where}", f"Tell those who follow there yourself. {status}"
        case e.RefreshCard(place=Place.CHANNEL):
            return f"bring the card of {ref} up to date", status
        case e.RefreshCard():
            return f"bring the card of {ref} in {where} up to date", f"Tell those who follow there yourself. {status}"
        case e.PostRunbook(slug=slug):
            return f"post the runbook {slug} in the channel of {ref}", f"`/incident {ref} runbook {slug}` shows it."
        case e.RefreshRunbook(slug=slug):
            shows = f"`/incident {ref} runbook {slug}` shows how far it is."
            return f"bring the message of the runbook {slug} in {ref} up to date", shows
        case e.RefreshTopic():
            return f"bring the topic of the channel of {ref} up to date", status
        case e.PinCard():
            return f"pin the card of {ref}", "You can pin it by hand."
        case e.AddBookmark(what=what):
            return f"add the bookmark of the {what} to the channel of {ref}", "You can add it by hand."
        case e.Announce():
            return f"post news of {ref} in its channel", f"`/incident {ref} timeline` has it."
        case e.EditAnnouncements():
            erased = "Delete Muster's message by hand; an administrator of the workspace can."
            return f"take words that were erased out of what it posted about {ref}", erased
        case e.TellPerson(to=to):
            return f"tell {person(to)} about {ref} by direct message", "Tell them yourself."
        case e.PagePerson(to=to):
            return f"page {person(to)} for {ref}", "Reach them another way; the next step of the ladder is taken now."
        case e.StopPage(to=to):
            return f"stop the page for {person(to)}", "Acknowledge it where it rings."
        case e.SettleAsks(to=to):
            return f"take the buttons off what it asked {person(to)} about {ref}", "They do no harm: it is settled."
        case e.CheckPerson(person=chosen):
            return f"ask Slack whether {person(chosen)} can take part in {ref}", "Ask them yourself."
        case e.PostReview():
            return f"post the review of {ref}", f"`/incident {ref} review` leads to it."
        case e.PostInvitation():
            return f"post the calendar file of the meeting about {ref}", "Enter the meeting by hand."
        case e.ShareReview(to=to):
            where = to.partition(":")[2] or "its place"
            return f"bring the review of {ref} to {where}", f"`/incident {ref} review` leads to it."
        case e.PostRunbookChange():
            return f"post what {ref} proposes for a runbook", f"`/incident {ref} review lesson` proposes it again."
        case e.OpenPullRequest():
            again = f"`/incident {ref} timeline` says what it is."
            return f"open the pull request with what {ref} proposes for a runbook", again
        case e.PublishStatus(to=to):
            again = "`muster status build DIR` writes the files." if to == e.FILES else "Enter it there by hand."
            page = "in the files of the status page" if to == e.FILES else f"on the status page {to}"
            return f"publish {page} what customers are told of {ref}", again
        case e.FileIssue(of=event, to=to):
            what = f"a follow-up of {ref}" if isinstance(event, FollowUpAgreed) else ref
            return f"open an issue in {to} for {what}", "Until then it is tracked here alone."
        case e.UpdateIssue(to=to):
            return f"bring an issue of {ref} in {to} up to date", "Change it there by hand; Muster then has it, too."
        case e.OpenBridge():
            return f"open a call for {ref}", "Start one and give its link: `/incident bridge https://…`."
        case e.SendWebhook(to=to):
            return f"tell the webhook {to} what happened in {ref}", f"What is kept of {ref} there is not up to date."
        case e.StartRun(of=event):
            return f"start {what_runs(event.run)} for {ref}", "Run it by hand if it is still needed."
        case e.WatchRun(of=event):
            return f"see how {what_runs(event.run)} of {ref} ends", "Look at the engine."
        case e.TellBroadcast():
            return f"tell {where} of the review of {ref}", f"`/incident {ref} review` leads to it."
        case e.TellChannel(to=to):
            room = f"#{to.lstrip('#')}"
            return f"tell {room} of the update of {ref}", f"Is Muster in it? `/invite @Muster` in {room}."
        case e.ArchiveChannel():
            return f"archive the channel of {ref}", "Archive it by hand once nobody needs it."
        case e.RenameChannel():
            return f"rename the channel of {ref}", "You can rename it by hand."
        case e.ReadBack():
            missing = "The review lacks that; what matters can be noted: `/incident note <text> at:14:05`."
            return f"read what was said in the channel of {ref} while Muster was away", missing
        case e.UnknownEffect():
            return f"do something for {ref}", status
        case _:
            assert_never(effect)
