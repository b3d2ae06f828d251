"""People, user groups and the workspace itself, as far as they passed through the door."""

import secrets
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import ColumnElement, RowMapping, bindparam, or_, select, update

from bot.domain.ids import ChannelId, SlackUserId
from bot.domain.people import Group, Profile
from bot.domain.pseudonyms import called, is_pseudonym
from bot.store import schema
from bot.store.prepared import Prepared
from bot.store.rows import WorkspaceRow
from bot.store.session import Session, machine_now

p, g, w, n = schema.people.c, schema.groups.c, schema.workspaces.c, schema.channel_names.c
PERSON = Prepared(select(schema.people).where(p.workspace == bindparam("workspace"), p.user == bindparam("user")))
WORKSPACE = select(schema.workspaces).where(w.id == bindparam("workspace"))
LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)


class PeopleReads(Session):
    async def person(self, user: SlackUserId) -> Profile | None:
        known = await self.person_fetched(user)
        return known[0] if known else _erased([user]).get(user)

    async def people(self, users: Iterable[SlackUserId] | None = None) -> dict[SlackUserId, Profile]:
        """The people asked for who are known; None: everybody known."""
        query, wanted = select(schema.people).where(p.workspace == self._workspace), list(users or ())
        if users is not None:
            query = query.where(p.user.in_(wanted))
        rows = await self._connection.execute(query)
        return _erased(wanted) | {SlackUserId(row["user"]): person_of(row) for row in rows.mappings()}

    async def person_fetched(self, user: SlackUserId) -> tuple[Profile, datetime] | None:
        """A person, and when Slack last told of them (incident time)."""
        row = await PERSON.row(self._connection, {"workspace": self._workspace, "user": user})
        if row is None:
            return None
        named = PERSON.named(row)
        return person_of(named), named["fetched_at"]

    async def group(self, handle_or_id: str) -> Group | None:
        name = handle_or_id.lstrip("@")
        rows = await self._connection.execute(
            select(schema.groups).where(g.workspace == self._workspace, (g.handle == name) | (g.id == name))
        )
        row = rows.mappings().first()
        return Group(row["id"], row["handle"], tuple(map(SlackUserId, row["users"]))) if row else None

    async def names(self, ids: Iterable[str]) -> dict[str, str]:
        """By id, the handles of user groups and the names of channels, as far as they are known."""
        wanted = list(ids)
        handles = select(g.id, g.handle).where(g.workspace == self._workspace, g.id.in_(wanted))
        channels = select(n.channel, n.name).where(n.workspace == self._workspace, n.channel.in_(wanted))
        rows = [*await self._connection.execute(handles), *await self._connection.execute(channels)]
        return {key: name for key, name in rows if name}

    async def workspace(self) -> WorkspaceRow | None:
        rows = await self._connection.execute(WORKSPACE, {"workspace": self._workspace})
        row = rows.mappings().one_or_none()
        return WorkspaceRow(row["id"], row["name"], row["url"], row["bot_user"]) if row else None

    async def link_key(self) -> bytes:
        """What the workspace's links and sessions are signed with. Raises LookupError before one was made."""
        found: bytes | None = (
            await self._connection.execute(select(w.link_key).where(w.id == self._workspace))
        ).scalar_one_or_none()
        if found is None:
            raise LookupError("the workspace has no key for links")
        return found

    async def heard_to(self) -> datetime | None:
        """Up to when everything that was said has surely reached us (incident time)."""
        query = select(w.heard_to).where(w.id == self._workspace)
        found: datetime | None = (await self._connection.execute(query)).scalar_one_or_none()
        return found

    async def digest_of(self) -> date | None:
        """The last day that a weekly digest told of."""
        query = select(w.digest_of).where(w.id == self._workspace)
        found: date | None = (await self._connection.execute(query)).scalar_one_or_none()
        return found


class PeopleWrites(PeopleReads):
    async def make_link_key(self) -> None:
        """Make the key that links are signed with, where there is none yet."""
        await self._new_link_key(w.link_key.is_(None))

    async def replace_link_key(self) -> None:
        """Make another key: every link and session that was signed with the old one is over."""
        await self._new_link_key()

    async def _new_link_key(self, *only: ColumnElement[bool]) -> None:
        change = update(schema.workspaces).where(w.id == self._workspace, *only)
        await self._connection.execute(change.values(link_key=secrets.token_bytes(32)))

    async def keep_heard_to(self, at: datetime) -> None:
        """Never earlier than what was kept before: several replicas listen."""
        is_later = or_(w.heard_to.is_(None), w.heard_to < at)
        await self._connection.execute(
            update(schema.workspaces).where(w.id == self._workspace, is_later).values(heard_to=at)
        )

    async def take_digest(self, last: date) -> bool:
        """Whether the digest that ends on a day is still to be sent: one of several replicas hears so, once."""
        is_earlier = or_(w.digest_of.is_(None), w.digest_of < last)
        change = update(schema.workspaces).where(w.id == self._workspace, is_earlier).values(digest_of=last)
        return (await self._connection.execute(change)).rowcount == 1

    async def keep_person(self, person: Profile, fetched_at: datetime | None) -> None:
        """The current profile of a person. `None`: when Slack was last asked stays as it was."""
        values = {
            "name": person.name,
            "tz": person.tz,
            "is_bot": person.is_bot,
            "is_guest": person.is_guest,
            "is_deactivated": person.is_deactivated,
            "is_confirmed": person.is_confirmed,
            "full_name": person.full_name,
        }
        changes = values if fetched_at is None else {**values, "fetched_at": fetched_at}
        insert = self._insert(schema.people).values(
            workspace=self._workspace, user=person.user, **{"fetched_at": LONG_AGO, **changes}
        )
        await self._connection.execute(insert.on_conflict_do_update(index_elements=[p.workspace, p.user], set_=changes))

    async def keep_group(self, group: Group) -> None:
        values = {"handle": group.handle, "users": list(group.users), "fetched_at": machine_now()}
        insert = self._insert(schema.groups).values(workspace=self._workspace, id=group.id, **values)
        await self._connection.execute(insert.on_conflict_do_update(index_elements=[g.workspace, g.id], set_=values))

    async def keep_channel_name(self, channel: ChannelId, name: str) -> None:
        insert = self._insert(schema.channel_names).values(workspace=self._workspace, channel=channel, name=name)
        changed = insert.on_conflict_do_update(index_elements=[n.workspace, n.channel], set_={"name": name})
        await self._connection.execute(changed)

    async def keep_workspace(self, row: WorkspaceRow) -> None:
        """The installation we work for."""
        values = {"name": row.name, "url": row.url, "bot_user": row.bot_user}
        insert = self._insert(schema.workspaces).values(id=row.id, **values)
        await self._connection.execute(insert.on_conflict_do_update(index_elements=[w.id], set_=values))


def _erased(users: Iterable[SlackUserId]) -> dict[SlackUserId, Profile]:
    """Those of whom a pseudonym is left: of whoever went with a record's age no row is kept."""
    return {user: Profile(user, called(user), "UTC", is_deactivated=True) for user in users if is_pseudonym(user)}


def person_of(row: Mapping[str, Any] | RowMapping) -> Profile:
    return Profile(
        SlackUserId(row["user"]),
        row["name"],
        row["tz"],
        row["is_bot"],
        row["is_guest"],
        row["is_deactivated"],
        row["is_confirmed"],
        row["full_name"],
    )
