"""What is written into a runbook: a note at a step, a further step, a lesson; and people's words as plain Markdown."""

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from bot.domain.refusal import Refusal

LONGEST: Final = 500
"""Characters of what is added at once."""
MOST_BRACKETS: Final = 20
CODE: Final = re.compile(r"(?<!`)`(?!`)[^`]+`(?!`)")
MARKS: Final = re.compile(
    r"""(?P<always>[*~\[`]) | (?P<slash>\\(?=[!-/:-@\[-`{-~])) | (?P<tag><(?=[a-zA-Z/!?]))
    | (?P<entity>&(?=\#?\w+;)) | (?P<word>(?<!\w)_|_(?!\w))""",
    re.VERBOSE,
)
NAMES_AN_ACTION: Final = re.compile(r"\b(action)\s*:(?=\s*`)", re.IGNORECASE)
"""What a step names an action of the policy by: that is for whoever owns the runbook."""
BEGINS: Final = re.compile(r"\A(?:(?P<number>\d{1,9})(?=[.)](?:\s|$))|(?=[#>+=-]))")


class Where(StrEnum):
    """The part of a runbook that something is added to."""

    NOTE = "note"
    """At a step, below all that stands there."""
    STEP = "step"
    """After the last step."""
    LESSON = "lesson"
    """In the list under “Lessons”, at the end where there is none."""


@dataclass(frozen=True, slots=True)
class Amendment:
    """What is to be added. `text`: one line of Markdown."""

    where: Where
    text: str
    step: int = 0
    """The number of the step that a note belongs to."""


@dataclass(frozen=True, slots=True)
class Amended:
    """The whole text of a file, as it is and as it is to be."""

    before: str
    after: str


class CannotBeAmended(Refusal):
    """“{title}” can't be changed automatically: {why}. Change its file by hand."""


class ChangedMeanwhile(Refusal):
    """“{title}” was changed in the meantime. See how it is now, `/incident runbook {slug}`, and propose it again."""


def never(_: Amendment) -> Amended:
    """Of a runbook that comes from no file."""
    raise CannotBeAmended(title="The runbook", why="it comes from no file")


def inert(text: str) -> str:
    """People's words as one line of Markdown that says the same: code in backticks stays code, and nothing else in it
    is taken for a mark, a tag, a link or a shortcode. It names no action."""
    line = " ".join("".join(one if one.isprintable() or one.isspace() else " " for one in text).split())
    line = line if len(line) <= LONGEST else f"{line[: LONGEST - 1].rstrip()}…"
    line = NAMES_AN_ACTION.sub(r"\1", line.replace("{{", "{ {"))
    if line.count("[") > MOST_BRACKETS:
        line = line.replace("[", "(").replace("]", ")")
    pieces, end = list[str](), 0
    for found in CODE.finditer(line):
        pieces += _escaped(line[end : found.start()]), found[0]
        end = found.end()
    whole = "".join((*pieces, _escaped(line[end:])))
    return BEGINS.sub(lambda found: f"{found['number']}\\" if found["number"] else "\\", whole)


def _escaped(text: str) -> str:
    return MARKS.sub(r"\\\g<0>", text)
