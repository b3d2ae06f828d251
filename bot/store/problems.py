"""Problems, as the timelines of the incidents that were linked to them tell."""

from collections.abc import Iterable
from dataclasses import replace

from sqlalchemy import select, text

from bot.domain import timeline as t
from bot.domain.ids import IncidentNumber
from bot.domain.problem import Problem
from bot.store import schema
from bot.store.codec import decode
from bot.store.session import Session

e = schema.timeline.c


class ProblemReads(Session):
    async def problems(self) -> dict[int, Problem]:
        """Every problem by its number, in order."""
        query = (
            select(e.incident, e.kind, e.version, e.body, e.occurred_at, e.by)
            .where(e.workspace == self._workspace, text(schema.PROBLEMS))
            .order_by(e.recorded_at, e.incident, e.seq)
        )
        rows = await self._connection.execute(query)
        return folded((IncidentNumber(number), decode(*rest)) for number, *rest in rows)


class ProblemWrites(ProblemReads):
    async def next_problem(self) -> int:
        """The next free number; nobody else takes one until the transaction ends. The workspace is to be locked
        before any incident is: see `lock_workspace`."""
        await self.lock_workspace()
        return max(await self.problems(), default=0) + 1


def folded(told: Iterable[tuple[IncidentNumber, t.AnyEvent]]) -> dict[int, Problem]:
    """The problems after these events, which stand in the order in which they were recorded."""
    found: dict[int, Problem] = {}
    for number, event in told:
        match event:
            case t.ProblemLinked(problem=of):
                if of not in found:
                    found[of] = Problem(of, event.title, event.actor, event.at)
                for other in [one for one in found.values() if number in one.incidents]:
                    found[other.number] = _without(other, number)
                if of in found:
                    found[of] = replace(found[of], incidents=tuple(sorted({*found[of].incidents, number})))
            case t.ProblemUnlinked(problem=of) if of in found:
                found[of] = _without(found[of], number)
            case t.ProblemExplained(problem=of) if of in found:
                known = found[of]
                found[of] = replace(
                    known, cause=event.cause or known.cause, workaround=event.workaround or known.workaround
                )
            case t.ProblemSolved(problem=of) if of in found:
                found[of] = replace(found[of], solved_at=event.at)
            case _:
                pass
    return found


def _without(problem: Problem, number: IncidentNumber) -> Problem:
    return replace(problem, incidents=tuple(one for one in problem.incidents if one != number))
