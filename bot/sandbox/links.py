"""The links in a message that an app may say more about: docs.slack.dev, "Unfurling links in messages"."""

import re
from collections.abc import Collection
from urllib.parse import urlsplit

from bot.sandbox.escape import unescaped

LINK = re.compile(r"<(https?://[^<>|\s]+)>", re.IGNORECASE)
"""An address that was typed in full; only those count."""


def shared(text: str, domains: Collection[str] | None) -> list[dict[str, str]]:
    """The links to these domains and what is below them, each once; without a manifest, to any."""
    urls = dict.fromkeys(unescaped(found[1]) for found in LINK.finditer(text))
    listed = ((_domain(url, domains), url) for url in urls)
    return [{"domain": domain, "url": url} for domain, url in listed if domain]


def _domain(url: str, domains: Collection[str] | None) -> str | None:
    try:
        host = urlsplit(url).hostname or ""
    except ValueError:
        return None
    if domains is None:
        return host
    return next((one for one in domains if host == one or host.endswith(f".{one}")), None)
