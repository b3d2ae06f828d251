"""A PostgreSQL for a measurement, where there is one: one that waits for its disk, as in production."""

from collections.abc import Iterator
from contextlib import contextmanager

from tests import postgres


@contextmanager
def a_postgres() -> Iterator[str | None]:
    """The address of a database of one's own; None where there is no PostgreSQL, which is then not measured."""
    postgres.share()
    try:
        postgres.server_url(is_durable=True)
        with postgres.a_database() as url:
            yield url
    except postgres.NoPostgres:
        yield None
    finally:
        postgres.stop_server()
