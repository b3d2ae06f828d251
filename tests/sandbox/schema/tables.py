"""Answers and payloads held against the field tables beside this file."""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import yaml

HERE = Path(__file__).parent
Table = Mapping[str, Any]

IDS = {
    "user": r"[UW][A-Z0-9]{8,}",
    "team": r"T[A-Z0-9]{8,}",
    "channel": r"[CDG][A-Z0-9]{8,}",
    "bot": r"B[A-Z0-9]{8,}",
    "app": r"A[A-Z0-9]{8,}",
    "file": r"F[A-Z0-9]{8,}",
    "view": r"V[A-Z0-9]{8,}",
    "event": r"Ev[A-Z0-9]{8,}",
    "bookmark": r"Bk[A-Z0-9]{8,}",
    "group": r"S[A-Z0-9]{8,}",
    "ts": r"\d{10}\.\d{6}",
    "trigger": r"\d+\.\d+\.[0-9a-f]{32}",
    "uuid": r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}",
}
"""Types that are texts of a certain form."""
OR_NULL = " or null"
KINDS: Mapping[str, tuple[type, ...]] = {
    "text": (str,),
    "number": (int, float),
    "flag": (bool,),
    "object": (dict,),
    "list": (list,),
    "any": (object,),
}


def read(name: str) -> dict[str, Table]:
    """One of the files, by its name without the ending."""
    found: dict[str, Table] = yaml.safe_load((HERE / f"{name}.yml").read_text(encoding="utf-8"))
    return {key: value or {} for key, value in found.items()}


OBJECTS = read("objects")


def problems(content: Mapping[str, Any], table: Table, place: str = "") -> Iterator[str]:
    """What is missing, not known to the table, or of another type; each with its place."""
    need, may = table.get("need") or {}, table.get("may") or {}
    yield from (f"{place}/{name} is missing" for name in need if name not in content)
    for name, value in content.items():
        kind = need.get(name) or may.get(name)
        if kind is None:
            yield f"{place}/{name} is not in the table"
        else:
            yield from _of_kind(value, str(kind), f"{place}/{name}")


def _of_kind(value: Any, kind: str, place: str) -> Iterator[str]:
    if kind.endswith(OR_NULL):
        if value is None:
            return
        kind = kind.removesuffix(OR_NULL)
    if kind.startswith("["):
        if not isinstance(value, list):
            yield f"{place} is no list: {value!r}"
            return
        for index, one in enumerate(value):
            yield from _of_kind(one, kind[1:-1], f"{place}/{index}")
    elif kind.startswith("="):
        yield from _object(value, kind[1:], place)
    elif kind in IDS:
        if not isinstance(value, str) or not re.fullmatch(IDS[kind], value):
            yield f"{place} is no {kind}: {value!r}"
    elif not isinstance(value, KINDS[kind]) or (isinstance(value, bool) and kind == "number"):
        yield f"{place} is no {kind}: {value!r}"


def _object(value: Any, name: str, place: str) -> Iterator[str]:
    """A channel's object is that of direct messages where it says so."""
    if not isinstance(value, dict):
        yield f"{place} is no {name}: {value!r}"
        return
    is_direct = name == "channel" and (value.get("is_im") or set(value) <= {"id"})
    yield from problems(value, OBJECTS["im" if is_direct else name], place)
