"""Where published reviews go besides Slack: each kind of service is one small class behind a protocol."""

from collections.abc import Mapping
from typing import Final

from bot.domain.policy import Policy
from bot.domain.vocabulary import DocumentKind
from bot.integrations.documents.bookstack import BookStack
from bot.integrations.documents.confluence import Cloud, Confluence, DataCenter
from bot.integrations.documents.github import GitHub
from bot.integrations.documents.gitlab import GitLab
from bot.integrations.documents.keeper import Keeper, Kind, Line
from bot.integrations.documents.notion import Notion
from bot.integrations.documents.outline import Outline
from bot.integrations.documents.repository import InRepository
from bot.integrations.outgoing import Outgoing

KINDS: Final[Mapping[DocumentKind, Kind]] = {
    DocumentKind.BOOKSTACK: BookStack,
    DocumentKind.CONFLUENCE: lambda line: Confluence(line, Cloud()),
    DocumentKind.CONFLUENCE_DATA_CENTER: lambda line: Confluence(line, DataCenter()),
    DocumentKind.GITHUB: lambda line: InRepository(GitHub(line), line.place.base, line.place.folder),
    DocumentKind.GITLAB: lambda line: InRepository(GitLab(line), line.place.base, line.place.folder),
    DocumentKind.NOTION: Notion,
    DocumentKind.OUTLINE: Outline,
}
"""Another kind joins by a line here, and by its name and what it needs in the policy file."""


def keepers_of(policy: Policy, tokens: Mapping[str, str], outgoing: Outgoing) -> dict[str, Keeper]:
    """The places of a policy, by name; one whose token is missing is not there. `tokens`: by variable."""
    return {
        name: KINDS[one.kind](Line(one, tokens[one.token], outgoing))
        for name, one in policy.documents.items()
        if tokens.get(one.token)
    }


__all__ = ["KINDS", "Keeper", "keepers_of"]
