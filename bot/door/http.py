"""The answer to a request over HTTP that one part reads and another serves."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class HttpAnswer:
    status: int
    body: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)


AnswerHttp = Callable[[bytes, Mapping[str, str]], Awaitable[HttpAnswer]]
"""Takes a request's body and headers."""
