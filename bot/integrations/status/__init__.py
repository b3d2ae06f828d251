"""Where what customers are told goes besides Muster's own server: each kind is one small class behind a protocol."""

from collections.abc import Callable, Mapping
from typing import Final

from bot.domain.policy import Policy
from bot.integrations.outgoing import Outgoing
from bot.integrations.status.files import Files, write_page
from bot.integrations.status.instatus import Instatus
from bot.integrations.status.statuspage import Statuspage
from bot.integrations.status.target import HostedStatusPage, Line

SERVICES: Final[Mapping[str, Callable[[Line], HostedStatusPage]]] = {
    "statuspage": Statuspage,
    "instatus": Instatus,
}
"""Another kind joins by a line here, and by its name in the policy file."""


def services_of(policy: Policy, tokens: Mapping[str, str], outgoing: Outgoing) -> dict[str, HostedStatusPage]:
    """The services of a policy's targets, by name; one whose token is missing is not there. `tokens`: by variable."""
    targets = policy.status_page.targets if policy.status_page else ()
    return {
        one.name: SERVICES[one.kind](Line(one, tokens[one.token], outgoing)) for one in targets if tokens.get(one.token)
    }


__all__ = ["SERVICES", "Files", "HostedStatusPage", "services_of", "write_page"]
