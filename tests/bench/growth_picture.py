"""The curve of `docs/growth.svg`: milliseconds of each act over the age of an incident, both on logarithmic scales."""

from collections.abc import Mapping
from math import log10
from pathlib import Path

WIDTH, HEIGHT, LEFT, RIGHT, TOP, BOTTOM = 640, 300, 52, 196, 22, 40
COLORS = ("#1d70b8", "#00703c", "#d4351c", "#6f4e9c", "#b58840")


def draw(medians: Mapping[str, Mapping[int, float]], path: Path) -> None:
    """Write the picture."""
    ages = sorted({age for by_age in medians.values() for age in by_age})
    values = [value for by_age in medians.values() for value in by_age.values()]
    low, high = 10 ** int(log10(min(values)) // 1), 10 ** (int(log10(max(values)) // 1) + 1)

    def x(age: float) -> float:
        return LEFT + (WIDTH - LEFT - RIGHT) * (log10(age) - log10(ages[0])) / (log10(ages[-1]) - log10(ages[0]))

    def y(value: float) -> float:
        share = (log10(value) - log10(low)) / (log10(high) - log10(low))
        return HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * share

    parts = [f'<text x="{LEFT}" y="14">milliseconds, by events of the incident (SQLite, median)</text>']
    decade = low
    while decade <= high:
        parts.append(_line(LEFT, y(decade), WIDTH - RIGHT, y(decade)))
        parts.append(f'<text x="{LEFT - 6}" y="{y(decade) + 4:.0f}" text-anchor="end">{decade:g}</text>')
        decade *= 10
    parts += [f'<text x="{x(age):.0f}" y="{HEIGHT - 20}" text-anchor="middle">{age:,}</text>' for age in ages]
    ends: list[float] = []
    for (act, by_age), color in zip(medians.items(), COLORS, strict=False):
        points = " ".join(f"{x(age):.1f},{y(value):.1f}" for age, value in sorted(by_age.items()))
        parts.append(f'<polyline points="{points}" fill="none" stroke="{color}" stroke-width="2"/>')
        place = y(by_age[ages[-1]]) + 4
        while any(abs(place - other) < 13 for other in ends):
            place += 1
        ends.append(place)
        parts.append(f'<text x="{WIDTH - RIGHT + 8}" y="{place:.0f}" fill="{color}">{act}</text>')
    path.write_text(
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" '
        'aria-label="Milliseconds of each act over the age of an incident" font-family="sans-serif" font-size="12">'
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#fff"/>{"".join(parts)}</svg>\n',
        encoding="utf-8",
    )


def _line(x1: float, y1: float, x2: float, y2: float) -> str:
    return f'<line x1="{x1:.0f}" y1="{y1:.1f}" x2="{x2:.0f}" y2="{y2:.1f}" stroke="#ddd"/>'
