"""Drawings as PNG, for places that show no SVG."""

from importlib.resources import as_file, files

from bot.review.picture import picture
from bot.review.reading import read
from bot.review.secrets import Redacted

SCALE = 2
"""Screens show more than one dot per unit."""


def render_png(review: Redacted) -> bytes:
    """The picture of an incident."""
    return as_png(picture(read(review)))


def as_png(drawing: str) -> bytes:
    """Dark on white, with the font we ship: machines differ in theirs."""
    import resvg_py  # a megabyte, and no picture is asked for for long after a start

    with as_file(files("bot.review").joinpath("fonts", "DejaVuSans-Latin.ttf")) as font:
        return bytes(
            resvg_py.svg_to_bytes(
                svg_string=str(drawing),
                background="#ffffff",
                zoom=SCALE,
                skip_system_fonts=True,
                font_files=[str(font)],
                sans_serif_family="DejaVu Sans",
            )
        )
