"""Canvases: documents in Markdown, cut into sections that can be looked up and changed.

docs.slack.dev, `canvases.edit` and `canvases.sections.lookup`. Assumed: a section is a paragraph, a heading, a list or
whatever else stands between blank lines.
"""

import re
import secrets
from dataclasses import dataclass, field

HEADING = re.compile(r"(#{1,3}) +\S")
SECTION_TYPES = frozenset({"any_header", "h1", "h2", "h3"})
LARGEST = 100_000
"""Assumed: characters of a canvas."""


@dataclass(eq=False, slots=True)
class Section:
    id: str
    markdown: str

    @property
    def type(self) -> str:
        """h1, h2, h3, or text."""
        heading = HEADING.match(self.markdown)
        return f"h{len(heading[1])}" if heading else "text"

    def is_any_of(self, types: list[str]) -> bool:
        return self.type in types or ("any_header" in types and self.type != "text")


@dataclass(eq=False, slots=True)
class Canvas:
    """One document. `channel`: the one whose canvas it is; a standalone one has none."""

    id: str
    title: str
    owner: str
    channel: str = ""
    sections: list[Section] = field(default_factory=list)
    access: dict[str, str] = field(default_factory=dict)
    """Id of a person or channel → read, write or owner."""

    @property
    def markdown(self) -> str:
        return "\n\n".join(one.markdown for one in self.sections)

    def place(self, section_id: str) -> int | None:
        """Where a section stands."""
        return next((index for index, one in enumerate(self.sections) if one.id == section_id), None)


def sections(markdown: str) -> list[Section]:
    """A document, cut up."""
    pieces = (piece.strip("\n") for piece in re.split(r"\n[ \t]*\n", markdown))
    return [Section(f"temp:C:{secrets.token_hex(14)}", piece) for piece in pieces if piece.strip()]
