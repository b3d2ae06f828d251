"""The meeting about a review as a calendar file (RFC 5545), to be opened by whoever takes part."""

from datetime import datetime, timedelta
from urllib.parse import quote

from bot.review.reading import read
from bot.review.secrets import Redacted
from bot.review.wording import one_line


def render_invitation(review: Redacted, begins: datetime, lasts: timedelta, revision: int, workspace: str) -> bytes:
    """One event; `revision` rises when it is moved, so that calendars replace it."""
    from icalendar import Calendar, Event  # needed once per review, and takes long to load

    incident, reading = review.incident, read(review)
    event = Event()
    event.add("uid", f"{incident.ref}-review@{quote(workspace)}.muster")
    event.add("sequence", revision)
    event.add("dtstamp", review.generated_at)
    event.add("dtstart", begins)
    event.add("dtend", begins + lasts)
    title = "private incident" if incident.is_private else one_line(reading.names(incident.title))
    event.add("summary", f"Review of {incident.ref}: {title}")
    people = ", ".join(reading.name(user) for user in reading.took_part())
    event.add("description", f"Took part: {people}.\nIn Slack: /incident {incident.ref} review")
    calendar = Calendar()
    calendar.add("prodid", "-//Muster//Review//EN")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add_component(event)
    return bytes(calendar.to_ical())
