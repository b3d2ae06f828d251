"""The figures of the trends by the rows of the timeline alone: a script that shares no line with Muster."""

import itertools
import json
from collections import defaultdict
from datetime import datetime, timedelta
from statistics import fmean, median, quantiles
from typing import Any

Row = tuple[int, str, str, str, str | None, str]
"""Incident, kind, when it happened, when it was recorded, by whom, and the rest as JSON; in the timeline's order."""


def instant(text: str) -> datetime:
    return datetime.fromisoformat(text.replace(" ", "T").removesuffix("Z").removesuffix("+00:00"))


def figures(rows: list[Row]) -> dict[str, dict[str, Any]]:
    """By priority, of incidents that are no drills and were neither cancelled nor merged."""
    lives, groups = defaultdict(list), defaultdict(list)
    problems: dict[int, list[int]] = defaultdict(list)
    for number, kind, at, recorded, by, body in rows:
        lives[number].append((kind, instant(at), instant(recorded), by, json.loads(body)))
        if kind == "ProblemLinked":
            problems[json.loads(body)["problem"]].append(number)
    for number, life in lives.items():
        head = life[0][4]
        if head["is_drill"] or any(kind in ("IncidentCancelled", "IncidentMerged") for kind, *_ in life):
            continue
        is_repeat = any(number in linked and min(linked) < number for linked in problems.values())
        groups[head["priority"]].append({**of_one(life), "number": number, "repeated": is_repeat})
    return {priority: dict(added(some)) for priority, some in groups.items()}


def of_one(life: list[Any]) -> dict[str, Any]:
    began, head = life[0][1], life[0][4]
    due: dict[str, datetime] = {}
    promise, updates, acts, is_on = None, [], set(), True
    done: dict[str, datetime] = {}
    for kind, at, recorded, by, body in life:
        if by and is_on:
            acts.add((by, int((recorded - datetime(1970, 1, 1)).total_seconds() // 900)))  # noqa: DTZ001 - all in UTC
        if kind == "CommandAccepted":
            done.setdefault("acknowledge", at)
        if kind == "UpdatePosted":
            done.setdefault("update", at)
        if kind in ("UpdatePosted", "IncidentResolved") and promise:
            is_late = at > promise + timedelta(minutes=1)
            updates += [not is_late] if kind == "UpdatePosted" or is_late else []
        if kind == "IncidentReopened":
            done.pop("mitigate", None), done.pop("resolve", None)
        if kind in ("IncidentMitigated", "IncidentResolved"):
            done["mitigate" if kind == "IncidentMitigated" else "resolve"] = at
        is_on = {"IncidentResolved": False, "IncidentReopened": True}.get(kind, is_on)
        due |= {one["kind"]: instant(one["due_at"]) for one in body.get("owed") or ()}
        promise = instant(body["next_update"]["due_at"]) if body.get("next_update") else promise
        promise = None if kind == "IncidentResolved" else promise
    met = [done["acknowledge"] <= instant(head["acknowledge"]["due_at"])] if "acknowledge" in done else []
    first_by = instant(head["next_update"]["due_at"]) + timedelta(minutes=1)
    met += [done["update"] <= first_by] if "update" in done else [False] if "resolve" in done else []
    met += [done["resolve"] <= due["resolve"]] if "resolve" in done and "resolve" in due else []
    took = {name: (at - began).total_seconds() for name, at in done.items()}
    return {"began": began, "took": took, "updates": updates, "met": met, "hours": len(acts) / 4}


def added(some: list[dict[str, Any]]) -> Any:
    yield "incidents", len(some)
    for name in ("acknowledge", "mitigate", "resolve"):
        spans = [one["took"][name] for one in some if name in one["took"]]
        yield f"{name}_median", median(spans) if spans else None
        yield f"{name}_p90", quantiles(spans * 2, n=10, method="inclusive")[8] if spans else None
        yield f"{name}_mean", fmean(spans) if spans else None
    began = sorted(one["began"] for one in some)
    gaps = [(later - earlier).total_seconds() for earlier, later in itertools.pairwise(began)]
    yield "between_median", median(gaps) if gaps else None
    for name, key in (("updates", "updates_on_time"), ("met", "targets_met")):
        listed = [one for each in some for one in each[name]]
        yield key, sum(listed)
        yield "updates_due" if name == "updates" else "targets_decided", len(listed)
    yield "repeated", sum(one["repeated"] for one in some)
    yield "hours", sum(one["hours"] for one in some)
