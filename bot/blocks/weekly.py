"""The digest of a week in words: at most ten lines, for a channel and for mail."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from bot.blocks.metrics import ENOUGH, length
from bot.blocks.text import plural, safe, shorten
from bot.domain.dates import a_span
from bot.domain.metrics import Share, Spread
from bot.domain.telling import listed
from bot.domain.vocabulary import Priority
from bot.domain.weekly import WEEKS_BEFORE, Weekly

MOST_SERVICES: Final = 4
NAME: Final = 40
NUMBERS: Final = ("no", "one", "two", "three", "four")


@dataclass(frozen=True, slots=True)
class Told:
    """A digest that was written. `lines`: plain text, each a paragraph; `address`: where its figures are, empty where
    there are no pages; `described`: what the picture shows."""

    title: str
    lines: Sequence[str]
    address: str
    picture: bytes
    described: str
    at: datetime

    @property
    def as_mrkdwn(self) -> str:
        head = f"*<{self.address}|{safe(self.title)}>*" if self.address else f"*{safe(self.title)}*"
        return "\n".join([head, *map(safe, self.lines)])


def title_of(found: Weekly) -> str:
    return f"Incidents from {a_span(found.first, found.last)}"


def lines_of(found: Weekly, names: Mapping[str, str], missed: int = 0) -> list[str]:
    """What stands below the title. `names`: of services, by slug; `missed`: digests that were not sent before it."""
    return [one for one in (*_sentences(found, names), _footer(missed)) if one]


def _sentences(found: Weekly, names: Mapping[str, str]) -> Iterable[str]:
    of, before = found.figures, found.before
    yield _counts(found)
    yield _typical("resolved", of.times["resolve"], before.times["resolve"])
    yield _typical("acknowledged", of.times["acknowledge"], before.times["acknowledge"])
    yield _share("update", "came on time", of.updates, before.updates)
    yield _share("target", "was met", of.targets, before.targets, "were met")
    yield _services(found, names)
    yield _came_back(of.repeated.part, of.reopened.part)
    yield _to_do(of.open, found.follow_ups, found.overdue)


def _counts(found: Weekly) -> str:
    """`12 incidents: 1 P1 and 11 P3. The four weeks before had between 7 and 11 each.`"""
    *earlier, week = found.weeks
    parts = [f"{week.by_priority[one.value]:,} {one}" for one in Priority if week.by_priority[one.value]]
    head = f"{plural(found.figures.incidents, 'incident')}: {listed(parts)}." if parts else "No incidents."
    counts = sorted(sum(one.by_priority.values()) for one in earlier)
    low, high = counts[0], counts[-1]
    weeks = f"The {NUMBERS[WEEKS_BEFORE]} weeks before had"
    if low == high:
        return f"{head} {weeks} {f'{low:,} each' if low else 'none'}."
    return f"{head} {weeks} between {f'{low:,}' if low else 'none'} and {high:,} each."


def _typical(done: str, of: Spread | None, before: Spread | None) -> str:
    """`Half were resolved within 1 h 20 min; in the four weeks before, within 2 h.`"""
    if of is None:
        return ""
    if of.count < ENOUGH:
        return f"{of.count} {'was' if of.count == 1 else 'were'} {done}; too few to say how long it usually takes."
    was = _before(f"within {_rounded(before.median)}") if before and before.count >= ENOUGH else ""
    return f"Half were {done} within {_rounded(of.median)}{was}."


def _rounded(span: timedelta) -> str:
    """Seconds matter to nobody here."""
    minutes = max(1, round(span.total_seconds() / 60))
    return length(timedelta(minutes=minutes))


def _share(noun: str, one: str, of: Share, before: Share, many: str | None = None) -> str:
    if not of.of:
        return ""
    was = _before(f"{before.percent} %") if before.of else ""
    if of.of == 1:
        return f"The one {noun} {one}{was}." if of.part else f"The one {noun} was {MISSED[noun]}{was}."
    if of.part == of.of:
        return f"All {of.of:,} {noun}s {many or one}{was}."
    return f"{of.part:,} of {of.of:,} {noun}s {(one if of.part == 1 else many or one)} ({of.percent} %){was}."


MISSED: Final = {"update": "late", "target": "missed"}


def _before(told: str) -> str:
    return f"; in the {NUMBERS[WEEKS_BEFORE]} weeks before, {told}"


def _services(found: Weekly, names: Mapping[str, str]) -> str:
    """Those with more than one; a list of single ones says nothing."""
    often = [(slug, count) for slug, count in found.by_service if slug and count > 1][:MOST_SERVICES]
    told = [f"{shorten(' '.join(names.get(slug, slug).split()), NAME)} ({count:,})" for slug, count in often]
    return f"Most often: {', '.join(told)}." if told else ""


def _came_back(repeated: int, reopened: int) -> str:
    parts = [
        f"{repeated:,} had a cause that was known before" if repeated else "",
        f"{reopened:,} {'was' if reopened == 1 else 'were'} reopened" if reopened else "",
    ]
    return f"{listed(filter(None, parts))}." if any(parts) else ""


def _to_do(still_open: int, follow_ups: int, overdue: int) -> str:
    parts = [
        f"{still_open:,} {'is' if still_open == 1 else 'are'} still open." if still_open else "",
        f"{plural(follow_ups, 'follow-up')} {'is' if follow_ups == 1 else 'are'} to be done"
        + (f", {overdue:,} of them overdue." if overdue else ".")
        if follow_ups
        else "",
    ]
    return " ".join(filter(None, parts))


def _footer(missed: int) -> str:
    told = "Drills and private incidents are not counted."
    if not missed:
        return told
    weeks = "week" if missed == 1 else f"{NUMBERS[missed] if missed < len(NUMBERS) else missed} weeks"
    return f"{told} No digest was sent for the {weeks} before."
