"""What monitoring sends: one file per source reads it, and says how it proves where it comes from."""

from bot.integrations.alerts.reading import Incoming, Unreadable
from bot.integrations.alerts.sources import SOURCES, Source, read, sources

__all__ = ["SOURCES", "Incoming", "Source", "Unreadable", "read", "sources"]
