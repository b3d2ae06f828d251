"""No column and no field of an event holds a person without being in the table by which people are erased."""

from dataclasses import fields, is_dataclass
from types import NoneType, UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

from sqlalchemy import JSON, String

from bot.domain.ids import SlackUserId
from bot.domain.pseudonyms import seeking
from bot.domain.timeline import AnyEvent
from bot.store import Store
from bot.store.places import EVENT_FIELDS, PLACES
from bot.store.schema import metadata
from tests.store.everywhere import ALICE, FULL_NAME, MAIL, NAME, fill

HERS = seeking(ALICE, (NAME, FULL_NAME, MAIL), SlackUserId("U0GONE"))

NOBODY = {
    "workspaces": {"id", "name", "url", "bot_user"},  # the workspace, and the bot itself
    "timeline": {"kind"},
    "transcript": {"channel", "ts", "thread_ts"},
    "comings": {"channel"},
    "members": {"channel"},
    "people": {"name", "full_name", "tz"},  # go with the row; others may be called the same
    "groups": {"id", "handle"},  # a group's name is that of many
    "channel_names": {"channel"},
    "incidents": {
        *("status", "priority", "service", "category", "channel", "declared_from", "channel_lost", "audiences"),
        *("acts", "follow_ups", "impact"),  # how many and when, and nobody's name
    },
    "audit": {"verb", "outcome", "actor_kind"},
    "tokens": {"id", "kind", "scopes"},
    "review_sections": {"section"},
    "feeds": {"schedule", "etag", "error"},  # the policy's name; what we say of an answer
    "catalog": {"place", "etag", "error"},
    "subscriptions": {"id"},
    "chain_links": set[str](),
    "chain_ends": set[str](),
    "chain_heads": {"text"},  # positions and links
    "erasures": {"pseudonym", "person", "names", "found"},  # name whoever is being erased, until they are
    "retained": {"kinds", "up_to_ts", "under_way"},  # the last names people until their record is done
    "deadlines": {"kind", "step", "owner"},  # the owner is a process
    "replicas": {"owner"},
    "outbox": {"kind", "state", "owner"},
    "inbox": set[str](),
    "alert_deliveries": {"source", "error"},
    "alerts": {"key", "state"},  # the key is a digest
    "signals": {"key", "state"},
    "alert_sources": {"source"},
    "proposals": {"handle", "asked", "state"},  # random, and a digest
    "changes": {"service"},
}
"""Columns with text in which no person stands."""


def test_of_every_column_with_text_it_is_decided_whether_people_stand_in_it() -> None:
    places = {place.name: set(place.columns) for place in PLACES}
    for table in metadata.sorted_tables:
        texts = {one.name for one in table.columns if isinstance(one.type, String | JSON)}
        nobody = NOBODY[table.name] | ({"workspace"} & texts)
        assert texts == nobody | places.get(table.name, set()), table.name
        assert not nobody & places.get(table.name, set()), table.name


def ids_in(hint: Any, name: str) -> set[str]:
    """The names of the fields that hold an id of a person, in a value of that type."""
    if hint is SlackUserId:
        return {name}
    if get_origin(hint) in (Union, UnionType, tuple):
        return set().union(*(ids_in(one, name) for one in get_args(hint) if one not in (NoneType, ...)))
    if isinstance(hint, type) and is_dataclass(hint):
        hints = get_type_hints(hint)
        return set().union(*(ids_in(hints[one.name], one.name) for one in fields(hint)))
    return set()


def test_every_field_of_an_event_that_holds_a_person_is_known() -> None:
    assert set().union(*(ids_in(kind, "") for kind in get_args(AnyEvent))) == EVENT_FIELDS


async def test_she_is_found_in_every_place(store: Store) -> None:
    await fill(store)
    async with store.read() as tx:
        found = [one async for one in tx.traces_of(HERS)]
    stood = {place.name: set[str]() for place in PLACES}
    for one in found:
        stood[one.place.name] |= set(one.columns)
    assert stood == {place.name: set(place.columns) for place in PLACES}, "the rows, or the search, leave one out"
    assert not any("nothing of hers" in repr(one.row) for one in found)
