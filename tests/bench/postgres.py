"""A PostgreSQL for a measurement, where there is one: one that waits for its disk, as in production."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from tests import postgres


@asynccontextmanager
async def a_postgres() -> AsyncIterator[str | None]:
    """The address of a database of one's own; None where there is no PostgreSQL, which is then not measured."""
    postgres.share()
    try:
        await asyncio.to_thread(postgres.server_url, is_durable=True)
        with postgres.a_database() as url:
            yield url
        postgres.drop_empty()  # the next measurement has a server of its own
    except postgres.NoPostgres:
        yield None
    finally:
        postgres.stop_server()
