"""Having what customers are to be told read by somebody else: beside the incident that needs to know what people are
called, and who may approve it."""

from bot.domain import customers
from bot.domain.access import groups_in, named_for
from bot.domain.customer_words import inside_words
from bot.domain.ids import SlackUserId
from bot.domain.incident import Incident
from bot.review import without_secrets
from bot.store import Reading, Writing
from bot.verbs import requests as r
from bot.verbs.verb import Call
from bot.workflows.context import Context, Decided, Outcome, answer_once, load

MOST_ASKED = 5
"""People who are called to read a draft; where more may, nobody in particular is."""


async def ask_for_customer_review(call: Call, want: r.AskForCustomerReview) -> Outcome:
    async def decision(tx: Writing) -> Decided:
        incident = await load(tx, call.number)
        found = incident.customer_draft
        if found is not None and without_secrets(f"{found.update.title}\n{found.update.text}")[1]:
            raise customers.HoldsSecret
        findings: tuple[str, ...] = () if want.anyway else await words_inside(call.context, tx, incident)
        asked = await may_approve(call.context, tx, incident)
        decision = customers.ask_for_review(incident, call.by, want.version, findings, asked, call.now, call.policy)
        return Decided(call.number, incident, decision)

    return await answer_once(call.context, call.caller, decision)


async def words_inside(context: Context, tx: Reading, incident: Incident) -> tuple[str, ...]:
    """What customers should not read in the draft."""
    found, page = incident.customer_draft, context.policy.status_page
    if found is None or page is None:
        return ()
    people = (await tx.people(None)).values()
    names = {name for one in people if not one.is_bot for name in (one.name, one.full_name) if name}
    return inside_words(found.update, page, context.policy, sorted(names))


async def may_approve(context: Context, tx: Reading, incident: Incident) -> tuple[SlackUserId, ...]:
    """Those for whom it is to approve the draft; none where that is for many."""
    verb = customers.APPROVE_CUSTOMERS
    found = {handle: await tx.group(handle) for handle in groups_in(context.policy, verb)}
    groups = {handle: group.users for handle, group in found.items() if group is not None}
    present = await tx.members(incident.channel) if incident.channel else frozenset()
    people = named_for(verb, incident, sorted(present), context.policy, groups, context.now()) or ()
    return people if len(people) <= MOST_ASKED else ()
