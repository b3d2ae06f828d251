"""How well incidents were handled, in words and figures."""

from collections.abc import Mapping
from datetime import timedelta

from bot.blocks.message import Block, Rendered, context, header, rendered, said, section
from bot.blocks.text import plural, safe, shorten
from bot.domain.metrics import SPANS, Figures, Report, Share, Spread
from bot.domain.telling import spell

MOST_SERVICES = 8
NAME = 60
SHORT = ("acknowledge", "resolve")
"""The times that a group shows; the whole shows all."""
LABELS = {name: f"To {name}" for name in SPANS}


def metrics_report(found: Report, names: Mapping[str, str]) -> Rendered:
    """The whole, then by priority and by service. `names`: of the services, by slug."""
    period = _length(found.until - found.since)
    if not found.whole.incidents:
        nothing = f"Of the incidents that you can see, none that counts was declared in the last {period}."
        return said(f"{nothing} {_left_out(found)}".rstrip())
    head = f"The last {period}: {plural(found.whole.incidents, 'incident')}"
    blocks: list[Block | None] = [
        header(head),
        section(_whole(found.whole, found.before)),
        section("*By priority*\n" + "\n".join(_group(name, one) for name, one in found.by_priority.items())),
        section(_services(found.by_service, names)),
        context(_footer(found)),
    ]
    return rendered(f"{head}.\n{_whole(found.whole, found.before)}", blocks)


def _whole(now: Figures, before: Figures) -> str:
    lines = [
        _time(label, now.times[name], before.times[name], now.kept[name])
        for name, label in LABELS.items()
        if now.times[name] or now.kept[name].of
    ]
    lines.append(_between(now.between))
    lines.append(_share("Updates on time", now.updates, before.updates))
    lines.append(_share("Resolved at first contact", now.first_contact, before.first_contact))
    lines.append(_share("Reopened", now.reopened, before.reopened))
    lines.append(_share("Repeated", now.repeated, before.repeated))
    return "\n".join(line for line in lines if line)


def _time(label: str, now: Spread | None, before: Spread | None, kept: Share) -> str:
    parts = []
    if now is not None:
        earlier = f" (before: {spell(before.median)})" if before else ""
        parts.append(f"median {spell(now.median)}{earlier}, mean {spell(now.mean)}")
        parts.append(f"nine of ten within {spell(now.mostly)}")
    if kept.of:
        parts.append(f"service level kept {_of(kept)}")
    return f"*{label}*: {'; '.join(parts)}"


def _between(between: Spread | None) -> str:
    return f"*Between incidents*: mean {_length(between.mean)}, median {_length(between.median)}" if between else ""


def _share(label: str, now: Share, before: Share) -> str:
    if not now.of:
        return ""
    earlier = f" (before: {before.percent} %)" if before.of else ""
    return f"*{label}*: {_of(now)}{earlier}"


def _of(share: Share) -> str:
    return f"{share.part} of {share.of} ({share.percent} %)"


def _group(name: str, one: Figures) -> str:
    """One line of a group."""
    parts = [plural(one.incidents, "incident")]
    parts += [f"{name} {spell(found.median)}" for name in SHORT if (found := one.times[name])]
    if one.updates.of:
        parts.append(f"updates on time {one.updates.percent} %")
    return f"{name}: {', '.join(parts)}"


def _services(groups: Mapping[str, Figures], names: Mapping[str, str]) -> str:
    """Those with the most incidents first."""
    ordered = sorted(groups.items(), key=lambda one: (-one[1].incidents, one[0]))
    lines = [
        _group(safe(shorten(names.get(slug, slug), NAME)) if slug else "no service", one)
        for slug, one in ordered[:MOST_SERVICES]
    ]
    if len(ordered) > MOST_SERVICES:
        lines.append(f"… and {len(ordered) - MOST_SERVICES} more; `muster export metrics` has all.")
    return "*By service*\n" + "\n".join(lines)


def _footer(found: Report) -> str:
    return " ".join(
        part
        for part in (
            "Of the incidents that you can see; times count from the declaration, groups show medians.",
            f"{plural(found.whole.open, 'incident')} still open." if found.whole.open else "",
            _left_out(found),
        )
        if part
    )


def _length(span: timedelta) -> str:
    """From two days on in days: `90 days`, `2 days 5 h`."""
    days, rest = divmod(span, timedelta(days=1))
    if days < 2:
        return spell(span)
    hours = rest // timedelta(hours=1)
    return f"{days} days{f' {hours} h' if hours else ''}"


def _left_out(found: Report) -> str:
    parts = []
    if found.drills:
        parts.append(plural(found.drills, "drill"))
    if found.not_handled:
        parts.append(f"{found.not_handled} cancelled or merged")
    if found.whole.impossible:
        parts.append(f"{plural(found.whole.impossible, 'time')} set by hand to before the declaration")
    return f"Left out: {', '.join(parts)}." if parts else ""
