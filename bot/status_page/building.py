"""The page as files: HTML, a feed (Atom, RFC 4287), and the JSON that watchers of status pages read.

That JSON is what Atlassian's Statuspage serves (its API, `api/v2/summary.json` and others, as read in November 2026).
"""

import json
from collections.abc import Mapping
from datetime import UTC, date, datetime
from functools import cache
from hashlib import sha256
from importlib.resources import files
from typing import TYPE_CHECKING, Any, Final

from bot.domain.dates import MONTHS, a_date
from bot.domain.vocabulary import Health
from bot.status_page.site import Entry, PublicIncident, Row, Site

if TYPE_CHECKING:
    from jinja2 import Environment

FEED: Final = "history.atom"
ENTRIES_IN_FEED: Final = 50
INCIDENTS_IN_API: Final = 50
INDICATORS: Final = {
    Health.OPERATIONAL: ("none", "All Systems Operational"),
    Health.DEGRADED: ("minor", "Partially Degraded Service"),
    Health.PARTIAL: ("major", "Partial System Outage"),
    Health.MAJOR: ("critical", "Major Service Outage"),
}
KINDS: Final = {
    "html": "text/html",
    "css": "text/css",
    "js": "text/javascript",
    "json": "application/json",
    "atom": "application/atom+xml",
    "svg": "image/svg+xml",
}
STATIC: Final = ("style.css", "times.js", "icon.svg")


@cache
def templates() -> "Environment":
    """Made when the page is built first: an idle bot does without the library."""
    from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape

    made = Environment(
        loader=PackageLoader("bot.status_page"),
        autoescape=select_autoescape(("html", "atom")),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters |= {"a_date": a_date, "month": _month, "instant": instant, "in_utc": in_utc}
    return made


def _month(day: date) -> str:
    return f"{MONTHS[day.month - 1]} {day.year}"


def instant(at: datetime) -> str:
    """`2026-03-02T10:00:00Z`."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def in_utc(at: datetime) -> str:
    """`2 March 2026, 10:00 UTC`, for readers whose browser runs no script."""
    utc = at.astimezone(UTC)
    return f"{a_date(utc.date())}, {utc:%H:%M} UTC"


def built(site: Site) -> Mapping[str, bytes]:
    """Every file of the page by its path."""
    texts = {
        "index.html": _page("index.html", site, root=""),
        "history.html": _page("history.html", site, root=""),
        FEED: _feed(site),
        **{f"api/v2/{name}.json": _json(content) for name, content in _api(site).items()},
        **{f"incidents/{one.id}.html": _page("incident.html", site, root="../", it=one) for one in site.incidents},
        **{name: _static(name) for name in STATIC},
    }
    return {path: text.encode("utf-8", "replace") for path, text in texts.items()}


def kind_of(path: str) -> str:
    """The media type of a file of the page."""
    return KINDS[path.rpartition(".")[2]]


def _page(name: str, site: Site, **more: Any) -> str:
    return templates().get_template(name).render(site=site, page=site.page, **more)


def _feed(site: Site) -> str:
    """One entry per incident, which is updated with each publication."""
    newest = sorted(site.incidents, key=lambda one: one.updated_at, reverse=True)[:ENTRIES_IN_FEED]
    return templates().get_template("history.atom").render(site=site, page=site.page, incidents=newest)


@cache
def _static(name: str) -> str:
    return files("bot.status_page").joinpath("static", name).read_text(encoding="utf-8")


def _json(content: Mapping[str, Any]) -> str:
    return json.dumps(content, ensure_ascii=False, indent=1) + "\n"


def _api(site: Site) -> dict[str, dict[str, Any]]:
    page = {
        "id": _page_id(site),
        "name": site.page.title,
        "url": site.page.url,
        "time_zone": str(site.page.timezone),
        "updated_at": _ms(site.changed_at),
    }
    indicator, description = INDICATORS[site.health]
    status = {"indicator": indicator, "description": description}
    if indicator == "none" and site.open:
        status = {"indicator": "minor", "description": "Investigating a Problem"}
    components = [_component(site, place, row) for place, row in enumerate(site.rows, start=1)]
    incidents = [_incident(site, one) for one in site.incidents[:INCIDENTS_IN_API]]
    unresolved = [_incident(site, one) for one in site.open]
    none: dict[str, Any] = {"page": page, "scheduled_maintenances": []}
    return {
        "summary": {
            "page": page,
            "components": components,
            "incidents": unresolved,
            "scheduled_maintenances": [],
            "status": status,
        },
        "status": {"page": page, "status": status},
        "components": {"page": page, "components": components},
        "incidents": {"page": page, "incidents": incidents},
        "incidents/unresolved": {"page": page, "incidents": unresolved},
        "scheduled-maintenances": none,
        "scheduled-maintenances/active": none,
        "scheduled-maintenances/upcoming": none,
    }


def _page_id(site: Site) -> str:
    return sha256(site.page.url.encode()).hexdigest()[:12]


def _ms(at: datetime) -> str:
    """`2026-03-02T10:00:00.000Z`, as that API spells instants."""
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _component(site: Site, place: int, row: Row) -> dict[str, Any]:
    since = _ms(row.since) if row.since else None
    return {
        "id": row.component.id,
        "name": row.component.name,
        "status": row.health.value,
        "created_at": since,
        "updated_at": since,
        "position": place,
        "description": row.component.description,
        "showcase": True,
        "start_date": None,
        "group_id": None,
        "page_id": _page_id(site),
        "group": False,
        "only_show_if_degraded": False,
    }


def _incident(site: Site, one: PublicIncident) -> dict[str, Any]:
    places = {row.component.id: (place, row) for place, row in enumerate(site.rows, start=1)}
    named = {part.id for entry in one.entries for part in entry.update.components}
    return {
        "id": one.id,
        "name": one.title,
        "status": one.last.stage.value,
        "created_at": _ms(one.began_at),
        "updated_at": _ms(one.updated_at),
        "monitoring_at": _ms(one.monitoring_at) if one.monitoring_at else None,
        "resolved_at": _ms(one.resolved_at) if one.resolved_at else None,
        "impact": INDICATORS[one.worst][0],
        "shortlink": f"{site.page.url}/incidents/{one.id}.html",
        "started_at": _ms(one.began_at),
        "page_id": _page_id(site),
        "incident_updates": [_entry(one, entry) for entry in one.newest_first],
        "components": [_component(site, *places[id_]) for id_ in places if id_ in named],
    }


def _entry(incident: PublicIncident, entry: Entry) -> dict[str, Any]:
    before = dict(entry.before)
    return {
        "id": entry.id,
        "status": entry.update.stage.value,
        "body": entry.update.text,
        "incident_id": incident.id,
        "created_at": _ms(entry.at),
        "updated_at": _ms(entry.at),
        "display_at": _ms(entry.at),
        "affected_components": [
            {"code": part.id, "name": part.name, "old_status": before[part.id].value, "new_status": part.health.value}
            for part in entry.update.components
        ],
    }
