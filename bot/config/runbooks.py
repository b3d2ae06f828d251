"""Runbooks from a folder of Markdown files with front matter; every problem at once, with file and line."""

import re
from datetime import date
from pathlib import Path
from typing import Annotated

from markdown_it import MarkdownIt
from markdown_it.token import Token
from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, ValidationError

from bot.config.yaml_lines import Problem, Problems, read, text_of, worded
from bot.domain.runbook import Runbook, Step
from bot.domain.vocabulary import Priority

FENCE = "---"


class RunbookProblems(Problems):
    """Everything that is wrong with the runbooks of a folder."""


def _slug(value: str) -> str:
    if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", value):
        raise ValueError(f"{value!r} is no slug; write lower-case words joined by -")
    return value


def _date(value: object) -> date:
    try:
        return date.fromisoformat(str(value))
    except ValueError:
        raise ValueError(f"{value!r} is no date; write for example 2026-01-05") from None


class FrontMatter(BaseModel):
    model_config = ConfigDict(extra="forbid")

    title: str
    slug: Annotated[str, AfterValidator(_slug)]
    services: list[str] = []
    categories: list[str] = []
    tags: list[str] = []
    symptoms: list[str] = []
    priority: Priority | None = None
    owner: str = ""
    reviewed_at: Annotated[date, BeforeValidator(_date)] | None = None


def load(folder: Path) -> tuple[Runbook, ...]:
    """Every runbook of a folder, by slug. Raises RunbookProblems."""
    problems: list[Problem] = []
    found: dict[str, tuple[Runbook, Path]] = {}
    for path in sorted(folder.glob("*.md")):
        if path.name.lower() == "readme.md":
            continue
        try:
            runbook = read_runbook(path)
        except Problems as wrong:
            problems += wrong.problems
            continue
        if runbook.slug in found:
            first = found[runbook.slug][1].name
            problems.append(Problem(str(path), 1, f"the slug `{runbook.slug}` stands in {first} already"))
        found.setdefault(runbook.slug, (runbook, path))
    if problems:
        raise RunbookProblems(problems)
    return tuple(runbook for _, (runbook, _) in sorted(found.items()))


def read_runbook(path: Path) -> Runbook:
    """One runbook. Raises Problems."""
    text = text_of(path)
    lines = text.splitlines()
    if not lines or lines[0].strip() != FENCE or FENCE not in [line.strip() for line in lines[1:]]:
        raise RunbookProblems([Problem(str(path), 1, "a runbook begins with front matter between two lines of ---")])
    end = next(number for number, line in enumerate(lines[1:], start=1) if line.strip() == FENCE)
    head = _front_matter("\n".join(lines[1:end]), path)
    body = "\n".join(lines[end + 1 :])
    steps = steps_of(body)
    if not steps:
        raise RunbookProblems([Problem(str(path), end + 2, "there is no ordered list under `## Steps`")])
    return Runbook(
        slug=head.slug,
        title=head.title,
        services=tuple(head.services),
        categories=tuple(head.categories),
        tags=tuple(tag.lower() for tag in head.tags),
        symptoms=tuple(head.symptoms),
        priority=head.priority,
        owner=head.owner,
        reviewed_at=head.reviewed_at,
        steps=steps,
        body=body.strip(),
    )


def _front_matter(text: str, path: Path) -> FrontMatter:
    document = read(text, str(path), first_line=2)
    try:
        return FrontMatter.model_validate(document.content or {})
    except ValidationError as error:
        raise RunbookProblems(worded(error, FrontMatter, document, str(path))) from None


def steps_of(body: str) -> tuple[Step, ...]:
    """The items of the first ordered list under `## Steps`, numbered in order."""
    tokens = MarkdownIt("js-default").parse(body)
    lines = body.splitlines()
    inside, found = False, list[Step]()
    for place, token in enumerate(tokens):
        if token.type == "heading_open":
            inside = token.tag == "h2" and tokens[place + 1].content.strip().lower() == "steps"
        elif inside and token.type == "list_item_open" and token.level == 1 and token.markup in (".", ")"):
            found.append(_step(len(found) + 1, token, lines))
    return tuple(found)


def _step(number: int, item: Token, lines: list[str]) -> Step:
    first, last = item.map or (0, 0)
    text = [re.sub(r"^\s*\d+[.)]\s+", "", lines[first]), *(line.strip() for line in lines[first + 1 : last])]
    joined = "\n".join(text).strip()
    bold = re.match(r"\*\*(.+?)\*\*\s*", joined, re.DOTALL)
    if bold:
        return Step(number, " ".join(bold[1].split()).rstrip("."), joined[bold.end() :].strip())
    title, _, rest = joined.partition("\n")
    return Step(number, title.strip(), rest.strip())
