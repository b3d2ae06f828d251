"""Rows as CSV, for spreadsheets."""

import csv
import io
import re
from collections.abc import Iterable, Mapping
from typing import Any


def as_csv(rows: Iterable[Mapping[str, Any]]) -> str:
    """One header line, then a line per row. A cell that a spreadsheet would run as a formula is quoted as text."""
    listed = list(rows)
    text = io.StringIO()
    writer = csv.DictWriter(text, fieldnames=list(listed[0]) if listed else [], lineterminator="\n")
    writer.writeheader()
    for row in listed:
        writer.writerow({name: _harmless(value) for name, value in row.items()})
    return text.getvalue().rstrip("\n")


FORMULA = re.compile(r"\s*[=+@\uff1d\uff0b\uff20\uff0d-]|[\t\r]")
"""How spreadsheets take a formula to begin: the signs, full-width too, after any space."""


def _harmless(value: object) -> object:
    if not isinstance(value, str):
        return value
    plain = value.replace("\r\n", "\n").replace("\r", "\n")  # the csv module quotes only the newline of its own
    return f"'{plain}" if FORMULA.match(value) else plain
