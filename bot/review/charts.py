"""Charts as SVG, drawn on the server: columns, spreads and shares over time, and bars.

They take the colour of text from the page around them, and tell series apart by shape as well as by colour. Whoever
shows one puts the table of its figures beside it.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from markupsafe import Markup

from bot.domain.metrics import Spread
from bot.domain.telling import spell
from bot.domain.vocabulary import Priority
from bot.review.drawing import LETTER, rect, svg, text
from bot.review.picture import LATE, MOMENT, ON_TIME, PRIORITIES

WIDTH: Final = 720
LEFT, RIGHT, TOP, PLOT = 64, WIDTH - 14, 12, 170
NAMES: Final = 200
"""Where bars begin, right of their names."""
BAR: Final = 26
WORDS: Final = 13
TITLE: Final = 17
HEAD: Final = 30
"""Room for a title, in a drawing that stands alone."""
MOST_LABELS: Final = 9
THIN: Final = 6
"""A box that is no higher shows no median: it is the median."""
MOST_LINES: Final = 4
MOST_BARS: Final = 12
ROUND: Final = tuple(
    timedelta(minutes=minutes)
    for minutes in (1, 2, 5, 10, 15, 30, 60, 120, 240, 360, 720, 1440, 2880, 7200, 14400, 43200, 129600)
)
FAINT: Final = 'stroke="currentColor" stroke-opacity="0.15"'
PLAIN: Final = "#4a76a8"
PRIORITY_COLOURS: Final[Mapping[str, str]] = {one.value: PRIORITIES[one] for one in Priority}


@dataclass(frozen=True, slots=True)
class Chart:
    """What is drawn, below a title where it stands alone."""

    described: str
    height: float
    parts: Sequence[str]

    @property
    def drawing(self) -> Markup:
        return svg(WIDTH, self.height, self.described, self.parts)

    def titled(self, title: str) -> Markup:
        head = text(12, 22, title, size=TITLE, is_bold=True)
        moved = f'<g transform="translate(0 {HEAD})">{"".join(self.parts)}</g>'
        return svg(WIDTH, self.height + HEAD, self.described, [head, moved])


def columns(
    described: str, labels: Sequence[str], series: Mapping[str, Sequence[int]], colours: Mapping[str, str]
) -> Chart:
    """Counts, one on top of the other; `series`: name → a count for each label, the first one lowest."""
    most = max((sum(counts) for counts in zip(*series.values(), strict=True)), default=0)
    step = _step(most)
    scale = _Scale(step * -(-max(most, 1) // step))
    parts = [*_grid(scale, step, lambda value: f"{value:,.0f}"), *_labels(labels)]
    width = _width(labels)
    for place in range(len(labels)):
        below = 0.0
        for name, counts in series.items():
            if counts[place]:
                top = scale.at(below + counts[place])
                parts.append(
                    rect(_left(place, labels), top, width, scale.at(below) - top - 0.5, colours[name], radius=1)
                )
                below += counts[place]
    keys = [(name, _box(colours[name])) for name, counts in series.items() if any(counts)]
    return _charted(described, parts, keys)


def spreads(described: str, labels: Sequence[str], found: Sequence[Spread | None]) -> Chart:
    """How spans are distributed: a box for the half in the middle, a line for the median, and a mark below which nine
    of ten are."""
    most = max((one.mostly for one in found if one), default=timedelta())
    step = next((one for one in ROUND if most <= one * MOST_LINES), ROUND[-1])
    lines = max(1, -(-most // step))
    scale = _Scale(lines * step.total_seconds())
    parts = [*_grid(scale, step.total_seconds(), lambda value: short(timedelta(seconds=value))), *_labels(labels)]
    width = _width(labels)
    for place, one in enumerate(found):
        if one is None:
            continue
        x = _left(place, labels)
        low, high = (scale.at(end.total_seconds()) for end in one.middle)
        median, mostly = (scale.at(at.total_seconds()) for at in (one.median, one.mostly))
        middle = x + width / 2
        parts += [
            f'<path d="M{middle:.1f} {high:.1f}V{mostly:.1f}" stroke="{PLAIN}" stroke-width="1.5"></path>',
            rect(x, min(high, median - 2), width, max(low - high, 4), PLAIN, radius=1),
            *([_line(x, median, width)] if low - high > THIN else []),
            *([_cross(middle, mostly)] if one.count > 1 else []),
        ]
    keys = [("middle half, with the median", _box(PLAIN)), ("nine of ten are below", _cross)]
    return _charted(described, parts, keys if most else [])


def shares(described: str, labels: Sequence[str], series: Mapping[str, Sequence[int | None]]) -> Chart:
    """Percentages as lines, two at the most; None leaves a gap."""
    scale = _Scale(100)
    parts = [*_grid(scale, 25, lambda value: f"{value:.0f} %"), *_labels(labels)]
    keys = []
    for (name, values), (colour, dashes, shape) in zip(series.items(), SERIES, strict=False):
        known = [
            (_left(place, labels) + _width(labels) / 2, scale.at(value))
            for place, value in enumerate(values)
            if value is not None
        ]
        if known:
            way = "L".join(f"{x:.1f} {y:.1f}" for x, y in known)
            parts.append(f'<path d="M{way}" fill="none" stroke="{colour}" stroke-width="2"{dashes}></path>')
            parts += [shape(x, y) for x, y in known]
            keys.append((name, shape))
    return _charted(described, parts, keys)


def bars(described: str, rows: Sequence[tuple[str, float, str]]) -> Chart:
    """Names with a value each, and how it is written; the first ones, and how many others there are."""
    shown = rows[:MOST_BARS]
    most = max((value for _, value, _ in shown), default=0) or 1
    parts = []
    for place, (name, value, written) in enumerate(shown):
        y = place * BAR
        parts.append(text(NAMES - 10, y + 18, _cut(name), size=WORDS, anchor="end"))
        width = (RIGHT - NAMES - 90) * value / most
        if value:
            parts.append(rect(NAMES, y + 4, width, BAR - 8, PLAIN, radius=2))
        parts.append(text(NAMES + width + 8, y + 18, written, size=WORDS))
    height = len(shown) * BAR
    if len(rows) > MOST_BARS:
        parts.append(text(NAMES, height + 18, f"and {len(rows) - MOST_BARS} more in the table", size=WORDS))
        height += BAR
    return Chart(described, max(height, BAR) + 6, parts)


def short(span: timedelta) -> str:
    """`30 min`, `4 h`, `5 days`."""
    days = span / timedelta(days=1)
    return f"{days:.0f} days" if days >= 2 else spell(span) if span else "0"


class _Scale:
    """Where a value stands between bottom and top."""

    def __init__(self, most: float) -> None:
        self.most = most

    def at(self, value: float) -> float:
        return TOP + PLOT * (1 - value / self.most)


def _step(most: int) -> int:
    """A round step of which no more than a few make up the whole."""
    size = 1
    while True:
        for one in (size, 2 * size, 5 * size):
            if most <= one * MOST_LINES:
                return one
        size *= 10


def _grid(scale: _Scale, step: float, written: Callable[[float], str]) -> Iterator[str]:
    for number in range(round(scale.most / step) + 1):
        y = scale.at(number * step)
        yield f'<path d="M{LEFT} {y:.1f}H{RIGHT}" {FAINT}></path>'
        yield text(LEFT - 8, y + 4, written(number * step), size=WORDS, anchor="end")


def _pitch(labels: Sequence[str]) -> float:
    return (RIGHT - LEFT) / max(len(labels), 1)


def _width(labels: Sequence[str]) -> float:
    return min(_pitch(labels) * 0.7, 42)


def _left(place: int, labels: Sequence[str]) -> float:
    return LEFT + (place + 0.5) * _pitch(labels) - _width(labels) / 2


def _labels(labels: Sequence[str]) -> Iterator[str]:
    """Below the columns; of many, every so many-th."""
    every = -(-len(labels) // MOST_LABELS) or 1
    for place in range(0, len(labels), every):
        x = LEFT + (place + 0.5) * _pitch(labels)
        yield text(x, TOP + PLOT + 18, labels[place], size=WORDS, anchor="middle")


Shape = Callable[[float, float], str]


def _charted(described: str, parts: Sequence[str], keys: Sequence[tuple[str, Shape]]) -> Chart:
    y, x = TOP + PLOT + 40.0, float(LEFT)
    drawn = list(parts)
    for name, shape in keys:
        drawn += [shape(x + 6, y), text(x + 18, y + 5, name, size=WORDS)]
        x += 18 + WORDS * LETTER * len(name) + 20
    return Chart(described, y + 14, drawn)


def _cut(name: str) -> str:
    most = int((NAMES - 16) / (WORDS * LETTER))
    return name if len(name) <= most else f"{name[: most - 1]}…"


def _box(colour: str) -> Shape:
    return lambda x, y: rect(x - 6, y - 6, 12, 12, colour, radius=2)


def _cross(x: float, y: float) -> str:
    return f'<path d="M{x - 5:.1f} {y:.1f}h10" stroke="{LATE}" stroke-width="2.5"></path>'


def _line(x: float, y: float, width: float) -> str:
    return f'<path d="M{x:.1f} {y:.1f}h{width:.1f}" stroke="#ffffff" stroke-width="2.5"></path>'


def _dot(x: float, y: float) -> str:
    return f'<circle cx="{x:.1f}" cy="{y:.1f}" r="4.5" fill="{ON_TIME}"></circle>'


def _square(x: float, y: float) -> str:
    return rect(x - 4, y - 4, 8, 8, MOMENT, radius=0)


SERIES: Final = ((ON_TIME, "", _dot), (MOMENT, ' stroke-dasharray="5 4"', _square))
"""Colour, dashes and mark of each line."""
