"""Fetching the service catalogue: only what changed, from nowhere it should not, and the last good copy stays."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from aiohttp import web

from bot.config.catalog import READER
from bot.domain.policy import Catalog
from bot.integrations.outgoing import Outgoing
from bot.jobs.catalog import MOST_BYTES, CatalogSource
from bot.store import FeedCopy, Store
from bot.web.readiness import warnings
from bot.workflows.context import Context
from tests.config.test_catalog import CHECKOUT, location
from tests.domain.given import NOON, POLICY
from tests.serving import serving

MACHINE = datetime(2026, 11, 1, tzinfo=UTC)
HOUR = timedelta(hours=1)
CART = CHECKOUT.replace("name: checkout", "name: cart")


@dataclass
class Server:
    """A git host on this machine; the ETag of a file is its length."""

    url: str = ""
    files: dict[str, str] = field(default_factory=lambda: {"/all.yaml": CHECKOUT})
    moved: dict[str, str] = field(default_factory=dict)
    down: bool = False
    asked: list[tuple[str, int, str | None]] = field(default_factory=list)
    """Path, status, and what was shown."""

    async def answer(self, request: web.Request) -> web.StreamResponse:
        found = self.files.get(request.path)
        etag = f'"{len(found or "")}"'
        if self.down:
            answer = web.Response(status=503)
        elif request.path in self.moved:
            answer = web.Response(status=302, headers={"Location": self.moved[request.path]})
        elif found is None:
            answer = web.Response(status=404)
        elif request.headers.get("If-None-Match") == etag:
            answer = web.Response(status=304)
        else:
            answer = web.Response(text=found, headers={"ETag": etag})
        self.asked.append((request.path, answer.status, request.headers.get("Authorization")))
        return answer


async def served() -> AsyncIterator[Server]:
    server = Server()
    async with serving(web.get("/{path:.*}", server.answer)) as port:
        server.url = f"http://127.0.0.1:{port}"
        yield server


server = pytest.fixture(served, name="server")
elsewhere = pytest.fixture(served, name="elsewhere")


@pytest.fixture
async def outgoing() -> AsyncIterator[Outgoing]:
    async with Outgoing() as client:
        yield client


def desk_with(store: Store, place: str, *, private: bool = True) -> Context:
    catalog = Catalog(place, HOUR, allow_private_address=private)
    return Context(store, replace(POLICY, services={}, catalog=catalog), (), lambda: NOON)


async def kept(store: Store) -> dict[str, FeedCopy]:
    async with store.read() as tx:
        return await tx.catalog()


async def test_it_is_fetched_as_often_as_it_says_and_sent_only_when_it_changed(
    store: Store, server: Server, outgoing: Outgoing
) -> None:
    context = desk_with(store, f"{server.url}/all.yaml")
    source = CatalogSource(context, READER, outgoing)
    for passed in (0, 1, 59, 60):
        await source.refresh(MACHINE + timedelta(minutes=passed))
        assert list(context.policy.services) == ["checkout"]
    assert [status for _, status, _ in server.asked] == [200, 304]
    server.files["/all.yaml"] = f"{CHECKOUT}---\n{CART}"
    await source.refresh(MACHINE + 2 * HOUR)
    assert list(context.policy.services) == ["checkout", "cart"]


async def test_what_one_replica_fetched_the_others_use_and_so_does_a_start_while_it_is_down(
    store: Store, server: Server, outgoing: Outgoing
) -> None:
    place = f"{server.url}/all.yaml"
    other = desk_with(store, place)
    started_before = CatalogSource(other, READER, outgoing)
    await started_before.apply()
    assert other.policy.services == {}
    await CatalogSource(desk_with(store, place), READER, outgoing).refresh(MACHINE)
    await started_before.apply()
    assert list(other.policy.services) == ["checkout"]
    server.down = True
    context = desk_with(store, place)
    source = CatalogSource(context, READER, outgoing)
    await source.refresh(MACHINE + HOUR)
    assert list(context.policy.services) == ["checkout"]
    assert await warnings(context, MACHINE + HOUR, None) == []
    late = await warnings(context, MACHINE + 4 * HOUR, None)
    assert [one.code for one in late] == ["catalog"]
    told = f"{place}: its server answered 503; the copy of 2026-11-01 00:00 UTC is used."
    assert late[0].text == f"The service catalogue is not up to date: {told}"


async def test_what_is_no_catalogue_does_not_take_the_place_of_one(
    store: Store, server: Server, outgoing: Outgoing
) -> None:
    context = desk_with(store, f"{server.url}/all.yaml")
    source = CatalogSource(context, READER, outgoing)
    await source.refresh(MACHINE)
    for passed, broken in enumerate(("", "<html>Sign in</html>", "a: [", "{}", "x" * (MOST_BYTES + 1)), 1):
        server.files["/all.yaml"] = broken
        await source.refresh(MACHINE + passed * HOUR)
        (copy,) = (await kept(store)).values()
        assert (copy.content, copy.fetched_at, bool(copy.error)) == (CHECKOUT, MACHINE, True), broken[:20]
        assert list(context.policy.services) == ["checkout"]


async def test_locations_are_followed_once_and_what_is_named_no_more_is_forgotten(
    store: Store, server: Server, outgoing: Outgoing
) -> None:
    server.files = {"/all.yaml": location("./a.yaml", "./b.yaml", "./all.yaml"), "/a.yaml": CHECKOUT}
    context = desk_with(store, f"{server.url}/all.yaml")
    source = CatalogSource(context, READER, outgoing)
    await source.refresh(MACHINE)
    assert [(path, status) for path, status, _ in server.asked] == [
        ("/all.yaml", 200),
        ("/a.yaml", 200),
        ("/b.yaml", 404),
    ]
    assert list(context.policy.services) == ["checkout"]
    assert {place[len(server.url) :]: copy.error for place, copy in (await kept(store)).items()} == {
        "/all.yaml": None,
        "/a.yaml": None,
        "/b.yaml": "its server answered 404",
    }
    server.files = {"/all.yaml": location("./b.yaml"), "/b.yaml": CART}
    await source.refresh(MACHINE + HOUR)
    assert list(context.policy.services) == ["cart"]
    assert len(await kept(store)) == 2


async def test_the_token_is_shown_to_the_host_of_the_catalogue_and_to_no_other(
    store: Store, server: Server, elsewhere: Server, outgoing: Outgoing
) -> None:
    server.files["/all.yaml"] = location("./a.yaml", "./moved.yaml", f"{elsewhere.url}/all.yaml")
    server.files["/a.yaml"] = CART
    server.moved["/moved.yaml"] = f"{elsewhere.url}/moved.yaml"
    await CatalogSource(desk_with(store, f"{server.url}/all.yaml"), READER, outgoing, "glpat-1").refresh(MACHINE)
    assert {shown for _, _, shown in server.asked} == {"Bearer glpat-1"}
    assert {(path, shown) for path, _, shown in elsewhere.asked} == {("/all.yaml", None), ("/moved.yaml", None)}


async def test_nothing_leads_into_a_private_network_unless_the_policy_says_so(
    store: Store, server: Server, outgoing: Outgoing, tmp_path: Path
) -> None:
    root = tmp_path / "catalog-info.yaml"
    with_tls = server.url.replace("http://", "https://")
    root.write_text(f"{CHECKOUT}---\n{location(f'{server.url}/all.yaml', f'{with_tls}/all.yaml')}")
    context = desk_with(store, str(root), private=False)
    await CatalogSource(context, READER, outgoing).refresh(MACHINE)
    errors = sorted(copy.error for copy in (await kept(store)).values() if copy.error)
    assert errors == [
        "it leads into a private network; `allow_private_address: true` lets Muster go there",
        "its address does not begin with https://",
    ]
    assert (server.asked, list(context.policy.services)) == ([], ["checkout"])


async def test_a_file_that_is_gone_or_too_large_leaves_what_was(
    store: Store, outgoing: Outgoing, tmp_path: Path
) -> None:
    root = tmp_path / "catalog-info.yaml"
    root.write_text(CHECKOUT)
    context = desk_with(store, str(root))
    source = CatalogSource(context, READER, outgoing)
    await source.refresh(MACHINE)
    root.unlink()
    await source.refresh(MACHINE + HOUR)
    assert (await kept(store))[str(root)].error == "it cannot be read: No such file or directory"
    root.write_bytes(b"x" * (MOST_BYTES + 1))
    await source.refresh(MACHINE + 2 * HOUR)
    assert (await kept(store))[str(root)].error == "it is larger than 2 MB"
    assert list(context.policy.services) == ["checkout"]
