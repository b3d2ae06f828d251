"""What drawings are made of: parts of an SVG as text, in colours that can be told apart on light and dark."""

from collections.abc import Iterable
from typing import Final

from markupsafe import Markup, escape

LETTER: Final = 0.62
"""The width of a letter of DejaVu Sans, of its size: a little more than it is on average."""


def svg(width: float, height: float, described: str, parts: Iterable[str]) -> Markup:
    """The drawing as one element. `described`: it in words, for whoever does not see it."""
    box = f'viewBox="0 0 {width:.0f} {height:.0f}" width="{width:.0f}" height="{height:.0f}"'
    opened = f'<svg xmlns="http://www.w3.org/2000/svg" {box} role="img" font-family="DejaVu Sans, sans-serif">'
    return Markup(f"{opened}<title>{escape(described)}</title>{''.join(parts)}</svg>")  # noqa: S704 - escaped parts


def rect(x: float, y: float, width: float, height: float, colour: str, radius: float) -> str:
    box = f'x="{x:.1f}" y="{y:.1f}" width="{max(width, 0.5):.1f}" height="{height:.1f}"'
    return f'<rect {box} rx="{radius}" fill="{colour}"></rect>'


def text(
    x: float,
    y: float,
    words: str,
    *,
    size: int,
    anchor: str = "start",
    colour: str = "currentColor",
    is_bold: bool = False,
) -> str:
    weight = ' font-weight="bold"' if is_bold else ""
    place = f'x="{x:.1f}" y="{y:.1f}" font-size="{size}" text-anchor="{anchor}" fill="{colour}"'
    return f"<text {place}{weight}>{escape(words)}</text>"
