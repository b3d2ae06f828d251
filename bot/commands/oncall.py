"""`oncall`: who is on call, until when, and who is next."""

from bot.blocks.oncall import on_call_now
from bot.commands.command import Command, TypedInvocation, say
from bot.domain.invite import NobodyOnCall
from bot.domain.policy import Policy, Schedule
from bot.domain.refusal import Refusal
from bot.door.reply import Reply
from bot.verbs.naming import service_to_page
from bot.verbs.verb import About


class NoSchedules(Refusal):
    """The policy has no on-call schedule, so whoever declares an incident is asked to command it. Whoever runs Muster
    can add one under `schedules`."""


async def handle(invocation: TypedInvocation) -> Reply:
    policy = invocation.context.policy
    return say(on_call_now(policy, _schedules(policy, invocation.text), invocation.context.now()))


def _schedules(policy: Policy, service: str) -> list[Schedule]:
    if not policy.schedules:
        raise NoSchedules
    if not service:
        return list(policy.schedules.values())
    known = service_to_page(policy, service)
    schedule = policy.schedule_for(known.slug)
    if schedule is None:
        raise NobodyOnCall(service=known.name)
    return [schedule]


COMMAND = Command(
    name="oncall",
    summary="who is on call, until when and who is next; for a service, or all",
    usage="oncall [service]",
    example="oncall checkout",
    handle=handle,
    about=About.NOTHING,
)
