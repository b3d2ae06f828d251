"""What the trackers on this machine have in common: issues, and how they fail. What each of them answers is written
from its documentation, in a file of its own."""

import json
import re
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any

from bot.domain.policy import TrackerPlace
from bot.domain.vocabulary import FollowUpState, Priority, TrackerKind
from tests.integrations.failing import Failing
from tests.serving import everything
from tests.serving import serving as answering

TOKEN, VARIABLE = "token-of-a-test", "MUSTER_TRACKER_TOKEN"
SECRET, SECRET_VARIABLE = "secret-of-a-webhook", "MUSTER_TRACKER_SECRET"
MUSTER = "muster-bot"
"""The account that the token belongs to."""


@dataclass
class Made:
    """An issue there."""

    number: int
    title: str
    body: Any
    """As it was sent."""
    state: FollowUpState = FollowUpState.OPEN
    owner: str | None = None
    """An account's id."""
    due: date | None = None
    more: dict[str, Any] = field(default_factory=dict)
    at: datetime = field(default_factory=lambda: datetime.now(UTC))


@dataclass(kw_only=True)
class Fake(Failing):
    """A tracker with one project."""

    kind: TrackerKind
    project: str
    keeps_due: bool = True
    tells_dropped: bool = True
    accounts: dict[str, tuple[str, str]] = field(default_factory=lambda: {"a-dana": ("Dana Ruiz", "dana@shop.example")})
    """By id, a name and an e-mail address."""
    issues: dict[int, Made] = field(default_factory=dict)
    has_project: bool = True
    longest: int = 65_536
    """Characters of a description."""

    def place(self, **more: Any) -> TrackerPlace:
        here: dict[str, Any] = {"api": f"http://127.0.0.1:{self.port}{self.base}", "allow_private_address": True}
        return TrackerPlace("work", self.kind, project=self.project, token=VARIABLE, **{**here, **self.needs(), **more})

    def part(self, **more: Any) -> dict[str, Any]:
        """As the policy file has it."""
        here = {"url": f"http://127.0.0.1:{self.port}{self.base}", "allow_private_address": True}
        place = {"kind": self.kind.value, "project": self.project, "token": f"env:{VARIABLE}"}
        return {**place, **here, **self.needs(), **more}

    def needs(self) -> dict[str, Any]:
        """What this kind has to be told besides."""
        return {}

    def is_admitted(self, headers: Mapping[str, str]) -> bool:
        return headers.get("Authorization") == f"Bearer {TOKEN}"

    def flat(self, made: Made) -> str:
        """Its description as the limit counts it."""
        return made.body if isinstance(made.body, str) else json.dumps(made.body, ensure_ascii=False)

    def must_be_quiet(self, made: Made) -> None:
        """Fail where something in it would call somebody, or lead or close somewhere; Markdown, unless it is not."""
        outside = re.sub(r"```.*?```|`[^`]*`", "", str(made.body), flags=re.DOTALL).replace("&#8203;", "\u200b")
        assert not re.search(r"@\w|#\d|!\d|^/\w", outside, re.MULTILINE)
        assert "@here #2" in str(made.body), "code stays as it was typed"
        assert "<!channel>" not in outside

    def add(self, made: Made) -> Made:
        self.issues[made.number] = made
        return made


@asynccontextmanager
async def serving(fake: Fake) -> AsyncIterator[Fake]:
    async with answering(everything(fake.answer)) as fake.port:
        yield fake


P1_AND_P2 = frozenset({Priority.P1, Priority.P2})
