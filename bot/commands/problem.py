"""`problem`: the cause that several incidents have in common, and what helps until it is gone."""

import re

from bot.blocks import past
from bot.commands.command import About, Asked, Command, Missing, done, require, say
from bot.door.reply import Reply
from bot.workflows import problem

EXAMPLE = "problem The connection pool is too small for month end"
KNOWN = re.compile(r"(?i)PRB-([1-9][0-9]{0,8})")


async def handle(asked: Asked) -> Reply:
    what, _, rest = asked.text.partition(" ")
    rest = rest.strip()
    if asked.number is None:
        return await _without_incident(asked)
    match what.lower(), rest:
        case "", "":
            return await _shown(asked)
        case "list", "":
            return await _listed(asked)
        case "cause", said:
            said = require(said, "Say what the cause is, for example", "problem cause the pool holds 50 connections")
            return done(await problem.explain(asked.context, asked.order, cause=said))
        case "workaround", said:
            said = require(said, "Say what helps, for example", "problem workaround restart the pool")
            return done(await problem.explain(asked.context, asked.order, workaround=said))
        case "solved", how:
            how = require(how, "Say what removed the cause, for example", "problem solved the pool grows by itself")
            return done(await problem.solve(asked.context, asked.order, how))
        case "unlink", reason:
            return done(await problem.unlink(asked.context, asked.order, reason))
    if known := KNOWN.fullmatch(asked.text):
        return done(await problem.link(asked.context, asked.order, int(known[1])))
    return done(await problem.open_problem(asked.context, asked.order, asked.text))


async def _without_incident(asked: Asked) -> Reply:
    if known := KNOWN.fullmatch(asked.text):
        async with asked.context.store.read() as tx:
            found = (await tx.problems()).get(int(known[1]))
        if found is not None:
            return say(past.problem(found))
    if asked.text.lower() in ("", "list"):
        return await _listed(asked)
    raise Missing(
        what="A problem is opened, linked and explained from one of its incidents, in its channel or by its reference:",
        example=f"INC-42 {EXAMPLE}",
    )


async def _shown(asked: Asked) -> Reply:
    incident = await asked.incident()
    async with asked.context.store.read() as tx:
        found = (await tx.problems()).get(incident.problem) if incident.problem is not None else None
    return say(past.problem(found)) if found else await _listed(asked)


async def _listed(asked: Asked) -> Reply:
    async with asked.context.store.read() as tx:
        found = await tx.problems()
    return say(past.problems([one for one in found.values() if one.solved_at is None]))


COMMAND = Command(
    name="problem",
    summary="the cause that incidents have in common: open one, link it (PRB-1), write down its cause and workaround; "
    "alone: see it",
    usage="problem [<title>|PRB-1|cause …|workaround …|solved …|unlink|list]",
    example=EXAMPLE,
    handle=handle,
    about=About.MAYBE_AN_INCIDENT,
)
