"""The API keeps to its document, and no input gets a 500 out of it.

`python -m tests.web.api.test_openapi` writes docs/api.openapi.json anew.
"""

import asyncio
import shutil
import threading
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from bot.domain.actor import Person
from bot.domain.ids import WorkspaceId
from bot.door.token import Scope, Token, digest_of, mint
from bot.store import Database, Store, WorkspaceRow
from bot.verbs.requests import AddNote
from bot.web.api.limits import Limits
from bot.web.api.openapi import as_text, document
from bot.web.api.route import Dependencies
from bot.web.api.routes import ROUTES
from bot.web.api.server import Api
from bot.web.readiness import Readiness
from bot.web.server import Web
from tests.domain.given import DANA
from tests.house.sources import ROOT
from tests.verbs.conftest import Workplace
from tests.web.api.conftest import KEY, Served
from tests.web.api.test_reading import CHECKOUT, SECRET

DOCUMENT = ROOT / "docs" / "api.openapi.json"


def test_operations_have_names_of_their_own() -> None:
    names = [one.name for one in ROUTES]
    assert sorted(set(names)) == sorted(names)
    assert len({(one.method, one.path) for one in ROUTES}) == len(ROUTES)


async def test_the_document_is_served_to_everybody_once_there_is_a_token(served: Served) -> None:
    await served.token()
    answer = await served.get("openapi.json")
    assert (answer.status, answer.json) == (200, document(ROUTES))


@asynccontextmanager
async def serving(file: Path, text: str, token: Token) -> AsyncIterator[str]:
    database = await Database.open(f"sqlite+aiosqlite:///{file}", migrate=False)
    store = Store(database, WorkspaceId("T1"))
    async with store.write() as tx:
        await tx.keep_workspace(WorkspaceRow("T1", "Test", "https://test.slack.com/", "UBOT"))
        await tx.keep_token(token, digest_of(text))

    async def ready() -> Readiness:
        return Readiness()

    workplace = Workplace(store)
    web = Web("127.0.0.1", 0, ready, api=Api(Limits(lambda: 0.0, burst=10**9)))
    verbs = workplace.dependencies
    web.api.dependencies = Dependencies(verbs, verbs.look_up, lambda _: None, lambda: datetime.now(UTC), (KEY,))
    async with web.running():
        filled = Served(workplace, web, None, web.port)  # type: ignore[arg-type]
        for want in (CHECKOUT, SECRET):
            await filled.does(Person(DANA), want)
        await filled.does(Person(DANA), AddNote("it spreads"))
        yield f"http://127.0.0.1:{web.port}"
    await database.close()


@pytest.fixture(scope="module")
def address(migrated_file: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, str]]:
    """The API in a thread of its own, for schemathesis waits on its requests; and a token for everything."""
    file = tmp_path_factory.mktemp("api") / "muster.db"
    shutil.copy(migrated_file, file)
    minted = mint()
    token = Token(minted.id, "everything", Person(DANA), frozenset(Scope), datetime.now(UTC))
    ready, stop, found = threading.Event(), threading.Event(), list[str]()

    async def serve() -> None:
        async with serving(file, minted.text, token) as url:
            found.append(url)
            ready.set()
            while not stop.is_set():
                await asyncio.sleep(0.05)

    thread = threading.Thread(target=lambda: asyncio.run(serve()))
    thread.start()
    assert ready.wait(20)
    yield found[0], minted.text
    stop.set()
    thread.join(20)


def without_revoking(routes: Any) -> Any:
    """But for what would take the token itself."""
    return [one for one in routes if one.method != "DELETE"]


schema: Any = schemathesis.openapi.from_dict(document(without_revoking(ROUTES)))
schema.config.phases.coverage.enabled = False  # every worker would make its thousands of cases while it collects


@schema.parametrize()  # type: ignore[untyped-decorator]
@settings(max_examples=5, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True, database=None)
def test_whatever_is_asked_the_answer_is_a_documented_one(case: Any, address: tuple[str, str]) -> None:
    url, token = address
    case.call_and_validate(
        base_url=url,
        headers={"Authorization": f"Bearer {token}"},
        checks=[
            not_a_server_error,
            response_schema_conformance,
            status_code_conformance,
            content_type_conformance,
        ],
    )


if __name__ == "__main__":
    DOCUMENT.write_text(as_text(ROUTES), encoding="utf-8")
