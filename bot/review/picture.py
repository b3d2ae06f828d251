"""The incident at one glance, as SVG: phases, updates, key moments, and how much was written when.

Drawn of our own words and figures only, in colours that can be told apart on light and dark; text takes the colour of
the page around it.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Final

from markupsafe import Markup

from bot.domain.document import Review
from bot.domain.vocabulary import Mark, Status
from bot.review.reading import Reading, count

WIDTH: Final = 960
HEIGHT: Final = 196
LEFT: Final = 12
RIGHT: Final = WIDTH - 12
BARS_TOP, BARS_BOTTOM = 26, 92
BAND_TOP, BAND_HEIGHT = 96, 26
MARKS_AT = 142
AXIS_AT = 176
BINS: Final = 64
NARROW: Final = 70
"""A phase narrower than so many units has no room for its name."""
AFTERMATH: Final = 2.0
"""The picture ends with the resolution when closing took so many times as long as resolving."""

COLOURS = {
    Status.DECLARED: "#d9822b",
    Status.INVESTIGATING: "#c9453a",
    Status.MITIGATED: "#b3a12f",
    Status.RESOLVED: "#3f9b63",
    Status.CLOSED: "#6b7785",
    Status.CANCELLED: "#6b7785",
    Status.MERGED: "#6b7785",
}
BEFORE = "#9aa4ae"
ON_TIME, LATE, MOMENT, WRITTEN = "#3f9b63", "#c9453a", "#3f7fd0", "#7d8fa3"

STEPS = tuple(
    timedelta(minutes=minutes) for minutes in (1, 2, 5, 10, 15, 30, 60, 120, 240, 360, 720, 1440, 2880, 10080, 43200)
)


def picture(reading: Reading) -> Markup:
    """The drawing as one `<svg>` element."""
    scale = _Scale(*_ends(reading.review))
    parts = [
        *_density(reading.review, scale),
        *_phases(reading, scale),
        *_marks(reading, scale),
        *_axis(reading, scale),
    ]
    box = f'viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}" height="{HEIGHT}"'
    opened = f'<svg xmlns="http://www.w3.org/2000/svg" {box} role="img" font-family="DejaVu Sans, sans-serif">'
    return Markup(f"{opened}<title>{_described(reading.review)}</title>{''.join(parts)}</svg>")  # noqa: S704 - our own


def _described(review: Review) -> str:
    """The picture in words, for whoever does not see it."""
    late = sum(not one.is_on_time for one in review.updates)
    moments = sum(one.mark is Mark.KEY_MOMENT for one in review.evidence)
    return (
        f"{review.incident.ref} over time: {count(len(review.updates), 'update')}, {late} late; "
        f"{count(moments, 'key moment')}; {count(len(review.transcript), 'message')}"
    )


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


def _density(review: Review, scale: _Scale) -> Iterator[str]:
    """Bars: how many messages fell into each part of the time."""
    bins = [0] * BINS
    for line in review.transcript:
        if scale.holds(line.at):
            bins[min(int((line.at - scale.start) / scale.span * BINS), BINS - 1)] += 1
    most = max(bins)
    width = (RIGHT - LEFT) / BINS
    yield _text(LEFT, 16, f"Messages ({len(review.transcript):,})", size=12)
    for place, number in enumerate(bins):
        if number:
            height = max(2.0, number / most * (BARS_BOTTOM - BARS_TOP))
            yield _rect(LEFT + place * width + 1, BARS_BOTTOM - height, width - 2, height, WRITTEN, radius=1)


def _phases(reading: Reading, scale: _Scale) -> Iterator[str]:
    review = reading.review
    declared = review.statuses[0].since if review.statuses else scale.end
    bands = [("before", BEFORE, scale.start, declared)]
    bands += [(one.status, COLOURS[one.status], one.since, one.until or scale.end) for one in review.statuses]
    for name, colour, since, until in bands:
        left, right = scale.at(since), scale.at(until)
        if right - left < 1:
            continue
        yield _rect(left, BAND_TOP, right - left - 1, BAND_HEIGHT, colour, radius=3)
        if right - left >= NARROW + 3 * len(name):
            yield _text((left + right) / 2, BAND_TOP + 17, name, size=12, middle=True, colour="#ffffff")


def _marks(reading: Reading, scale: _Scale) -> Iterator[str]:
    """Circles for updates in time, triangles for late ones, diamonds for key moments: told apart without colour."""
    for update in reading.review.updates:
        if not scale.holds(update.at):
            continue
        x = scale.at(update.at)
        if update.is_on_time:
            yield f'<circle cx="{x}" cy="{MARKS_AT}" r="5" fill="{ON_TIME}"></circle>'
        else:
            points = f"{x - 6:.1f},{MARKS_AT + 5} {x + 6:.1f},{MARKS_AT + 5} {x:.1f},{MARKS_AT - 6}"
            yield f'<polygon points="{points}" fill="{LATE}"></polygon>'
    moments = [one.at for one in reading.review.evidence if one.mark is Mark.KEY_MOMENT and scale.holds(one.at)]
    for at in moments:
        x, y = scale.at(at), MARKS_AT - 8
        points = f"{x:.1f},{y - 7} {x + 6:.1f},{y} {x:.1f},{y + 7} {x - 6:.1f},{y}"
        yield f'<polygon points="{points}" fill="{MOMENT}"></polygon>'
    yield from _legend(has_moments=bool(moments), has_late=any(not one.is_on_time for one in reading.review.updates))


def _legend(*, has_moments: bool, has_late: bool) -> Iterator[str]:
    """What the marks mean; only those that are there."""
    x = float(RIGHT)
    for is_there, name, mark in (
        (has_moments, "key moment", f'<polygon points="0,-6 5,0 0,6 -5,0" fill="{MOMENT}"></polygon>'),
        (has_late, "late update", f'<polygon points="-5,4 5,4 0,-5" fill="{LATE}"></polygon>'),
        (True, "update", f'<circle r="5" fill="{ON_TIME}"></circle>'),
    ):
        if is_there:
            x -= 7.2 * len(name)
            yield _text(x, 16, name, size=12)
            yield f'<g transform="translate({x - 10:.1f} 12)">{mark}</g>'
            x -= 28


def _axis(reading: Reading, scale: _Scale) -> Iterator[str]:
    yield f'<path d="M{LEFT} {AXIS_AT - 14}H{RIGHT}" stroke="currentColor" stroke-opacity="0.35"></path>'
    shown = list(_ticks(scale))
    for place, at in enumerate(shown):
        x = scale.at(at)
        yield f'<path d="M{x} {AXIS_AT - 18}v8" stroke="currentColor" stroke-opacity="0.35"></path>'
        anchor = "start" if x < LEFT + 30 else "end" if x > RIGHT - 30 else "middle"
        label = reading.clock(at) + (" UTC" if place == len(shown) - 1 else "")
        yield _text(x, AXIS_AT + 8, label, size=11, anchor=anchor)


def _ticks(scale: _Scale) -> Sequence[datetime]:
    """At most eight round times."""
    step = next((one for one in STEPS if scale.span / one <= (6 if one >= timedelta(days=1) else 8)), STEPS[-1])
    midnight = scale.start.replace(hour=0, minute=0, second=0, microsecond=0)
    first = midnight + step * -((midnight - scale.start) // step)
    found = []
    while first <= scale.end:
        found.append(first)
        first += step
    return found[:12] or [scale.start]


def _rect(x: float, y: float, width: float, height: float, colour: str, radius: float) -> str:
    box = f'x="{x:.1f}" y="{y:.1f}" width="{max(width, 0.5):.1f}" height="{height:.1f}"'
    return f'<rect {box} rx="{radius}" fill="{colour}"></rect>'


def _text(
    x: float,
    y: float,
    text: str,
    *,
    size: int,
    middle: bool = False,
    anchor: str = "start",
    colour: str = "currentColor",
) -> str:
    place = "middle" if middle else anchor
    return f'<text x="{x:.1f}" y="{y:.1f}" font-size="{size}" text-anchor="{place}" fill="{colour}">{text}</text>'
