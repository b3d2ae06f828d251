"""Who is on call, as one answer."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import accumulate

from bot.blocks import facts, limits
from bot.blocks.message import Rendered, actions, button, context, pages, rendered, section
from bot.blocks.text import code, date_and_time, mention, plural, safe, shorten, size
from bot.domain.oncall import Turn, counting_at, next_turn, on_call, unmatched_at
from bot.domain.paging import BETWEEN_TESTS, ONE_MESSAGE, TEST_RINGS_FOR, Tried
from bot.domain.policy import Policy, Schedule, Service
from bot.domain.telling import PAGERS, spell

ROOM = limits.MESSAGE_BLOCKS_TEXT - 500
"""Characters of all schedules together; what else the answer says needs the rest."""
NAME = 60
"""Characters of a schedule's name; also of its services, which are counted where their names are longer together."""


def on_call_now(
    policy: Policy, schedules: Sequence[Schedule], at: datetime, service: Service | None = None
) -> Rendered:
    """Each schedule: who, until when, who is next, the secondary, and the services it is for. `service`: the one that
    was asked for."""
    lines = _fitting([on_call_line(policy, one, at, service) for one in schedules])
    footer = f"To bring somebody in: {code('/incident page <service>')}. The schedules are in the policy."
    about = context(facts.about(service)) if service else None
    blocks = [*(section(page) for page in pages(lines)), about, context(footer)]
    return rendered("On call now\n" + "\n".join(lines), blocks)


def tried(tests: Sequence[Tried]) -> Rendered:
    """How far the tests of somebody's own pagers have come."""
    asked_at = min(one.asked_at for one in tests)
    is_over = all(one.is_over for one in tests)
    lines = [f"{PAGERS.get(one.pager, one.pager)}: {_came(one)}" for one in tests]
    text = f"Test of your own pager, asked for {date_and_time(asked_at)}."
    rings = any(not one.is_over and one.pager not in ONE_MESSAGE for one in tests)
    ends = f"It ends when you acknowledge it, or after {spell(TEST_RINGS_FOR)}. " if rings else ""
    footer = f"{ends}The next test can begin {spell(BETWEEN_TESTS)} after this one."
    look = [] if is_over else [button("How far is it?", "page test")]
    return rendered(f"{text} {' '.join(lines)}", [section("\n".join((text, *lines))), context(footer), actions(look)])


def _came(test: Tried) -> str:
    if test.taken_at is None:
        if test.error:
            return f":warning: {'failed' if test.is_over else 'could not be reached so far'}: {test.error}."
        return "being called now."
    taken = f"took it {_soon(test.taken_at - test.asked_at)}"
    if test.pager in ONE_MESSAGE:
        return f"{taken}."
    if test.seen_at is not None:
        return f"{taken}, acknowledged {spell(test.seen_at - test.asked_at)} after it was asked for."
    return f"{taken}, {'nobody acknowledged it' if test.is_over else 'not acknowledged yet'}."


def _soon(span: timedelta) -> str:
    return "at once" if span < timedelta(seconds=1) else f"after {spell(span)}"


def nobody_on_call(service: Service) -> Rendered:
    """Nobody is, but it is known who looks after it."""
    text = f"Nobody is on call for {safe(service.name)}."
    return rendered(text, [section(text), context(facts.about(service))])


def _fitting(lines: Sequence[str]) -> list[str]:
    """As many as there is room for, and how many more there are."""
    count = sum(taken <= ROOM for taken in accumulate(size(line) + 1 for line in lines))
    if count == len(lines):
        return list(lines)
    way = code("/incident oncall <service>")
    return [*lines[:count], f"… and {len(lines) - count:,} more; {way} shows a service's."]


def on_call_line(policy: Policy, schedule: Schedule, at: datetime, service: Service | None = None) -> str:
    """One schedule: who, until when, who is next."""
    turn = on_call(schedule, at)
    who = _turn(schedule, turn) if turn else f"{_nobody(schedule, at)}."
    counting = counting_at(schedule, at)
    source = _from(counting) if counting else ""
    served = (
        [service]
        if service
        else [one for slug, one in policy.services.items() if policy.schedule_for(slug) == schedule]
    )
    return f"*{_named(schedule)}*{_services(served)}: {who}{_outside(schedule, counting)}{source}"


def _named(schedule: Schedule) -> str:
    return safe(shorten(schedule.name, NAME))


def _outside(schedule: Schedule, counting: Schedule | None) -> str:
    """That it is outside the schedule's hours, and which one counts instead."""
    if counting is None:
        return " (outside its hours)"
    return f" (outside its hours, from {_named(counting)})" if counting.name != schedule.name else ""


def _from(schedule: Schedule) -> str:
    """Where it comes from when that is not the policy, and how old it is."""
    if schedule.group:
        return f" (from {safe(schedule.group)})"
    if schedule.feed is None:
        return ""
    if schedule.read_at is None:
        return f" (from {schedule.feed.source}, which could not be read yet)"
    behind = "; it cannot be read now" if schedule.is_behind else ""
    return f" (from {schedule.feed.source}, read {date_and_time(schedule.read_at)}{behind})"


def _nobody(schedule: Schedule, at: datetime) -> str:
    if unmatched := unmatched_at(schedule, at):
        return f":warning: {safe(unmatched)}, who is not known in Slack"
    upcoming = next_turn(schedule, at)
    if upcoming is None:
        return "nobody"
    begins, person = upcoming
    return f"nobody until {date_and_time(begins)}, then {mention(person)}"


def _turn(schedule: Schedule, turn: Turn) -> str:
    until = f" until {date_and_time(turn.until)}{_following(schedule, turn, turn.until)}" if turn.until else ""
    secondary = f" Secondary: {mention(turn.secondary)}." if turn.secondary else ""
    return f"{mention(turn.primary)}{until}.{secondary}"


def _following(schedule: Schedule, turn: Turn, until: datetime) -> str:
    """Nothing where nobody is known to come after it: a calendar is read for some weeks only."""
    if turn.next:
        return f", then {mention(turn.next)}"
    return f", then {_nobody(schedule, until)}" if next_turn(schedule, until) else ""


def _services(served: Sequence[Service]) -> str:
    """In a few words: the person stands behind it."""
    names = ", ".join(one.name for one in served)
    if len(served) > 1 and size(names) > NAME:
        names = plural(len(served), "service")
    return f" ({safe(shorten(names, NAME))})" if served else ""
