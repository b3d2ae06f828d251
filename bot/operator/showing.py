"""Answers of the API for people at a terminal: tables, times in the zone of this machine, people by name."""

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Any, Final

import click
from rich.console import Console
from rich.table import Table

from bot.domain.dates import in_zone
from bot.domain.ids import SlackUserId
from bot.domain.named import by_name
from bot.operator.zone import local_zone

WIDE: Final = 160
"""Columns where there is no terminal, so that programs find each row on one line."""
UNSEEN = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
"""What a terminal acts on instead of showing it."""

Found = Mapping[str, Any]


def console() -> Console:
    """What tables are printed with; texts are never markup."""
    out = Console(highlight=False, markup=False, emoji=False)
    return out if out.is_terminal else Console(highlight=False, markup=False, emoji=False, width=WIDE)


def table(heads: tuple[str, ...], rows: Iterable[tuple[object, ...]]) -> None:
    """Print rows under heads; long texts are folded."""
    made = Table(box=None, pad_edge=False, header_style="bold", show_header=any(heads))
    for head in heads:
        made.add_column(head, overflow="fold")
    for row in rows:
        made.add_row(*(plainly(one) for one in row))
    console().print(made)


def plainly(value: object) -> str:
    """A text that does nothing to a terminal."""
    return UNSEEN.sub("", "" if value is None else str(value))


def when(told: str | None) -> str:
    """An instant in the zone of this machine."""
    return in_zone(datetime.fromisoformat(told), local_zone()) if told else ""


def show(operation: str, found: Found) -> None:
    """Print what an operation answered."""
    SHOWN.get(operation, _done)(found)


def _who(found: Found, user: str | None, program: str | None = None) -> str:
    people: Mapping[str, str] = found.get("people", {})
    return people.get(user, user) if user else program or ""


def _text(found: Found, text: str) -> str:
    names = {SlackUserId(user): name for user, name in found.get("people", {}).items()}
    return by_name(text, names)


def _incidents(found: Found) -> None:
    rows = [
        (
            one["ref"],
            one["priority"],
            f"{'DRILL ' if one['drill'] else ''}{one['status']}",
            one["title"],
            one.get("service"),
            when(one["next_update_due_at"]),
        )
        for one in found["incidents"]
    ]
    if not rows:
        click.echo("There are no such incidents that you can see.")
        return
    table(("REF", "PRIORITY", "STATUS", "TITLE", "SERVICE", "NEXT UPDATE"), rows)


def head(one: Found) -> str:
    """The incident in one line."""
    drill = "DRILL · " if one["drill"] else ""
    return plainly(f"{drill}{one['ref']} · {one['priority']} {one['status']} · {one['title']}")


def _incident(one: Found) -> None:
    click.echo(head(one))
    if one["outline"]:
        click.echo("You may know about it, and no more: it is private.")
        return
    roles = ", ".join(f"{_who(one, held['person'])} ({held['role']})" for held in one["roles"])
    asked = f"nobody; {_who(one, one['asked'])} was asked" if one["asked"] else "nobody"
    facts = (
        ("Commander", _who(one, one["commander"]) or asked),
        ("Roles", roles),
        ("Service", one["service"]),
        ("Impact, urgency", f"{one['impact']}, {one['urgency']}"),
        ("Severity", one["severity"]),
        ("Channel", f"#{one['channel']['name']}" if one["channel"] else "not open yet"),
        ("Declared", f"{when(one['declared_at'])} by {_who(one, one['declared_by'], one['integration'])}"),
        ("Mitigated", when(one["mitigated_at"])),
        ("Resolved", when(one["resolved_at"])),
        ("Verified", when(one["verified_at"])),
        ("Closed", when(one["closed_at"])),
        ("Next update", when(one["next_update_due_at"])),
        ("Runbooks", ", ".join(linked["slug"] for linked in one["runbooks"])),
        ("Review", one["review"]),
    )
    table(("", ""), [(name, value) for name, value in facts if value])
    if last := one["last_update"]:
        click.echo(f"\nLast update, {when(last['at'])}:")
        _update(one, last)


def _update(found: Found, one: Found) -> None:
    for name in ("conditions", "actions", "needs"):
        if one[name]:
            click.echo(plainly(f"  {name.capitalize()}: {_text(found, one[name])}"))


def _updates(found: Found) -> None:
    for one in found["updates"]:
        click.echo(f"{when(one['at'])}, {_who(found, one['by'], one['integration'])}:")
        _update(found, one)
    if not found["updates"]:
        click.echo("No update was posted yet.")


def _timeline(found: Found) -> None:
    rows = [(one["seq"], when(one["at"]), _text(found, one["text"])) for one in found["entries"]]
    table(("#", "AT", "WHAT HAPPENED"), rows)


def _transcript(found: Found) -> None:
    if not found["messages"]:
        click.echo("Nothing was said in its channel yet.")
    for one in found["messages"]:
        said = "(deleted)" if one["deleted"] else _text(found, one["text"])
        files = "".join(f" [{name}]" for name in one["files"])
        author = one["author_name"] or _who(found, one["author"])
        indent = "  " if one["thread_ts"] not in (None, one["ts"]) else ""
        click.echo(plainly(f"{indent}{when(one['at'])} {author}: {said}{files}"))


def _people(found: Found) -> None:
    rows: list[tuple[object, ...]] = [
        (_who(found, one["person"]), one["role"], when(one["since"]), when(one["until"])) for one in found["roles"]
    ]
    if rows:
        table(("WHO", "ROLE", "FROM", "TO"), rows)
    present = ", ".join(_who(found, one) for one in found["in_channel"])
    click.echo(plainly(f"Declared by {_who(found, found['declared_by'], found['integration'])}."))
    click.echo(plainly(f"In the channel: {present or 'nobody that Muster knows of'}."))


def _follow_ups(found: Found) -> None:
    rows = [
        (one["ref"], one["number"], one["state"], _text(found, one["text"]), _who(found, one["owner"]), one["due"])
        for one in found["follow_ups"]
    ]
    if not rows:
        click.echo("No follow-up was agreed.")
        return
    table(("REF", "#", "STATE", "WHAT", "OWNER", "DUE"), rows)


def _on_call(found: Found) -> None:
    rows = [
        (
            one["schedule"],
            _who(found, one["primary"]) or "nobody",
            when(one["until"]),
            _who(found, one["next"]),
            _who(found, one["secondary"]),
        )
        for one in found["on_call"]
    ]
    if not rows:
        click.echo("The policy has no on-call schedule.")
        return
    table(("SCHEDULE", "ON CALL", "UNTIL", "NEXT", "SECONDARY"), rows)


def _metrics(found: Found) -> None:
    groups = [("all", found["whole"]), *found["by_priority"].items(), *found["by_service"].items()]
    rows = [
        (
            name or "no service",
            one["incidents"],
            *(_span(one["times"].get(kind)) for kind in ("acknowledge", "mitigate", "resolve")),
            f"{one['updates']['part']} of {one['updates']['of']}",
        )
        for name, one in groups
    ]
    table(("", "INCIDENTS", "ACKNOWLEDGE", "MITIGATE", "RESOLVE", "UPDATES ON TIME"), rows)
    click.echo("Times are medians, from the declaration.")


def _span(spread: Found | None) -> str:
    if spread is None:
        return "–"
    minutes = round(spread["median"] / 60)
    return f"{minutes // 60}h{minutes % 60:02}m" if minutes >= 60 else f"{minutes}m"


def _runbook(found: Found) -> None:
    click.echo(plainly(f"{found['runbook']['title']} ({found['runbook']['slug']})"))
    for step in found["runbook"]["steps"]:
        click.echo(plainly(f"  {step['number']}. {step['title']}"))
        for line in step["body"].splitlines():
            click.echo(plainly(f"     {line}").rstrip())


def _sections(found: Found) -> None:
    written = ", ".join(one["section"] for one in found["sections"])
    click.echo(f"Written: {written}." if written else "Nothing was new.")


def _done(found: Found) -> None:
    """The incident as it is now, and what was recorded."""
    one = found["incident"]
    click.echo(head(one))
    for entry in found["recorded"]:
        click.echo(plainly(f"  {_text(one, entry['text'])}"))


def _alerts(found: Found) -> None:
    rows = [
        (
            one["number"],
            one["state"],
            one["title"],
            one["source"],
            one["service"],
            f"{one['times']}×, {one['firing']} of {one['signals']} firing",
            when(one["last_at"]),
            one["incident"] or "",
        )
        for one in found["alerts"]
    ]
    if not rows:
        click.echo("There are no such alerts.")
        return
    table(("ALERT", "STATE", "TITLE", "SOURCE", "SERVICE", "FIRED", "LAST", "INCIDENT"), rows)


def _ignored(found: Found) -> None:
    click.echo(plainly(f"Nobody is asked about alert {found['number']} until {when(found['ignored_until'])}."))


SHOWN: Final[Mapping[str, Callable[[Found], None]]] = {
    "listIncidents": _incidents,
    "showIncident": _incident,
    "readTimeline": _timeline,
    "readTranscript": _transcript,
    "readUpdates": _updates,
    "readPeople": _people,
    "readFollowUps": _follow_ups,
    "showOnCall": _on_call,
    "showMetrics": _metrics,
    "listAlerts": _alerts,
    "ignoreAlert": _ignored,
    "openRunbook": _runbook,
    "writeSections": _sections,
}
"""Operation → how its answer is shown; any other did something."""
