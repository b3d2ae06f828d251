"""Where follow-ups and incidents have an issue: each kind of tracker is one small class behind a protocol."""

from collections.abc import Mapping
from typing import Final

from bot.domain.policy import Policy
from bot.domain.vocabulary import TrackerKind
from bot.integrations.outgoing import Outgoing
from bot.integrations.trackers.github import GitHub
from bot.integrations.trackers.gitlab import GitLab
from bot.integrations.trackers.jira import Jira
from bot.integrations.trackers.linear import Linear
from bot.integrations.trackers.tracker import Kind, Line, Tracker

KINDS: Final[Mapping[TrackerKind, Kind]] = {
    TrackerKind.GITHUB: GitHub,
    TrackerKind.GITLAB: GitLab,
    TrackerKind.JIRA: Jira,
    TrackerKind.LINEAR: Linear,
}
"""Another kind joins by a line here, and by its name and address in the policy file."""


def trackers_of(policy: Policy, secrets: Mapping[str, str], outgoing: Outgoing) -> dict[str, Tracker]:
    """The trackers of a policy, by name; one whose token is missing is not there. `secrets`: by variable."""
    return {
        name: KINDS[one.kind](Line(one, secrets[one.token], outgoing))
        for name, one in policy.trackers.items()
        if secrets.get(one.token)
    }


__all__ = ["KINDS", "Tracker", "trackers_of"]
