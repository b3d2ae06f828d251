"""Incidents of the past, found again by what they were like.

The index is made from the store, held in memory, and brought up to date every minute and when somebody searches:
nothing of it has to survive. Whoever declares does not wait for that, as it takes the longer the more incidents there
were; what is told of one is of this moment all the same. Private incidents are not in it, nor are drills; of a review
that is not approved, only the bare facts are.
"""

import asyncio
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from prometheus_client import Gauge

from bot.domain.alikeness import alikeness, have_something_in_common
from bot.domain.folding import fold
from bot.domain.ids import IncidentNumber
from bot.domain.incident import Incident
from bot.domain.matching import Experience
from bot.domain.metrics import Share
from bot.domain.problem import Lesson, Problem, lesson
from bot.domain.suggesting import Similar
from bot.domain.timeline import PastIncident
from bot.domain.vocabulary import Suggestible
from bot.store import Reading
from bot.workflows.context import Context
from bot.workflows.runbook_index import RunbookIndex
from bot.workflows.word_index import Searched, WordIndex

AT_ONCE: Final = 200
"""Incidents read between two looks at other work."""
FIELDS: Final = {"title": Searched(3.0), "fixed_by": Searched(1.5), "words": Searched(1.0), "service": Searched(1.0)}
CANDIDATES: Final = 20
SIMILAR: Final = 8
"""Incidents that what is suggested is learned from."""
LIKE: Final = 0.4
LIKE_IN_SERVICE: Final = 0.25
"""From here on, two titles are taken to tell of something alike: of any service, and of the same one."""

SUGGESTIONS = Gauge(
    "muster_suggestions",
    "What similar incidents suggested for those that are resolved, private ones and drills aside, and whether it held.",
    ["what", "outcome"],
)


@dataclass(frozen=True, slots=True)
class Question:
    """What an incident of the past is to look like."""

    title: str
    service: str | None = None
    more: str = ""
    apart_from: IncidentNumber | None = None


class SearchIndex:
    """The incidents of the past of one workspace; beside them, in an index of their own, its runbooks."""

    def __init__(self, context: Context, stale_after: float = 5.0) -> None:
        """`stale_after`: seconds for which searching goes without a look for what is new."""
        self._context = context
        self._stale_after = stale_after
        self._refreshed_at: float | None = None
        self._index = WordIndex(FIELDS)
        self.runbooks = RunbookIndex(lambda: context.runbooks)
        self._lessons: dict[IncidentNumber, Lesson] = {}
        self._refreshing: asyncio.Task[None] | None = None

    async def alike(self, question: Question, limit: int = 3, *, at_once: bool = False) -> tuple[PastIncident, ...]:
        """Incidents whose titles tell of much the same, likeliest first. `at_once`: of those that are known, without a
        look for what is new."""
        if self._refreshed_at is None or not at_once:
            await self._be_fresh()
        found = await self._found(" ".join((question.title, question.more)), question.apart_from)
        scored = [(alikeness(question.title, one.title), one) for one in found]
        near = [
            (score + (question.service == one.service) / 10, one)
            for score, one in scored
            if score >= (LIKE_IN_SERVICE if one.service and one.service == question.service else LIKE)
        ]
        best = [one for _, one in sorted(near, key=lambda pair: (-pair[0], -pair[1].number))]
        return await self._told(best[:limit])

    async def similar(self, question: Question, limit: int = SIMILAR) -> tuple[Similar, ...]:
        """The same with how much each is like it, for what they suggest; of those that are known, without a look for
        what is new."""
        if self._refreshed_at is None:
            await self._be_fresh()
        found = await self._found(" ".join((question.title, question.more)), question.apart_from)
        scored = sorted(
            ((alikeness(question.title, one.title), one) for one in found), key=lambda pair: (-pair[0], -pair[1].number)
        )
        near = {one.number: score for score, one in scored[:limit] if score >= LIKE}
        async with self._context.store.read() as tx:
            now = await self._as_they_stand(tx, [one for _, one in scored if one.number in near])
        return tuple(Similar(one, near[one.number]) for one in now)

    @property
    def knows_any(self) -> bool:
        """Whether there is an incident to learn from, as far as it is known."""
        return bool(self._lessons)

    async def kept(self, since: datetime, until: datetime) -> dict[str, Share]:
        """How often what was suggested held, of the incidents declared in that time from which others can learn."""
        await self._be_fresh()
        inside = [one for one in self._lessons.values() if one.declared_at and since <= one.declared_at < until]
        return _kept(inside)

    async def search(
        self, words: str, limit: int = 5, apart_from: IncidentNumber | None = None
    ) -> tuple[PastIncident, ...]:
        """Incidents in whose record the words stand, best first."""
        await self._be_fresh()
        found = await self._found(words, apart_from)
        near = [one for one in found if have_something_in_common(words, _record(one))]
        return await self._told(near[:limit])

    async def refresh(self) -> None:
        """Bring the index up to date. Whoever does not wait for it leaves it going on."""
        if self._refreshing is None or self._refreshing.done():
            self._refreshing = asyncio.create_task(self._refresh())
        await asyncio.shield(self._refreshing)

    async def _be_fresh(self) -> None:
        if self._refreshed_at is None or time.monotonic() - self._refreshed_at > self._stale_after:
            await self.refresh()

    async def _refresh(self) -> None:
        async with self._context.store.read() as tx:
            versions = dict(await tx.learned_from())
        known = {number: one.version for number, one in self._lessons.items()}
        changed = [number for number, version in versions.items() if known.get(number) != version]
        gone = known.keys() - versions.keys()
        lessons: list[Lesson] = []
        for start in range(0, len(changed), AT_ONCE):
            async with self._context.store.read() as tx:
                for number in changed[start : start + AT_ONCE]:
                    if (one := await _lesson(tx, number)) is not None:
                        lessons.append(one)
        if lessons or gone:
            await asyncio.to_thread(self._write, lessons, [*gone, *changed])
        for number in gone:
            del self._lessons[number]
        self._lessons |= {one.number: one for one in lessons}
        if lessons or gone:
            self.runbooks.experience = _experience(self._lessons.values())
            for what, share in _kept(self._lessons.values()).items():
                SUGGESTIONS.labels(what, "kept").set(share.part)
                SUGGESTIONS.labels(what, "not kept").set(share.of - share.part)
        self._refreshed_at = time.monotonic()

    async def _found(self, words: str, apart_from: IncidentNumber | None) -> list[Lesson]:
        numbers = await asyncio.to_thread(self._ask, words)
        return [self._lessons[one] for one in numbers if one in self._lessons and one != apart_from]

    async def _told(self, lessons: Sequence[Lesson]) -> tuple[PastIncident, ...]:
        """As they stand now: one may have been opened again, and words of it erased, since the index was made."""
        if not lessons:
            return ()
        async with self._context.store.read() as tx:
            told = await self._as_they_stand(tx, lessons)
            problems: dict[int, Problem] = await tx.problems() if any(one.problem for one in told) else {}
        return tuple(
            PastIncident(
                one.number,
                one.title,
                one.fixed_by,
                one.problem,
                problems[one.problem].workaround if one.problem in problems else "",
            )
            for one in told
        )

    async def _as_they_stand(self, tx: Reading, lessons: Sequence[Lesson]) -> list[Lesson]:
        """Without those from which nobody can learn any more."""
        versions = dict(await tx.learned_from([one.number for one in lessons]))
        known = [one for one in lessons if one.number in versions]
        now = [one if one.version == versions[one.number] else await _lesson(tx, one.number) for one in known]
        return [one for one in now if one is not None]

    def _write(self, lessons: Sequence[Lesson], gone: Sequence[IncidentNumber]) -> None:
        texts = {str(one.number): {name: getattr(one, name) for name in FIELDS} for one in lessons}
        self._index.write(texts, map(str, gone))

    def _ask(self, words: str) -> list[IncidentNumber]:
        return [IncidentNumber(int(one.key)) for one in self._index.ask(words, CANDIDATES)]


def _record(one: Lesson) -> str:
    """All that is searched of an incident."""
    return " ".join((one.title, one.fixed_by, one.service, one.words))


def _experience(lessons: Iterable[Lesson]) -> dict[str, Experience]:
    """How often each runbook helped, by its slug: numbers of incidents that everybody may know."""
    said: dict[str, list[bool | None]] = {}
    for one in lessons:
        for slug, helped in one.runbooks.items():
            said.setdefault(slug, []).append(helped)
    return {slug: Experience(all_.count(True), all_.count(False), all_.count(None)) for slug, all_ in said.items()}


def _kept(lessons: Iterable[Lesson]) -> dict[str, Share]:
    held = [pair for one in lessons for pair in one.kept.items()]
    return {
        what: Share(sum(is_kept for other, is_kept in held if other is what), sum(other is what for other, _ in held))
        for what in Suggestible
        if any(other is what for other, _ in held)
    }


async def _lesson(tx: Reading, number: IncidentNumber) -> Lesson | None:
    timeline = await tx.timeline(number)
    if not timeline:
        return None
    incident = fold(timeline)
    return lesson(incident, timeline, await tx.written(number) if incident.review_approved_at else {})


def question_of(incident: Incident) -> Question:
    """What was like this incident."""
    return Question(incident.title, incident.service, incident.user_impact or "", incident.number)
