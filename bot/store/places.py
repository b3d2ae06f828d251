"""Every place in the database where a person can stand: one table, by which a person is exported and erased.

`tests/store/test_places.py` holds it against the schema: a column with text that is neither here nor said to hold
nobody fails there.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from sqlalchemy import Table

from bot.store import schema


class Form(StrEnum):
    """How a person stands in a column."""

    ID = "an id, and nothing else"
    KEY = "an id within a key, such as `dm:U1`"
    TEXT = "an id, a mention or a name within words"
    JSON = "the same within JSON"
    JSON_TEXT = "the same within JSON that is kept as text"

    @property
    def is_json_text(self) -> bool:
        return self is Form.JSON_TEXT


@dataclass(frozen=True, slots=True)
class Place:
    """A table that people can stand in."""

    table: Table
    columns: Mapping[str, Form]
    own: frozenset[str] = field(default_factory=frozenset)
    """Columns by which a row is about somebody alone: when they are erased it is deleted. In all others a pseudonym
    stands instead."""
    is_projection: bool = False
    """Whether its rows are written anew from the timeline."""

    @property
    def name(self) -> str:
        return self.table.name


ID, KEY, TEXT, JSON, JSON_TEXT = Form
OWN_ID = frozenset({"user"})

PLACES = (
    Place(schema.timeline, {"by": ID, "body": JSON_TEXT, "dedup": KEY}),
    Place(
        schema.transcript,
        {"author": ID, "text": TEXT, "files": JSON, "reactions": JSON, "deleted_text": TEXT, "shown_as": TEXT},
    ),
    Place(schema.comings, {"user": ID}),
    Place(schema.members, {"user": ID}, OWN_ID),
    Place(schema.people, {"user": ID}, OWN_ID),
    Place(schema.groups, {"users": JSON}),
    Place(schema.channel_names, {"name": TEXT}),
    Place(
        schema.incidents,
        {
            "declared_by": ID,
            "commander": ID,
            "asked": ID,
            "title": TEXT,
            "channel_name": TEXT,
            "declared_by_integration": TEXT,
            "runbooks": JSON_TEXT,
        },
        is_projection=True,
    ),
    Place(schema.erasures, {"reason": TEXT}),
    Place(schema.audit, {"actor": TEXT, "actor_name": TEXT, "detail": TEXT}),
    Place(schema.tokens, {"person": ID, "name": TEXT, "integration": TEXT}, frozenset({"person"})),
    Place(schema.review_sections, {"by": ID, "text": TEXT}),
    Place(schema.feeds, {"content": TEXT}),
    Place(schema.catalog, {"content": TEXT}),
    Place(schema.subscriptions, {"name": TEXT, "body": JSON_TEXT}),
    Place(
        schema.outbox,
        {"destination": KEY, "lane": KEY, "key": KEY, "body": JSON, "result": JSON, "error": TEXT},
        frozenset({"destination", "lane", "key"}),
    ),
    Place(schema.inbox, {"sender_id": KEY}, frozenset({"sender_id"})),
    Place(schema.alert_deliveries, {"signals": JSON_TEXT}),
    Place(schema.alerts, {"body": JSON_TEXT}),
    Place(schema.proposals, {"by": ID, "body": JSON_TEXT}, frozenset({"by", "body"})),
    Place(schema.changes, {"body": JSON_TEXT}),
)

BY_NAME = {place.name: place for place in PLACES}

EVENT_FIELDS = frozenset(
    {
        *("by", "asked", "person", "people", "previous", "commander", "was", "to", "told", "owner", "called"),
        *("reported_by", "author", "on_call", "paged", "user"),
    }
)
"""Fields of events, and of the values in them, that hold ids of people."""
