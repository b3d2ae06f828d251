"""Statements that were compiled, kept once for the process.

SQLAlchemy keeps them by engine. A database here has two, one to write and one to read, and much is asked by both; tests
open thousands. To compile a statement takes about a millisecond, often more than to run it: of the tests that use a
database it was a fifth to a third of the processor's time. What comes of it depends on the kind of database alone, for
all our engines of one kind are made alike.
"""

from typing import Any, Final

from sqlalchemy import Compiled
from sqlalchemy.util import LRUCache

KEPT: Final = 1000
"""More than Muster asks of one kind of database; those used last are kept."""


class Statements(LRUCache[Any, Compiled]):
    """What is given to engines as their `compiled_cache`: their keys begin with the engine's own dialect."""

    __slots__ = ()

    def get(self, key: Any, default: Any = None) -> Any:
        return super().get(_of_any_engine(key), default)

    def __setitem__(self, key: Any, value: Compiled) -> None:
        super().__setitem__(_of_any_engine(key), value)


def _of_any_engine(key: Any) -> Any:
    dialect, *statement = key
    return (dialect.name, *statement)


STATEMENTS: Final = Statements(KEPT)
