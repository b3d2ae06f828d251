"""`oncall`: who is on call, until when, and who is next."""

from bot.blocks import facts
from bot.blocks.oncall import nobody_on_call, on_call_now
from bot.commands.command import Command, TypedInvocation, say
from bot.domain.bringing_in import NobodyOnCall
from bot.domain.policy import Policy, Schedule, Service
from bot.domain.refusal import Refusal
from bot.door.reply import Reply
from bot.verbs.naming import service_to_page
from bot.verbs.verb import About


class NoSchedules(Refusal):
    """The policy has no on-call schedule, so whoever declares an incident is asked to command it. Whoever runs Muster
    can add one under `schedules`."""


async def handle(invocation: TypedInvocation) -> Reply:
    policy = invocation.context.policy
    service = service_to_page(policy, invocation.text) if invocation.text else None
    if service and policy.schedule_for(service.slug) is None and facts.about(service):
        return say(nobody_on_call(service))
    if not policy.schedules:
        raise NoSchedules
    schedules = [_schedule_of(policy, service)] if service else list(policy.schedules.values())
    return say(on_call_now(policy, schedules, invocation.context.now(), service))


def _schedule_of(policy: Policy, service: Service) -> Schedule:
    schedule = policy.schedule_for(service.slug)
    if schedule is None:
        raise NobodyOnCall(service=service.name)
    return schedule


COMMAND = Command(
    name="oncall",
    summary="who is on call, until when and who is next; for a service, or all",
    usage="oncall [service]",
    example="oncall checkout",
    handle=handle,
    about=About.NOTHING,
)
