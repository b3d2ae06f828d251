"""Whom the policy names is asked of Slack, and what Slack says is kept; what it does not answer leaves what was."""

from dataclasses import replace

from bot.domain.ids import SlackUserId, WorkspaceId
from bot.domain.people import Group, Profile
from bot.domain.policy import EscalationStep, People, Policy
from bot.domain.vocabulary import Priority
from bot.jobs.people import refresh_people
from bot.sandbox import Fault
from bot.slack.people import fetch_person
from bot.store import Database, Store
from bot.workflows.context import Context
from tests.domain.given import NOON, POLICY, days
from tests.slack.test_gateway import connected

ALONE = replace(POLICY, people=People(), services={}, schedules={})
GHOST = SlackUserId("U0GHOST")


def naming(*people: str, group: str = "@shop-sre") -> Policy:
    """A policy with these managers, and a ladder that tells a group."""
    steps = (EscalationStep(days(0), (group,)),)
    return replace(ALONE, people=People(tuple(map(SlackUserId, people))), escalation={Priority.P1: steps})


async def known(store: Store) -> dict[str, str]:
    """The names of everybody of whom something is kept."""
    async with store.read() as tx:
        return {str(user): profile.name for user, profile in (await tx.people()).items()}


async def test_people_and_groups_of_the_policy_are_kept_as_slack_has_them(sqlite_url: str) -> None:
    store = Store(await Database.open(sqlite_url, migrate=True), WorkspaceId("T1"))
    async with connected() as (sandbox, gateway):
        dana, eli, bo = (sandbox.add_person(name) for name in ("dana", "eli", "bo"))
        group = sandbox.add_group("shop-sre", [dana, eli])
        sandbox.add_group("others", [bo])
        context = Context(store, naming(dana.id, eli.id, GHOST), (), lambda: NOON)

        await refresh_people(context, gateway)
        asked = await fetch_person(gateway, SlackUserId(dana.id))
        async with store.read() as tx:
            assert await tx.person_fetched(SlackUserId(dana.id)) == (asked, NOON)
            assert await tx.group("@shop-sre") == Group(
                group.id, "shop-sre", (SlackUserId(dana.id), SlackUserId(eli.id))
            )
            others = await tx.group("others")
            assert others is not None, "somebody may mention it, without its name"
            assert await tx.names([others.id]) == {others.id: "others"}
            assert set(await tx.people()) == {dana.id, eli.id}, "of a ghost nothing is kept"

        sandbox.deactivate("eli")
        sandbox.faults.add(Fault("usergroups.list", "error", times=9))
        await refresh_people(context, gateway)
        async with store.read() as tx:
            left = await tx.person(SlackUserId(eli.id))
            assert isinstance(left, Profile)
            assert left.is_deactivated
            assert await tx.group("@shop-sre") is not None, "what was known stays while Slack does not answer"

        before = await known(store)
        sandbox.faults.clear()
        sandbox.faults.add(Fault("users.info", "http_500", times=9))
        await refresh_people(context, gateway)
        assert await known(store) == before
    await store.database.close()


async def test_a_database_that_is_gone_ends_nothing(sqlite_url: str) -> None:
    database = await Database.open(sqlite_url, migrate=False)
    context = Context(Store(database, WorkspaceId("T1")), naming(GHOST), (), lambda: NOON)
    async with connected() as (sandbox, gateway):
        dana = sandbox.add_person("dana")
        sandbox.add_group("shop-sre", [dana])
        await refresh_people(context, gateway)  # there are no tables: it is logged, and tomorrow is another day
    await database.close()
