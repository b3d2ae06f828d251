"""Runbooks as teams keep them: folders of Markdown files, read again when one of them changes.

A file that cannot be read is left out and named, with its line and what to do; the others are used. Nothing outside the
folders is read, whatever links stand in them.
"""

import os
import re
import stat
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from fnmatch import fnmatchcase
from functools import partial
from pathlib import Path, PurePosixPath
from posixpath import normpath
from typing import Annotated, Any, Final, TypeVar, overload
from urllib.parse import unquote

from anyascii import anyascii
from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, ValidationError

from bot.config.runbook_amending import File
from bot.config.runbook_markdown import contents, outline
from bot.config.yaml_lines import Lined, Problem, Problems, read, read_quickly, text_of, worded
from bot.domain.automation import named_action
from bot.domain.runbook import Runbook, Step
from bot.domain.telling import few
from bot.domain.vocabulary import Priority

ENDINGS: Final = (".md", ".markdown")
NO_RUNBOOKS: Final = {"readme", "_index", "contributing", "changelog", "license", "code_of_conduct", "security"}
"""What else lies in a repository of runbooks."""
SIDE_FILE: Final = "runbooks.yml"
"""What is known of files that have no front matter: their paths or patterns, each with the keys of front matter."""
LARGEST: Final = 256 * 1024
"""Bytes of a file. The longest public runbooks have a tenth of that."""
MOST: Final = 5_000
"""Files of a folder."""
FRONT: Final = re.compile(r"\A---[ \t]*\n(?P<yaml>.*?)^(?:---|\.\.\.)[ \t]*$\n*", re.DOTALL | re.MULTILINE)
UNENDED: Final = re.compile(r"\A---[ \t]*\n[\w-]+:(?:\s|$)")
T = TypeVar("T")


def _slug(value: object) -> str:
    if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", str(value)):
        raise ValueError(f"{value!r} is no slug; write lower-case words joined by -")
    return str(value)


def _date(value: object) -> date:
    try:
        return date.fromisoformat(str(value))
    except ValueError:
        raise ValueError(f"{value!r} is no date; write for example 2026-01-05") from None


def _several(value: object) -> object:
    """One word where a list is meant, as many write it."""
    if value is None:
        return []
    if isinstance(value, str):
        return [part.strip() for part in value.split(",") if part.strip()]
    return [str(one) if isinstance(one, int | float) else one for one in value] if isinstance(value, list) else value


def _text(value: object) -> object:
    return "" if value is None else str(value) if isinstance(value, int | float) else value


def _action(value: str) -> str:
    if named_action(value) is None:
        raise ValueError(f"{value[:60]!r} names no action; write for example restart-checkout percent=10")
    return " ".join(value.split())


Texts = Annotated[list[str], BeforeValidator(_several)]
Words = Annotated[str, BeforeValidator(_text)]


class FrontMatter(BaseModel):
    model_config = ConfigDict(extra="allow")

    title: Words = ""
    slug: Annotated[str, BeforeValidator(_slug)] | None = None
    services: Texts = []
    categories: Texts = []
    tags: Texts = []
    symptoms: Texts = []
    priority: Priority | None = None
    owner: Words = ""
    reviewed_at: Annotated[date, BeforeValidator(_date)] | None = None
    actions: dict[int, Annotated[str, AfterValidator(_action)]] = {}
    """By the number of a step."""


class Later(Sequence[T]):
    """Several of something, read when one of them is looked at; how many they are may be known before."""

    __slots__ = ("_count", "_read")

    def __init__(self, read: Callable[[], Sequence[T]], count: int | None = None) -> None:
        self._read, self._count = read, count

    def __len__(self) -> int:
        return len(self._read()) if self._count is None else self._count

    @overload
    def __getitem__(self, at: int) -> T: ...
    @overload
    def __getitem__(self, at: slice) -> Sequence[T]: ...
    def __getitem__(self, at: int | slice) -> T | Sequence[T]:
        return self._read()[at]

    def __iter__(self) -> Iterator[T]:
        return iter(self._read())


@dataclass(frozen=True, slots=True)
class Library:
    """The runbooks of all folders, by slug, and what is wrong with files."""

    runbooks: tuple[Runbook, ...] = ()
    left_out: tuple[Problem, ...] = ()
    """Why files are not used as they are now."""
    remarks: tuple[Problem, ...] = ()
    """What was not understood in files that are used."""
    files: Mapping[str, Path] = field(default_factory=dict)
    """Where each runbook stands, by its slug."""

    def named(self) -> str:
        """What was left out, in a sentence; empty when nothing was."""
        if not self.left_out:
            return ""
        files = list(dict.fromkeys(Path(one.file).name for one in self.left_out))
        count = "1 runbook file is" if len(files) == 1 else f"{len(files)} runbook files are"
        return f"{count} not used as written: {few(files, SHOWN)}. `muster doctor` says why."


SHOWN: Final = 5
"""Files that are named in one sentence."""
Stamp = tuple[int, int, int]
"""What changes when a file does: its time, size and number on the disk."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A file as it was read last."""

    stamp: Stamp
    runbook: Runbook | None = None
    """The last one that could be read, in an earlier version of the file perhaps."""
    wrong: tuple[Problem, ...] = ()
    """Why it cannot be read as it is."""
    remarks: tuple[Problem, ...] = ()


@dataclass(slots=True)
class Folder:
    """What was found in a folder."""

    path: Path
    side: Stamp | None = None
    """Of its side file, where it has one."""
    side_wrong: tuple[Problem, ...] = ()
    entries: dict[str, Entry] = field(default_factory=dict)
    gone: dict[str, Entry] = field(default_factory=dict)
    """Of files that are not there any more."""
    wrong: tuple[Problem, ...] | None = None
    """What cannot be looked at; None before it was looked at."""


class Shelf:
    """The runbooks of some folders. Not for several threads at once."""

    def __init__(self, folders: Sequence[Path]) -> None:
        self._folders = [Folder(path) for path in folders]
        self.library = Library()

    def look(self) -> Library:
        """Read what has changed since the last time."""
        changed = [_look(folder) for folder in self._folders]
        if any(changed):
            self.library = _gather(self._folders)
        return self.library


def load(*folders: Path) -> tuple[Runbook, ...]:
    """Every runbook of some folders that can be read, by slug."""
    return Shelf(folders).look().runbooks


def _look(folder: Folder) -> bool:
    """Whether anything of a folder has changed; then it is read."""
    found, wrong = _files(folder.path)
    side = found.pop(SIDE_FILE, None)
    if folder.entries and not found and wrong:  # all of it is away: a disk, a checkout under way
        is_news, folder.wrong = wrong != folder.wrong, wrong
        return is_news
    stamps = {path: entry.stamp for path, entry in folder.entries.items()}
    if (stamps, folder.side, folder.wrong) == (found, side, wrong):
        return False
    known, folder.side_wrong = _side_file(folder.path / SIDE_FILE) if side else ([], ())
    old = folder.entries
    folder.entries = {
        path: old[path]
        if path in old and old[path].stamp == stamp and side == folder.side
        else _entry(folder.path, path, stamp, known, old.get(path))
        for path, stamp in found.items()
    }
    folder.gone |= {path: one for path, one in old.items() if one.runbook}
    folder.gone = {path: one for path, one in folder.gone.items() if path not in found}
    folder.side, folder.wrong = side, wrong
    return True


def _files(folder: Path) -> tuple[dict[str, Stamp], tuple[Problem, ...]]:
    """The Markdown files of a folder and those below it, by their paths in it, and what is not looked at."""
    found: dict[str, Stamp] = {}
    wrong: list[Problem] = []
    root = os.path.realpath(folder)
    waiting = [""]
    while waiting:
        inside = waiting.pop()
        try:
            entries = sorted(os.scandir(os.path.join(root, inside)), key=lambda one: one.name)
        except OSError as error:
            wrong.append(Problem(str(folder / inside), 1, f"the folder cannot be read: {error.strerror}"))
            continue
        for entry in entries:
            path = f"{inside}/{entry.name}" if inside else entry.name
            if entry.name.startswith(".") or entry.name == "node_modules":
                continue
            try:
                if problem := _leads_out(entry, root):
                    wrong.append(Problem(str(folder / path), 1, problem))
                elif entry.is_dir():
                    waiting.append(path)
                elif _is_runbook(entry.name) or path == SIDE_FILE:
                    found[path] = _stamp(entry.stat())
            except OSError as error:
                wrong.append(Problem(str(folder / path), 1, f"cannot be read: {error.strerror}"))
        if len(found) > MOST:
            text = (
                f"there are more than {MOST:,} Markdown files below it, and the rest is not read; name a smaller folder"
            )
            wrong.append(Problem(str(folder), 1, text))
            break
    return found, tuple(wrong)


def _is_runbook(name: str) -> bool:
    stem, ending = os.path.splitext(name.lower())
    return ending in ENDINGS and stem not in NO_RUNBOOKS


def _leads_out(entry: "os.DirEntry[str]", root: str) -> str:
    """Why a link is not followed: only one to a file within the folder is, such as Kubernetes makes for its volumes."""
    if not entry.is_symlink():
        return ""
    if entry.is_dir():
        return "a link to a folder is not followed; name that folder in MUSTER_RUNBOOKS instead"
    if _is_runbook(entry.name) and not os.path.realpath(entry.path).startswith(root + os.sep):
        return "a link that leads out of the folder is not followed; put the file itself here"
    return ""


def _stamp(found: os.stat_result) -> Stamp:
    if not stat.S_ISREG(found.st_mode):
        raise OSError(0, "it is no file")
    return found.st_mtime_ns, found.st_size, found.st_ino


def _side_file(path: Path) -> tuple[list[tuple[str, FrontMatter]], tuple[Problem, ...]]:
    """What a side file says of which files."""
    try:
        document = read(_bounded(path), str(path))
    except Problems as wrong:
        return [], wrong.problems
    if not isinstance(document.content, dict):
        return [], (Problem(str(path), 1, "expected paths, each with keys of front matter below it"),)
    known, problems = [], list[Problem]()
    for pattern, said in document.content.items():
        if not isinstance(said, dict):
            problems.append(
                Problem(str(path), document.line((str(pattern),)), f"`{pattern}`: expected `key: value` lines")
            )
            continue
        about = {where[1:]: line for where, line in document.lines.items() if where[:1] == (str(pattern),)}
        front, remarks = _valid(Lined(said, about), path)
        known.append((str(pattern), front))
        problems += remarks
    return known, tuple(problems)


def _entry(folder: Path, path: str, stamp: Stamp, known: Sequence[tuple[str, FrontMatter]], old: Entry | None) -> Entry:
    """A file as it is now; where it cannot be read, as it was before."""
    try:
        runbook, remarks = read_runbook(
            folder / path, path, [front for pattern, front in known if fnmatchcase(path, pattern)]
        )
    except Problems as wrong:
        return Entry(stamp, old.runbook if old else None, wrong.problems)
    return Entry(stamp, runbook, (), remarks)


def _bounded(path: Path) -> str:
    try:
        size = path.stat().st_size
    except OSError as error:
        raise Problems([Problem(str(path), 1, f"cannot be read: {error.strerror}")]) from None
    if size > LARGEST:
        raise Problems([Problem(str(path), 1, f"is larger than {LARGEST // 1024} KB; divide it into several runbooks")])
    return text_of(path).replace("\r\n", "\n").replace("\r", "\n")


def read_runbook(file: Path, path: str, known: Sequence[FrontMatter] = ()) -> tuple[Runbook, tuple[Problem, ...]]:
    """One runbook, and what was not understood in it. `path`: within its folder; `known`: what a side file says of it.
    Raises Problems."""
    text = _bounded(file)
    if not text.strip():
        raise Problems([Problem(str(file), 1, "is empty; write what is to be done, or remove it")])
    found = FRONT.match(text)
    if found is None and UNENDED.match(text):
        raise Problems([Problem(str(file), 1, "the front matter never ends; write a line of --- below it")])
    front, remarks = FrontMatter(), list[Problem]()
    if found:
        document = read_quickly(found["yaml"], str(file), first_line=2)
        if not isinstance(document.content or {}, dict):
            raise Problems([Problem(str(file), 2, "expected `key: value` lines between the lines of ---")])
        front, remarks = _valid(document, file)
    body = text[found.end() :] if found else text
    first_line = text.count("\n", 0, found.end()) + 1 if found else 1
    return _runbook(path, body, first_line, [front, *known]), tuple(remarks)


def _valid(document: Lined, file: Path) -> tuple[FrontMatter, list[Problem]]:
    """Front matter without the keys that are wrong, and what is wrong with them."""
    content = dict(document.content or {})
    try:
        return FrontMatter.model_validate(content), []
    except ValidationError as error:
        wrong = worded(error, FrontMatter, document, str(file))
        left = {key: value for key, value in content.items() if key not in {one["loc"][0] for one in error.errors()}}
        return FrontMatter.model_validate(left), wrong


def _runbook(path: str, body: str, first_line: int, fronts: Sequence[FrontMatter]) -> Runbook:
    """`fronts`: the file's own front matter first, then what is known besides."""
    seen = outline(body)
    own = fronts[0]

    def one(name: str) -> Any:
        return next((value for front in fronts if (value := getattr(front, name))), None)

    def all_of(name: str) -> tuple[str, ...]:
        if name in own.model_fields_set:
            return tuple(getattr(own, name))
        return tuple(dict.fromkeys(value for front in fronts for value in getattr(front, name)))

    told = seen.told
    is_named = seen.title and seen.title.casefold() not in ORDINARY
    return Runbook(
        slug=own.slug or _slug_of(path),
        title=one("title") or (seen.title if is_named else _name_of(path)),
        services=all_of("services") or tuple(name.lower() for name in told.get("services", ())),
        categories=all_of("categories"),
        tags=tuple(tag.lower() for tag in all_of("tags") or told.get("tags", ())),
        symptoms=all_of("symptoms") or told.get("symptoms", ()) or told.get("meaning", ()),
        priority=one("priority"),
        owner=one("owner") or "",
        reviewed_at=one("reviewed_at"),
        steps=Later(lambda: _with_actions(contents(body, first_line).steps, one("actions") or {}), seen.steps),
        sections=Later(lambda: contents(body, first_line).sections),
        body=body,
        first_line=first_line,
        path=path,
        other={key: value for front in reversed(fronts) for key, value in (front.model_extra or {}).items()},
    )


def _with_actions(steps: Sequence[Step], named: Mapping[int, str]) -> Sequence[Step]:
    """What a step itself says wins."""
    return [replace(one, action=one.action or named.get(one.number, "")) for one in steps] if named else steps


ORDINARY: Final = {
    *("meaning", "impact", "diagnosis", "mitigation", "steps", "symptoms", "overview", "summary", "introduction"),
    *("when to use this", "before you start"),
}
"""Headings that name a part of a runbook, not the runbook."""


def _slug_of(path: str) -> str:
    """`kubernetes/KubePodCrashLooping.md` is `kubernetes-kubepodcrashlooping`."""
    plain = str(PurePosixPath(path).with_suffix("")).removesuffix("/index")
    return re.sub(r"[^a-z0-9]+", "-", anyascii(plain).lower()).strip("-") or "runbook"


def _name_of(path: str) -> str:
    file = PurePosixPath(path)
    return (
        " ".join(re.split(r"[-_ ]+", file.parent.name if file.stem.lower() == "index" else file.stem)).strip() or path
    )


def _gather(folders: Sequence[Folder]) -> Library:
    """Everything that was read; of two runbooks with one slug, the first."""
    found: dict[str, tuple[Runbook, Path]] = {}
    left_out, remarks = list[Problem](), list[Problem]()
    for folder in folders:
        left_out += (*(folder.wrong or ()), *folder.side_wrong)
        slugs: dict[str, str] = {}
        for path, entry in sorted(folder.entries.items()):
            left_out += entry.wrong
            remarks += entry.remarks
            if entry.runbook is None:
                continue
            file, slug = folder.path / path, entry.runbook.slug
            if slug in found:
                text = f"the slug `{slug}` stands in {found[slug][1]} already; give one of them another `slug`"
                left_out.append(Problem(str(file), 1, text))
                continue
            slugs[path] = slug
            read = entry.runbook
            as_read = File(file, folder.path, LARGEST, slug, read.title, read.body)
            found[slug] = (replace(read, leads_to=partial(_slug_at, slugs, path), amended=as_read.amended), file)
    for folder in folders:
        for path, entry in folder.gone.items():
            if entry.runbook and entry.runbook.slug not in found:
                found[entry.runbook.slug] = (replace(entry.runbook, is_withdrawn=True), folder.path / path)
    return Library(
        tuple(runbook for _, (runbook, _) in sorted(found.items())),
        Problems(left_out).problems,
        Problems(remarks).problems,
        {slug: file for slug, (_, file) in found.items()},
    )


def _slug_at(slugs: Mapping[str, str], path: str, address: str) -> str | None:
    """The runbook that an address in the file at a path means."""
    if not RELATIVE.match(address):
        return None
    target = _target(path, address)
    return next((slugs[one] for one in _ways_to(target) if one in slugs), None)


def _ways_to(target: str) -> tuple[str, ...]:
    """A file as it is named, and as sites name it that are made of such files."""
    return target, f"{target}.md", f"{target}/index.md", f"{target}/_index.md"


def _target(path: str, address: str) -> str:
    """Where in its folder an address leads that stands in the file at a path; above it, it begins with `..`."""
    name = unquote(address.partition("#")[0].partition("?")[0])
    return normpath(str(PurePosixPath(path).parent / name)) if name else path


RELATIVE: Final = re.compile(r"(?![a-zA-Z][a-zA-Z0-9+.-]*:|//|/|#)")


def findings(library: Library) -> Iterator[Problem]:
    """What each runbook that is used could not keep, and the links in it that lead nowhere."""
    yield from library.remarks
    for runbook in library.runbooks:
        if runbook.is_withdrawn:
            continue
        file = library.files[runbook.slug]
        read_whole = contents(runbook.body, runbook.first_line)
        yield from (Problem(str(file), one.line, one.text) for one in read_whole.findings)
        for line, address in read_whole.links:
            if problem := _dead(runbook, file, address, read_whole.anchors):
                yield Problem(str(file), line, problem)


def unknown_actions(library: Library, known: Collection[str]) -> Iterator[Problem]:
    """Steps that name an action that the policy does not have."""
    for runbook in library.runbooks:
        for step in () if runbook.is_withdrawn else runbook.steps:
            named = named_action(step.action)
            if named is not None and named.name not in known:
                place = max(runbook.body.find(f"`{step.action}`"), 0)
                line = runbook.first_line + runbook.body.count("\n", 0, place)
                text = f"step {step.number} names the action `{named.name}`, which the policy does not have"
                yield Problem(str(library.files[runbook.slug]), line, text)


PICTURES: Final = (".png", ".jpg", ".jpeg", ".gif", ".svg", ".webp")


def _dead(runbook: Runbook, file: Path, address: str, anchors: Collection[str]) -> str:
    """What is wrong with a link to somewhere in the folder; empty for any other."""
    folder = Path(str(file).removesuffix(runbook.path))
    if address.startswith("#"):
        anchor = unquote(address[1:]).lower()
        return (
            ""
            if anchor in anchors or not anchor
            else f"the link `{address}` leads to no heading of this file; correct it"
        )
    if not RELATIVE.match(address) or (target := _target(runbook.path, address)).startswith(".."):
        return ""
    if not any((folder / one).exists() for one in _ways_to(target)):
        return f"the link `{address}` leads to no file; correct or remove it"
    if target.lower().endswith(PICTURES):
        return f"the picture `{address}` cannot be shown in Slack, only its description; a web address can be opened"
    return ""
