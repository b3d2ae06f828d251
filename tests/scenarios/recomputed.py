"""The figures of the trends by the rows of the timeline alone: a short script that shares no line with Muster."""

import json
from datetime import UTC, datetime, timedelta
from itertools import groupby, pairwise
from statistics import fmean, median, quantiles
from typing import Any

STEPS = {"CommandAccepted": "acknowledge", "UpdatePosted": "update"}
STEPS |= {"IncidentMitigated": "mitigate", "IncidentResolved": "resolve"}
NEVER = datetime(9999, 1, 1, tzinfo=UTC)
FURTHER_UP = {"Escalated", "EscalationTold", "IncidentReopened"}


def nine_of_ten(spans: list[float]) -> float:
    return quantiles(spans, n=10, method="inclusive")[8] if len(spans) > 1 else spans[0]


HOW: dict[str, Any] = {"median": median, "mean": fmean, "p90": nine_of_ten}


def when(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def figures(rows: list[Any]) -> dict[str, dict[str, Any]]:
    """By priority. `rows`: incident, kind, when it happened and was recorded, by whom, the rest as JSON; in order."""
    groups: dict[str, list[dict[str, Any]]] = {}
    known: set[int] = set()
    for _, some in groupby(rows, lambda row: row[0]):
        life = [(kind, when(at), when(recorded), by, json.loads(body)) for _, kind, at, recorded, by, body in some]
        kinds, causes = {one[0] for one in life}, {one[4]["problem"] for one in life if one[0] == "ProblemLinked"}
        if not life[0][4]["is_drill"] and not kinds & {"IncidentCancelled", "IncidentMerged"}:
            told = {"repeated": bool(causes & known), "reopened": "IncidentReopened" in kinds}
            told["unescalated"] = "IncidentResolved" in kinds and not kinds & FURTHER_UP
            groups.setdefault(life[0][4]["priority"], []).append(of_one(life) | told)
        known |= causes
    return {priority: added(some) for priority, some in groups.items()}


def of_one(life: list[Any]) -> dict[str, Any]:
    """What a single incident adds to each sum, and its times."""
    done: dict[str, datetime] = {}
    grace, due, updates, acts, promise = timedelta(minutes=1), {}, [], set(), None
    due["acknowledge"], due["update"] = (when(life[0][4][name]["due_at"]) for name in ("acknowledge", "next_update"))
    due["update"] += grace
    for kind, at, recorded, by, body in life:
        if by and "resolve" not in done:
            acts.add((by, recorded.timestamp() // 900))
        if promise and (kind == "UpdatePosted" or (kind == "IncidentResolved" and at > promise)):
            updates.append(at <= promise)
        if kind == "IncidentReopened":
            done = {name: done[name] for name in ("acknowledge", "update") if name in done}
        if kind in STEPS:
            done.setdefault(STEPS[kind], at)
        if body.get("next_update") or kind == "IncidentResolved":
            promise = when(body["next_update"]["due_at"]) + grace if body.get("next_update") else None
        due |= {one["kind"]: when(one["due_at"]) for one in body.get("owed") or () if one["kind"] in STEPS.values()}
    decided = {"update": NEVER, **done} if "resolve" in done else done
    met = [at <= due[name] for name, at in decided.items() if name in due]
    took = {name: (at - life[0][1]).total_seconds() for name, at in done.items()}
    sums = {"incidents": 1, "hours": len(acts) / 4, "updates_on_time": sum(updates), "updates_due": len(updates)}
    return sums | {"targets_met": sum(met), "targets_decided": len(met), "began": life[0][1], "took": took}


def added(some: list[dict[str, Any]]) -> dict[str, Any]:
    times = {name: [one["took"][name] for one in some if name in one["took"]] for name in STEPS.values()}
    times["between"] = [(two - one).total_seconds() for one, two in pairwise(sorted(one["began"] for one in some))]
    found = {f"{name}_{how}": of(spans) if spans else None for name, spans in times.items() for how, of in HOW.items()}
    return found | {name: sum(one[name] for one in some) for name in some[0] if name not in ("began", "took")}
