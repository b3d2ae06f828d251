"""Names for the identifiers that pass through the domain."""

from typing import NewType

WorkspaceId = NewType("WorkspaceId", str)
"""Slack's team id of the installation, such as `T0123`."""

SlackUserId = NewType("SlackUserId", str)
"""Slack's id of a person or bot, such as `U0123`; the only type of field in which people are stored."""

ChannelId = NewType("ChannelId", str)
"""Slack's id of a channel or direct message, such as `C0123`."""

MessageTs = NewType("MessageTs", str)
"""Slack's id of a message within its channel: seconds, a dot, six digits."""

IncidentNumber = NewType("IncidentNumber", int)
"""The number in an incident's reference, gapless within a workspace."""


Reference = NewType("Reference", str)
"""How people name an incident: `INC-42`."""


def problem_ref(number: int) -> str:
    """How people name a problem: `PRB-3`."""
    return f"PRB-{number}"


def ref(number: IncidentNumber) -> Reference:
    """The reference people use: `INC-42`."""
    return Reference(f"INC-{number}")


def number_of(reference: str) -> IncidentNumber:
    """The number in a reference that is spelled like one."""
    return IncidentNumber(int(reference.partition("-")[2]))
