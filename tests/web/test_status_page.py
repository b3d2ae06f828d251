"""The status page as it is served: prepared once, compressed for those who take that, and not sent to who has it."""

import gzip
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

import aiohttp
import pytest

from bot.domain.customers import Published
from bot.domain.vocabulary import Stage
from bot.status_page import Site, built, site_of
from bot.web.status_page import READ_EVERY, StatusPageDoor
from tests.serving import serving
from tests.status_page.test_site import NOW, OPEN, PAGE, entry


@dataclass
class Served:
    """A door whose time and publications the test sets."""

    published: list[Published] = field(default_factory=lambda: [*OPEN])
    made: list[Site] = field(default_factory=list)
    """What the files were made of, each time that they were."""
    at: datetime = NOW
    seconds: float = 0.0
    port: int = 0
    is_away: bool = False

    async def site(self) -> Site:
        if self.is_away:
            raise OSError("the database is away")
        return site_of(PAGE, self.published, self.at, "T1")

    def pass_by(self, span: timedelta) -> None:
        self.at += span
        self.seconds += span.total_seconds()

    async def ask(self, path: str = "", **headers: str) -> tuple[int, bytes, Mapping[str, str]]:
        """The bytes as they came."""
        url = f"http://127.0.0.1:{self.port}/status/{path}"
        names = {name.replace("_", "-"): value for name, value in headers.items()}
        async with (
            aiohttp.ClientSession(auto_decompress=False, skip_auto_headers=["Accept-Encoding"]) as session,
            session.get(url, headers=names) as answer,
        ):
            return answer.status, await answer.read(), answer.headers


@pytest.fixture
async def served() -> AsyncIterator[Served]:
    it = Served()

    def build(site: Site) -> Mapping[str, bytes]:
        it.made.append(site)
        return built(site)

    door = StatusPageDoor(lambda: it.seconds, build)
    door.site = it.site
    async with serving(*door.routes()) as it.port:
        yield it


async def test_who_takes_it_compressed_gets_it_so_and_all_know_it_by_one_name(served: Served) -> None:
    status, plain, headers = await served.ask()
    assert (status, headers["Content-Type"], headers["Vary"]) == (200, "text/html; charset=utf-8", "Accept-Encoding")
    assert "Content-Encoding" not in headers
    status, zipped, zipped_headers = await served.ask(Accept_Encoding="br, gzip")
    assert (status, zipped_headers["Content-Encoding"]) == (200, "gzip")
    assert gzip.decompress(zipped) == plain
    assert len(zipped) < len(plain) / 5
    assert zipped_headers["ETag"] == headers["ETag"]
    for known in (headers["ETag"], headers["ETag"].removeprefix("W/"), f'"other", {headers["ETag"]}', "*"):
        assert (await served.ask(If_None_Match=known, Accept_Encoding="gzip"))[:2] == (304, b"")
    assert (await served.ask(If_None_Match='"other"'))[0] == 200
    _, summary, headers = await served.ask("api/v2/summary.json", Accept_Encoding="gzip")
    assert headers["Access-Control-Allow-Origin"] == "*"
    assert b"Errors at checkout" in gzip.decompress(summary)


async def test_nothing_is_made_anew_while_nothing_has_changed(served: Served) -> None:
    served.published = [entry(2, -30, Stage.INVESTIGATING), entry(2, -29, Stage.RESOLVED)]
    _, _, first = await served.ask()
    for _ in range(3):
        served.pass_by(timedelta(seconds=READ_EVERY + 1))
        assert (await served.ask())[2]["ETag"] == first["ETag"]
    assert len(served.made) == 1
    served.pass_by(timedelta(days=1))
    await served.ask()
    assert len(served.made) == 2, "the bars begin a day later"
    served.published += OPEN
    assert (await served.ask())[1].count(b"incidents/") == 1, "read a moment ago"
    served.pass_by(timedelta(seconds=READ_EVERY + 1))
    assert (await served.ask())[1].count(b"incidents/") == 2
    served.is_away = True
    served.pass_by(timedelta(hours=1))
    assert (await served.ask())[0] == 200
    assert len(served.made) == 3


async def test_a_promise_leaves_the_page_when_its_time_has_come(served: Served) -> None:
    update = replace(OPEN[1].update, next_in=timedelta(hours=3), components=())
    served.published[:] = [replace(OPEN[1], update=update)]
    assert b"Next update by" in (await served.ask())[1]
    served.at = OPEN[1].at + timedelta(hours=3)
    served.seconds += READ_EVERY + 1
    assert b"Next update by" not in (await served.ask())[1]
    assert len(served.made) == 2
