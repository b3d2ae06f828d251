"""Alerts as people see them: the question in the triage channel, edited in place, and the list of those that wait."""

from collections.abc import Sequence

from bot.blocks.facts import one_line, when
from bot.blocks.message import Block, Rendered, actions, button, context, rendered, said, section
from bot.blocks.text import code, date_and_time, link, mention, plural, safe, shorten
from bot.domain.alerts import Alert, name_of
from bot.domain.ids import ref
from bot.domain.vocabulary import AlertState

TITLE = 300
TEXT = 600
LABELS = 600
LISTED = 12
"""Alerts that one question lists beside its own."""
NAMED = 5
"""Alerts of an incident that its card names; the others are counted."""


def question(alert: Alert, service: str | None = None, gathered: Sequence[Alert] = ()) -> Rendered:
    """What is to be done about an alert, or what became of it. `service`: its name. `gathered`: others that wait. Of a
    private one everybody who reads it is told no word that its sender wrote."""
    head = f"*{name_of(alert.source)}*: {_titled(alert, TITLE)}"
    became = _became(alert)
    text = " · ".join(part for part in (head, counted(alert), became) if part)
    has_details = alert.text and alert.text != alert.title and not alert.is_private
    details = safe(shorten(one_line(alert.text), TEXT)) if has_details else ""
    blocks = [
        section("\n".join(part for part in (head, details) if part)),
        None if alert.is_private else context(_facts(alert, service)),
        context(" · ".join(part for part in (counted(alert), became) if part)),
        actions(_ways(alert)),
        section("\n".join([f"*{plural(len(gathered), 'more alert')} at once*", *_lines(gathered)]))
        if gathered
        else None,
    ]
    return rendered(text, blocks)


def _lines(gathered: Sequence[Alert]) -> list[str]:
    """The newest of them, and where the others are found."""
    shown = [_waiting(alert, 80) for alert in gathered[-LISTED:]]
    more = len(gathered) - len(shown)
    others = f"and {more} more: {code('/incident alert')} lists them" if more else ""
    example = f"For example: {code(f'/incident alert {gathered[-1].number} declare')}"
    return [*shown, *([others] if others else []), example]


def _waiting(alert: Alert, most: int) -> str:
    return f"{code(f'alert {alert.number}')} {_titled(alert, most)} · {counted(alert)}"


def _titled(alert: Alert, most: int) -> str:
    return "a private alert" if alert.is_private else safe(shorten(one_line(alert.title), most))


def counted(alert: Alert) -> str:
    """How often it fired, and when last: `×37, last 14:05`."""
    parts = []
    last = when(alert.last_at, alert.opened_at)
    if alert.times > alert.signals:
        parts.append(f"×{alert.times:,}, last {last}")
    elif alert.times:
        parts.append(f"at {last}")
    if alert.signals > 1:
        firing = (
            "" if alert.is_quiet else ", all firing" if alert.firing == alert.signals else f", {alert.firing:,} firing"
        )
        parts.append(f"{plural(alert.signals, 'signal')}{firing}")
    if alert.flaps:
        parts.append(f"on and off {plural(alert.flaps, 'time')}")
    if alert.quiet_since is not None:
        parts.append(f"quiet since {when(alert.quiet_since, alert.opened_at)}")
    return " · ".join(parts)


def on_card(alerts: Sequence[Alert], attached: int) -> str:
    """The alerts of an incident as a paragraph of its card; empty where it has none. `attached`: how many its timeline
    tells of."""
    shown = [f"• {_line(alert)}" for alert in alerts[-NAMED:]]
    more = max(len(alerts), attached) - len(shown)
    if not shown:
        return f"*Alerts*: {attached}" if attached else ""
    return "\n".join(["*Alerts*", *shown, *([f"and {more} more"] if more > 0 else [])])


def _line(alert: Alert) -> str:
    title = shorten(one_line(alert.title), 120)
    named = link(alert.link, title) if alert.link else safe(title)
    book = link(alert.runbook_url, "runbook") if alert.runbook_url else ""
    labels = safe(shorten(_labels(alert), 120))
    return " · ".join(part for part in (f"{name_of(alert.source)}: {named}", counted(alert), book, labels) if part)


def _labels(alert: Alert) -> str:
    """Those that are not told elsewhere."""
    return ", ".join(f"{name}: {value}" for name, value in alert.labels if name not in ("service", "severity"))


def listed(alerts: Sequence[Alert]) -> Rendered:
    """Those that wait for somebody, with what to type."""
    if not alerts:
        return said("No alert waits for anybody.")
    lines = [_waiting(alert, 120) for alert in alerts]
    example = code(f"/incident alert {alerts[0].number} declare")
    return said("\n".join(["Alerts that wait for somebody:", *lines, f"For example: {example}"]))


def ignored(alert: Alert) -> Rendered:
    until = date_and_time(alert.ignored_until) if alert.ignored_until else "now"
    return said(f"Nobody is asked about it until {until}. It is counted all the same.")


def _facts(alert: Alert, service: str | None) -> str:
    parts = [
        safe(shorten(alert.severity, 60)),
        safe(shorten(service or "", 60)),
        safe(shorten(_labels(alert), LABELS)),
        link(alert.link, "details") if alert.link else "",
        link(alert.runbook_url, "runbook") if alert.runbook_url else "",
    ]
    return " · ".join(part for part in parts if part)


def _became(alert: Alert) -> str:
    by = f" by {mention(alert.by)}" if alert.by else ""
    match alert.state:
        case AlertState.TAKEN if alert.incident is not None and not alert.is_private:
            return f"Linked to {ref(alert.incident)}{by}"
        case AlertState.TAKEN | AlertState.DECLARING:
            return f"Being worked on{by}" if alert.is_private else "An incident is being declared"
        case AlertState.IGNORED if alert.ignored_until is not None:
            return f"Ignored until {when(alert.ignored_until, alert.last_at)}{by}"
        case _:
            return ""


def _ways(alert: Alert) -> list[Block]:
    if alert.state is not AlertState.ASKED:
        return []
    found = []
    if alert.reopens is not None:
        reason = shorten(one_line(f"{name_of(alert.source)} is firing again: {alert.title}"), 200)
        found.append(button(f"Reopen {ref(alert.reopens)}", f"{ref(alert.reopens)} reopen {reason}", "primary"))
    if alert.offers is not None:
        found.append(button(f"Join {ref(alert.offers)}", f"alert {alert.number} join {ref(alert.offers)}", "primary"))
    found.append(button("Declare", f"alert {alert.number} declare", None if found else "primary"))
    return [*found, button("Ignore 1h", f"alert {alert.number} ignore 1h")]
