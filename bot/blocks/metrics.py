"""How well incidents were handled, as a table: the whole, the time before, then by priority and by service."""

from collections.abc import Mapping
from datetime import timedelta

from bot.blocks.message import Block, Rendered, context, rendered, said, section, table
from bot.blocks.text import plural, safe, shorten
from bot.domain.effectiveness import Compared, Effectiveness, RunbookReport
from bot.domain.metrics import Figures, Report, Share, Spread
from bot.domain.telling import spell

MOST_SERVICES = 8
NAME = 60
ENOUGH = 5
"""Incidents from which on a percentile says something."""
LABELS = {"acknowledge": "Accepted", "update first": "First update", "mitigate": "Mitigated", "resolve": "Resolved"}
HEADS = ("Median time", "Incidents", *LABELS.values(), "Updates on time")
RUNBOOK_HEADS = ("Runbook", "Used", "Finished", "Helped", "Mitigated", "Resolved")
MOST_RUNBOOKS = 20
NONE = "–"
"""Where nothing was measured."""


def metrics_report(found: Report, names: Mapping[str, str]) -> Rendered:
    """`names`: of the services, by slug."""
    period = length(found.until - found.since)
    if not found.whole.incidents:
        nothing = f"Of the incidents that you can see, none that counts was declared in the last {period}."
        return said(f"{nothing} {_left_out(found)}".rstrip())
    head = f"The last {period}: {plural(found.whole.incidents, 'incident')}"
    few = f"Fewer than {ENOUGH} incidents: too few for percentiles; read each time as a single case."
    told = [f"*{head}*", few if found.whole.incidents < ENOUGH else ""]
    services, more = _services(found.by_service, names)
    rows = [*_whole(found, period), *(_group(name, one) for name, one in found.by_priority.items()), *services]
    blocks: list[Block | None] = [
        section("\n".join(line for line in told if line)),
        table(HEADS, rows),
        section(_also(found.whole)),
        section(_audiences(found.audiences)),
        section(_suggestions(found.suggestions)),
        context(" ".join(part for part in (more, _footer(found)) if part)),
    ]
    whole = "; ".join(
        f"{name.lower()} {value}" for name, value in zip(HEADS[2:], _group("", found.whole)[2:], strict=True)
    )
    return rendered(f"{head}. Medians: {whole}.", blocks)


def runbook_report(found: RunbookReport, titles: Mapping[str, str]) -> Rendered:
    """How well runbooks did; `titles` by slug, of those that are there still."""
    period = length(found.until - found.since)
    if not found.runbooks:
        return said(f"In the incidents of the last {period} that you can see, no runbook was offered.")
    shown = found.runbooks[:MOST_RUNBOOKS]
    rows = [_runbook(titles.get(one.slug, one.slug), one) for one in shown]
    left = len(found.runbooks) - len(shown)
    head = f"Runbooks in the last {period}"
    more = f"{plural(left, 'more runbook')}: `muster export runbooks` has all." if left > 0 else ""
    about = (
        "Used: of the incidents that it was offered in. Median times from the declaration: where it was used / where "
        "it was not. "
        f"They are compared from {ENOUGH} incidents on either side on; a difference is a hint, no proof."
    )
    told = [f"{one.slug}: used in {one.used} of {plural(one.offered, 'incident')}" for one in shown]
    blocks = [section(f"*{head}*"), table(RUNBOOK_HEADS, rows), context(f"{about} {more}".rstrip())]
    return rendered(f"{head}. {'; '.join(told)}.", blocks)


def _runbook(title: str, one: Effectiveness) -> tuple[str, ...]:
    said_so = one.helped + one.did_not_help
    helped = f"{one.helped} of {said_so}" if said_so else NONE
    counts = (f"{one.used:,} of {one.offered:,}", f"{one.finished:,}", helped)
    return (shorten(title, NAME), *counts, _compared(one.mitigate), _compared(one.resolve))


def _compared(one: Compared) -> str:
    """`20 min / 45 min: 25 min less`."""
    both = " / ".join(_spell(side) for side in (one.used, one.unused))
    if one.saved is None:
        return both if one.used or one.unused else NONE
    if not one.saved:
        return f"{both}: the same"
    return f"{both}: {spell(abs(one.saved))} {'less' if one.saved > timedelta() else 'more'}"


def _whole(found: Report, period: str) -> list[tuple[str, ...]]:
    """All of them: the medians, what nine of ten stayed within, the targets met, and the time before."""
    rows = [_group("All", found.whole)]
    if found.whole.incidents >= ENOUGH:
        mostly = [_spell(found.whole.times[name], is_mostly=True) for name in LABELS]
        rows.append(("9 of 10 within", NONE, *mostly, NONE))
    if any(found.whole.kept[name].of for name in LABELS):
        rows.append(("Target met", NONE, *(_of(found.whole.kept[name]) for name in LABELS), NONE))
    if found.before.incidents:
        rows.append(_group(f"{period} before", found.before))
    return rows


def _group(name: str, one: Figures) -> tuple[str, ...]:
    """One row."""
    return name, f"{one.incidents:,}", *(_spell(one.times[span]) for span in LABELS), _of(one.updates)


def _spell(spread: Spread | None, *, is_mostly: bool = False) -> str:
    return NONE if spread is None else spell(spread.mostly if is_mostly else spread.median)


def _of(share: Share) -> str:
    return f"{share.part:,} of {share.of:,}" if share.of else NONE


def _also(whole: Figures) -> str:
    """What has no column."""
    parts = [
        f"Resolved without escalating: {_of(whole.first_contact)}" if whole.first_contact.of else "",
        f"Reopened: {_of(whole.reopened)}" if whole.reopened.part else "",
        f"Back with a known cause: {_of(whole.repeated)}" if whole.repeated.part else "",
        f"From one to the next: {length(whole.between.median)} (median)" if whole.between else "",
    ]
    return " · ".join(part for part in parts if part)


def _audiences(found: Mapping[str, Share]) -> str:
    told = ", ".join(f"{safe(audience)} {_of(share)}" for audience, share in found.items() if share.of)
    return f"Updates on time for others: {told}" if told else ""


def _suggestions(found: Mapping[str, Share]) -> str:
    told = ", ".join(f"{what} {_of(share)}" for what, share in found.items())
    return f"Suggestions that were right: {told}" if told else ""


def _services(groups: Mapping[str, Figures], names: Mapping[str, str]) -> tuple[list[tuple[str, ...]], str]:
    """Rows of those with the most incidents, and what is told of the rest."""
    ordered = sorted(groups.items(), key=lambda one: (-one[1].incidents, one[0]))
    rows = [
        _group(shorten(names.get(slug, slug), NAME) if slug else "No service", one)
        for slug, one in ordered[:MOST_SERVICES]
    ]
    left = len(ordered) - MOST_SERVICES
    return rows, f"{plural(left, 'more service')}: `muster export metrics` has all." if left > 0 else ""


def _footer(found: Report) -> str:
    return " ".join(
        part
        for part in (
            "Of the incidents that you can see. Times count from the declaration.",
            f"{plural(found.whole.open, 'incident')} still open." if found.whole.open else "",
            _left_out(found),
        )
        if part
    )


def length(span: timedelta) -> str:
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
        parts.append(f"{plural(found.whole.impossible, 'time')} corrected to before the declaration")
    return f"Left out: {', '.join(parts)}." if parts else ""
