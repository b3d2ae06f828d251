"""The JSON schema of the review, from its dataclasses: `python -m tests.house.review_schema` writes it."""

import json
from typing import Any

from bot.review.schema import DRAFT, review_schema
from tests.house.sources import ROOT

FILE = ROOT / "docs" / "review.schema.json"


def schema() -> dict[str, Any]:
    return {"$schema": DRAFT, **review_schema()}


def as_text() -> str:
    return json.dumps(schema(), indent=2) + "\n"


if __name__ == "__main__":
    FILE.write_text(as_text(), encoding="utf-8")
