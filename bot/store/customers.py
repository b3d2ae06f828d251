"""What customers were told on the status page, in the order of publication, whatever the length of timelines."""

from datetime import datetime

from sqlalchemy import select, text

from bot.domain.customers import Published
from bot.domain.ids import IncidentNumber
from bot.domain.timeline import CustomerUpdatePublished
from bot.store import schema
from bot.store.codec import decode
from bot.store.session import Session

t = schema.timeline.c


class CustomerReads(Session):
    async def published(self, since: datetime) -> tuple[Published, ...]:
        """Every entry of the incidents of which anything was published since an instant."""
        is_published = (t.workspace == self._workspace, text(schema.PUBLISHED))
        lately = select(t.incident).where(*is_published, t.recorded_at >= since)
        query = (
            select(t.incident, t.seq, t.kind, t.version, t.body, t.occurred_at, t.by)
            .where(*is_published, t.incident.in_(lately))
            .order_by(t.recorded_at, t.incident, t.seq)
        )
        found = []
        for number, seq, *rest in await self._connection.execute(query):
            event = decode(*rest)
            if isinstance(event, CustomerUpdatePublished):
                found.append(Published(IncidentNumber(number), seq, event.at, event.update))
        return tuple(found)
