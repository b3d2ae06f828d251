"""Who may know of an incident, who may read what was said in it, and who takes part in it: two questions and their
answers, for every verb and every door."""

from dataclasses import dataclass, replace
from enum import IntEnum


class Need(IntEnum):
    """What somebody must be allowed before a verb is done for them; each includes the one before."""

    KNOW = 1
    """Title, status, priority and the time of the next update."""
    READ = 2
    """All that was said and decided in it."""
    BELONG = 3
    """To call its impact stopped, to end it or to classify it anew, one takes part in it, or is a manager."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tie:
    """How somebody stands to an incident."""

    is_private: bool
    is_listed: bool
    has_channel: bool
    is_declarer: bool = False
    is_given: bool = False
    """They command it, or are asked to."""
    is_member: bool = False
    """Of its channel, as far as Slack has told."""
    has_left: bool = False
    """They were seen leaving the channel, and have not come back."""
    is_in_doubt: bool = False
    """After an absence of ours it is not known who is in the channel."""
    is_outsider: bool = False
    """A guest, somebody of another organisation, or nobody that Slack knows."""
    is_manager: bool = False


def takes_part(tie: Tie) -> bool:
    """Members of the channel do. Whoever commands or is asked counts until they were seen leaving; whoever declared it,
    until there is a channel. Where only members may read, a doubtful membership does not count."""
    is_strict = tie.is_private or tie.is_outsider
    if tie.is_member and not (tie.is_in_doubt and is_strict):
        return True
    is_before = tie.is_given or (tie.is_declarer and (not tie.has_channel or tie.is_in_doubt))
    return is_before and not tie.has_left


def may(need: Need, tie: Tie) -> bool:
    """Of a private incident only those who take part may read, listed or not; an outsider knows and reads only where
    they take part."""
    if takes_part(tie):
        return True
    if tie.is_outsider or (tie.is_private and not tie.is_listed):
        return False
    match need:
        case Need.KNOW:
            return True
        case Need.READ:
            return not tie.is_private
        case Need.BELONG:
            return not tie.is_private and tie.is_manager


def depends_on_who_asks(need: Need, tie: Tie) -> bool:
    """Whether the answer is another for somebody of this workspace than for an outsider."""
    return may(need, replace(tie, is_outsider=False)) != may(need, replace(tie, is_outsider=True))
