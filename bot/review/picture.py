"""The incident at one glance, as SVG: lanes for status, priority, updates, handovers, escalations and messages.

Drawn of our own words and figures only, in colours that can be told apart on light and dark; text takes the colour of
the page around it. Lanes that would be empty are not drawn. It is narrow, so that it can be read on a phone.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from markupsafe import Markup

from bot.domain.document import Review
from bot.domain.telling import spell
from bot.domain.vocabulary import Mark, Priority, Role, Status
from bot.review.drawing import LETTER, rect, svg, text
from bot.review.reading import Reading, count

WIDTH: Final = 560
LEFT: Final = 120
RIGHT: Final = WIDTH - 12
TOP: Final = 62
"""Where the first lane begins, below the title."""
LANE: Final = 30
BARS: Final = 40
BAND: Final = 22
LINE: Final = 22
BINS: Final = 48
TITLE, WORDS, SMALL = 17, 14, 13
AFTERMATH: Final = 2.0
"""The picture ends with the resolution when closing took so many times as long as resolving."""

COLOURS = {
    Status.DECLARED: "#d9822b",
    Status.INVESTIGATING: "#c9453a",
    Status.MITIGATED: "#9c8b1f",
    Status.RESOLVED: "#3f9b63",
    Status.CLOSED: "#6b7785",
    Status.CANCELLED: "#6b7785",
    Status.MERGED: "#6b7785",
}
PRIORITIES = {Priority.P1: "#a8322a", Priority.P2: "#c4691c", Priority.P3: "#4a76a8", Priority.P4: "#6b7785"}
BEFORE: Final = "#9aa4ae"
ON_TIME, LATE, MOMENT, WRITTEN, HANDED = "#3f9b63", "#c9453a", "#3f7fd0", "#7d8fa3", "#8a63b8"
ESCALATED = frozenset({"Escalated", "EscalationTold", "AcknowledgementOverdue"})

STEPS = tuple(
    timedelta(minutes=minutes) for minutes in (1, 2, 5, 10, 15, 30, 60, 120, 240, 360, 720, 1440, 2880, 10080, 43200)
)

Shape = Callable[[float, float], str]


def picture(reading: Reading) -> Markup:
    """The drawing as one `<svg>` element."""
    scale = _Scale(*_ends(reading.review))
    parts, y = list(_head(reading)), float(TOP)
    for lane in _lanes(reading, scale):
        parts.append(text(12, y + lane.height / 2 + 5, lane.name, size=WORDS))
        parts += lane.draw(y)
        y += lane.height
    parts += _axis(reading, scale, y)
    legend = list(_legend(reading, y + 40))
    height = y + 40 + LINE * (1 + max(row for row, _ in legend))
    return svg(WIDTH, height, _described(reading.review), [*parts, *(part for _, part in legend)])


def _described(review: Review) -> str:
    """The picture in words, for whoever does not see it."""
    late = sum(not one.is_on_time for one in review.updates)
    moments = sum(one.mark is Mark.KEY_MOMENT for one in review.evidence)
    return (
        f"{review.incident.ref} over time: {count(len(review.updates), 'update')}, {late} late; "
        f"{count(moments, 'key moment')}; {count(len(review.transcript), 'message')}"
    )


def _head(reading: Reading) -> Iterator[str]:
    incident, took = reading.review.incident, reading.review.durations.time_to_resolve
    how = f"resolved after {spell(took)}" if took is not None and took >= timedelta() else str(incident.status)
    kind = " drill" if incident.is_drill else ""
    yield text(12, 24, f"{incident.ref}{kind}, {incident.priority}: {how}", size=TITLE, is_bold=True)
    declared = reading.review.times.declared_at
    yield text(12, 46, f"Declared {reading.moment(declared)}, {reading.zone.key}", size=SMALL)


class _Scale:
    """Where an instant stands between the edges."""

    def __init__(self, start: datetime, end: datetime) -> None:
        self.start, self.end = start, end
        self.span = max(end - start, timedelta(seconds=1))

    def at(self, instant: datetime) -> float:
        part = (min(max(instant, self.start), self.end) - self.start) / self.span
        return round(LEFT + part * (RIGHT - LEFT), 1)

    def holds(self, instant: datetime) -> bool:
        return self.start <= instant <= self.end


def _ends(review: Review) -> tuple[datetime, datetime]:
    times = review.times
    start = min(one for one in (times.began_at, times.detected_at, times.declared_at) if one)
    last = max([times.declared_at, *(one.at for one in review.updates), *(one.since for one in review.statuses)])
    resolved = times.resolved_at
    if resolved and last - resolved > AFTERMATH * (resolved - start):
        last = resolved + (resolved - start) / 10
    return start, last if last > start else start + timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class _Lane:
    name: str
    height: float
    draw: Callable[[float], Sequence[str]]
    """From where it begins."""


def _lanes(reading: Reading, scale: _Scale) -> Iterator[_Lane]:
    """Those that have something in them, from above."""
    review = reading.review
    yield _Lane("Status", LANE, lambda y: [*_bands(_statuses(review, scale), scale, y)])
    if len(review.priorities) > 1:
        told = [(one.priority, PRIORITIES[one.priority], one.since, one.until) for one in review.priorities]
        yield _Lane("Priority", LANE, lambda y: [*_bands(told, scale, y)])
    updates = [(one.at, _dot if one.is_on_time else _triangle) for one in review.updates]
    commanders = sorted(
        held.since for one in review.people.values() for held in one.roles if held.role is Role.COMMANDER
    )
    escalated = [one.at for one in review.timeline if one.kind in ESCALATED and not one.is_bookkeeping]
    moments = [one.at for one in review.evidence if one.mark is Mark.KEY_MOMENT]
    for name, marks in (
        ("Updates", updates),
        ("Handovers", [(at, _square) for at in commanders[1:]]),
        ("Escalations", [(at, _arrow) for at in escalated]),
        ("Key moments", [(at, _diamond) for at in moments]),
    ):
        if shown := [(at, shape) for at, shape in marks if scale.holds(at)]:
            yield _Lane(name, LANE, lambda y, shown=shown: [*_marks(shown, scale, y)])  # type: ignore[misc]
    said = [line.at for line in review.transcript if scale.holds(line.at)]
    if said:
        yield _Lane("Messages", BARS, lambda y: [*_density(said, scale, y)])


Stretch = tuple[str, str, datetime, datetime | None]
"""Name, colour, from when, until when; None: it goes on."""


def _statuses(review: Review, scale: _Scale) -> list[Stretch]:
    declared = review.statuses[0].since if review.statuses else scale.end
    before: list[Stretch] = [("before", BEFORE, scale.start, declared)]
    return before + [(one.status, COLOURS[one.status], one.since, one.until) for one in review.statuses]


def _bands(stretches: Sequence[Stretch], scale: _Scale, y: float) -> Iterator[str]:
    for name, colour, since, until in stretches:
        left, right = scale.at(since), scale.at(until or scale.end)
        if right - left < 1:
            continue
        yield rect(left, y + 4, right - left - 1, BAND, colour, radius=3)
        if right - left >= WORDS * LETTER * len(name) + 8:
            yield text((left + right) / 2, y + 20, name, size=WORDS, anchor="middle", colour="#ffffff")


def _marks(marks: Sequence[tuple[datetime, Shape]], scale: _Scale, y: float) -> Iterator[str]:
    yield f'<path d="M{LEFT} {y + LANE / 2}H{RIGHT}" stroke="currentColor" stroke-opacity="0.15"></path>'
    for at, shape in marks:
        yield shape(scale.at(at), y + LANE / 2)


def _dot(x: float, y: float) -> str:
    return f'<circle cx="{x:.1f}" cy="{y:.1f}" r="5" fill="{ON_TIME}"></circle>'


def _triangle(x: float, y: float) -> str:
    return _polygon(x, y, LATE, (-7, 6), (7, 6), (0, -7))


def _square(x: float, y: float) -> str:
    return _polygon(x, y, HANDED, (-5, -5), (5, -5), (5, 5), (-5, 5))


def _arrow(x: float, y: float) -> str:
    return _polygon(x, y, LATE, (-6, 1), (0, -7), (6, 1), (2, 1), (2, 7), (-2, 7), (-2, 1))


def _diamond(x: float, y: float) -> str:
    return _polygon(x, y, MOMENT, (0, -7), (6, 0), (0, 7), (-6, 0))


def _polygon(x: float, y: float, colour: str, *corners: tuple[float, float]) -> str:
    points = " ".join(f"{x + dx:.1f},{y + dy:.1f}" for dx, dy in corners)
    return f'<polygon points="{points}" fill="{colour}"></polygon>'


def _density(said: Sequence[datetime], scale: _Scale, y: float) -> Iterator[str]:
    """Bars: how many messages fell into each part of the time."""
    bins = [0] * BINS
    for at in said:
        bins[min(int((at - scale.start) / scale.span * BINS), BINS - 1)] += 1
    most, width = max(bins), (RIGHT - LEFT) / BINS
    for place, number in enumerate(bins):
        if number:
            height = max(2.0, number / most * (BARS - 6))
            yield rect(LEFT + place * width + 1, y + BARS - height, width - 2, height, WRITTEN, radius=1)


def _axis(reading: Reading, scale: _Scale, y: float) -> Iterator[str]:
    yield f'<path d="M{LEFT} {y + 8:.1f}H{RIGHT}" stroke="currentColor" stroke-opacity="0.35"></path>'
    for at in _ticks(scale, most=4 if reading.has_days else 6):
        x = scale.at(at)
        yield f'<path d="M{x} {y + 4:.1f}v8" stroke="currentColor" stroke-opacity="0.35"></path>'
        anchor = "start" if x < LEFT + 40 else "end" if x > RIGHT - 40 else "middle"
        yield text(x, y + 26, reading.clock(at), size=SMALL, anchor=anchor)


def _ticks(scale: _Scale, most: int) -> Sequence[datetime]:
    """Round times, at most so many of them and one."""
    step = next((one for one in STEPS if scale.span / one <= most), STEPS[-1])
    midnight = scale.start.replace(hour=0, minute=0, second=0, microsecond=0)
    first = midnight + step * -((midnight - scale.start) // step)
    found = []
    while first <= scale.end:
        found.append(first)
        first += step
    return found[: most + 1] or [scale.start]


def _legend(reading: Reading, y: float) -> Iterator[tuple[int, str]]:
    """Row and drawing: how long it was in each status, and what a shape means that is not said by its lane."""
    keys: list[tuple[str, Shape]] = []
    for one in reading.review.statuses:
        took = f" {spell(one.until - one.since)}" if one.until else ""
        keys.append((f"{one.status}{took}", _box(COLOURS[one.status])))
    if len(keys) > MOST_KEYS:
        keys = [(str(one), _box(COLOURS[one])) for one in dict.fromkeys(one.status for one in reading.review.statuses)]
    if any(not one.is_on_time for one in reading.review.updates):
        keys.append(("late update", _triangle))
    row, x = 0, 12.0
    for name, shape in keys:
        width = 18 + SMALL * LETTER * len(name) + 14
        if x > 12 and x + width > RIGHT + 14:
            row, x = row + 1, 12.0
        middle = y + row * LINE + LINE / 2
        yield row, shape(x + 6, middle) + text(x + 18, middle + 5, name, size=SMALL)
        x += width
    if not keys:
        yield 0, ""


MOST_KEYS: Final = 8
"""An incident that was reopened again and again has its statuses named once, without their times."""


def _box(colour: str) -> Shape:
    return lambda x, y: rect(x - 6, y - 6, 12, 12, colour, radius=2)
