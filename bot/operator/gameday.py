"""`muster gameday`: play a scenario to people in a drill, and say how they did."""

import asyncio
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final

import click

from bot.config.yaml_lines import Problems
from bot.operator import gameday_scenario as scenarios
from bot.operator.asking import Reach, asking
from bot.operator.commands import DONE, NO, WRONG, NotPossible, say, write_out
from bot.operator.gameday_scenario import Expect, Goal, Inject, Played, Scenario, score
from bot.web.api.asking import Asking, Refused
from bot.web.api.routes import ROUTES

LOOKED_EVERY: Final = timedelta(seconds=10)
"""How often it is looked whether everything is done."""
EXERCISE: Final = "Exercise: "
"""Stands before every inject: nobody may take one for real."""
BY_NAME: Final = {one.name: one for one in ROUTES}
SIGNS: Final = {True: "met", False: "missed", None: "open"}


class GameDay:
    """One scenario, played by a running Muster's verbs as somebody who may declare."""

    def __init__(self, scenario: Scenario, way: Asking, speed: float, service: str | None) -> None:
        self._scenario = scenario
        self._way = way
        self._speed = speed
        self._service = service or scenario.service
        self._ref = ""
        self._away: tuple[datetime, str] | None = None

    async def declare(self) -> str:
        """The reference of the drill. Raises Refused."""
        asked = {
            "title": self._scenario.title,
            "impact": self._scenario.impact.value,
            "urgency": self._scenario.urgency.value,
            "service": self._service,
            "category": self._scenario.category,
            "drill": True,
            "anyway": True,
        }
        given = {name: value for name, value in asked.items() if value is not None}
        done = await self._way.ask(BY_NAME["declare"], {}, {}, given)
        self._ref = str(done["incident"]["ref"])
        return self._ref

    async def inject(self, one: Inject) -> str:
        """Have it happen; what was told. Raises Refused."""
        if one.away is not None:
            incident = await self._incident()
            person = incident["commander"] or incident["asked"]
            if person is not None:
                at = await self._note(f"<@{person}> cannot be reached from now on, and does not answer.")
                self._away = (at, person)
        if one.say is not None:
            await self._note(one.say)
        return one.say or "whoever commands does not answer any more"

    async def played(self, *, is_over: bool = False) -> Played:
        """How it stands."""
        entries: list[dict[str, Any]] = []
        query: dict[str, list[str]] = {}
        while True:
            page = await self._way.ask(BY_NAME["readTimeline"], {"ref": self._ref}, query, {})
            entries += page["entries"]
            if page["next"] is None:
                break
            query = {"after": [page["next"]]}
        away_at, away = self._away or (None, None)
        return Played(await self._incident(), entries, away_at, away, is_over=is_over, speed=self._speed)

    async def tell(self, goals: Sequence[Goal]) -> None:
        """Say in the channel how it went. Raises Refused where nothing can be said there any more."""
        await self._note(f"It is over. {summary(goals)}\n" + "\n".join(line(one) for one in goals))

    async def _incident(self) -> dict[str, Any]:
        found: dict[str, Any] = await self._way.ask(BY_NAME["showIncident"], {"ref": self._ref}, {}, {})
        return found

    async def _note(self, text: str) -> datetime:
        """When it was told (incident time)."""
        done = await self._way.ask(
            BY_NAME["addNote"], {"ref": self._ref}, {}, {"text": f"{EXERCISE}{text}", "aloud": True}
        )
        return datetime.fromisoformat(done["recorded"][-1]["at"])


def summary(goals: Sequence[Goal]) -> str:
    met = sum(one.is_met is True for one in goals)
    return f"{met} of {len(goals)} goals met."


def line(goal: Goal) -> str:
    return f"{SIGNS[goal.is_met]}: {goal.name}, {goal.wanted} – {goal.got}"


Wait = Callable[[timedelta], Any]
"""Lets so much real time pass."""


async def _pass(span: timedelta) -> None:
    await asyncio.sleep(span.total_seconds())


async def gameday(name: str, user: str | None, speed: float, service: str | None, out: Path | None) -> int:
    """Play a shipped scenario or a file; NO where a goal was missed."""
    file = scenarios.shipped().get(name) or Path(name)
    if not file.is_file():
        known = ", ".join(scenarios.shipped())
        raise NotPossible(WRONG, f"There is no scenario {name}. Shipped are {known}; or name a file.")
    try:
        scenario = scenarios.load(file)
    except Problems as problems:
        raise NotPossible(WRONG, str(problems)) from None
    goals = await play(scenario, asking, user, speed, service)
    report = "\n".join([f"# {scenario.title}", "", summary(goals), "", *(f"- {line(one)}" for one in goals)])
    click.echo("\n".join([summary(goals), *(f"  {line(one)}" for one in goals)]))
    if out is not None:
        write_out(report, out)
    return DONE if all(one.is_met for one in goals) else NO


async def play(
    scenario: Scenario,
    reach: Reach,
    user: str | None,
    speed: float,
    service: str | None,
    wait: Wait = _pass,
    look_every: timedelta = LOOKED_EVERY,
) -> list[Goal]:
    """Declare the drill, tell what happens, and look until everything is done or the time is over; Ctrl-C ends it
    early. Raises NotPossible."""
    async with reach(user) as way:
        day = GameDay(scenario, way, speed, service)
        try:
            ref = await day.declare()
        except Refused as no:
            raise NotPossible(NO, f"The drill could not be declared: {no}") from None
        say(f"{ref} is declared, as a drill. It ends after {scenarios.spelled(scenario.ends_after)}, or with Ctrl-C.")
        try:
            await _run(scenario, day, speed, wait, look_every)
        except asyncio.CancelledError:
            say("Ended early.")
        goals = score(scenario.expect, await day.played(is_over=True))
        try:
            await day.tell(goals)
        except Refused as no:
            say(f"The score could not be told in the channel: {no}")
        return goals


async def _run(scenario: Scenario, day: GameDay, speed: float, wait: Wait, look_every: timedelta) -> None:
    """Times are the scenario's own, from the declaration on."""
    passed = timedelta()

    async def until(at: timedelta) -> None:
        nonlocal passed
        await wait((at - passed) / speed)
        passed = at

    for one in sorted(scenario.injects, key=lambda one: one.at):
        await until(max(one.at, passed))
        try:
            say(f"{scenarios.spelled(passed)}: {await day.inject(one)}")
        except (Refused, NotPossible) as no:
            say(f"{scenarios.spelled(passed)}: could not be told: {no}")
    while passed < scenario.ends_after and await _is_open(scenario.expect, day):
        await until(min(passed + look_every * speed, scenario.ends_after))


async def _is_open(expect: Expect, day: GameDay) -> bool:
    """Whether anything can still be met. Updates may be overdue until the incident is over. What cannot be looked at
    for now is open."""
    try:
        played = await day.played()
    except (Refused, NotPossible):
        return True
    is_over = played.incident["over_at"] is not None or played.incident["resolved_at"] is not None
    goals = [one for one in score(expect, played) if one.name != scenarios.UPDATES]
    return not is_over or any(one.is_met is None and one.got == scenarios.OPEN for one in goals)
