"""A draft of a report, filled with what the record says. People complete it and submit it; Muster sends it nowhere."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.domain.incident import Incident
from bot.domain.policy import RegulationRules
from bot.domain.regulations import Stage
from bot.domain.timeline import IncidentCancelled
from bot.domain.vocabulary import FollowUpState, Section

NOT_ADVICE = "Not legal advice: a draft of what the record says. Check it, complete it, and submit it yourself."
MISSING = "[to be written]"


@dataclass(frozen=True, slots=True)
class Draft:
    """Headings, each with what the record says of it; empty where it says nothing. `words`: instead of them, the
    policy's own template, filled."""

    title: str
    parts: tuple[tuple[str, str], ...] = ()
    words: str = ""


def draft(incident: Incident, rules: RegulationRules, stage: Stage, written: Mapping[Section, str]) -> Draft:
    """`written`: the sections of the review as far as people wrote them."""
    law = rules.regulation
    title = f"{law.name}: {stage.title} on {incident.ref}" + (" (drill)" if incident.is_drill else "")
    known = values(incident, rules, written)
    if stage.template:
        return Draft(title, words=stage.template.format(**{name: text or MISSING for name, text in known.items()}))
    to = (("To", rules.authority),) if rules.authority else ()
    return Draft(title, (*to, *((one.title, known.get(one.filled, "")) for one in stage.headings)))


def values(incident: Incident, rules: RegulationRules, written: Mapping[Section, str]) -> dict[str, str]:
    """Everything of `FILLED`, by name."""
    update = incident.last_update.update.said if incident.last_update else None
    latest = _lines((update.conditions, update.actions, update.needs)) if update else ""
    step = incident.last_step
    ended = "" if step is None else step.reason if isinstance(step, IncidentCancelled) else step.what
    return {
        "ref": incident.ref,
        "title": incident.title,
        "priority": incident.priority,
        "status": incident.status,
        "service": incident.service_name or "",
        "authority": rules.authority,
        "reference": _references(incident, rules),
        "times": _times(incident, rules),
        "what": _lines((incident.title, incident.user_impact or "", latest)),
        "latest": latest,
        "impact": written.get(Section.IMPACT, "") or _impact(incident),
        "source": _source(incident),
        "story": _lines((written.get(Section.SUMMARY, "") or incident.title, _impact(incident), ended)),
        "cause": _lines((written.get(Section.FACTORS, ""), written.get(Section.WHYS, ""))),
        "measures": _lines((*_measures(incident), written.get(Section.RESOLUTION, ""))),
    }


def _references(incident: Incident, rules: RegulationRules) -> str:
    """Ours, and the authority's of what was submitted."""
    known = incident.reporting_under(rules.regulation.key)
    theirs = [f"{one.reference} ({one.stage})" for one in (known.submissions if known else ()) if one.reference]
    return ", ".join((incident.ref, *theirs))


def _times(incident: Incident, rules: RegulationRules) -> str:
    known = incident.reporting_under(rules.regulation.key)
    law = rules.regulation
    pairs: Sequence[tuple[str, datetime | None]] = (
        ("Began", incident.began_at),
        ("Detected", incident.detected_at),
        ("Declared", incident.declared_at),
        ("Impact stopped", incident.mitigated_at),
        ("Resolved", incident.resolved_at),
        *((law.called(name).capitalize(), at) for name, at in (known.triggers if known else ())),
    )
    return _lines(f"{name}: {at:%Y-%m-%d %H:%M} UTC" for name, at in pairs if at is not None)


def _impact(incident: Incident) -> str:
    service = f"Service: {incident.service_name}" if incident.service_name else ""
    told = incident.customers_told
    affected = ", ".join(f"{one.name} ({one.health.words})" for one in told.components) if told else ""
    parts = (incident.user_impact or "", service, f"Customers were told: {affected}" if affected else "")
    return _lines((*parts, f"Impact: {incident.impact}"))


def _source(incident: Incident) -> str:
    alerts = [f"Monitoring ({one.source}): {one.title}" for one in incident.alerts[:3]]
    return _lines((f"Source: {incident.source}" if incident.source else "", *alerts))


def _measures(incident: Incident) -> tuple[str, ...]:
    """What was done and is being done."""
    done = [one.text for one in incident.actions if one.done_at is not None]
    step = incident.last_step
    fixed = "" if step is None or isinstance(step, IncidentCancelled) else step.what
    going_on = [f"Under way: {one.text}" for one in incident.open_actions()]
    planned = [f"Planned: {one.text}" for one in incident.follow_ups if one.state is FollowUpState.OPEN]
    return (*done, fixed, *going_on, *planned)


def _lines(parts: Iterable[str]) -> str:
    """Each once, as some of them may say the same."""
    return "\n".join(dict.fromkeys(part for part in parts if part))
