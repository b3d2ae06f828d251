"""Who is on call, as one answer."""

from collections.abc import Sequence
from datetime import datetime

from bot.blocks.message import Rendered, context, pages, rendered, section
from bot.blocks.text import code, date_and_time, mention, safe
from bot.domain.oncall import Turn, on_call
from bot.domain.policy import Policy, Schedule


def on_call_now(policy: Policy, schedules: Sequence[Schedule], at: datetime) -> Rendered:
    """Each schedule: who, until when, who is next, the secondary, and the services it is for."""
    lines = [on_call_line(policy, one, at) for one in schedules]
    footer = f"To call somebody in: {code('/incident page <service>')}. From the schedules of the policy."
    return rendered("On call now\n" + "\n".join(lines), [*(section(page) for page in pages(lines)), context(footer)])


def on_call_line(policy: Policy, schedule: Schedule, at: datetime) -> str:
    """One schedule: who, until when, who is next."""
    return f"*{safe(schedule.name)}*{_services(policy, schedule)}: {_turn(on_call(schedule, at))}{_from(schedule)}"


def _from(schedule: Schedule) -> str:
    if schedule.feed is not None:
        return " (from a calendar feed)"
    return f" (from {safe(schedule.group)})" if schedule.group else ""


def _turn(turn: Turn | None) -> str:
    if turn is None:
        return "nobody."
    until = f" until {date_and_time(turn.until)}" if turn.until else ""
    then = f", then {mention(turn.next)}" if turn.next else ""
    secondary = f" Secondary: {mention(turn.secondary)}." if turn.secondary else ""
    return f"{mention(turn.primary)}{until}{then}.{secondary}"


def _services(policy: Policy, schedule: Schedule) -> str:
    named = [safe(one.name) for slug, one in policy.services.items() if policy.schedule_for(slug) == schedule]
    return f" ({', '.join(named)})" if named else ""
