"""How a method of Slack's says no."""

from typing import Any


class SlackError(Exception):
    """Answered as `{"ok": false, "error": code, …}`."""

    def __init__(self, code: str, messages: list[str] | None = None, **more: Any) -> None:
        self.code = code
        self.more = dict(more)
        if messages:
            self.more["response_metadata"] = {"messages": messages}
        super().__init__(code)

    def answer(self) -> dict[str, Any]:
        return {"ok": False, "error": self.code, **self.more}
