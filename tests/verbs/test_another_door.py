"""A door is easily added: one that takes JSON, and gets the same refusals, the same audit and the same exactly-once as
Slack does."""

from datetime import timedelta
from typing import Annotated, Any, Literal

import pytest
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from bot.domain.declaration import Declaration
from bot.domain.refusal import Refusal
from bot.domain.timeline import Update
from bot.domain.vocabulary import Priority
from bot.door.caller import Caller, Door
from bot.verbs.declaring import AlreadyOpen
from bot.verbs.perform import perform
from bot.verbs.requests import AddNote, Declare, PostUpdate, Request
from bot.workflows.context import Outcome
from tests.verbs.conftest import ALERTMANAGER, Workplace

JSON = Door("json")


class Body(BaseModel):
    model_config = ConfigDict(extra="forbid")

    id: str = Field(min_length=8)
    incident: str | None = Field(None, pattern=r"^INC-[1-9][0-9]{0,8}$")

    def request(self) -> Request[Outcome]:
        raise NotImplementedError


class DeclareBody(Body):
    verb: Literal["declare"]
    title: str = Field(min_length=1)
    priority: Priority | None = None
    service: str | None = None
    anyway: bool = False

    def request(self) -> Request[Outcome]:
        return Declare(Declaration(self.title, priority=self.priority, service=self.service), self.anyway)


class UpdateBody(Body):
    verb: Literal["update"]
    conditions: str = Field(min_length=1)
    next_in: timedelta | None = None

    def request(self) -> Request[Outcome]:
        return PostUpdate(Update(self.conditions), self.next_in)


class NoteBody(Body):
    verb: Literal["note"]
    text: str

    def request(self) -> Request[Outcome]:
        return AddNote(self.text)


BODY: TypeAdapter[DeclareBody | UpdateBody | NoteBody] = TypeAdapter(
    Annotated[DeclareBody | UpdateBody | NoteBody, Field(discriminator="verb")]
)


async def post(workplace: Workplace, body: dict[str, Any]) -> tuple[int, str]:
    """The whole door: read, perform, answer."""
    try:
        read = BODY.validate_python(body)
        outcome = await perform(
            workplace.dependencies, Caller(ALERTMANAGER, JSON, read.id), read.request(), read.incident
        )
    except ValidationError:
        return 400, "That could not be read."
    except AlreadyOpen as refusal:
        return 409, f"INC-{refusal.same.number}"
    except Refusal as refusal:
        return 409, str(refusal)
    return 200, outcome.incident.ref


DECLARED = {"verb": "declare", "id": "alert-0001", "title": "checkout returns 500s", "service": "Checkout"}


async def test_what_it_asks_for_is_done_once_and_credited_to_it(workplace: Workplace) -> None:
    assert await post(workplace, DECLARED) == (200, "INC-1")
    assert await post(workplace, DECLARED) == (200, "INC-1")
    note = {"verb": "note", "id": "alert-0002", "incident": "INC-1", "text": "it fires again"}
    assert await post(workplace, note) == (200, "INC-1")
    assert await post(workplace, note) == (200, "INC-1")
    update = {"verb": "update", "id": "alert-0003", "incident": "INC-1", "conditions": "half fail", "next_in": "PT30M"}
    assert await post(workplace, update) == (200, "INC-1")
    events = [one.event for one in await workplace.timeline()]
    assert [type(event).__name__ for event in events] == ["IncidentDeclared", "NoteAdded", "UpdatePosted"]
    assert {event.actor for event in events} == {ALERTMANAGER}
    assert await workplace.refusals() == []


@pytest.mark.parametrize(
    ("body", "kind", "number"),
    [
        ({"verb": "declare", "title": "checkout returns 500s again", "service": "checkout"}, "AlreadyOpen", None),
        ({"verb": "declare", "title": "the shop is slow", "service": "chekout"}, "UnknownName", None),
        ({"verb": "note", "text": "who is it", "incident": "INC-9"}, "NotFound", 9),
        ({"verb": "note", "text": "which one"}, "WhichIncident", None),
        ({"verb": "note", "text": " ", "incident": "INC-1"}, "Wordless", 1),
        ({"verb": "update", "conditions": "x", "incident": "INC-1", "next_in": "P30D"}, "TooLong", 1),
    ],
)
async def test_what_it_is_refused_is_audited_and_changes_nothing(
    workplace: Workplace, body: dict[str, Any], kind: str, number: int | None
) -> None:
    await post(workplace, DECLARED)
    before = await workplace.timeline()
    status, _ = await post(workplace, {"id": "alert-0009", **body})
    assert status == 409
    assert await workplace.timeline() == before
    kept = [(one.actor_kind, one.actor_name, one.verb, one.number, one.detail) for one in await workplace.refusals()]
    assert kept == [("integration", "Alertmanager", body["verb"], number, kind)]


async def test_what_cannot_be_read_asks_for_nothing(workplace: Workplace) -> None:
    assert (await post(workplace, {**DECLARED, "titel": "x"}))[0] == 400
    assert await workplace.audit() == []
