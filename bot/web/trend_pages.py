"""What the page of trends shows: each figure in words, each chart with the table of its figures, and from each the way
to the incidents behind it."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any, Final
from urllib.parse import urlencode

from bot.blocks.metrics import ENOUGH, length
from bot.blocks.text import plural
from bot.domain.dates import MONTHS, a_short_date, a_span
from bot.domain.metrics import Figures, Share, Spread
from bot.domain.time_spent import FEWEST, NIGHT_BEGINS, NIGHT_ENDS
from bot.domain.trends import FOLLOW_UPS, NONE, OVERDUE, WORKED, Bucket, Piece, Selection, Trends
from bot.domain.vocabulary import Priority
from bot.review.charts import PRIORITY_COLOURS, Chart, bars, columns, shares, spreads

UNKNOWN: Final = "–"
"""Where nothing was measured."""
TIMES: Final = (
    ("acknowledge", "Time to acknowledge", "MTTA", "From the declaration until somebody took command."),
    ("mitigate", "Time to mitigate", "MTTM", "From the declaration until the impact stopped, where somebody said so."),
    ("resolve", "Time to resolve", "MTTR", "From the declaration until the resolution."),
)
PERIODS: Final = (30, 90, 180, 365)
"""Days that can be chosen with one click."""
WORDS: Final = {
    "": "Incidents",
    "acknowledge": "Incidents that somebody took command of",
    "update-first": "Incidents with an update",
    "mitigate": "Incidents whose impact stopped",
    "resolve": "Resolved incidents",
    "open": "Incidents that are still open",
    "decided": "Incidents with targets that were met or missed",
    "missed": "Incidents that missed a target",
    "updates": "Incidents with updates that were due",
    "late": "Incidents with late updates",
    "reopened": "Reopened incidents",
    "repeated": "Incidents with a cause that was known",
    "alerted": "Incidents that alerts belong to",
    FOLLOW_UPS: "Incidents with open follow-ups",
    OVERDUE: "Incidents with overdue follow-ups",
    "worked": "Incidents that people worked on",
    "at-night": "Incidents that people worked on at night",
    "on-weekends": "Incidents that people worked on at a weekend",
    "escalated": "Escalated incidents",
    "impossible": "Incidents with a time corrected to before the declaration",
}
"""Word of `trends` → what such incidents are called."""


@dataclass(frozen=True, slots=True)
class Cell:
    """What stands in a table, and what in its CSV; `href`: the incidents behind it."""

    text: str
    value: float | str | None
    href: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """`heads`: each column as people read it, and as its CSV calls it."""

    heads: Sequence[tuple[str, str]]
    rows: Sequence[Sequence[Cell]]

    def as_rows(self) -> list[dict[str, Any]]:
        """For CSV: spans in seconds, shares as two numbers."""
        return [{name: cell.value for (_, name), cell in zip(self.heads, row, strict=True)} for row in self.rows]


@dataclass(frozen=True, slots=True)
class Shown:
    """A chart on the page. `about`: what it counts, in a sentence."""

    name: str
    title: str
    about: str
    chart: Chart
    table: Table


@dataclass(frozen=True, slots=True)
class Tile:
    """A figure on its own, what stands beside it, and the ways to what is behind it."""

    title: str
    value: str
    told: Sequence[str]
    ways: Sequence[tuple[str, str]] = ()


@dataclass(frozen=True, slots=True)
class Names:
    """What services are called, by slug."""

    services: Mapping[str, str]

    def service(self, slug: str) -> str:
        return "No service" if slug == NONE else self.services.get(slug, slug)


def address(path: str, wanted: Selection, **more: str) -> str:
    """A page about a selection: it means the same tomorrow."""
    query = {
        "from": wanted.first.isoformat(),
        "to": wanted.last.isoformat(),
        "priority": wanted.priority.value if wanted.priority else "",
        "service": wanted.service or "",
        "category": wanted.category or "",
        "drills": "1" if wanted.drills else "",
        **more,
    }
    return f"{path}?{urlencode({name: value for name, value in query.items() if value})}"


def behind(wanted: Selection, word: str = "", of: str = "") -> str:
    return address("/incidents", wanted, behind=word, of=of)


def tiles(found: Trends) -> list[Tile]:
    """The figures of the whole selection, each beside that of the span before, where that is told."""
    of, before, wanted = found.whole, found.before, found.selection
    noun = "drill" if wanted.drills else "incident"
    were = [f"{before.incidents:,} in the {plural(wanted.days, 'day')} before"] if before else []
    ways = [
        (_all_of(of.incidents), behind(wanted)) if of.incidents else ("", ""),
        (f"{of.open:,} still open", behind(wanted, "open")) if of.open else ("", ""),
    ]
    times = [
        _time(f"{title} ({also})", of.times[name], before.times[name] if before else None, behind(wanted, name), noun)
        for name, title, also, _ in TIMES
    ]
    between = _time(
        f"Time between {noun}s (MTBF)", of.between, before.between if before else None, behind(wanted), "gap"
    )
    rates = [_rate(rate, of, before, wanted) for rate in RATES]
    return [Tile(f"{noun.capitalize()}s", f"{of.incidents:,}", were, ways), *times, between, *rates, *_more(found)]


def _more(found: Trends) -> list[Tile]:
    alerted, spent, wanted = found.alerted, found.spent, found.selection
    told = [f"{alerted.part:,} of {alerted.of:,}; {plural(found.alerts, 'alert')} in all"] if alerted.of else []
    way = [("Which", behind(wanted, "alerted"))] if alerted.part else []
    worked = [("By team", "#hours"), ("Which", behind(wanted, "worked"))] if spent.all else []
    lasted = f"from declaration to resolution: {length(found.lasted)} in all" if found.lasted else ""
    return [
        Tile("With alerts", UNKNOWN if alerted.percent is None else f"{alerted.percent} %", told, way),
        Tile("People's time", _hours(spent.all), [lasted], worked),
    ]


def _hours(of: float) -> str:
    return length(timedelta(hours=of)) if of else UNKNOWN


@dataclass(frozen=True, slots=True)
class Rate:
    """A share on a tile. `told`, `word`: what the way to the incidents is called that went badly, and where it leads;
    `among`: where all of them stand; `is_bad`: whether it counts what went badly."""

    title: str
    share: Callable[[Figures], Share]
    told: str
    word: str
    among: str
    is_bad: bool = False


RATES: Final = (
    Rate("Updates on time", lambda of: of.updates, "Where one was late", "late", "updates"),
    Rate("Targets met", lambda of: of.targets, "Where one was missed", "missed", "decided"),
    Rate("Resolved without escalating", lambda of: of.first_contact, "Escalated", "escalated", "resolve"),
    Rate("Repeated", lambda of: of.repeated, "Which", "repeated", "", is_bad=True),
    Rate("Reopened", lambda of: of.reopened, "Which", "reopened", "", is_bad=True),
)


def _time(title: str, of: Spread | None, before: Spread | None, href: str, noun: str) -> Tile:
    was = f"{length(before.median)} before" if before else ""
    if of is None:
        return Tile(title, UNKNOWN, [was])
    told = ["median" + (f"; {was}" if was else "")]
    if of.count < ENOUGH:
        told.append("too few for more; read each as a single case")
    else:
        told.append(f"half of them {length(of.middle[0])} to {length(of.middle[1])}")
        told.append(f"nine of ten within {length(of.mostly)}; mean {length(of.mean)}")
    return Tile(title, length(of.median), told, [(plural(of.count, noun), href)])


def _rate(rate: Rate, found: Figures, before: Figures | None, wanted: Selection) -> Tile:
    of, earlier = rate.share(found), rate.share(before) if before else None
    was = f"{earlier.percent} % before" if earlier and earlier.of else ""
    told = f"{of.part:,} of {of.of:,}" if of.of else ""
    both = "; ".join(filter(None, (told, was)))
    any_bad = of.part > 0 if rate.is_bad else of.part < of.of
    ways = [
        (rate.told, behind(wanted, rate.word)) if any_bad else ("", ""),
        ("The incidents behind it", behind(wanted, rate.among)) if of.of else ("", ""),
    ]
    return Tile(rate.title, UNKNOWN if of.percent is None else f"{of.percent} %", [both], ways)


def _all_of(count: int) -> str:
    return {1: "Look at it", 2: "Both of them"}.get(count, "All of them")


def charts(found: Trends, names: Names) -> list[Shown]:
    return [
        _incidents(found),
        *(_times(found, *one) for one in TIMES),
        _promises(found),
        *_groups(found, names),
        _teams(found),
        _follow_ups(found),
    ]


def _incidents(found: Trends) -> Shown:
    wanted, over_time = found.selection, found.over_time
    series = {one.value: [bucket.by_priority[one.value] for bucket in over_time] for one in Priority}
    rows = [
        [
            _bucket(bucket),
            _count(bucket.figures.incidents, _within(wanted, bucket)),
            *(_count(bucket.by_priority[one.value], _within(wanted, bucket, priority=one)) for one in Priority),
        ]
        for bucket in over_time
    ]
    described = f"{_pieces(wanted)}: {plural(found.whole.incidents, 'incident')} in all"
    heads = [("Days", "days"), ("All", "all"), *((one.value, one.value) for one in Priority)]
    chart = columns(described, _labels(wanted, over_time), series, PRIORITY_COLOURS)
    title = "Drills over time" if wanted.drills else "Incidents over time"
    return Shown("incidents", title, f"By priority, {_pieces(wanted)}.", chart, Table(heads, rows))


def _times(found: Trends, name: str, title: str, also: str, about: str) -> Shown:
    wanted, over_time = found.selection, found.over_time
    spans = [bucket.figures.times[name] for bucket in over_time]
    rows = [
        [_bucket(bucket), *_spread(spread, behind(_part(wanted, bucket), name))]
        for bucket, spread in zip(over_time, spans, strict=True)
    ]
    whole = found.whole.times[name]
    described = f"{title}, {_pieces(wanted)}" + (f": {length(whole.median)} is the median of all" if whole else "")
    chart = spreads(described, _labels(wanted, over_time), spans)
    return Shown(name, f"{title} ({also})", about, chart, Table([("Days", "days"), *SPREAD_HEADS], rows))


SPREAD_HEADS: Final = (
    ("Incidents", "incidents"),
    ("Median", "median"),
    ("Middle half from", "p25"),
    ("to", "p75"),
    ("Nine of ten within", "p90"),
    ("Mean", "mean"),
)


def _spread(one: Spread | None, href: str) -> list[Cell]:
    if one is None:
        return [Cell("0", 0), *[Cell(UNKNOWN, None)] * (len(SPREAD_HEADS) - 1)]
    return [_count(one.count, href), *map(_span, (one.median, *one.middle, one.mostly, one.mean))]


def _promises(found: Trends) -> Shown:
    wanted, over_time = found.selection, found.over_time
    updates = [bucket.figures.updates for bucket in over_time]
    targets = [bucket.figures.targets for bucket in over_time]
    series = {
        "updates on time": [one.percent for one in updates],
        "targets met": [one.percent for one in targets],
    }
    rows = [
        [
            _bucket(bucket),
            *_of(on_time, behind(_part(wanted, bucket), "updates")),
            *_of(met, behind(_part(wanted, bucket), "decided")),
        ]
        for bucket, on_time, met in zip(over_time, updates, targets, strict=True)
    ]
    heads = [
        ("Days", "days"),
        ("Updates on time", "updates_on_time"),
        ("of those due", "updates_due"),
        ("Targets met", "targets_met"),
        ("of those decided", "targets_decided"),
    ]
    whole = found.whole.updates
    described = f"Promises kept, {_pieces(wanted)}: {whole.part:,} of {plural(whole.of, 'update')} on time in all"
    about = "Updates that came by their time, and targets of the policy that were met; of what was due, in percent."
    chart = shares(described, _labels(wanted, over_time), series)
    return Shown("promises", "Promises kept", about, chart, Table(heads, rows))


GROUP_HEADS: Final = (
    ("Incidents", "incidents"),
    ("To acknowledge", "acknowledge_median"),
    ("nine of ten", "acknowledge_p90"),
    ("To mitigate", "mitigate_median"),
    ("nine of ten", "mitigate_p90"),
    ("To resolve", "resolve_median"),
    ("nine of ten", "resolve_p90"),
    ("Between", "between_median"),
    ("Updates on time", "updates_on_time"),
    ("of", "updates_due"),
    ("Targets met", "targets_met"),
    ("of", "targets_decided"),
    ("Repeated", "repeated"),
)


def _groups(found: Trends, names: Names) -> list[Shown]:
    wanted = found.selection
    by_priority = [(one, one, replace(wanted, priority=Priority(one)), of) for one, of in found.by_priority.items()]
    by_service = [
        (slug, names.service(slug), replace(wanted, service=slug), of) for slug, of in _most(found.by_service)
    ]
    by_category = [
        (one, "No category" if one == NONE else one, replace(wanted, category=one), of)
        for one, of in _most(found.by_category)
    ]
    return [
        _group("priority", "By priority", by_priority),
        _group("service", "By service", by_service),
        _group("category", "By category", by_category),
    ]


def _most(groups: Mapping[str, Figures]) -> list[tuple[str, Figures]]:
    """Those with the most incidents first."""
    return sorted(groups.items(), key=lambda one: (-one[1].incidents, one[0]))


def _group(name: str, title: str, groups: Sequence[tuple[str, str, Selection, Figures]]) -> Shown:
    rows = [
        [
            Cell(called, "" if key == NONE else key, address("/trends", part)),
            _count(of.incidents, behind(part)),
            *_medians(of, part),
            _span(of.between.median if of.between else None),
            *_of(of.updates, behind(part, "updates")),
            *_of(of.targets, behind(part, "decided")),
            _count(of.repeated.part, behind(part, "repeated")),
        ]
        for key, called, part, of in groups
    ]
    chart = bars(
        f"{title}: {plural(len(groups), 'row')}",
        [(called, of.incidents, f"{of.incidents:,}") for _, called, _, of in groups],
    )
    about = "How many there were. The table has their times, as medians."
    return Shown(name, title, about, chart, Table([(title.removeprefix("By ").capitalize(), name), *GROUP_HEADS], rows))


def _teams(found: Trends) -> Shown:
    wanted = found.selection
    rows = [
        [
            Cell(team, team),
            *(
                Cell(_hours(measure(of)), measure(of), behind(wanted, word, team) if measure(of) else "")
                for word, measure in WORKED.items()
            ),
        ]
        for team, of in found.by_team.items()
    ]
    drawn = [
        (team, of.at_night + of.on_weekends, _hours(of.at_night + of.on_weekends)) for team, of in found.by_team.items()
    ]
    about = (
        f"From {NIGHT_BEGINS}:00 to {NIGHT_ENDS}:00 and on weekends by the clock of the team: quarters of an hour in "
        "which somebody did something that stands in the timeline. Teams are schedules, by name; those of fewer than "
        f"{FEWEST} people are added up."
    )
    heads = (("Team", "team"), ("All", "hours"), ("At night", "hours_at_night"), ("On weekends", "hours_on_weekends"))
    chart = bars(f"Night and weekend work: {plural(len(rows), 'team')}", drawn)
    return Shown("hours", "Night and weekend work", about, chart, Table(heads, rows))


def _follow_ups(found: Trends) -> Shown:
    wanted, ages = found.selection, found.follow_ups
    total = sum(one.open for one in ages.values())
    rows = [
        [
            Cell(age, age),
            _count(one.open, behind(wanted, FOLLOW_UPS, age)),
            _count(one.overdue, behind(wanted, OVERDUE, age)),
        ]
        for age, one in ages.items()
    ]
    drawn = [(age, one.open, f"{one.open:,}") for age, one in ages.items()]
    about = "Since they were agreed, as they stand now, of incidents of any day."
    chart = bars(f"{plural(total, 'open follow-up')} by age", drawn)
    heads = (("Agreed", "age"), ("Open", "open"), ("of those overdue", "overdue"))
    return Shown("followups", "Open follow-ups by age", about, chart, Table(heads, rows))


def _medians(of: Figures, part: Selection) -> Iterable[Cell]:
    for name, *_ in TIMES:
        spread = of.times[name]
        yield _span(spread.median if spread else None, behind(part, name))
        yield _span(spread.mostly if spread else None)


def _count(number: int, href: str) -> Cell:
    return Cell(f"{number:,}", number, href if number else "")


def _span(span: timedelta | None, href: str = "") -> Cell:
    return Cell(UNKNOWN, None) if span is None else Cell(length(span), span.total_seconds(), href)


def _of(share: Share, href: str) -> tuple[Cell, Cell]:
    """The part, in percent beside it, and the whole."""
    told = f"{share.part:,} ({share.percent} %)" if share.of else UNKNOWN
    return Cell(told, share.part, href if share.of else ""), Cell(f"{share.of:,}", share.of)


def _bucket(one: Bucket) -> Cell:
    return Cell(a_span(one.first, one.last), f"{one.first.isoformat()}/{one.last.isoformat()}")


def _part(wanted: Selection, bucket: Bucket) -> Selection:
    return replace(wanted, first=bucket.first, last=bucket.last)


def _within(wanted: Selection, bucket: Bucket, priority: Priority | None = None) -> str:
    part = _part(wanted, bucket)
    return behind(replace(part, priority=priority) if priority else part)


def _pieces(wanted: Selection) -> str:
    return f"{wanted.pieces} by {wanted.pieces}"


def _labels(wanted: Selection, over_time: Sequence[Bucket]) -> list[str]:
    """Below the columns: the first day of each, or its month."""
    if wanted.pieces is not Piece.MONTH:
        return [a_short_date(one.first) for one in over_time]
    return [f"{MONTHS[one.first.month - 1]} {one.first:%y}" for one in over_time]


def left_out(found: Trends) -> str:
    """What is not counted, in a sentence; empty where all is."""
    parts = [
        plural(found.drills, "drill") if found.drills else "",
        f"{found.not_handled:,} cancelled or merged" if found.not_handled else "",
        f"{plural(found.whole.impossible, 'time')} corrected to before the declaration"
        if found.whole.impossible
        else "",
    ]
    told = ", ".join(part for part in parts if part)
    return f"Not counted: {told}." if told else ""
