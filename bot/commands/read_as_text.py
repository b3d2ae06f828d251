"""What was read as text although it looks like something else: one table, told in the answer.

Nothing here changes what is done; whoever typed it learns how it was read, and what to type instead.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from bot.commands.grammar import DASHES, Parsed, masked
from bot.domain.refusal import Refusal
from bot.domain.spans import shown

DAY = r"[12][0-9]{3}-[0-9]{2}-[0-9]{2}"
CLOCK = rf"[0-9]{{1,2}}:[0-9]{{2}}(?::[0-9]{{2}})?|{DAY}[Tt ][0-9:.]{{5,}}\S*"
SPAN = r"[0-9]+ ?(?:s|m|h|d|sec|mins?|minutes?|hours?|hrs?|days?)(?:[0-9]+[ms])*"
NOTED = "To say when it happened, type `/incident note <text> at:{value}`."
BEGAN = "To say when it began, type `/incident time began at:{value} <reason>`."


class TheOtherWayRound(Refusal):
    """That would have been recorded as text. Type what is to be done, then the number: `/incident {verb} {right}`."""


class WhichNumber(Refusal):
    """That would have been recorded as text. `{what}` needs the number, for example `/incident {verb} {what} 1`;
    `/incident {verb}` alone lists them."""


@dataclass(frozen=True, slots=True)
class NearMiss:
    """A line of the table: what a text ends with, and what to say of it, by the verb it was typed with."""

    ends_with: str
    """A regular expression of the last words; `value` is the group that goes into the advice."""
    advice: Mapping[str, str]
    example: str
    """A command of which it is true, for the documents."""
    key: str = ""
    """The key that it looks like: nothing is said where it was given besides."""


NEAR_MISSES = (
    NearMiss(
        rf"at ?[:=]? ?(?P<value>{CLOCK})",
        {
            "note": "To say when it happened, type `at:{value}`.",
            "resolve": "To correct the time, type `/incident time resolved at:{value} <reason>`.",
            "mitigate": "To correct the time, type `/incident time mitigated at:{value} <reason>`.",
            "declare": BEGAN,
        },
        "note deploy at 12:30",
        "at",
    ),
    NearMiss(
        rf"at[:=] ?(?P<value>{CLOCK})",
        {
            "update": NOTED,
            "verify": NOTED,
            "close": NOTED,
            "reopen": BEGAN,
            "escalate": NOTED,
            "followup": NOTED,
            "join": NOTED,
        },
        "update all quiet at:12:30",
    ),
    NearMiss(
        rf"next(?: update)?(?: in| at)?[:=]? ?(?P<value>{SPAN}|{CLOCK})",
        {"update": "To say when the next update comes, type `next:` with a time right after it: `next:{value}`."},
        "update quiet, next update in 20 minutes",
        "next",
    ),
    NearMiss(
        r"next[:=]? ?(?P<value>[0-9]+[smhd])",
        dict.fromkeys(
            ("declare", "note", "mitigate", "reopen", "priority", "impact", "urgency", "escalate"),
            "To promise the next update, type `/incident update <text> next:{value}`.",
        ),
        "note deploy next 15m",
    ),
    NearMiss(
        rf"(?:due|by)[:=]? ?(?P<value>{DAY})",
        {"followup": "To give it a due date, type `due:{value}`."},
        "followup mend it by 2026-12-01",
        "due",
    ),
    NearMiss(
        r"(?P<key>impact|urgency|priority|severity|service|category)[:=] ?(?P<value>\S+)",
        dict.fromkeys(
            ("update", "note", "mitigate", "resolve", "reopen", "escalate", "join"),
            "To change it, type `/incident {key} {value} <reason>`.",
        ),
        "update it is severity:SEV-1",
    ),
    NearMiss(
        r"--?(?P<key>service|category|impact|urgency|severity|source|users)[ =](?P<value>\S+)",
        {"declare": "Type it as `{key}:{value}`; now it is `/incident {key} {value} <reason>`."},
        "declare checkout is down --service checkout",
    ),
    NearMiss(
        r"(?P<value>p[1-4])[.!,;]",
        {"declare": "To set the priority, type `/incident priority {value} <reason>`."},
        "declare it should be P1.",
        "priority",
    ),
    NearMiss(
        r"[\[(]?(?:p[05-9]|sev-?[0-9])[\])]?[.!]?",
        {
            "declare": "To set a priority, P1 to P4, type `/incident priority P1 <reason>`; a severity, "
            "`/incident severity SEV-1 <reason>`."
        },
        "declare checkout is down P0",
        "severity",
    ),
)


def read_as_text(verb: str, parsed: Parsed) -> str:
    """What to tell of a text whose end was perhaps meant otherwise; empty where there is nothing to tell."""
    end = masked(parsed.text).translate(DASHES)[-80:]
    for miss in NEAR_MISSES:
        if verb not in miss.advice or miss.key in parsed.values:
            continue
        if found := re.search(rf"(?:^|(?<=[\s,;(]))(?P<all>{miss.ends_with})[.)]?\s*\Z", end, re.IGNORECASE):
            return f"“{found['all']}” was read as text. {miss.advice[verb].format(**_facts(found))}"
    return ""


def _facts(found: re.Match[str]) -> dict[str, str]:
    facts = {name: (value or "").replace("`", "'") for name, value in found.groupdict().items()}
    value = facts.get("value", "")
    if span := re.fullmatch(r"([0-9]+) ?([smhd])[a-z]*", value, re.IGNORECASE):
        value = f"{span[1]}{span[2].lower()}"
    return facts | {"value": value.upper() if re.fullmatch(r"p[1-4]", value, re.IGNORECASE) else value}


def examples() -> list[tuple[str, str]]:
    """One command for each line of the table, and what is told of it."""
    commands = [miss.example.partition(" ") for miss in NEAR_MISSES]
    return [(f"{verb} {text}", read_as_text(verb, Parsed(text))) for verb, _, text in commands]


@dataclass(frozen=True, slots=True)
class Numbered:
    """`done 2 <rest>`: what is to be done with the one of that number."""

    what: str
    number: int
    rest: str


def numbered(verb: str, text: str, known: tuple[str, ...]) -> Numbered | None:
    """A known word and a number, `done 2` or `done #2`; None for a text. Raises TheOtherWayRound, WhichNumber for what
    would hardly be meant as one."""
    words = text.split(maxsplit=2)
    first, second = (*(word.lower() for word in words[:2]), "", "")[:2]
    rest = words[2].strip() if len(words) > 2 else ""
    if first in known and (number := NUMBER.fullmatch(second)):
        return Numbered(first, int(number[1]), rest)
    if second in known and (number := NUMBER.fullmatch(first)) and (not rest or second != "change"):
        raise TheOtherWayRound(verb=verb, right=shown(f"{second} {number[1]} {rest}".strip()))
    if second in known and NO_NUMBER.fullmatch(first):
        raise WhichNumber(verb=verb, what=second)
    is_meant = NO_NUMBER.fullmatch(second) or (not rest and (not second or NOT_A_NUMBER.fullmatch(second)))
    if first in known and is_meant:
        raise WhichNumber(verb=verb, what=first)
    return None


NUMBER = re.compile(r"#?([1-9][0-9]{0,8})[:,.]?")
NO_NUMBER = re.compile(r"#?0[0-9]*[:,.]?")
"""What looks like one and is none: they begin with 1."""
NOT_A_NUMBER = re.compile(r"(?:inc[-‐‑‒–—]?)?#?[0-9]+|all|it|this|that|last", re.IGNORECASE)
