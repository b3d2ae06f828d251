"""Who is on call in PagerDuty, as shifts of people in Slack: whom the policy names, else whoever has the address."""

import json
from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Final

from bot.domain.ids import SlackUserId
from bot.domain.policy import Shift, Unmatched
from bot.domain.shifts import laid_out
from bot.integrations.paging.oncalls import OnCall, OnCalls
from bot.integrations.rest import Refused, Stopped
from bot.jobs.ical import Read, UnreadableFeed

AFTER: Final = timedelta(days=60)
EVER: Final = (datetime(2000, 1, 1, tzinfo=UTC), datetime(2200, 1, 1, tzinfo=UTC))

Match = Callable[[str], Awaitable[SlackUserId | None]]
"""Who has an address in Slack; None: nobody. Raises OSError while it cannot be asked."""


async def copy_of(
    oncalls: OnCalls | None,
    schedule: str,
    people: Mapping[str, SlackUserId],
    match: Match,
    before: str | None,
    now: datetime,
) -> str:
    """What PagerDuty says of the coming weeks, to be kept. `before`: what was kept so far, for whom Slack cannot be
    asked about now. Raises UnreadableFeed."""
    if oncalls is None:
        raise UnreadableFeed("the token of PagerDuty is not set")
    try:
        found = await oncalls.between(schedule, now, now + AFTER)
    except Refused as no:
        raise UnreadableFeed(f"PagerDuty refused to say who is on call ({no.why})") from None
    except Stopped as no:
        raise UnreadableFeed(f"PagerDuty could not be asked ({no.outcome.why})") from None
    known = {row["email"] or "": row["user"] for row in _rows(before)}
    named = {name.lower(): user for name, user in people.items()}
    users = {email: await _user(email, named, match, known) for email in {one.email for one in found}}
    return json.dumps([_row(one, users[one.email]) for one in found])


async def _user(
    email: str, people: Mapping[str, SlackUserId], match: Match, known: Mapping[str, str | None]
) -> str | None:
    if not email or email in people:
        return people.get(email)
    try:
        return await match(email)
    except OSError:
        return known.get(email)


def read_copy(content: str, people: Mapping[str, SlackUserId]) -> Read:
    """Raises UnreadableFeed."""
    named = {name.lower(): user for name, user in people.items()}
    shifts: list[Shift] = []
    unmatched: list[Unmatched] = []
    for row in _rows(content):
        begins, ends = _at(row["begins"]) or EVER[0], _at(row["ends"]) or EVER[1]
        name, email = row["name"] or "", row["email"] or ""
        user = named.get(email) or named.get(name.lower()) or row["user"]
        if user is None:
            unmatched.append(Unmatched(begins, ends, name, email))
        else:
            shifts.append(Shift(begins, ends, SlackUserId(user)))
    names = tuple(dict.fromkeys(one.called for one in unmatched))
    return Read(laid_out(shifts), names, unmatched=tuple(unmatched))


def _at(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


def _row(one: OnCall, user: str | None) -> dict[str, str | None]:
    begins, ends = (at.isoformat() if at else None for at in (one.begins, one.ends))
    return {"begins": begins, "ends": ends, "name": one.name, "email": one.email, "user": user}


def _rows(content: str | None) -> list[dict[str, str | None]]:
    """Raises UnreadableFeed."""
    try:
        rows = json.loads(content) if content else []
        return [{name: row[name] for name in ("begins", "ends", "name", "email", "user")} for row in rows]
    except (ValueError, TypeError, KeyError):
        raise UnreadableFeed("the copy of what PagerDuty said cannot be read") from None
