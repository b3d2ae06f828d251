"""`problem`: the cause that several incidents have in common, and what helps until it is gone."""

import re

from bot.blocks import past
from bot.commands.classifying import cut_first_word
from bot.commands.command import Command, Missing, TypedInvocation, done, require, say
from bot.commands.grammar import DASHES
from bot.domain.ids import problem_ref
from bot.domain.problem import NoSuchProblem
from bot.door.reply import Reply
from bot.verbs.reading import ListProblems
from bot.verbs.requests import ExplainProblem, LinkProblem, OpenProblem, SolveProblem, UnlinkProblem
from bot.verbs.verb import About

EXAMPLE = "problem The connection pool is too small for month end"
KNOWN = re.compile(r"(?i)PRB-([1-9][0-9]{0,8})")
KNOWN_AND_MORE = re.compile(r"(?is)(?:link\s+)?PRB-[1-9][0-9]*\b.*")
"""Somebody means a problem that is known, and says too much about it to be understood."""


async def handle(invocation: TypedInvocation) -> Reply:
    what, rest = cut_first_word(invocation.text)
    if not invocation.is_about_an_incident:
        return await _without_incident(invocation)
    match what.lower(), rest:
        case "", "":
            return await _shown(invocation)
        case "list", "":
            return await _listed(invocation)
        case "cause", said:
            said = require(said, "Say what the cause is, for example", "problem cause the pool holds 50 connections")
            return done(await invocation.perform(ExplainProblem(cause=said)))
        case "workaround", said:
            said = require(said, "Say what helps, for example", "problem workaround restart the pool")
            return done(await invocation.perform(ExplainProblem(workaround=said)))
        case "solved", how:
            how = require(how, "Say what removed the cause, for example", "problem solved the pool grows by itself")
            return done(await invocation.perform(SolveProblem(how)))
        case "unlink", reason:
            return done(await invocation.perform(UnlinkProblem(reason)))
    if number := _known(invocation.text):
        return done(await invocation.perform(LinkProblem(number)))
    if KNOWN_AND_MORE.fullmatch(invocation.text.translate(DASHES)):
        raise Missing(
            what="To link a known problem, type its reference alone; then `problem cause …`, `problem workaround …` "
            "and `problem solved …` are about it. For example",
            example="problem PRB-3",
        )
    return done(await invocation.perform(OpenProblem(invocation.text)))


async def _without_incident(invocation: TypedInvocation) -> Reply:
    if number := _known(invocation.text):
        found = (await invocation.perform(ListProblems())).get(number)
        if found is None:
            raise NoSuchProblem(named=problem_ref(number))
        return say(past.problem(found))
    if invocation.text.lower() in ("", "list"):
        return await _listed(invocation)
    raise Missing(
        what="A problem is opened, linked and explained from one of its incidents, in its channel or by its reference:",
        example=f"INC-42 {EXAMPLE}",
    )


def _known(text: str) -> int | None:
    """The number of a reference that stands alone, such as `PRB-3`."""
    found = KNOWN.fullmatch(text.translate(DASHES))
    return int(found[1]) if found else None


async def _shown(invocation: TypedInvocation) -> Reply:
    incident = await invocation.incident()
    if incident.problem is None:
        return await _listed(invocation)
    return say(past.problem((await invocation.perform(ListProblems()))[incident.problem]))


async def _listed(invocation: TypedInvocation) -> Reply:
    known = await invocation.perform(ListProblems())
    return say(past.problems([problem for problem in known.values() if problem.solved_at is None]))


COMMAND = Command(
    name="problem",
    summary="the cause that incidents have in common: open one, link it (PRB-1), record its cause and workaround; "
    "alone: see it",
    usage="problem [<title>|PRB-1|cause …|workaround …|solved …|unlink|list]",
    example=EXAMPLE,
    handle=handle,
    about=About.MAYBE_AN_INCIDENT,
)
