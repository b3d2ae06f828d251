"""The status page: what was published, as files that any server can hand out, and that Muster serves itself."""

from bot.status_page.building import FEED, built, in_utc, kind_of
from bot.status_page.site import DAYS, SHOWN_FOR, Site, site_of

__all__ = ["DAYS", "FEED", "SHOWN_FOR", "Site", "built", "in_utc", "kind_of", "site_of"]
