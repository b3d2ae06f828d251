"""What people write in reviews: every revision is kept."""

from sqlalchemy import RowMapping, func, select

from bot.domain.ids import IncidentNumber, SlackUserId
from bot.domain.sections import Written
from bot.domain.vocabulary import Section
from bot.store import schema
from bot.store.session import Session

s = schema.review_sections.c


class SectionReads(Session):
    async def written(self, number: IncidentNumber) -> dict[Section, Written]:
        """The last revision of each section."""
        last = (
            select(s.section, func.max(s.revision).label("revision"))
            .where(s.workspace == self._workspace, s.incident == number)
            .group_by(s.section)
            .subquery()
        )
        rows = await self._connection.execute(
            select(schema.review_sections)
            .join(last, (s.section == last.c.section) & (s.revision == last.c.revision))
            .where(s.workspace == self._workspace, s.incident == number)
        )
        return {Section(row["section"]): _written(row) for row in rows.mappings()}

    async def revisions(self, number: IncidentNumber, section: Section) -> tuple[Written, ...]:
        """Every revision of one section, the newest first."""
        rows = await self._connection.execute(
            select(schema.review_sections)
            .where(s.workspace == self._workspace, s.incident == number, s.section == section)
            .order_by(s.revision.desc())
        )
        return tuple(_written(row) for row in rows.mappings())


class SectionWrites(SectionReads):
    async def keep_written(self, number: IncidentNumber, one: Written) -> None:
        """A revision; of one sitting, the last text counts."""
        values = {"text": one.text, "by": one.by, "at": one.at}
        insert = self._insert(schema.review_sections)
        upsert = insert.on_conflict_do_update(
            index_elements=[s.workspace, s.incident, s.section, s.revision], set_=values
        )
        key = {"workspace": self._workspace, "incident": number, "section": one.section, "revision": one.revision}
        await self._connection.execute(upsert, {**key, **values})


def _written(row: RowMapping) -> Written:
    return Written(Section(row["section"]), row["revision"], row["text"], SlackUserId(row["by"]), row["at"])
