"""The bridge: where people talk. A link of the policy, one that a program answers with, or one that somebody gives."""

import re
from datetime import datetime
from typing import Final

from bot.domain.decision import Decision
from bot.domain.ids import SlackUserId
from bot.domain.incident import Incident
from bot.domain.policy import Policy
from bot.domain.refusal import NothingToChange, Refusal
from bot.domain.status import require_not_over
from bot.domain.timeline import BridgeSet
from bot.domain.vocabulary import Priority

LONGEST: Final = 500
LINK: Final = re.compile(r"https://[^\s<>|\"\\^`{}@/?#]+(?:[/?#][^\s<>|\"\\^`{}]*)?")


class NoLink(Refusal):
    """The bridge is a link that begins with https://, of {most} characters at the most. For example:
    `/incident bridge https://meet.example/inc-42`."""


def is_link(url: str) -> bool:
    return len(url) <= LONGEST and LINK.fullmatch(url) is not None


def of_policy(ref: str, priority: Priority, policy: Policy) -> str | None:
    """The link that a priority asks for; None where a program is to open one, or nobody wants any."""
    url = policy.channels.bridge_url
    if url is None or not policy.priorities[priority].bridge or policy.bridge is not None:
        return None
    return url.replace("{ref}", ref)


def is_wanted(incident: Incident, priority: Priority, policy: Policy) -> bool:
    """Whether a program is to open one."""
    return policy.bridge is not None and policy.priorities[priority].bridge and incident.bridge_url is None


def set_bridge(incident: Incident, by: SlackUserId | None, url: str, now: datetime) -> Decision:
    """Somebody says where people talk."""
    require_not_over(incident)
    if not is_link(url):
        raise NoLink(most=LONGEST)
    if incident.bridge_url == url:
        raise NothingToChange(text=f"That is the bridge of {incident.ref} already; nothing was changed.")
    return Decision((BridgeSet(at=now, by=by, url=url),))


def opened(incident: Incident, url: str, now: datetime) -> Decision:
    """A program has answered with a link; whoever gave one meanwhile was faster."""
    return Decision(()) if incident.bridge_url else Decision((BridgeSet(at=now, url=url),))
