"""Commands that name people, and those by which people take and leave their part in an incident."""

from collections.abc import Awaitable, Callable

from bot.blocks import forms
from bot.blocks.oncall import tried
from bot.commands.asking_back import Question, Way
from bot.commands.classifying import cut_first_word
from bot.commands.command import (
    Command,
    Missing,
    Named,
    SubmittedInvocation,
    TypedInvocation,
    done,
    recording,
    require,
    say,
)
from bot.commands.forms import field, or_form, worded
from bot.commands.grammar import Group, Mention, mentions
from bot.domain.ids import SlackUserId, ref
from bot.domain.vocabulary import Role
from bot.door.reply import FormErrors, Reply
from bot.verbs import requests as r
from bot.verbs.did_you_mean import nearest
from bot.verbs.naming import UnknownName
from bot.workflows.context import Outcome

COMMANDER = "commander @dana"
HANDOVER = "handover @fay"
ROLE = "role scribe @hana"
ESCALATE = "escalate production data is lost"
PAGE = "page checkout"
TEST = "test"
INVITE = "invite @chen @bo"


class PeopleAreInvited(Question):
    """`page` calls whoever is on call for a service. People are added by name with `invite`. Nobody was paged."""


def person_in(text: str, example: str) -> SlackUserId:
    """The one person that a command names."""
    named, rest = mentions(text)
    people = [one.user for one in named if isinstance(one, Mention)]
    if len(people) != 1 or len(named) != 1 or rest.strip().lower() not in ("", "to"):
        raise Missing(what="Name one person with @, for example", example=example)
    return people[0]


def _role(invocation: TypedInvocation) -> r.AssignRole:
    word, rest = cut_first_word(invocation.text)
    role = word.lower()
    if role not in list(Role):
        known = ", ".join(Role)
        near = nearest(role, list(Role)) if role else None
        hint = f"Did you mean `{near}`? " if near else ""
        raise Missing(what=f"{hint}Name a role ({known}) and a person, for example", example=ROLE)
    return r.AssignRole(Role(role), person_in(rest, ROLE))


def _page(invocation: TypedInvocation) -> r.Page:
    service = require(invocation.text, "Name a service, for example", PAGE)
    people, _ = mentions(service)
    if people:
        command = f"{ref(invocation.number)} invite {service}"
        raise PeopleAreInvited((Way("Invite them", command),))
    return r.Page(service)


_page_service = or_form(_page, "Page", lambda incident, it: forms.page_form(incident, it.context.policy))


async def _page_or_test(invocation: TypedInvocation) -> Reply:
    if invocation.text.strip().lower() == TEST:
        return say(tried(await invocation.perform(r.TryPagers())))
    return await _page_service(invocation)


async def _invite(invocation: TypedInvocation) -> Reply:
    """Everybody named: people, and the members of user groups."""
    named, rest = mentions(invocation.text)
    if not named or rest.strip(" ,"):
        raise Missing(what="Name people with @, for example", example=INVITE)
    users: list[SlackUserId] = []
    for one in named:
        users += [one.user] if isinstance(one, Mention) else await _members(invocation, one)
    return done(await invocation.perform(r.Invite(tuple(dict.fromkeys(users)))))


async def _members(invocation: TypedInvocation, group: Group) -> list[SlackUserId]:
    async with invocation.context.store.read() as tx:
        known = await tx.group(group.handle)
    if known is None:
        raise UnknownName(kind="user group", name=group.handle, known="Name the people one by one.")
    return list(known.users)


def _person_chosen(
    request: Callable[[SlackUserId], r.Request[Outcome]],
) -> Callable[[SubmittedInvocation], Awaitable[Reply]]:
    """Takes the form in which one person is chosen."""

    async def submit(invocation: SubmittedInvocation) -> Reply:
        person = field(invocation.sent, "person")
        if not person:
            return FormErrors({"person": "Choose somebody."})
        return done(await invocation.perform(request(SlackUserId(person))))

    return submit


async def _role_chosen(invocation: SubmittedInvocation) -> Reply:
    role, person = field(invocation.sent, "role"), field(invocation.sent, "person")
    if role not in list(Role) or not person:
        return FormErrors({"role": "Choose a role."} if role not in list(Role) else {"person": "Choose somebody."})
    return done(await invocation.perform(r.AssignRole(Role(role), SlackUserId(person))))


async def _service_chosen(invocation: SubmittedInvocation) -> Reply:
    service = field(invocation.sent, "service")
    if not service:
        return FormErrors({"service": "Choose a service."})
    return done(await invocation.perform(r.Page(service)))


ACCEPT_COMMAND = Command(
    name="accept",
    summary="take command",
    usage="accept",
    example="accept",
    handle=recording(lambda _: r.Accept()),
    aliases=("ack", "acknowledge"),
)
DECLINE_COMMAND = Command(
    name="decline",
    summary="say that you can't take command; the next person is asked at once",
    usage="decline [why]",
    example="decline I am on a train",
    handle=recording(lambda invocation: r.Decline(invocation.text)),
)
COMMANDER_COMMAND = Command(
    name="commander",
    summary="ask somebody to take command; nothing changes until they accept; alone: a form",
    usage="commander @x",
    example=COMMANDER,
    handle=or_form(
        lambda invocation: r.AskCommander(person_in(invocation.text, COMMANDER)),
        "Commander",
        lambda incident, _: forms.commander_form(incident, "commander"),
    ),
    submit=_person_chosen(r.AskCommander),
    aliases=("lead", "ic"),
)
HANDOVER_COMMAND = Command(
    name="handover",
    summary="offer command to somebody, with a brief; it passes when they accept; alone: a form",
    usage="handover @x",
    example=HANDOVER,
    handle=or_form(
        lambda invocation: r.OfferHandover(person_in(invocation.text, HANDOVER)),
        "Hand over",
        lambda incident, _: forms.commander_form(incident, "handover"),
    ),
    submit=_person_chosen(r.OfferHandover),
)
TAKEOVER_COMMAND = Command(
    name="takeover",
    summary="take command at once when acceptance or an update is overdue (deputy, on-call, manager)",
    usage="takeover",
    example="takeover",
    handle=recording(lambda _: r.TakeOver()),
)
ROLE_COMMAND = Command(
    name="role",
    summary="give somebody a role: deputy, scribe, liaison or responder; alone: a form",
    usage="role deputy|scribe|liaison|responder @x",
    example=ROLE,
    handle=or_form(_role, "Give a role", lambda incident, _: forms.role_form(incident)),
    submit=_role_chosen,
)
ESCALATE_COMMAND = worded(
    "escalate",
    "tell the deputy or the secondary on call, and the managers",
    "escalate <reason>",
    ESCALATE,
    r.Escalate,
    "Say why.",
)
PAGE_COMMAND = Command(
    name="page",
    summary="bring in whoever is on call for a service; alone: a form; `page test`: call your own pager",
    usage="page <service>|test",
    example=PAGE,
    handle=_page_or_test,
    submit=_service_chosen,
    aside=(TEST,),
)
INVITE_COMMAND = Command(
    name="invite",
    summary="add people or user groups to the incident's channel",
    usage="invite @x…",
    example=INVITE,
    handle=_invite,
)
FOLLOW_COMMAND = Command(
    name="follow",
    summary="get updates and changes by DM",
    usage="follow",
    example="INC-42 follow",
    handle=recording(lambda _: r.Follow()),
    named=Named.TAKEN,
)
UNFOLLOW_COMMAND = Command(
    name="unfollow",
    summary="stop getting an incident's updates by DM",
    usage="unfollow",
    example="INC-42 unfollow",
    handle=recording(lambda _: r.Unfollow()),
    named=Named.TAKEN,
)
JOIN_COMMAND = Command(
    name="join",
    summary="join an incident's channel; with what you saw, it counts as another report",
    usage="join [what you saw]",
    example="join checkout is empty for me too",
    handle=recording(lambda invocation: r.Join(invocation.text)),
    named=Named.TAKEN,
)
