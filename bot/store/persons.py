"""Where a person stands in the database, row by row."""

import json
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Text, cast, false, or_, select

from bot.domain.pseudonyms import StandIns
from bot.store.codec import canonical
from bot.store.places import PLACES, Form, Place
from bot.store.session import Session

AT_ONCE = 500
"""Rows that are read before others may go on."""


@dataclass(frozen=True, slots=True)
class Trace:
    """A row in which somebody stands, and in which of its columns."""

    place: Place
    row: Mapping[str, Any]
    columns: tuple[str, ...]

    @property
    def is_own(self) -> bool:
        """Whether the row is about them alone."""
        return any(name in self.place.own for name in self.columns)


class PersonReads(Session):
    async def traces_of(
        self, who: StandIns, places: Sequence[Place] = PLACES, *only: ColumnElement[bool]
    ) -> AsyncIterator[Trace]:
        """Every row in which one of those stands."""
        for place in places:
            own = place.table.c.workspace == self._workspace, *only
            query = select(place.table).where(*own, _may_hold(place, who))
            query = query.order_by(*place.table.primary_key.columns)
            async with self._connection.stream(query) as result:
                async for part in result.mappings().partitions(AT_ONCE):
                    for row in part:
                        if (trace := trace_in(place, dict(row), who)) is not None:
                            yield trace


def _may_hold(place: Place, who: StandIns) -> ColumnElement[bool]:
    """What the database can say by itself; it fits more rows than it should, and misses none."""
    found: list[ColumnElement[bool]] = []
    for name, form in place.columns.items():
        column = place.table.c[name]
        if form is Form.ID:
            found.append(column.in_(list(who.ids)))
        else:
            found += [cast(column, Text).ilike(like) for like in who.likes]
    return or_(false(), *found)


def trace_in(place: Place, row: Mapping[str, Any], who: StandIns) -> Trace | None:
    """A row in which one of those stands; None where nobody does."""
    columns = tuple(name for name, form in place.columns.items() if _holds(row[name], form, who))
    return Trace(place, row, columns) if columns else None


def _holds(value: Any, form: Form, who: StandIns) -> bool:
    if value is None:
        return False
    if form is Form.ID:
        return value in who.ids
    if form is Form.JSON_TEXT:
        return who.without(content := json.loads(value)) is not content
    return who.without(value) is not value


def without(trace: Trace, who: StandIns) -> dict[str, Any]:
    """What the columns in which they stand are to hold instead."""
    return {name: _without(trace.row[name], trace.place.columns[name], who) for name in trace.columns}


def _without(value: Any, form: Form, who: StandIns) -> Any:
    return canonical(who.without(json.loads(value))) if form.is_json_text else who.without(value)
