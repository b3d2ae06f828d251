"""Samples of what senders send, and requests made of them."""

import json
from pathlib import Path
from typing import Any

from bot.integrations.alerts import Incoming

PAYLOADS = Path(__file__).with_name("payloads")


def payload(name: str) -> Any:
    return json.loads((PAYLOADS / f"{name}.json").read_text(encoding="utf-8"))


def incoming(content: Any, headers: dict[str, str] | None = None) -> Incoming:
    body = content if isinstance(content, bytes) else json.dumps(content).encode()
    return Incoming(body, {name.lower(): value for name, value in (headers or {}).items()})
