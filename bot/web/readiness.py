"""Whether commands can be taken, and what deserves a look."""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Notice:
    """One reason or warning: a code for programs, a text for people."""

    code: str
    text: str


@dataclass(frozen=True, slots=True)
class Readiness:
    """Ready when nothing speaks against it; warnings do not."""

    reasons: tuple[Notice, ...] = ()
    warnings: tuple[Notice, ...] = ()

    @property
    def is_ready(self) -> bool:
        return not self.reasons

    def as_json(self) -> dict[str, Any]:
        """The body of `GET /readyz`."""
        return {
            "ready": self.is_ready,
            "reasons": [_as_json(notice) for notice in self.reasons],
            "warnings": [_as_json(notice) for notice in self.warnings],
        }


def _as_json(notice: Notice) -> dict[str, str]:
    return {"code": notice.code, "text": notice.text}
