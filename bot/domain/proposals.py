"""Proposals: what a program would have done for somebody, and what only people in Slack can have done."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from hashlib import sha256
from html import escape
from typing import Final

from bot.domain.ids import ChannelId, IncidentNumber, MessageTs, SlackUserId, ref
from bot.domain.incident import Incident
from bot.domain.refusal import Refusal
from bot.domain.timeline import Proposer
from bot.domain.vocabulary import ProposalState

LASTS: Final = timedelta(minutes=30)
"""How long people have to answer. For as long, the same proposal made again is the one that was made before, whatever
became of it: a program that asks again because it lost the answer bothers nobody twice."""
MOST_WAITING: Final = 5
"""Proposals for one person that wait at the same time: each asks for somebody's attention."""
LONGEST: Final = 2_000
"""Characters of all its texts: whoever says yes has read them whole, in one message of Slack."""


class NoSuchProposal(Refusal):
    """There is no proposal {named} that you can see. `/incident proposal` lists those that wait for an answer."""


class NotWaiting(Refusal):
    """That proposal was answered already: {became}"""


class Expired(Refusal):
    """Nobody answered that proposal within 30 minutes. Have it proposed again, or do it yourself."""


class Outdated(Refusal):
    """{ref} has changed since that was proposed. Have it proposed again as things are now, or do it yourself."""


class TooManyWait(Refusal):
    """{count} proposals for you wait for an answer in Slack. Nothing more can be proposed until somebody answers one of
    them, or until they expire."""


class TooLongToPropose(Refusal):
    """A proposal's texts must fit in one message: {length:,} characters are too many, 2,000 are possible."""


class NotToPropose(Refusal):
    """{what} cannot be proposed: that is for people to do in Slack."""


@dataclass(frozen=True, slots=True)
class Proposal:
    """What is proposed, by whose program, and what became of it. Times are incident time."""

    number: int
    """As people type it."""
    handle: str
    """As the program knows it; nobody can guess it."""
    asked: str
    """A digest of what is proposed for whom: the same again has the same."""
    by: SlackUserId
    """For whom the program acts."""
    program: str
    """Its name, as it says itself."""
    verb: str
    incident: IncidentNumber | None
    """None for a declaration."""
    wish: str
    """What people are asked: “lower INC-7 from P2 to P3”; our words alone."""
    words: tuple[tuple[str, str], ...]
    """What else is given, each after its name; these are the program's words."""
    kind: str
    """Of the request that is carried out when somebody says yes."""
    arguments: str
    """Its fields, as JSON."""
    seen: str
    """What of the incident the proposal rests on."""
    made_at: datetime
    ends_at: datetime
    state: ProposalState = ProposalState.WAITING
    answered_by: SlackUserId | None = None
    became: IncidentNumber | None = None
    """The incident that it was carried out on."""
    posted_in: ChannelId | None = None
    posted_as: MessageTs | None = None

    @property
    def proposer(self) -> Proposer:
        return Proposer(self.program, self.by)


CALL: Final = re.compile(r"<(?P<sign>[@#!])(?P<what>[^<>|\n]+)(?:\|(?P<label>[^<>\n]*))?>")
"""What calls somebody in Slack (docs.slack.dev, "Formatting message text")."""


def calling_nobody(text: str) -> str:
    """A program's words: what would call people, groups or a channel stands there as text."""
    return CALL.sub(lambda found: f"{'#' if found['sign'] == '#' else '@'}{found['label'] or found['what']}", text)


def digest(by: SlackUserId, incident: IncidentNumber | None, kind: str, arguments: str) -> str:
    return sha256("\n".join((by, str(incident), kind, arguments)).encode()).hexdigest()


def require_short(texts: Sequence[str]) -> None:
    """Raises TooLongToPropose, also where so much must be escaped that Slack would cut it."""
    length, written = sum(map(len, texts)), sum(len(escape(text, quote=False)) for text in texts)
    if length > LONGEST or written > 3 * LONGEST:
        raise TooLongToPropose(length=max(length, written))


def seen_of(verb: str, incident: Incident | None) -> str:
    """What a proposal rests on: while it is the same, the answer to it still fits. A note or a follow-up only adds, and
    fits whatever else happens."""
    if incident is None or verb not in ("priority", "update"):
        return ""
    last = f"/{incident.last_update.at.isoformat()}" if verb == "update" and incident.last_update else ""
    return f"{incident.status}/{incident.priority}{last}"


def require_waiting(proposal: Proposal, now: datetime) -> None:
    """Raises NotWaiting, Expired."""
    if proposal.state is ProposalState.EXPIRED or (is_waiting(proposal) and now >= proposal.ends_at):
        raise Expired
    if not is_waiting(proposal):
        raise NotWaiting(became=became(proposal))


def require_good(proposal: Proposal, incident: Incident | None, now: datetime) -> None:
    """Raises NotWaiting, Expired, Outdated."""
    require_waiting(proposal, now)
    if proposal.incident is not None and seen_of(proposal.verb, incident) != proposal.seen:
        raise Outdated(ref=ref(proposal.incident))


def is_waiting(proposal: Proposal) -> bool:
    return proposal.state is ProposalState.WAITING


def answered(
    proposal: Proposal, state: ProposalState, by: SlackUserId | None, incident: IncidentNumber | None = None
) -> Proposal:
    return replace(proposal, state=state, answered_by=by, became=incident)


def became(proposal: Proposal) -> str:
    """What became of it, as a sentence; empty while it waits."""
    who = f"<@{proposal.answered_by}>" if proposal.answered_by else "somebody"
    match proposal.state:
        case ProposalState.DONE if proposal.incident is None and proposal.became is not None:
            return f"{who} said yes; {ref(proposal.became)} was declared."
        case ProposalState.DONE:
            return f"{who} said yes."
        case ProposalState.DECLINED:
            return f"{who} said no."
        case ProposalState.OUTDATED:
            return "it was not done, because the incident had changed meanwhile."
        case ProposalState.EXPIRED:
            return "nobody answered it within 30 minutes."
        case ProposalState.WAITING:
            return ""
