"""Which events of an incident are told to other programs by webhook, under which name, and to which of them."""

import base64
import binascii
import hmac
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from bot.domain import timeline as t
from bot.domain.actor import Integration, Person
from bot.domain.incident import Incident
from bot.domain.policy import Policy, Webhook

BY_API: Final = "MUSTER_WEBHOOK_API"
"""The variable from which the secrets of subscriptions made by the API are derived."""
MOST: Final = 20
"""Subscriptions, however they were made: each may keep a connection waiting."""
PREFIX = "whsec_"
FEWEST_BYTES, MOST_BYTES = 24, 64
"""Of a secret, as the Standard Webhooks specification has it."""
TOLD: frozenset[type[t.TimelineEvent]] = frozenset(
    {
        t.AcknowledgementOverdue,
        t.ActionDone,
        t.ActionOpened,
        t.AlertAttached,
        t.AlertFiresAgain,
        t.AlertsQuiet,
        t.ChangeSeen,
        t.CommandAccepted,
        t.CommandDeclined,
        t.CommandTakenOver,
        t.CommanderAsked,
        t.CommanderLost,
        t.CustomerUpdatePublished,
        t.DecisionMade,
        t.DrillCorrected,
        t.Escalated,
        t.FollowUpAgreed,
        t.FollowUpChanged,
        t.FollowUpEnded,
        t.HandoverOffered,
        t.IncidentCancelled,
        t.IncidentClosed,
        t.IncidentDeclared,
        t.IncidentListed,
        t.IncidentMerged,
        t.IncidentMitigated,
        t.IncidentReopened,
        t.IncidentResolved,
        t.IncidentVerified,
        t.IssueChanged,
        t.IssueFiled,
        t.IssueLost,
        t.LeftUnattended,
        t.MajorSuggested,
        t.NoteAdded,
        t.NoteAmended,
        t.NoteRetracted,
        t.OtherMergedIn,
        t.ProblemExplained,
        t.ProblemLinked,
        t.ProblemSolved,
        t.ProblemUnlinked,
        t.Reclassified,
        t.RecordRedacted,
        t.ReportedAgain,
        t.ReportingRuledOut,
        t.ReportingTriggered,
        t.ReportSubmitted,
        t.PullRequestOpened,
        t.ReviewApproved,
        t.ReviewMeetingMoved,
        t.ReviewPublished,
        t.DocumentWritten,
        t.ReviewReopened,
        t.ReviewStarted,
        t.ReviewWaived,
        t.RoleAssigned,
        t.RunbookJudged,
        t.RunbookLinked,
        t.RunbookProposed,
        t.RunbookStarted,
        t.RunbookStopped,
        t.RunApproved,
        t.RunDeclined,
        t.RunEnded,
        t.RunProposed,
        t.RunStarted,
        t.ServicePaged,
        t.StepReported,
        t.TargetMissed,
        t.TimeCorrected,
        t.TitleCorrected,
        t.UpdateOverdue,
        t.UpdatePosted,
        t.WordsErased,
    }
)
"""What happens to an incident. How Slack shows it, who follows it and whom Muster reminded are nobody else's matter."""


@dataclass(frozen=True, slots=True)
class Subscription:
    """A webhook that was made by the API, and not in the policy."""

    id: str
    webhook: Webhook
    by: Person | Integration
    """Of private incidents it hears what they may read when it is sent."""
    made_at: datetime
    """Machine time."""


def all_of(policy: Policy, subscriptions: Iterable[Subscription]) -> tuple[Webhook, ...]:
    """Every webhook there is. The policy's word counts where it uses the name of one made by the API."""
    named = {one.name for one in policy.webhooks}
    return (*policy.webhooks, *(one.webhook for one in subscriptions if one.webhook.name not in named))


def secret_for(subscription_id: str, key: bytes) -> str:
    """What a subscription made by the API is signed with: derived, so that it is stored nowhere."""
    derived = hmac.digest(key, f"muster.webhook/{subscription_id}".encode(), "sha256")
    return f"{PREFIX}{base64.b64encode(derived).decode()}"


def keys_for(subscription_id: str, keys: Sequence[bytes]) -> tuple[bytes, ...]:
    """One for each key of the instance, so that those can be replaced."""
    return tuple(key_of(secret_for(subscription_id, one)) for one in keys)


def name_of(kind: type[t.TimelineEvent]) -> str:
    """`incident.resolved` for IncidentResolved, `incident.note_added` for NoteAdded: receivers rely on it for ever."""
    words = re.findall("[A-Z][a-z]*", kind.__name__.removeprefix("Incident"))
    return f"incident.{'_'.join(words).lower()}"


KINDS = {name_of(kind): kind for kind in TOLD}


def is_told(webhook: Webhook, event: t.AnyEvent, before: Incident | None, after: Incident) -> bool:
    """Whether an event is for a subscription. One about some services or priorities hears of an incident's change away
    from them, too."""
    if type(event) not in TOLD or not may_know(webhook, after):
        return False
    is_wanted = webhook.events is None or name_of(type(event)) in webhook.events
    return is_wanted and any(_concerns(webhook, one) for one in (before, after) if one is not None)


def may_know(webhook: Webhook, incident: Incident) -> bool:
    """Nothing of a private incident goes to a subscription that does not say that it may."""
    return webhook.is_private or not incident.is_private


def _concerns(webhook: Webhook, incident: Incident) -> bool:
    is_of_priority = not webhook.priorities or incident.priority in webhook.priorities
    return is_of_priority and (not webhook.services or incident.service in webhook.services)


def key_of(secret: str) -> bytes:
    """What a secret stands for: `whsec_` and the key in base64. Raises ValueError, without the secret in it."""
    try:
        key = base64.b64decode(secret.removeprefix(PREFIX), validate=True)
    except (binascii.Error, ValueError):
        key = b""
    if not secret.startswith(PREFIX) or not FEWEST_BYTES <= len(key) <= MOST_BYTES:
        raise ValueError(f"is no secret of webhooks: {PREFIX} and {FEWEST_BYTES} to {MOST_BYTES} bytes in base64")
    return key
