"""Where the files that come with Muster are: at the top level of a checkout, inside the package when installed."""

from pathlib import Path

PACKAGE = Path(__file__).parents[1]


def shipped(name: str) -> Path:
    """The folder `runbooks` or the file `manifest.yml`."""
    in_checkout = PACKAGE.parent / name
    is_checkout = (PACKAGE.parent / "pyproject.toml").is_file()
    return in_checkout if is_checkout else PACKAGE / "_shipped" / name
