"""People, groups and the workspace, as far as they are known."""

from dataclasses import replace

from bot.domain.ids import SlackUserId
from bot.domain.people import Group, Profile
from bot.domain.transcript import GroupChanged, PersonChanged
from bot.store import Store, WorkspaceRow
from tests.store.given import BO, DANA, NOON, minutes

PERSON = Profile(DANA, "Dana", "Europe/Madrid", is_guest=True, is_confirmed=False)
GROUP = Group("S1", "shop-sre", (DANA, BO))


async def test_a_person_is_kept_as_last_told(store: Store) -> None:
    async with store.write() as tx:
        await tx.keep_person(PERSON, NOON)
        assert await tx.person(DANA) == PERSON
        await tx.keep_person(replace(PERSON, name="Dana B.", is_deactivated=True, is_confirmed=True), NOON + minutes(1))
    async with store.read() as tx:
        assert await tx.person(DANA) == Profile(
            DANA, "Dana B.", "Europe/Madrid", is_guest=True, is_deactivated=True, is_confirmed=True
        )
        fetched = await tx.person_fetched(DANA)
    assert fetched is not None
    assert fetched[1] == NOON + minutes(1)


async def test_who_is_not_known_is_none(store: Store) -> None:
    async with store.read() as tx:
        assert await tx.person(BO) is None
        assert await tx.person_fetched(BO) is None
        assert await tx.people([BO]) == {}
        assert await tx.group("nobody") is None


async def test_people_are_found_together(store: Store) -> None:
    bo = Profile(BO, "Bo", is_bot=True)
    async with store.write() as tx:
        await tx.keep_person(PERSON, NOON)
        await tx.keep_person(bo, NOON)
    async with store.read() as tx:
        assert await tx.people([DANA, SlackUserId("U404")]) == {DANA: PERSON}
        assert await tx.people() == {DANA: PERSON, BO: bo}
        assert await tx.people([]) == {}


async def test_news_of_a_person_does_not_change_when_they_were_asked_about(store: Store) -> None:
    async with store.write() as tx:
        await tx.keep_person(PERSON, NOON)
        await tx.apply(PersonChanged(replace(PERSON, name="Dana B.")))
        fetched = await tx.person_fetched(DANA)
    assert fetched is not None
    assert (fetched[0].name, fetched[1]) == ("Dana B.", NOON)


async def test_a_group_is_found_by_its_handle_and_its_id(store: Store) -> None:
    async with store.write() as tx:
        await tx.keep_group(GROUP)
        assert await tx.group("@shop-sre") == await tx.group("shop-sre") == await tx.group("S1") == GROUP
        await tx.apply(GroupChanged(replace(GROUP, users=(BO,))))
        assert await tx.group("S1") == replace(GROUP, users=(BO,))


async def test_the_workspace_is_kept_as_last_told(store: Store) -> None:
    async with store.write() as tx:
        await tx.next_number()
        await tx.keep_workspace(WorkspaceRow("T1", "Acme", "https://acme.slack.com/", "U9"))
        assert await tx.workspace() == WorkspaceRow("T1", "Acme", "https://acme.slack.com/", "U9")
        assert await tx.next_number() == 2
