"""`muster alerts`: see what would become of an alert, and have what was set aside worked off."""

from datetime import UTC, datetime

import click

from bot.domain.alerts import DEFAULT_ROUTE, Signal, key_of, name_of, route_of, service_of
from bot.domain.policy import AlertRoute, Policy
from bot.domain.vocabulary import Handling, SignalState
from bot.integrations.alerts import Incoming, Source, Unreadable, read, sources
from bot.operator.commands import DONE, NO, WRONG, NotPossible, opened_store, say, what_was_agreed
from bot.store import Audited


async def try_out(body: bytes, source: str, headers: tuple[str, ...]) -> int:
    """Print what each signal of a request would lead to. Nothing is asked, kept or sent."""
    policy, _ = what_was_agreed()
    known = sources(policy.alerting.generic)
    if source not in known:
        raise NotPossible(WRONG, f"There is no source {source}. There are: {', '.join(sorted(known))}.")
    given = dict(_header(one) for one in headers)
    try:
        signals = read(known[source], Incoming(body, given))
    except Unreadable as why:
        raise NotPossible(NO, f"{name_of(source)} sends nothing like this. {why}") from None
    if not signals:
        click.echo(f"{name_of(source)}: a test or a notice; nothing would follow.")
    for signal in signals:
        click.echo(told(signal, policy, known[source]))
    return DONE


def _header(written: str) -> tuple[str, str]:
    name, _, value = written.partition(":")
    return name.strip().lower(), value.strip()


def told(signal: Signal, policy: Policy, source: Source) -> str:
    """A signal, its route and what follows from it, in a few lines."""
    place, route = route_of(signal, policy.alerting.routes)
    by = f"route {place} (do: {route.do})" if place is not None else "no route matches, so people are asked"
    service = service_of(signal, route, policy)
    grouped = f"grouped by {', '.join(route.group_by)}" if route.group_by else "grouped as its sender does"
    labels = ", ".join(f"{name}={value}" for name, value in sorted(signal.labels.items()))
    lines = [
        f"{name_of(signal.source)}: {signal.title}",
        f"  parser   {source.read.__module__.rpartition('.')[2]}",
        f"  state    {signal.state}",
        f"  key      {signal.key}",
        f"  alert    {key_of(signal, route)[:12]}, {grouped}",
        f"  labels   {labels or 'none'}",
        f"  service  {service or 'none that the policy knows'}",
        f"  route    {by}",
        f"  outcome  {_outcome(signal, route, service, policy)}",
    ]
    return "\n".join(lines)


def _outcome(signal: Signal, route: AlertRoute, service: str | None, policy: Policy) -> str:
    if route.do is Handling.IGNORE:
        return "ignored"
    if signal.state is SignalState.RESOLVED:
        return f"evidence of recovery, where it fired before; said after {_minutes(route)} of quiet"
    often = f"once it fired {route.after.times} times in {route.after.within}: " if route.after else ""
    open_one = f"evidence of the open incident of {service}" if service and not route.is_private else ""
    channel = policy.channels.for_triage
    match route.do:
        case Handling.ATTACH:
            return f"{often}{open_one or 'nothing'}{', if there is one' if open_one else ': it is of no service'}"
        case Handling.DECLARE:
            what = f"{'a private' if route.is_private else 'an'} incident, {route.priority or 'priority by the matrix'}"
            return f"{often}{what}{f'; {open_one}, if there is one' if open_one else ''}"
        case Handling.ASK:
            return f"{often}a question in #{channel}" if channel else f"{often}nobody can be asked: there is no channel"


def _minutes(route: AlertRoute = DEFAULT_ROUTE) -> str:
    return f"{round(route.settle.total_seconds() / 60)} min"


async def retry() -> int:
    """Have what was set aside worked off after all; a running bot does so within seconds."""
    async with opened_store() as store, store.write() as tx:
        freed = await tx.retry_deliveries()
        await tx.keep_audit(
            Audited(datetime.now(UTC), "operator", "alerts retry", None, "done", f"deliveries: {freed}", "operator")
        )
    say(f"{freed} deliver{'y' if freed == 1 else 'ies'} will be worked off.")
    return DONE
