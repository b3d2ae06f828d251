"""The pages of reviews: `/reviews/INC-n`, where people write, approve and publish.

Nobody gets in without a personal link (`entrance`). Whatever a page changes carries a token that another site cannot
know. What somebody may see and do is asked anew each time.
"""

import asyncio
import re
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import date
from http import HTTPStatus
from typing import Any, Final, TypeVar
from zoneinfo import ZoneInfo

from aiohttp import web
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from bot.blocks.lessons import of_lesson
from bot.blocks.text import clean
from bot.domain.access import APPROVE
from bot.domain.actor import Person
from bot.domain.document import Participant, Review
from bot.domain.ids import IncidentNumber, MessageTs, SlackUserId, number_of, ref
from bot.domain.incident import Incident
from bot.domain.lessons import Lesson, lessons
from bot.domain.mark import NoSuchMessage
from bot.domain.named import mentioned
from bot.domain.people import Profile
from bot.domain.refusal import NotFound, Refusal
from bot.domain.review import HasEmptySections, not_for
from bot.domain.runbook import Runbook
from bot.domain.sections import LONGEST, Written, WrittenMeanwhile, mark_of
from bot.domain.vocabulary import FollowUpState, Mark, ReviewState, ReviewStep, Section
from bot.door.caller import PAGE, Caller
from bot.review import redact, render_html, section_html, without_secrets
from bot.review.wording import name_of
from bot.verbs.perform import Admission, admission
from bot.verbs.requests import (
    AgreeFollowUp,
    AskForApproval,
    ChangeFollowUp,
    CurateEntry,
    EndFollowUp,
    MarkMessage,
    ProposeChange,
    ProposeRunbook,
    Request,
    TakeReviewStep,
    WriteSections,
)
from bot.verbs.verb import About
from bot.web.entrance import (
    NO_LINK,
    NOT_FROM_HERE,
    Dependencies,
    Guest,
    Stop,
    follow,
    guest_of,
    is_from_elsewhere,
    open_link,
    page_that_says,
)
from bot.web.pages import SECURITY, Learning, Page, asset, document_policy, editor, record
from bot.web.refusals import in_words
from bot.web.writers import Writers
from bot.workflows.approving import to_ask
from bot.workflows.compiling import compile_for
from bot.workflows.context import Context, Outcome, look_at
from bot.workflows.review_links import Destination
from bot.workflows.sections import NotSaved, Text

TOKEN: Final = "X-Muster-Token"  # noqa: S105 - the name of a header
REFERENCE: Final = r"{reference:(?i:inc)-[1-9][0-9]{0,8}}"
NO_REQUEST: Final = ""
"""What only looks is no request that could be sent again."""
CHANGED_BY_ANOTHER: Final = "Something else was saved here meanwhile. Both texts are here; nothing was overwritten."


ID: Final[Any] = Field(pattern=r"^[A-Za-z0-9-]{16,64}$")
"""Of a request; the same when it is sent again."""


@dataclass(frozen=True, slots=True)
class Visit:
    """One request of somebody who came by a link, about an incident that they may see."""

    dependencies: Dependencies
    guest: Guest
    number: IncidentNumber
    admission: Admission

    @property
    def context(self) -> Context:
        return self.dependencies.context


class Saved(BaseModel):
    """What a page sends when somebody wrote."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)

    text: str = Field(max_length=10 * LONGEST)
    seen: int = Field(ge=0)
    began_from: str | None = Field(None, max_length=16)
    """The mark of the text that they began from."""


class Wanted(BaseModel):
    """What a page sends when somebody takes a step with the review."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)

    step: ReviewStep
    reason: str = Field("", max_length=1000)
    anyway: bool = False
    """Approve it also where sections are empty."""
    id: str = ID


class Asked(BaseModel):
    """What a page sends when somebody asks another to approve the review."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)

    person: str = Field(pattern=r"^[A-Z0-9]{1,40}$")
    id: str = ID


class Curated(BaseModel):
    """What a page sends when somebody hides an entry of the timeline, shows it again, or says it in other words."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)

    number: int = Field(ge=1, le=10**9)
    hide: bool | None = None
    text: str | None = Field(None, max_length=LONGEST)
    id: str = ID


class Marked(BaseModel):
    """What a page sends when somebody makes a message a key moment."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)

    ts: str = Field(max_length=40)
    id: str = ID


class FollowedUp(BaseModel):
    """What a page sends when somebody agrees on a follow-up, or changes the one of that number."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)

    number: int | None = Field(None, ge=1, le=10**9)
    text: str = Field("", max_length=LONGEST)
    owner: str = Field("", pattern=r"^[A-Z0-9]{0,40}$")
    due: date | None = None
    state: FollowUpState | None = None
    note: str = Field("", max_length=LONGEST)
    id: str = ID


class Learned(BaseModel):
    """What a page sends when somebody proposes that a runbook says what was learned, or a new runbook."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)

    lesson: str = Field("", max_length=200)
    runbook: str = Field("", max_length=300)
    text: str = Field("", max_length=LONGEST)
    anew: bool = False
    id: str = ID


Body = TypeVar("Body", bound=BaseModel)
Handler = Callable[[Visit, web.Request], Awaitable[web.StreamResponse]]


class Reviews:
    """The pages. `dependencies` is None while the bot starts, and where no public address is set."""

    def __init__(self) -> None:
        self.dependencies: Dependencies | None = None
        self._writers = Writers(time.monotonic)

    def routes(self) -> list[web.RouteDef]:
        return [
            web.get(r"/reviews/static/{name:[a-z]+\.(?:js|css)}", self._asset),
            web.get(f"/reviews/{REFERENCE}", self._entering(self._page)),
            web.post(f"/reviews/{REFERENCE}", self._open),
            web.get(f"/reviews/{REFERENCE}/document", self._entering(self._document)),
            web.get(f"/reviews/{REFERENCE}/changes", self._entering(self._changes)),
            web.get(f"/reviews/{REFERENCE}/sections/{{section}}", self._entering(self._revisions)),
            web.put(f"/reviews/{REFERENCE}/sections/{{section}}", self._entering(self._write)),
            web.post(f"/reviews/{REFERENCE}/steps", self._entering(self._take_step)),
            web.post(f"/reviews/{REFERENCE}/asked", self._entering(self._ask)),
            web.post(f"/reviews/{REFERENCE}/timeline", self._entering(self._curate)),
            web.post(f"/reviews/{REFERENCE}/marks", self._entering(self._mark)),
            web.post(f"/reviews/{REFERENCE}/followups", self._entering(self._follow_up)),
            web.post(f"/reviews/{REFERENCE}/lessons", self._entering(self._learn)),
        ]

    async def _asset(self, request: web.Request) -> web.Response:
        found = asset(request.match_info["name"])
        if found is None or self.dependencies is None:
            return web.Response(status=HTTPStatus.NOT_FOUND)
        text, kind = found
        return web.Response(text=text, content_type=kind, headers={**SECURITY, "Cache-Control": "no-cache"})

    async def _open(self, request: web.Request) -> web.Response:
        if self.dependencies is None:
            return web.Response(status=HTTPStatus.NOT_FOUND)
        try:
            return await open_link(self.dependencies, request, Destination(_number(request)))
        except Stop as stopped:
            return stopped.answer
        except Refusal as no:
            return page_that_says(str(no))

    def _entering(self, answer: Handler) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
        """Let in whoever may come in, and nobody else; refusals become answers."""

        async def enter(request: web.Request) -> web.StreamResponse:
            if self.dependencies is None:
                return web.Response(status=HTTPStatus.NOT_FOUND)
            try:
                guest = await self._guest(self.dependencies, request)
                try:
                    async with self._visiting(self.dependencies, request, guest) as visit:
                        return await answer(visit, request)
                except Refusal as no:
                    status = HTTPStatus.NOT_FOUND if isinstance(no, NotFound) else HTTPStatus.CONFLICT
                    return _refused(request, status, await _in_words(self.dependencies, guest, no))
            except Stop as stopped:
                return stopped.answer

        return enter

    async def _guest(self, dependencies: Dependencies, request: web.Request) -> Guest:
        """Whoever may come in. Raises Stop."""
        number = _number(request)
        if (key := request.query.get("key")) is not None:
            raise Stop(await follow(dependencies, request, key, Destination(number)))
        guest = await guest_of(dependencies, request)
        if guest is None:
            raise Stop(_refused(request, HTTPStatus.FORBIDDEN, NO_LINK.format(Destination(number).typed)))
        if request.method not in ("GET", "HEAD") and not _is_from_our_page(guest, request):
            raise Stop(_refused(request, HTTPStatus.FORBIDDEN, NOT_FROM_HERE))
        return guest

    @asynccontextmanager
    async def _visiting(self, dependencies: Dependencies, request: web.Request, guest: Guest) -> AsyncIterator[Visit]:
        number = _number(request)
        caller = Caller(Person(guest.user), PAGE, NO_REQUEST)
        async with admission(dependencies.verbs, caller, "review", About.AN_INCIDENT, ref(number)) as admitted:
            yield Visit(dependencies, guest, number, admitted)

    async def _page(self, visit: Visit, _: web.Request) -> web.Response:
        text = editor(await self._as_page(visit))
        return web.Response(text=text, content_type="text/html", headers=SECURITY)

    async def _as_page(self, visit: Visit) -> Page:
        async with visit.context.store.read() as tx:
            incident = await look_at(tx, visit.number)
            learned = lessons(incident, await tx.written(visit.number))
        compiled = await compile_for(visit.context, incident, visit.dependencies.heard_to(incident))
        redacted = await asyncio.to_thread(redact, compiled)
        token = visit.guest.links.form_token(visit.guest.session)
        key_moments = frozenset(one.ts for one in incident.marked if one.mark is Mark.KEY_MOMENT)
        may_go_on = await _may_go_on(visit, incident, compiled)
        others = [] if may_go_on else await _to_ask(visit, incident)
        learning = await asyncio.to_thread(_learning, incident, learned, visit.context.runbooks)
        return Page(redacted, compiled.sections, token, incident.last_seq, may_go_on, key_moments, others, learning)

    async def _record(self, visit: Visit) -> dict[str, Any]:
        page = await self._as_page(visit)
        return {"seq": page.last_seq, **record(page)}

    async def _document(self, visit: Visit, _: web.Request) -> web.Response:
        async with visit.context.store.read() as tx:
            incident = await look_at(tx, visit.number)
        compiled = await compile_for(visit.context, incident, visit.dependencies.heard_to(incident))
        written = await asyncio.to_thread(lambda: render_html(redact(compiled), editor=f"/reviews/{incident.ref}"))
        headers = {**SECURITY, "Content-Security-Policy": document_policy()}
        return web.Response(text=written, content_type="text/html", headers=headers)

    async def _revisions(self, visit: Visit, request: web.Request) -> web.Response:
        section = _section(request)
        async with visit.context.store.read() as tx:
            found = await tx.revisions(visit.number, section)
            people = _participants(await tx.people([one.by for one in found]))
        listed = [_told(one, people) for one in found]
        return web.json_response({"revisions": listed}, headers=SECURITY)

    async def _write(self, visit: Visit, request: web.Request) -> web.Response:
        section = _section(request)
        wanted = await _body(request, Saved)
        text = Text(clean(wanted.text), wanted.seen, wanted.began_from)
        try:
            await visit.admission.perform(WriteSections({section: text}))
        except NotSaved as why:
            if not isinstance(why.why[section], WrittenMeanwhile):
                raise
            now = await self._as_it_stands(visit, section)
            return web.json_response(
                {"error": CHANGED_BY_ANOTHER, "theirs": now}, status=HTTPStatus.CONFLICT, headers=SECURITY
            )
        return web.json_response(await self._as_it_stands(visit, section), headers=SECURITY)

    async def _as_it_stands(self, visit: Visit, section: Section) -> dict[str, Any]:
        async with visit.context.store.read() as tx:
            one = (await tx.written(visit.number)).get(section)
            people = _participants(await tx.people(_named_in([one]))) if one else {}
        if one is None:
            return {"revision": 0, "text": "", "by": "", "at": None, "mark": mark_of(""), "html": ""}
        return _shown(one, people)

    async def _changes(self, visit: Visit, request: web.Request) -> web.Response:
        """What is other than what a window knows, and who else writes where. It says by section which text it has."""
        user, query = visit.guest.user, request.query
        here = query.get("in")
        self._writers.heard(
            f"{user}/{query.get('window', '')[:40]}", visit.number, user, _section_named(here) if here else None
        )
        others = self._writers.others(visit.number, user)
        async with visit.context.store.read() as tx:
            incident = await look_at(tx, visit.number)
            written = await tx.written(visit.number)
            news = [one for one in written.values() if query.get(one.section, mark_of("")) != mark_of(one.text)]
            named = {*_named_in(news), *(one for users in others.values() for one in users)}
            people = _participants(await tx.people(named))
        told = {
            "state": incident.review_state,
            "written": sum(bool(one.text) for one in written.values()),
            "sections": {one.section: _shown(one, people) for one in news},
            "record": await self._record(visit) if query.get("seq", "") != str(incident.last_seq) else None,
            "writing": {section: [name_of(one, people) for one in users] for section, users in others.items()},
        }
        return web.json_response(told, headers=SECURITY)

    async def _take_step(self, visit: Visit, request: web.Request) -> web.Response:
        wanted = await _body(request, Wanted)
        if wanted.step in (ReviewStep.WAIVE, ReviewStep.REOPEN) and not wanted.reason.strip():
            return _refused(request, HTTPStatus.BAD_REQUEST, "Say why.")
        step = TakeReviewStep(wanted.step, clean(wanted.reason).strip(), anyway=wanted.anyway)
        try:
            outcome = await visit.admission.perform(step, request_id=wanted.id)
        except HasEmptySections as empty:
            asked = {"error": str(empty), "anyway": "Approve anyway"}
            return web.json_response(asked, status=HTTPStatus.CONFLICT, headers=SECURITY)
        return web.json_response({"state": outcome.incident.review_state}, headers=SECURITY)

    async def _ask(self, visit: Visit, request: web.Request) -> web.Response:
        wanted = await _body(request, Asked)
        return await self._recorded(visit, AskForApproval(SlackUserId(wanted.person)), wanted.id)

    async def _curate(self, visit: Visit, request: web.Request) -> web.Response:
        wanted = await _body(request, Curated)
        text = None if wanted.text is None else clean(wanted.text)
        return await self._recorded(visit, CurateEntry(wanted.number, wanted.hide, text), wanted.id)

    async def _mark(self, visit: Visit, request: web.Request) -> web.Response:
        wanted = await _body(request, Marked)
        ts = MessageTs(wanted.ts)
        async with visit.context.store.read() as tx:
            incident = await look_at(tx, visit.number)
            found = [one for one in incident.channels if await tx.message(one, ts) is not None]
        if not found:
            raise NoSuchMessage(ref=incident.ref)
        return await self._recorded(visit, MarkMessage(Mark.KEY_MOMENT, found[0], ts), wanted.id)

    async def _follow_up(self, visit: Visit, request: web.Request) -> web.Response:
        wanted = await _body(request, FollowedUp)
        text, note = (" ".join(clean(one).split()) for one in (wanted.text, wanted.note))
        owner = SlackUserId(wanted.owner) if wanted.owner else None
        zone = ZoneInfo((await visit.dependencies.look_up(visit.guest.user)).tz)
        today = visit.context.now().astimezone(zone).date()
        if wanted.number is None:
            return await self._recorded(visit, AgreeFollowUp(text, owner, wanted.due, today=today), wanted.id)
        if wanted.state is None:
            change = ChangeFollowUp(wanted.number, owner, wanted.due, today=today)
            return await self._recorded(visit, change, wanted.id)
        if wanted.state is FollowUpState.DROPPED and not note:
            return _refused(request, HTTPStatus.BAD_REQUEST, "Say why in the note.")
        return await self._recorded(visit, EndFollowUp(wanted.number, wanted.state, note), wanted.id)

    async def _learn(self, visit: Visit, request: web.Request) -> web.Response:
        wanted = await _body(request, Learned)
        if wanted.anew:
            return await self._recorded(visit, ProposeRunbook(), wanted.id)
        words = " ".join(clean(wanted.text).split())
        return await self._recorded(visit, ProposeChange(wanted.lesson, wanted.runbook or None, words), wanted.id)

    async def _recorded(self, visit: Visit, want: Request[Outcome], request_id: str) -> web.Response:
        """Do it, and show the record as it is then."""
        await visit.admission.perform(want, request_id=request_id)
        return web.json_response(await self._record(visit), headers=SECURITY)


def _learning(incident: Incident, learned: Sequence[Lesson], runbooks: Sequence[Runbook]) -> Learning:
    """Without secrets: what people said of steps and actions stands there as well."""
    told = [(one.key, without_secrets(of_lesson(one))[0]) for one in learned]
    linked = {one.slug for one in incident.runbooks}
    known = [one for one in runbooks if not one.is_withdrawn]
    known.sort(key=lambda one: (one.slug not in linked, one.title.casefold()))
    proposed = [(one.title, without_secrets(one.text)[0], one.url) for one in incident.runbook_proposals]
    is_new = incident.status.is_calm and not incident.worked and not incident.is_drill
    return Learning(told, [(one.slug, one.title) for one in known], proposed, is_new)


async def _to_ask(visit: Visit, incident: Incident) -> list[tuple[SlackUserId, str]]:
    """Whom the guest can ask to approve the review, by name."""
    if incident.review_state is not ReviewState.IN_REVIEW:
        return []
    found = await to_ask(visit.context, incident, visit.guest.user)
    return [(one.user, one.full_name or one.name) for one in found]


async def _may_go_on(visit: Visit, incident: Incident, compiled: Review) -> bool:
    """Whether the guest may take the review's next step."""
    if incident.review_state not in (ReviewState.IN_REVIEW, ReviewState.APPROVED):
        return True
    authors = frozenset(one.by for one in compiled.sections if one.is_written and one.by)
    if incident.review_state is ReviewState.IN_REVIEW and not_for(incident, visit.guest.user, authors):
        return False
    try:
        await visit.admission.admit([APPROVE])
    except Refusal:
        return False
    return True


def _is_from_our_page(guest: Guest, request: web.Request) -> bool:
    if is_from_elsewhere(request, guest.links):
        return False
    return guest.links.is_form_token(guest.session, request.headers.get(TOKEN, ""))


def _number(request: web.Request) -> IncidentNumber:
    return number_of(request.match_info["reference"])


def _section(request: web.Request) -> Section:
    return _section_named(request.match_info["section"])


def _section_named(name: str) -> Section:
    try:
        return Section(name)
    except ValueError:
        raise Stop(_json_refusal(HTTPStatus.NOT_FOUND, "A review has no such section.")) from None


async def _body(request: web.Request, kind: type[Body]) -> Body:
    if request.content_type != "application/json":
        raise Stop(_refused(request, HTTPStatus.UNSUPPORTED_MEDIA_TYPE, "JSON is expected."))
    try:
        return kind.model_validate_json(await request.read())
    except ValidationError:
        raise Stop(_refused(request, HTTPStatus.BAD_REQUEST, "That could not be read.")) from None


def _refused(request: web.Request, status: HTTPStatus, why: str) -> web.Response:
    """A page for people who opened an address, JSON for a page that sent something."""
    if request.method == "GET" and "text/html" in request.headers.get("Accept", "text/html"):
        return page_that_says(why, status)
    return _json_refusal(status, why)


def _json_refusal(status: HTTPStatus, why: str) -> web.Response:
    return web.json_response({"error": _readable(why)}, status=status, headers=SECURITY)


async def _in_words(dependencies: Dependencies, guest: Guest, refusal: Refusal) -> str:
    zone = ZoneInfo((await dependencies.look_up(guest.user)).tz)
    return await in_words(dependencies.context.store, str(refusal), zone)


def _readable(text: str) -> str:
    """Without the marks of what is typed: here it is shown as it stands."""
    return re.sub(r"`([^`]*)`", r"\1", text)


def _named_in(written: Iterable[Written]) -> set[SlackUserId]:
    """Whoever wrote, and whoever is spoken of."""
    return {user for one in written for user in (one.by, *mentioned((one.text,)))}


def _participants(people: Mapping[SlackUserId, Profile]) -> dict[SlackUserId, Participant]:
    return {user: Participant(one.name, full_name=one.full_name or None) for user, one in people.items()}


def _told(one: Written, people: Mapping[SlackUserId, Participant]) -> dict[str, Any]:
    """A revision, as pages get it."""
    at = one.at.isoformat().replace("+00:00", "Z")
    return {"revision": one.revision, "text": one.text, "by": name_of(one.by, people), "at": at}


def _shown(one: Written, people: Mapping[SlackUserId, Participant]) -> dict[str, Any]:
    """The text of a section, as it is written and as it is read."""
    html = str(section_html(without_secrets(one.text)[0], people)) if one.text else ""
    return {**_told(one, people), "mark": mark_of(one.text), "html": html}
