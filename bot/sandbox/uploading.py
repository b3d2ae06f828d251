"""Files as tests and the control API give them: a name with bytes, a text or base64."""

import base64
import binascii
from typing import Any


class NoFile(Exception):
    """What was given is no file; the text says why."""


def named_content(given: Any) -> tuple[str, bytes]:
    """Of a pair, or of an object with `name` and `text` or `base64`. Raises NoFile."""
    if isinstance(given, tuple) and len(given) == 2 and isinstance(given[0], str) and isinstance(given[1], bytes):
        return given[0], given[1]
    about = given if isinstance(given, dict) else {}
    name, text, coded = about.get("name"), about.get("text"), about.get("base64")
    if not isinstance(name, str) or not name or isinstance(text, str) is isinstance(coded, str):
        raise NoFile("a file needs a name, and its content as text or base64")
    if isinstance(text, str):
        return name, text.encode(errors="replace")
    try:
        return name, base64.b64decode(str(coded), validate=True)
    except (binascii.Error, ValueError):
        raise NoFile(f"the content of {name} is not base64") from None
