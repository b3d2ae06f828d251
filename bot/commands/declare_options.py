"""The options of a declaration, told from the words of its title.

Before the title's first word, and after its last, stand options. A priority there is one, as are `[private]` and
`--drill`; the bare words `private` and `drill` may as well belong to the title, so they are asked back. Nothing else is
taken out of a title.
"""

import difflib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import Enum, auto
from typing import Any

from bot.commands.asking_back import Question, Way
from bot.commands.grammar import DASHES, HIDDEN, Parsed, UnknownValue, join, masked
from bot.domain.refusal import Refusal
from bot.domain.spans import shown
from bot.domain.vocabulary import Priority, Severity

BARE = frozenset({*(one.lower() for one in Priority), "private", "drill", "anyway"})
NAMES = ("private", "drill")
"""What may be said of an incident and is as well a word of the language."""
FLAGS = frozenset({"--anyway", *(f"--{one}" for name in NAMES for one in (name, f"no-{name}"))})
OPTIONS = BARE | FLAGS
BEFORE_TEXT = frozenset({"not", "no", "from", "to", "than", "until", "a", "an", "the", "is", "was", "or", "and"})
"""A last word that follows one of these is text: “this is not a drill”, “upgrade from P2 to P1”."""
NEAR = 0.85
"""How like a word must be to `private` to be meant so: `privat`, `privately` and `privte` are, `privacy` is not."""

EDGE = rf"(?:[^\w\s{HIDDEN}'\"“”„‘’]|_)*"
"""Punctuation around a word; quotation marks are part of a title."""
WORD = re.compile(
    r"--?prio(?:rity)?(?:[=:]\s?|\s)(?P<asked>p[0-9]+)(?!\S)"
    r"|[\[(](?:p[1-4]|private|drill)[\])]:?"  # also where the title follows at once
    r"|p[1-4]:(?=\S)"
    r"|\S+",
    re.IGNORECASE,
)
FIRST_PRIORITY = re.compile(rf"{EDGE}(p[1-4]){EDGE}", re.IGNORECASE)
LAST_PRIORITY = re.compile(r"(?P<bracket>[\[(])?(p[1-4])(?(bracket)[\])]|)", re.IGNORECASE)
MARKED = re.compile(r"[\[(](private|drill)[\])]:?|(private|drill):", re.IGNORECASE)
ELSEWHERE = re.compile(rf"{EDGE}(?P<code>p[05-9]|sev-?[0-9]){EDGE}", re.IGNORECASE)
"""A priority or severity of another house; `p95` and `p99` are measures."""
LEADING = re.compile(r"(?:[-|:,;]\s+)+")
TRAILING = re.compile(r"(?:\s+[-|:,;]|[,;:])+\Z")
"""What separated an option from the title."""


class TwoPriorities(Refusal):
    """Give one priority, not {count}. For example: `/incident declare P1 checkout returns 500s`."""


class BothWays(Refusal):
    """It cannot be both `--{name}` and `--no-{name}`. Type one of them."""


class OptionOrWord(Question):
    """Nothing is declared yet: is “{word}” meant as an option, or is it only a word of the title?"""


class WhichPriority(Question):
    """Nothing is declared yet: “{word}” is no priority here. P1 is the worst and P4 the least; a technical severity is
    typed as `severity:SEV-1`. Which is it? To keep “{word}” in the title, type a priority before it."""


class Kind(Enum):
    """What a word at one end of a title is."""

    OPTION = auto()
    DOUBT = auto()
    TEXT = auto()


@dataclass(frozen=True, slots=True)
class Options:
    """What was read around a title, and the title."""

    title: str
    priority: Priority | None = None
    is_private: bool = False
    is_drill: bool = False
    anyway: bool = False
    without_anyway: str | None = None
    """The title without the word `anyway` at one of its ends, which is an option only where an incident is offered."""


@dataclass(frozen=True, slots=True)
class _Word:
    text: str
    """With plain dashes, code hidden."""
    start: int
    end: int
    asked: str | None = None
    """What follows `--priority`."""

    @property
    def is_flag(self) -> bool:
        return self.asked is not None or self.text.lower() in FLAGS

    @property
    def plain(self) -> str:
        """Without the punctuation around it, in lower case."""
        solid = [at for at, character in enumerate(self.text) if character.isalnum() or character == HIDDEN]
        return self.text[solid[0] : solid[-1] + 1].lower() if solid else ""


@dataclass(frozen=True, slots=True)
class _Read:
    """One word as an option: its kind and the name of the option."""

    kind: Kind
    name: str = ""


TEXT = _Read(Kind.TEXT)


def options(parsed: Parsed, rest: str) -> Options:
    """What stands around the title. `rest`: all that was typed after the verb. Raises OptionOrWord, WhichPriority,
    TwoPriorities, BothWays, UnknownValue."""
    text = parsed.text
    everything = [_word(found) for found in WORD.finditer(masked(text).translate(DASHES))]
    flags = [word for word in everything if word.is_flag]
    words = [word for word in everything if not word.is_flag]
    said = {flag.text.lower().removeprefix("--") for flag in flags if flag.asked is None}
    reads = _reads(words, said, parsed)
    _ask_about(reads, said, rest)
    taken = {word: read.name for word, read in reads.items() if read.kind is Kind.OPTION}
    given = _priorities(parsed.values, flags, taken.values())
    title = [word for word in words if word not in taken]
    if title and not given:
        _ask_for_priority(title[0], parsed.values, rest)
    perhaps = [word for word, read in reads.items() if read.kind is Kind.DOUBT and read.name == "anyway"]
    names = {*said, *taken.values()}
    _require_one_way(names)
    return Options(
        title=_title(text, words, [*flags, *taken]),
        priority=next(iter(given), None),
        is_private="private" in names,
        is_drill="drill" in names,
        anyway="anyway" in names,
        without_anyway=_title(text, words, [*flags, *taken, *perhaps]) if perhaps else None,
    )


def _reads(words: list[_Word], said: set[str], parsed: Parsed) -> dict[_Word, _Read]:
    """Every word that is or may be an option."""
    after = _all_after_the_last_token(words, parsed)
    before = words[: len(words) - len(after)]
    reads = {word: _Read(Kind.OPTION, _marked(word) or word.plain) for word in after}
    front, back = _run(before, said, at_front=True), _run(before, said, at_front=False)
    if len(front) == len(before):  # no title at all: what there is are options, and the form shows them
        return reads | {word: _Read(Kind.OPTION, read.name) for word, read in front.items()}
    reads |= _settled(front, said) | _settled({word: back[word] for word in back if word not in front}, said)
    reads |= {word: _Read(Kind.DOUBT, "private") for word in words if word not in reads and _is_nearly_a_flag(word)}
    return {word: _answered(word, read, said) for word, read in reads.items()}


def _word(found: re.Match[str]) -> _Word:
    return _Word(found[0], found.start(), found.end(), found["asked"])


def _require_one_way(names: set[str]) -> None:
    """Raises BothWays."""
    for name in NAMES:
        if {name, f"no-{name}"} <= names:
            raise BothWays(name=name)


def _all_after_the_last_token(words: list[_Word], parsed: Parsed) -> list[_Word]:
    """The words after the last `key:value`, where all of them are options; none otherwise."""
    if not parsed.last:
        return []
    start = len(parsed.text) - len(parsed.last)
    after = [word for word in words if word.start >= start]
    return after if all(word.text.lower() in BARE or _marked(word) for word in after) else []


def _run(words: list[_Word], said: set[str], *, at_front: bool) -> dict[_Word, _Read]:
    """The words at one end that are or may be options, from the end inwards."""
    found: dict[_Word, _Read] = {}
    order = words if at_front else words[::-1]
    for place, word in enumerate(order):
        inner = order[place + 1] if place + 1 < len(order) else None
        read = _first(word) if at_front else _last(word, inner)
        if read.kind is Kind.TEXT or (read.kind is Kind.DOUBT and f"no-{read.name}" in said):
            break
        found[word] = read
    return found


def _first(word: _Word) -> _Read:
    if priority := FIRST_PRIORITY.fullmatch(word.text):
        return _Read(Kind.OPTION, priority[1].upper())
    if marked := _marked(word):
        return _Read(Kind.OPTION, marked)
    meant = _meant(word)
    return _Read(Kind.DOUBT, meant) if meant else TEXT


def _last(word: _Word, before: _Word | None) -> _Read:
    priority = LAST_PRIORITY.fullmatch(word.text)
    if (priority and priority["bracket"]) or (_marked(word) and not word.text.endswith(":")):
        return _Read(Kind.OPTION, priority[2].upper() if priority else _marked(word))
    if before is not None and before.plain in BEFORE_TEXT:
        return TEXT
    if priority:
        return _Read(Kind.OPTION, priority[2].upper())
    meant = _meant(word)
    return _Read(Kind.DOUBT, meant) if meant else TEXT


def _marked(word: _Word) -> str:
    """`private` for `[private]`, `(private)` and `private:`; empty for anything else."""
    found = MARKED.fullmatch(word.text)
    return (found[1] or found[2]).lower() if found else ""


def _meant(word: _Word) -> str:
    """The option that a word may stand for; empty for a word of the title."""
    plain = word.plain
    if plain in ("drill", "anyway"):
        return plain
    if re.match(r"drill[:=]", plain):
        return "drill"
    is_near = difflib.SequenceMatcher(None, "private", plain[:20]).ratio() >= NEAR
    return "private" if is_near or re.match(r"private[\W_]", plain) else ""


def _settled(run: dict[_Word, _Read], said: set[str]) -> dict[_Word, _Read]:
    """Of the words at one end, those outside of a sure option are no part of the title: in `private P2 checkout` it
    begins with “checkout”. What nobody has answered stays a doubt."""
    words = list(run)
    sure = [place for place, word in enumerate(words) if run[word].kind is Kind.OPTION]
    outside = words[: sure[-1]] if sure else []
    settled = {word: run[word].name for word in outside if run[word].name in {*said, "anyway"}}
    return run | {word: _Read(Kind.OPTION, name) for word, name in settled.items()}


def _is_nearly_a_flag(word: _Word) -> bool:
    return word.text.startswith("--") and _meant(word) == "private"


def _answered(word: _Word, read: _Read, said: set[str]) -> _Read:
    """`-private` and `private:yes` are no words of a title, once it is known that they were meant."""
    is_written_as_one = not word.text[0].isalnum() or re.search(r"\w[:=]\w", word.text) is not None
    return _Read(Kind.OPTION, read.name) if read.name in said and is_written_as_one else read


def _ask_about(reads: Mapping[_Word, _Read], said: set[str], rest: str) -> None:
    """Raises OptionOrWord for the first doubt that nobody has answered."""
    for word, read in reads.items():
        name = read.name
        if read.kind is Kind.DOUBT and name in NAMES and not {name, f"no-{name}"} & said:
            is_it = "a drill" if name == "drill" else name
            ways = (
                Way(f"It is {is_it}", f"declare --{name} {rest}"),
                Way(f"It is not {is_it}", f"declare --no-{name} {rest}"),
            )
            raise OptionOrWord(ways, word=shown(word.text))


def _priorities(values: Mapping[str, Any], flags: Iterable[_Word], names: Iterable[str]) -> set[Priority]:
    """The priority that was given, if any. Raises TwoPriorities, UnknownValue."""
    given = {Priority(name.upper()) for name in names if name.upper() in list(Priority)}
    for flag in flags:
        if flag.asked and flag.asked.upper() not in list(Priority):
            known = ", ".join(f"`{one}`" for one in Priority)
            raise UnknownValue(key="priority", typed=shown(flag.asked), hint="", known=known)
        if flag.asked:
            given.add(Priority(flag.asked.upper()))
    if values.get("priority"):
        given.add(Priority(values["priority"]))
    if len(given) > 1:
        raise TwoPriorities(count=len(given))
    return given


def _ask_for_priority(first: _Word, values: Mapping[str, Any], rest: str) -> None:
    """Raises WhichPriority where the title begins with a priority or severity that there is not."""
    found = ELSEWHERE.fullmatch(first.text)
    if found is None or (values.get("severity") and found["code"].lower().startswith("sev")):
        return
    at = re.search(rf"(?<!\S){re.escape(first.text)}(?!\S)", masked(rest).translate(DASHES))
    if at is None:
        return
    ways = [Way(one.value, f"declare {rest[: at.start()]}{one}{rest[at.end() :]}") for one in Priority]
    severity = f"SEV-{found['code'][-1]}"
    if found["code"].lower().startswith("sev") and severity in list(Severity):
        without = join([rest[: at.start()], rest[at.end() :]])
        ways.append(Way(f"{severity}, as the severity", f"declare {without} severity:{severity}"))
    raise WhichPriority(tuple(ways), word=found["code"])


def _title(text: str, words: list[_Word], without: Iterable[_Word]) -> str:
    """The text without some of its words, and without what separated them from the rest."""
    gone = sorted(without, key=lambda word: word.start)
    starts, ends = [0, *(word.end for word in gone)], [*(word.start for word in gone), len(text)]
    title = join([text[start:end] for start, end in zip(starts, ends, strict=True)])
    plain = title.translate(DASHES)
    if words and words[0] in gone and (leading := LEADING.match(plain)):
        title, plain = title[leading.end() :], plain[leading.end() :]
    if words and words[-1] in gone and (trailing := TRAILING.search(plain)):
        title = title[: trailing.start()]
    return title
