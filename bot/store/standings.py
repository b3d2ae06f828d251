"""How somebody stands to an incident: what every command asks first, so it is asked with one statement."""

from sqlalchemy import BindParameter, String, and_, bindparam, select

from bot.domain.ids import IncidentNumber, SlackUserId
from bot.store import schema
from bot.store.people import person_of
from bot.store.prepared import Prepared
from bot.store.rows import Standing
from bot.store.session import Session
from bot.store.timeline import SUMMARY_COLUMNS, summary_of

i, p, m = schema.incidents.c, schema.people.c, schema.members.c
USER: BindParameter[str] = bindparam("person", type_=String())
STANDING = Prepared(
    select(*SUMMARY_COLUMNS, *(column for column in p if column.name != "workspace"), m.joined_at, m.left_at)
    .select_from(
        schema.incidents.outerjoin(schema.people, and_(p.workspace == i.workspace, p.user == USER)).outerjoin(
            schema.members, and_(m.workspace == i.workspace, m.channel == i.channel, m.user == USER)
        )
    )
    .where(i.workspace == bindparam("workspace"), i.number == bindparam("number"))
)


class StandingReads(Session):
    async def standing(self, number: IncidentNumber, user: SlackUserId | None) -> Standing | None:
        """The incident, who somebody is, and whether they are in its channel; None when there is no such incident."""
        given = {"workspace": self._workspace, "number": number, "person": user}
        row = await STANDING.row(self._connection, given)
        if row is None:
            return None
        named = STANDING.named(row)
        is_there = named["left_at"] is None if named["joined_at"] is not None else None
        return Standing(summary_of(row), person_of(named) if named["user"] is not None else None, is_there)
