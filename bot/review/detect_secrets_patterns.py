"""What is used of detect-secrets: its patterns.

Its plugins can ask vendors whether a secret is still good, and load an HTTP client for that, which takes more memory
than all patterns and a thirtieth of the start. We ask nobody: while they are loaded, an empty module stands in its
place, with the one name that they look up meanwhile.
"""

import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from types import ModuleType


@contextmanager
def _without_requests() -> Iterator[None]:
    if "requests" in sys.modules:
        yield
        return
    stand_in = ModuleType("requests")
    stand_in.__dict__["Response"] = object
    sys.modules["requests"] = stand_in
    try:
        yield
    finally:
        del sys.modules["requests"]


with _without_requests():
    from detect_secrets.core.plugins.util import get_mapping_from_secret_type_to_class
    from detect_secrets.plugins.base import RegexBasedDetector
    from detect_secrets.plugins.keyword import DENYLIST

    PLUGINS: dict[str, type] = get_mapping_from_secret_type_to_class()

NOT_ASKED = frozenset(
    {"Public IP (ipv4)", "Private Key", "Basic Auth Credentials", "JSON Web Token", "NPM tokens", "OpenAI Token"}
)
"""Plugins that are not used. People need to read addresses; of the next two it finds a part; and the last three take
time that grows with the square of what is pasted, so that we have patterns of our own for them."""
KEYWORDS: tuple[str, ...] = tuple(DENYLIST)
"""What is called a secret, as patterns."""
TOKENS: tuple[re.Pattern[str], ...] = tuple(
    pattern
    for plugin in (plugin() for kind, plugin in sorted(PLUGINS.items()) if kind not in NOT_ASKED)
    if isinstance(plugin, RegexBasedDetector)
    for pattern in plugin.denylist
)
"""What a secret looks like wherever it stands."""
