"""Whatever happens in a private incident over the wire: no answer, message, page, topic or log shows its title or its
words to somebody who is not in its channel. tests/verbs/test_who_may_know.py says the same of the verbs."""

import itertools
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from pathlib import Path

import aiohttp
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from bot.demo.clock import SteppedClock
from bot.sandbox import Channel, Message, Person, Sandbox
from tests.scenarios.conftest import Company, at_work
from tests.scenarios.test_home import home_of
from tests.scenarios.test_writing_reviews import Window, link_for, opens

pytestmark = pytest.mark.both_engines

NAMES = ("dana", "bo", "chen", "eli")
COUNT = itertools.count(1)
POLICY = {"priorities": {"P1": {"notify_executives": True}}, "audience": {"P1": {"tell": ["managers", "executives"]}}}


@dataclass
class World:
    """Muster at work, and a browser of everybody in which a session is open."""

    company: Company
    windows: dict[str, Window]


@pytest.fixture
async def world(slack: Sandbox, clock: SteppedClock, tmp_path: Path, database_url: str) -> AsyncIterator[World]:
    """On SQLite by Socket Mode, on PostgreSQL over HTTP."""
    people = {name: slack.add_person(name).id for name in ("eli", "fay")}
    policy = {**POLICY, "people": {"managers": [people["fay"]], "executives": [people["eli"], people["fay"]]}}
    async with at_work(slack, clock, tmp_path, database_url, policy, over_http="postgres" in database_url) as company:
        await company.declares("the shop is slow")
        async with AsyncExitStack() as stack:
            windows = {name: await stack.enter_async_context(opens(await link_for(company, name))) for name in NAMES}
            yield World(company, windows)


@dataclass
class Course:
    """One private incident, and what everybody has been shown so far."""

    world: World
    number: int = 0
    title: str = ""
    words: str = ""
    is_listed: bool = False
    left: set[str] = field(default_factory=set)
    """Who was in the channel at some time and is not now."""
    looked_at: dict[str, int] = field(default_factory=dict)

    @property
    def company(self) -> Company:
        return self.world.company

    async def channel(self) -> Channel:
        return await self.company.channel(self.number)

    async def begins(self, title: str) -> None:
        at = next(COUNT)
        self.title, self.words = f"{title}{at}x", f"wombat{at}x"
        answer = await self.says("dana", f"declare P1 {self.title} service:checkout --private --anyway")
        self.number = int(answer.partition("INC-")[2].split()[0])
        await self.company.settle()
        inside = await self.inside()
        for person, shown in self.shown_anew().items():
            assert person in inside or not self.tells(shown), ("declares", person)

    async def says(self, name: str, text: str) -> str:
        return (await self.company.sandbox.person(name).types(f"/incident {text}", in_="general")).text

    async def does(self, name: str, text: str) -> str:
        return await self.says(name, f"INC-{self.number} {text}")

    async def inside(self) -> set[str]:
        """Members, and whoever is asked or commands without having been seen leaving."""
        incident, channel = await self.company.incident(self.number), await self.channel()
        people = {*channel.members, *({incident.asked, incident.commander} - {None})}
        names = {self.company.sandbox.person(str(one)).name for one in people if one != self.company.sandbox.bot.id}
        return names - (self.left - {self.company.sandbox.person(one).name for one in channel.members})

    def alone(self, name: str) -> list[Message]:
        """What one person alone was shown."""
        person = self.company.sandbox.person(name)
        return [*person.dms, *person.ephemerals]

    def shown_anew(self) -> dict[str, list[str]]:
        """What everybody alone was shown since the last time."""
        new = {}
        for name in NAMES:
            messages = self.alone(name)
            new[name] = [one.plain for one in messages[self.looked_at.get(name, 0) :]]
            self.looked_at[name] = len(messages)
        return new

    def tells(self, shown: object) -> bool:
        """Whether there is something in it that is not for whoever is outside."""
        return self.words in str(shown) or (self.title in str(shown) and not self.is_listed)


Step = Callable[[Course, str, str], Awaitable[object]]


async def comes(course: Course, one: str, _: str) -> None:
    course.company.sandbox.events.join(await course.channel(), course.company.sandbox.person(one).id)
    course.left.discard(one)


async def goes(course: Course, one: str, _: str) -> None:
    person: Person = course.company.sandbox.person(one)
    channel = await course.channel()
    if person.id in channel.members and len(channel.members) > 2:
        await person.leaves(channel.id)
        course.left.add(one)


async def talks(course: Course, one: str, _: str) -> None:
    person, channel = course.company.sandbox.person(one), await course.channel()
    if person.id in channel.members:
        said = await person.says(course.words, in_=channel.id)
        await person.reacts("white_check_mark", to=said, in_=channel.id)


async def opens_it(course: Course, one: str, _: str) -> None:
    if "listed for everybody" in await course.does(one, f"open {course.words}"):
        course.is_listed = True


async def merges(course: Course, one: str, _: str) -> None:
    other = Course(course.world)
    await other.begins(course.title)
    await comes(other, one, "")
    await course.company.settle()
    await course.does(one, f"merge INC-{other.number}")


STEPS: dict[str, Step] = {
    "comes": comes,
    "goes": goes,
    "talks": talks,
    "opens": opens_it,
    "merges": merges,
    "time passes": lambda course, _, __: course.company.later(minutes=20),
    "is asked": lambda course, one, other: course.does(one, f"commander @{other}"),
    "offers command": lambda course, one, other: course.does(one, f"handover @{other}"),
    "accepts": lambda course, one, _: course.does(one, "accept"),
    "names a deputy": lambda course, one, other: course.does(one, f"role deputy @{other}"),
    "invites": lambda course, one, other: course.does(one, f"invite @{other}"),
    "joins": lambda course, one, _: course.does(one, "join"),
    "follows": lambda course, one, _: course.does(one, "follow"),
    "notes": lambda course, one, _: course.does(one, f"note {course.words}"),
    "updates": lambda course, one, _: course.does(one, f"update {course.words}"),
    "escalates": lambda course, one, _: course.does(one, f"escalate {course.words}"),
    "agrees": lambda course, one, other: course.does(one, f"followup {course.words} @{other} due:2026-03-03"),
    "resolves": lambda course, one, _: course.does(one, f"resolve {course.words}"),
    "closes": lambda course, one, _: course.does(one, f"close unverified {course.words}"),
    "reopens": lambda course, one, _: course.does(one, f"reopen {course.words}"),
}
HAPPENINGS = st.lists(
    st.tuples(st.sampled_from(sorted(STEPS)), st.sampled_from(NAMES), st.sampled_from(NAMES)), min_size=6, max_size=9
)


def everybody_sees(course: Course) -> str:
    """What stands in public channels, their heads and names included."""
    channels = [one for one in course.company.sandbox.channels if one.kind == "channels"]
    return " ".join(
        f"{one.name} {one.topic} {one.purpose} {one.bookmarks} {[message.plain for message in one.posted]}"
        for one in channels
    )


async def an_outsider_finds_nothing(course: Course, name: str) -> None:
    """In whatever they ask for: lists, the incident, their Home, the pages of its review."""
    for typed in ("list", "status", "similar", "metrics", *(f"INC-{course.number} {verb}" for verb in READS)):
        assert not course.tells(await course.says(name, typed)), (name, typed)
    assert not course.tells((await home_of(course.company, course.company.sandbox.person(name))).content), name
    window = course.world.windows[name]
    address = window.base.rpartition("/")[0]
    for path in ("", "/document"):
        async with window.http.get(f"{address}/INC-{course.number}{path}") as answer:
            assert (answer.status, course.tells(await answer.text())) == (404, False), (name, path)


READS = ("status", "timeline", "note", "followup", "review", "runbook", "similar")


@settings(
    max_examples=3, deadline=None, derandomize=True, phases=[Phase.generate], suppress_health_check=list(HealthCheck)
)
@given(happenings=HAPPENINGS)
async def test_nothing_of_a_private_incident_is_shown_to_whoever_is_not_in_its_channel(
    world: World,
    happenings: list[tuple[str, str, str]],
    caplog: pytest.LogCaptureFixture,
    capsys: pytest.CaptureFixture[str],
) -> None:
    course = Course(world)
    await course.begins("zebrafish")
    inside = await course.inside()
    for name, one, other in happenings:
        await STEPS[name](course, one, other)
        await course.company.settle()
        may_have_heard = inside | (inside := await course.inside())
        for person, shown in course.shown_anew().items():
            assert person in may_have_heard or not course.tells(shown), (name, one, other, person)
        assert not course.tells(everybody_sees(course)), (name, one, other)
    for person in set(NAMES) - inside:
        await an_outsider_finds_nothing(course, person)
    assert course.title in await course.says("dana", f"INC-{course.number} status") or "dana" not in inside
    async with aiohttp.ClientSession() as http:
        for path in ("metrics", "readyz"):
            async with http.get(f"http://127.0.0.1:{course.company.bot.port}/{path}") as answer:
                assert "zebrafish" not in await answer.text()
    logged = caplog.text + "".join(capsys.readouterr())
    assert "zebrafish" not in logged
    assert "wombat" not in logged
