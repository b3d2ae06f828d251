"""Something added to a runbook's file, which stays as it is otherwise: to the byte, and as it is read."""

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from bot.config.runbook_markdown import BLOCKS, Contents, contents
from bot.domain.amending import Amended, Amendment, CannotBeAmended, ChangedMeanwhile, Where

LESSONS: Final = {"lessons", "lessons learned", "lessons learnt"}


@dataclass(frozen=True, slots=True)
class File:
    """The file of a runbook as it was read."""

    path: Path
    folder: Path
    """Nothing outside is read."""
    largest: int
    """Bytes."""
    slug: str
    title: str
    body: str

    def amended(self, amendment: Amendment) -> Amended:
        """Read anew, so that it is of the file as it is now. Raises ChangedMeanwhile, CannotBeAmended."""
        before = self._text()
        plain = before.replace("\r\n", "\n")
        if "\0" in plain:
            raise CannotBeAmended(title=self.title, why="there is something in it that is no text")
        if "\r" in plain or ("\r\n" in before and before.count("\n") != before.count("\r\n")):
            raise CannotBeAmended(title=self.title, why="its lines end in different ways")
        if not plain.endswith(self.body):
            raise ChangedMeanwhile(title=self.title, slug=self.slug)
        body = _amended(self.body, amendment)
        if body is None:
            why = "what is added would not stand where it belongs, for something before it never ends"
            raise CannotBeAmended(title=self.title, why=why)
        after = plain.removesuffix(self.body) + body
        return Amended(before, after.replace("\n", "\r\n") if "\r\n" in before else after)

    def _text(self) -> str:
        try:
            if not os.path.realpath(self.path).startswith(os.path.realpath(self.folder) + os.sep):
                raise CannotBeAmended(title=self.title, why="its file is a link that leads out of the folder")
            with self.path.open("rb") as file:
                content = file.read(self.largest + 1)
        except OSError as error:
            raise CannotBeAmended(title=self.title, why=f"its file cannot be read ({error.strerror})") from None
        if len(content) > self.largest:
            raise ChangedMeanwhile(title=self.title, slug=self.slug)
        try:
            return content.decode()
        except UnicodeDecodeError:
            raise ChangedMeanwhile(title=self.title, slug=self.slug) from None


@dataclass(frozen=True, slots=True)
class Item:
    """A numbered item: its lines from `first` to before `end`."""

    first: int
    end: int
    number: int
    """As it is counted in its list."""
    written: int
    mark: str


@dataclass(slots=True)
class Places:
    """Where in a text what stands."""

    steps: list[Item]
    end_of_steps: int
    """Where what belongs to the last step ends."""
    bullets: tuple[int, str] | None = None
    """Where the list under “Lessons” ends, and its mark; None where there is no such list."""
    end_of_lessons: int | None = None


def _amended(body: str, amendment: Amendment) -> str | None:
    """The text with the addition, wherever it reads as it did before but for that; None where it does not."""
    for written in _ways(body, amendment):
        if _is_kept(contents(body), contents(written), amendment):
            return written
    return None


def _ways(body: str, amendment: Amendment) -> Sequence[str]:
    lines, text = body.split("\n"), amendment.text
    if lines[-1]:
        lines.append("")
    places = _places(body, len(lines))
    match amendment.where:
        case Where.NOTE:
            item = places.steps[amendment.step - 1] if 0 < amendment.step <= len(places.steps) else None
            indent = _indent(lines[item.first]) if item else None
            if item is None or indent is None:
                return ()
            return [_with(lines, item.end, ["", f"{indent}> {text}", *_apart(lines, item.end)])]
        case Where.STEP if places.steps:
            return [*_next_steps(lines, places, text)]
        case Where.STEP:
            return [_with(lines, len(lines), ["", "## Steps", "", f"1. {text}"])]
        case Where.LESSON if places.bullets is not None:
            end, mark = places.bullets
            return [_with(lines, end, [f"{mark} {text}"])]
        case Where.LESSON if places.end_of_lessons is not None:
            return [_with(lines, places.end_of_lessons, ["", f"- {text}"])]
        case Where.LESSON:
            return [_with(lines, len(lines), ["", "## Lessons", "", f"- {text}"])]


def _next_steps(lines: Sequence[str], places: Places, text: str) -> Iterator[str]:
    """As the file numbers and parts its steps; else as they are counted, for a list that begins anew."""
    last = places.steps[-1]
    head = lines[last.first]
    indent = head[: len(head) - len(head.lstrip(" "))]
    is_loose = "\n\n" in "\n".join(lines[places.steps[0].first : places.end_of_steps]).strip()
    for number in dict.fromkeys((_after([one.written for one in places.steps]), last.number + 1)):
        for blank in ([""], []) if is_loose else ([], [""]):
            yield _with(lines, places.end_of_steps, [*blank, f"{indent}{number}{last.mark} {text}"])


def _after(written: Sequence[int]) -> int:
    """Many number each step 1."""
    return written[-1] + (written[-2:] != [written[-1]] * 2)


def _places(body: str, count: int) -> Places:
    """`count`: of the lines."""
    found = Places([], count)
    is_in_steps = is_in_lessons = False
    start = 1
    tokens = BLOCKS.parse(body)
    for at, token in enumerate(tokens):
        first, end = token.map or (0, 0)
        if token.type == "heading_open" and token.level == 0:
            if is_in_steps:
                found.end_of_steps = first
            if is_in_lessons:
                found.end_of_lessons = first
            is_in_steps = False
            is_in_lessons = tokens[at + 1].content.strip().casefold() in LESSONS
            if is_in_lessons:
                found.bullets, found.end_of_lessons = None, count
        elif token.type == "ordered_list_open" and token.level == 0:
            start, is_in_steps, found.end_of_steps = int(token.attrs.get("start", 1)), True, count
        elif token.type == "list_item_open" and token.level == 1 and token.markup in ".)":
            found.steps.append(Item(first, end, start, int(token.info or start), token.markup))
            start += 1
        elif token.type == "bullet_list_open" and token.level == 0 and is_in_lessons:
            found.bullets = (end, token.markup)
    return found


def _indent(line: str) -> str | None:
    """What stands below an item is indented by as much as its text; None where that is not plain."""
    before, after = line[: len(line) - len(line.lstrip(" "))], line.lstrip(" ")
    mark = after[: len(after) - len(after.lstrip("0123456789"))]
    text = after[len(mark) + 1 :]
    gap = len(text) - len(text.lstrip(" "))
    if not text.strip() or gap > 4 or "\t" in line:
        return None
    return " " * (len(before) + len(mark) + 1 + gap)


def _with(lines: Sequence[str], at: int, more: Sequence[str]) -> str:
    """`more` after the last line before `at` in which something stands."""
    while at and not lines[at - 1].strip():
        at -= 1
    return "\n".join([*lines[:at], *more, *(lines[at:] or [""])])


def _apart(lines: Sequence[str], at: int) -> list[str]:
    """An empty line where something follows at once."""
    return [""] if at < len(lines) and lines[at].strip() and lines[at - 1].strip() else []


def _is_kept(old: Contents, new: Contents, amendment: Amendment) -> bool:
    """Whether what stood there is read as before, nothing is found wrong that was not, and the addition is there."""
    if len(new.findings) > len(old.findings) or len(new.links) < len(old.links):
        return False
    match amendment.where:
        case Where.NOTE:
            at = amendment.step - 1
            was, now = old.steps[at], new.steps[at] if len(new.steps) > at else None
            is_added = now is not None and len(now.body) > len(was.body) and replace(now, body=was.body) == was
            others = [one for one in new.steps if one.number != amendment.step]
            return is_added and others == [one for one in old.steps if one.number != amendment.step]
        case Where.STEP:
            return new.steps[:-1] == old.steps and len(new.steps) == len(old.steps) + 1
        case Where.LESSON:
            is_new = len(new.sections) == len(old.sections) + 1
            is_longer = len(new.sections) == len(old.sections) and new.sections != old.sections
            return new.steps == old.steps and (is_new or is_longer)
