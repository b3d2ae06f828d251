"""Rundeck: a job is run, and found again by an option that holds the key (docs.rundeck.com, "API", version 41)."""

from collections.abc import Mapping
from itertools import pairwise
from typing import Any, Final

from bot.delivery.outcomes import Outcome, Unknown
from bot.domain.automation import RUN_KEY
from bot.domain.policy import Automation
from bot.domain.vocabulary import RunOutcome
from bot.integrations.engines.engine import Ended, Line, Order, Running, started, taken
from bot.integrations.engines.log import LINES
from bot.integrations.rest import NOT_JSON, objects, part

API: Final = "/api/41"
LOOKED_AT: Final = 100
"""Executions, the newest first, among which one is looked for."""
GOES_ON: Final = ("running", "scheduled", "queued")


class Rundeck:
    def __init__(self, line: Line) -> None:
        self._line = line
        self._headers = {"X-Rundeck-Auth-Token": line.secrets[0]}

    async def start(self, order: Order) -> Outcome:
        return await started(order, self._start)

    async def _start(self, order: Order) -> Outcome:
        path = f"{API}/job/{order.action.target['job']}/run"
        answer = await self._line.ask("POST", path, self._headers, {"options": order.inputs})
        execution = part(answer.json)
        if not isinstance(execution.get("id"), int):
            return Unknown(NOT_JSON)
        return taken(self._line, execution["id"], execution.get("permalink"))

    async def find(self, order: Order) -> Running | None:
        path = f"{API}/job/{order.action.target['job']}/executions?max={LOOKED_AT}"
        for one in objects(part(await self._line.read(path, self._headers)).get("executions")):
            if _key_of(one) == order.key and isinstance(one.get("id"), int):
                return Running(str(one["id"]), self._line.link(one.get("permalink")))
        return None

    async def look(self, _: Order, handle: str) -> Ended | None:
        path = f"{API}/execution/{handle}"
        found = part(await self._line.read(path, self._headers))
        status = str(found.get("status") or "")
        if not status or status in GOES_ON:
            return None
        link, log = self._line.link(found.get("permalink")), await self._log(path)
        if status == "succeeded":
            return Ended(RunOutcome.SUCCEEDED, "", link, log)
        return Ended(RunOutcome.FAILED, status.replace("-", " "), link, log)

    async def check(self, action: Automation) -> str:
        return await self._line.sees(f"{API}/job/{action.target['job']}/info", self._headers)

    async def _log(self, path: str) -> str:
        """Its last lines; nothing where they cannot be had."""
        try:
            found = await self._line.read(f"{path}/output?lastlines={LINES}", self._headers)
        except OSError:
            return ""
        return "\n".join(str(one.get("log", "")) for one in objects(part(found).get("entries")))


def _key_of(execution: Mapping[str, Any]) -> str:
    """The key among its options: as they were given, or in the line of arguments."""
    options = part(execution, "job", "options")
    if RUN_KEY in options:
        return str(options[RUN_KEY])
    words = str(execution.get("argstring") or "").split()
    return next((value for name, value in pairwise(words) if name == f"-{RUN_KEY}"), "")
