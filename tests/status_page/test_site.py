"""The page from what was published: bars, history, feed and JSON, and that nothing typed becomes markup."""

import json
import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from xml.etree import ElementTree
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from bot.domain.customers import Published
from bot.domain.ids import IncidentNumber
from bot.domain.policy import Component, StatusPage
from bot.domain.timeline import AffectedComponent, CustomerUpdate
from bot.domain.vocabulary import Health, Stage
from bot.status_page import DAYS, Site, built, site_of

PAGE = StatusPage(
    "Example",
    "https://status.example.com",
    (Component("shop", "Shop", group="Store"), Component("search", "Search")),
    ZoneInfo("UTC"),
)
NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
ATOM = "{http://www.w3.org/2005/Atom}"


def entry(
    number: int, hour: float, stage: Stage, health: Health = Health.OPERATIONAL, text: str = "We are on it."
) -> Published:
    update = CustomerUpdate(stage, "Errors at checkout", text, (AffectedComponent("shop", "Shop", health),))
    at = datetime(2026, 3, 2, tzinfo=UTC) + timedelta(hours=hour)
    return Published(IncidentNumber(number), int(1000 + hour * 60), at, update)


def site(*published: Published) -> Site:
    return site_of(PAGE, published, NOW, "T1")


def api(shown: Site, name: str) -> dict[str, object]:
    found: dict[str, object] = json.loads(built(shown)[f"api/v2/{name}.json"])
    return found


OPEN = (entry(1, 9, Stage.INVESTIGATING, Health.DEGRADED), entry(1, 10, Stage.IDENTIFIED, Health.PARTIAL))
OVER = (*OPEN, entry(1, 11, Stage.RESOLVED))


def test_a_quiet_page_says_so() -> None:
    quiet = site()
    assert quiet.headline == "All systems operational"
    assert len(quiet.rows[0].days) == DAYS
    assert api(quiet, "status")["status"] == {"indicator": "none", "description": "All Systems Operational"}


def test_readers_are_told_when_the_next_update_comes_until_it_is_over_or_should_have_come() -> None:
    last = OPEN[1]
    promised = replace(last, update=replace(last.update, next_in=timedelta(hours=2, minutes=30)))
    files = built(site(OPEN[0], promised))
    for path in ("index.html", next(one for one in files if one.startswith("incidents/")), "history.atom"):
        assert files[path].count(b"Next update by") == 1, path
        assert b"2 Mar 2026, 12:30 UTC" in files[path]
    assert b"12:30" not in files["api/v2/summary.json"], "that format has no room for it"
    late = replace(last, update=replace(last.update, next_in=timedelta(hours=2)))
    told_again = entry(1, 11, Stage.MONITORING)
    over = (OPEN[0], promised, entry(1, 11, Stage.RESOLVED))
    for calm in ((OPEN[0], late), (OPEN[0], promised, told_again), over):
        assert not any(b"Next update" in content for content in built(site(*calm)).values())


def test_bars_count_published_minutes_and_overlapping_ones_once() -> None:
    assert site(*OVER).rows[0].minutes == 120
    assert site(*OVER).rows[1].minutes == 0
    both = (*OVER, entry(2, 10.5, Stage.INVESTIGATING, Health.DEGRADED), entry(2, 11.5, Stage.RESOLVED))
    assert site(*both).rows[0].minutes == 150
    assert site(*OVER).rows[0].days[-1].health is Health.PARTIAL


def test_minutes_of_a_night_belong_to_two_days() -> None:
    night = (entry(1, -2, Stage.INVESTIGATING, Health.MAJOR), entry(1, 1, Stage.RESOLVED))
    yesterday, today = site(*night).rows[0].days[-2:]
    assert (yesterday.minutes, today.minutes) == (120, 60)


def test_watchers_read_what_they_know_from_such_pages() -> None:
    summary = api(site(*OPEN), "summary")
    assert set(summary) == {"page", "components", "incidents", "scheduled_maintenances", "status"}
    assert summary["status"] == {"indicator": "major", "description": "Partial System Outage"}
    (incident,) = json.loads(built(site(*OPEN))["api/v2/incidents/unresolved.json"])["incidents"]
    assert incident["status"] == "identified"
    assert incident["impact"] == "major"
    assert incident["started_at"] == "2026-03-02T09:00:00.000Z"
    newest = incident["incident_updates"][0]["affected_components"]
    shop = {"code": "shop", "name": "Shop", "old_status": "degraded_performance", "new_status": "partial_outage"}
    assert newest == [shop]
    assert api(site(*OVER), "incidents/unresolved")["incidents"] == []
    (past,) = json.loads(built(site(*OVER))["api/v2/incidents.json"])["incidents"]
    assert past["resolved_at"] == "2026-03-02T11:00:00.000Z"


def test_a_correction_after_the_resolution_leaves_its_time() -> None:
    (past,) = site(*OVER, entry(1, 11.5, Stage.RESOLVED, text="Correction: it began at 8:50.")).incidents
    assert past.resolved_at == OVER[-1].at


def test_the_feed_has_one_entry_per_incident() -> None:
    feed = ElementTree.fromstring(built(site(*OVER))["history.atom"])  # noqa: S314 - our own
    (one,) = feed.findall(f"{ATOM}entry")
    assert one.findtext(f"{ATOM}title") == "Errors at checkout"
    assert one.findtext(f"{ATOM}updated") == "2026-03-02T11:00:00Z"
    assert "<strong>Resolved</strong>" in (one.findtext(f"{ATOM}content") or "")
    assert feed.findtext(f"{ATOM}updated") == "2026-03-02T11:00:00Z"


def test_every_link_leads_to_a_file() -> None:
    files = built(site(*OVER))
    for path, content in files.items():
        if not path.endswith(".html"):
            continue
        for link in re.findall(r'(?:href|src)="([^"]+)"', content.decode()):
            base = "" if "/" not in path else path.rpartition("/")[0] + "/"
            assert re.sub(r"[^/]+/\.\./", "", base + link) in files, (path, link)


@given(st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=60))
def test_nothing_typed_becomes_markup(words: str) -> None:
    typed = f"<script>alert(1)</script>&{words}"
    files = built(site(entry(1, 9, Stage.INVESTIGATING, Health.DEGRADED, typed)))
    for path, content in files.items():
        assert b"<script>alert" not in content or path.endswith(".json")
    feed = ElementTree.fromstring(files["history.atom"])  # noqa: S314 - our own
    assert "&lt;script&gt;" in "".join(feed.itertext())
