"""GitHub Actions: a workflow is dispatched, and found again by its run's name, which holds the key
(docs.github.com, "REST API endpoints for workflows" and "… workflow runs").

Since 2026-02-19 the answer holds the run when it is asked to (`return_run_details`); servers of one's own that do not
know that are asked once more without. Logs lie on another host, behind a redirect, where Muster does not follow: the
names of the steps and how they ended stand in their place.
"""

from typing import Final

from bot.delivery.outcomes import Outcome, Unknown
from bot.domain.policy import Automation
from bot.domain.vocabulary import RunOutcome
from bot.integrations.engines.engine import Ended, Line, Order, Running, started, taken
from bot.integrations.rest import NOT_JSON, objects, part

LOOKED_AT: Final = 100
"""Runs, the newest first, among which one is looked for."""


class GitHub:
    def __init__(self, line: Line) -> None:
        self._line = line
        self._headers = {
            "Authorization": f"Bearer {line.secrets[0]}",
            "Accept": "application/vnd.github+json",
            "X-GitHub-Api-Version": "2022-11-28",
        }

    async def start(self, order: Order) -> Outcome:
        return await started(order, self._start)

    async def _start(self, order: Order) -> Outcome:
        path = f"{_workflow(order.action)}/dispatches"
        plain = {"ref": order.action.target["ref"], "inputs": order.inputs}
        answer = await self._line.ask("POST", path, self._headers, {**plain, "return_run_details": True}, 400, 422)
        if answer.status in (400, 422):
            answer = await self._line.ask("POST", path, self._headers, plain)
        if answer.status == 204:
            return Unknown("it has taken it, and did not say as which run")
        run = part(answer.json)
        if not isinstance(run.get("workflow_run_id"), int):
            return Unknown(NOT_JSON)
        return taken(self._line, run["workflow_run_id"], run.get("html_url"))

    async def find(self, order: Order) -> Running | None:
        path = f"{_workflow(order.action)}/runs?event=workflow_dispatch&per_page={LOOKED_AT}"
        for one in objects(part(await self._line.read(path, self._headers)).get("workflow_runs")):
            if order.key in str(one.get("display_title")).split() and isinstance(one.get("id"), int):
                return Running(str(one["id"]), self._line.link(one.get("html_url")))
        return None

    async def look(self, order: Order, handle: str) -> Ended | None:
        path = f"/repos/{order.action.target['repo']}/actions/runs/{handle}"
        found = await self._line.read(path, self._headers)
        if not isinstance(found, dict) or found.get("status") != "completed":
            return None
        conclusion = str(found.get("conclusion"))
        link = self._line.link(found.get("html_url"))
        if conclusion == "success":
            return Ended(RunOutcome.SUCCEEDED, "", link, await self._steps(path))
        return Ended(RunOutcome.FAILED, conclusion.replace("_", " "), link, await self._steps(path))

    async def check(self, action: Automation) -> str:
        return await self._line.sees(_workflow(action), self._headers)

    async def _steps(self, path: str) -> str:
        """How each step ended; nothing where that cannot be found out."""
        try:
            found = await self._line.read(f"{path}/jobs?per_page=100", self._headers)
        except OSError:
            return ""
        steps = [(job, step) for job in objects(part(found).get("jobs")) for step in objects(job.get("steps"))]
        return "\n".join(f"{job.get('name')} / {step.get('name')}: {step.get('conclusion')}" for job, step in steps)


def _workflow(action: Automation) -> str:
    return f"/repos/{action.target['repo']}/actions/workflows/{action.target['workflow']}"
