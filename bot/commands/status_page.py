"""`status-page`: write what customers are told, have it approved, publish it, or see how it stands."""

import re
from datetime import timedelta

from bot.blocks import customers as shown
from bot.blocks.message import Rendered
from bot.commands.classifying import cut_first_word
from bot.commands.command import Command, Invocation, Missing, SubmittedInvocation, TypedInvocation, done, require, say
from bot.commands.forms import field
from bot.commands.grammar import Key, Shape, split
from bot.domain import spans
from bot.domain.cadence import TooLong
from bot.domain.customers import HoldsSecret, NoSuchComponent, SaysTooMuch, TooLongForCustomers, page_of
from bot.domain.incident import Incident
from bot.domain.refusal import Refusal
from bot.domain.spans import duration, is_span
from bot.domain.vocabulary import Health, Stage
from bot.door.reply import FormErrors, OpenForm, Reply, View
from bot.verbs.did_you_mean import nearest
from bot.verbs.requests import ApproveForCustomers, AskForCustomerReview, DraftForCustomers, PublishForCustomers
from bot.verbs.telling_customers import words_inside
from bot.workflows.context import require_writable

EXAMPLE = "status-page draft investigating"
NO_TIME = "none"
SHORT = {"degraded": Health.DEGRADED, "partial": Health.PARTIAL, "major": Health.MAJOR, "ok": Health.OPERATIONAL}
"""What may be typed for short."""


class UnknownHealth(Refusal):
    """“{typed}” does not say how components are. For example `components:checkout=partial,search=degraded`; after the
    `=` stands ok, degraded, partial or major."""


def _components(_: str, typed: str) -> dict[str, Health]:
    """`checkout=partial,search=degraded`. Raises UnknownHealth."""
    known = {**SHORT, **{one.value: one for one in Health}}
    found = {}
    for part in typed.split(","):
        name, _sign, health = part.strip().partition("=")
        if not name or health.lower() not in known:
            raise UnknownHealth(typed=spans.shown(typed))
        found[name.lower()] = known[health.lower()]
    return found


def _next(_: str, typed: str) -> timedelta:
    """`30m`; `none` for no time at all. Raises a Refusal."""
    return timedelta() if typed.casefold() == NO_TIME else duration(typed)


async def handle(invocation: TypedInvocation) -> Reply:
    what, rest = cut_first_word(invocation.text)
    if what.lower() != "draft" and invocation.parsed.values:
        raise Missing(what="title:, components: and next: belong to a draft, for example", example=EXAMPLE)
    match what.lower(), rest.strip().lower():
        case "", "":
            return say(await _standing(invocation))
        case "draft", _:
            return await _draft(invocation, rest)
        case "review", "" | "anyway" | "--anyway" as anyway:
            return done(await invocation.perform(AskForCustomerReview(anyway=bool(anyway))))
        case "approve", "":
            return say(await _standing(invocation))
        case "approve", version if version.isdecimal():
            return done(await invocation.perform(ApproveForCustomers(int(version))))
        case "publish", version if version == "" or version.isdecimal():
            return done(await invocation.perform(PublishForCustomers(int(version) if version else None)))
        case _:
            raise Missing(
                what="What customers are told is drafted, reviewed, approved and published; type", example=EXAMPLE
            )


async def _standing(invocation: Invocation) -> Rendered:
    incident = require_writable(await invocation.incident(), invocation.number)
    page_of(invocation.context.policy)
    async with invocation.context.store.read() as tx:
        findings = await words_inside(invocation.context, tx, incident)
    return shown.standing(incident, findings)


async def _draft(invocation: TypedInvocation, words: str) -> Reply:
    """`draft identified <text>`; without a text or anything else a form."""
    typed, text = cut_first_word(words)
    stage = _stage(
        require(typed, "Say how far it is: investigating, identified, monitoring, resolved; for example", EXAMPLE)
    )
    values = invocation.parsed.values
    if not text and not values:
        return OpenForm("What customers read", lambda: _form(invocation, stage))
    wanted = DraftForCustomers(stage, text, values.get("title", ""), values.get("components"), values.get("next"))
    await invocation.perform(wanted)
    return say(await _standing(invocation))


def _stage(typed: str) -> Stage:
    """Raises Missing."""
    try:
        return Stage(typed.lower())
    except ValueError:
        near = nearest(typed.lower(), list(Stage))
        hint = f"Did you mean `{near}`? " if near else ""
        what = f"{hint}The stage is investigating, identified, monitoring or resolved; for example"
        raise Missing(what=what, example=EXAMPLE) from None


async def _form(invocation: TypedInvocation, stage: Stage) -> View:
    incident: Incident = require_writable(await invocation.incident(), invocation.number)
    return shown.form(incident, invocation.context.policy, stage, invocation.context.now())


async def submit(invocation: SubmittedInvocation) -> Reply:
    """What the form carries is the command that opened it."""
    sent = invocation.sent
    stage = Stage(re.split(r"\s+", split(sent.carried).rest.strip())[1])
    health = None if stage is Stage.RESOLVED else shown.health_in(sent.values)
    later = field(sent, "next")
    wanted = DraftForCustomers(
        stage, field(sent, "text"), field(sent, "title"), health, _next("next", later) if later else None
    )
    try:
        await invocation.perform(wanted)
    except TooLong as no:
        return FormErrors({"next": str(no)})
    except (TooLongForCustomers, HoldsSecret, SaysTooMuch, NoSuchComponent) as no:
        return FormErrors({"text": str(no)})
    return say(await _standing(invocation))


COMMAND = Command(
    name="status-page",
    summary="tell customers on the status page: draft, send for approval, approve, publish; alone: see how it stands",
    usage="status-page [draft investigating|identified|monitoring|resolved [text] [title:“…”] "
    "[components:checkout=partial] [next:30m] | review | approve 12 | publish]",
    example=EXAMPLE,
    handle=handle,
    submit=submit,
    shape=Shape(
        keys={
            "title": Key(lambda _, typed: typed, "“Errors at checkout”", is_text=True),
            "components": Key(_components, "checkout=partial"),
            "next": Key(_next, "30m", is_span),
        }
    ),
    aliases=("statuspage", "customers"),
)
