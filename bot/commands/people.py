"""Commands that name people, and those by which people take and leave their part in an incident."""

from bot.commands.asking import Question, Way
from bot.commands.classifying import cut_first_word
from bot.commands.command import Command, Missing, Named, TypedInvocation, done, recording, require, wording
from bot.commands.grammar import Group, Mention, mentions
from bot.domain.ids import SlackUserId, ref
from bot.domain.vocabulary import Role
from bot.door.reply import Reply
from bot.verbs import requests as r
from bot.verbs.did_you_mean import nearest
from bot.verbs.naming import UnknownName

COMMANDER = "commander @dana"
HANDOVER = "handover @fay"
ROLE = "role scribe @hana"
ESCALATE = "escalate production data is lost"
PAGE = "page checkout"
INVITE = "invite @chen @bo"


class PeopleAreInvited(Question):
    """`page` calls whoever is on call for a service. People are added by name with `invite`. Nobody was called."""


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
        raise UnknownName(kind="user group", name=group.handle, known="Name its people one by one.")
    return list(known.users)


ACCEPT_COMMAND = Command(
    name="accept",
    summary="take command",
    usage="accept",
    example="accept",
    handle=recording(lambda _: r.Accept()),
    aliases=("ack", "acknowledge"),
)
COMMANDER_COMMAND = Command(
    name="commander",
    summary="ask somebody to take command; nothing changes until they accept",
    usage="commander @x",
    example=COMMANDER,
    handle=recording(lambda invocation: r.AskCommander(person_in(invocation.text, COMMANDER))),
    aliases=("lead", "ic"),
)
HANDOVER_COMMAND = Command(
    name="handover",
    summary="offer command to somebody, with a brief; it passes when they accept",
    usage="handover @x",
    example=HANDOVER,
    handle=recording(lambda invocation: r.OfferHandover(person_in(invocation.text, HANDOVER))),
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
    summary="give somebody a role: deputy, scribe, liaison or responder",
    usage="role deputy|scribe|liaison|responder @x",
    example=ROLE,
    handle=recording(_role),
)
ESCALATE_COMMAND = Command(
    name="escalate",
    summary="tell the deputy or the secondary on call, and the managers",
    usage="escalate <reason>",
    example=ESCALATE,
    handle=wording(r.Escalate, "Say why, for example", ESCALATE),
)
PAGE_COMMAND = Command(
    name="page",
    summary="call whoever is on call for a service into the incident",
    usage="page <service>",
    example=PAGE,
    handle=recording(_page),
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
    summary="hear of updates and changes by direct message",
    usage="follow",
    example="INC-42 follow",
    handle=recording(lambda _: r.Follow()),
    named=Named.TAKEN,
)
UNFOLLOW_COMMAND = Command(
    name="unfollow",
    summary="hear of an incident no more by direct message",
    usage="unfollow",
    example="INC-42 unfollow",
    handle=recording(lambda _: r.Unfollow()),
    named=Named.TAKEN,
)
JOIN_COMMAND = Command(
    name="join",
    summary="be added to an incident's channel; with what you saw, as another report of it",
    usage="join [what you saw]",
    example="join checkout is empty for me too",
    handle=recording(lambda invocation: r.Join(invocation.text)),
    named=Named.TAKEN,
)
