"""What became of published reviews elsewhere comes back as a fact."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from bot.domain import publishing
from bot.domain.decision import Decision
from bot.domain.ids import SlackUserId
from bot.domain.incident import Incident
from bot.domain.timeline import DocumentKept, DocumentWritten
from bot.domain.vocabulary import KeptAs

Result = Mapping[str, Any]


def observed(result: Result, asked: SlackUserId | None, now: datetime, incident: Incident) -> Decision:
    """`result`: the fields of `DocumentWritten`, or of `DocumentKept` where it says why; `asked`: who is to say what
    becomes of it."""
    said = {**result, "comments": tuple(result["comments"])}
    if "why" not in result:
        return Decision((DocumentWritten(at=now, **said),))
    return publishing.kept(incident, DocumentKept(at=now, asked=asked, **{**said, "why": KeptAs(said["why"])}))
