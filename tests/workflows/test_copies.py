"""What was copied from a message into a timeline follows the message: edited it reads so, deleted it is gone."""

from dataclasses import replace
from datetime import timedelta
from itertools import count

import pytest
from sqlalchemy import select

from bot.config import policy_loading as policies
from bot.domain.actor import Person
from bot.domain.declaration import Declaration
from bot.domain.ids import ChannelId, IncidentNumber, MessageTs
from bot.domain.timeline import (
    AnyEvent,
    Evidence,
    FollowUpAgreed,
    FollowUpChanged,
    FollowUpEnded,
    IncidentDeclared,
    MessageMarked,
    NoteAdded,
    WordsErased,
)
from bot.domain.transcript import Message, MessageDeleted, MessageEdited, MessagePosted, Reacted, Seen, SlackEvent
from bot.domain.vocabulary import FollowUpState, Mark
from bot.door.caller import SLACK, Caller
from bot.store import Store, rebuild
from bot.store.schema import metadata
from bot.workflows.context import Context
from bot.workflows.declare import declare
from bot.workflows.intake import Intake
from tests.store.given import BO, CHANNEL, DANA, NOON, declaration, declare_with_channel, incident, minutes, record

SECRET = "the vault opens with swordfish"
TS = MessageTs(f"{int(NOON.timestamp())}.000100")
SAID = Message(CHANNEL, TS, DANA, SECRET, NOON)
ELSEWHERE = ChannelId("CGENERAL")
LINK = f"https://test.slack.com/archives/{ELSEWHERE}/p{TS.replace('.', '')}?thread_ts=1.000001&cid={ELSEWHERE}"

DELIVERIES = count(1)


async def slack_tells(store: Store, *told: Seen, kept_for: timedelta | None = None) -> None:
    policy = policies.load(None)
    policy = replace(policy, retention=replace(policy.retention, deleted_words=kept_for))
    intake = Intake(Context(store, policy, (), lambda: NOON + minutes(9)))
    for what in told:
        await intake.take(SlackEvent(f"Ev{next(DELIVERIES)}", what))


def edited(text: str, at: float, message: Message = SAID) -> MessageEdited:
    return MessageEdited(replace(message, text=text, edited_at=NOON + minutes(at)))


POSTED = MessagePosted(SAID)
TICKED = Reacted(CHANNEL, TS, BO, "white_check_mark")
DELETED = MessageDeleted(CHANNEL, TS, NOON + minutes(8))


async def timeline(store: Store, number: IncidentNumber) -> list[AnyEvent]:
    async with store.read() as tx:
        return [one.event for one in await tx.timeline(number)]


async def follow_ups(store: Store, number: IncidentNumber) -> list[str]:
    return [one.text for one in (await incident(store, number)).follow_ups]


async def whole_database(store: Store) -> str:
    async with store.database.read() as connection:
        return repr([list(await connection.execute(select(table))) for table in metadata.sorted_tables])


async def declared_from_a_message(store: Store, link: str = LINK, text: str = SECRET) -> IncidentNumber:
    event = declaration(0)
    async with store.write() as tx:
        number = await tx.next_number()
        shown = Evidence(link, BO, text)
        event = replace(event, number=number, evidence=shown, user_impact="nobody can pay")
        await tx.record(number, [event], NOON)
    return number


async def evidence(store: Store, number: IncidentNumber) -> Evidence:
    declared = (await timeline(store, number))[0]
    assert isinstance(declared, IncidentDeclared)
    assert declared.evidence is not None
    return declared.evidence


async def test_a_follow_up_made_of_a_message_loses_its_words_with_it_in_every_row_and_process(store: Store) -> None:
    number = await declare_with_channel(store)
    await slack_tells(store, POSTED, TICKED)
    (agreed,) = (await incident(store, number)).follow_ups
    await record(
        store,
        number,
        FollowUpChanged(at=NOON + minutes(3), by=BO, of=agreed.seq, text=SECRET, owner=BO),
        FollowUpEnded(at=NOON + minutes(4), by=BO, of=agreed.seq, text=SECRET, state=FollowUpState.DONE, note="moved"),
    )
    other = Store(store.database, store.workspace)
    assert await follow_ups(other, number) == [SECRET]

    await slack_tells(store, DELETED)

    for process in (store, other):
        (one,) = (await incident(process, number)).follow_ups
        assert (one.text, one.owner, one.state) == ("(deleted)", BO, FollowUpState.DONE)
    assert "swordfish" not in await whole_database(store)
    ended = next(one for one in await timeline(store, number) if isinstance(one, FollowUpEnded))
    assert (ended.text, ended.note) == ("(deleted)", "moved"), "what somebody typed about it stays"
    assert (await rebuild(store)).differences == []


async def test_words_copied_by_a_version_that_did_not_say_where_from_go_too(store: Store) -> None:
    """Such a follow-up stands right behind the mark that made it."""
    number = await declare_with_channel(store)
    await slack_tells(store, POSTED)
    own = "link the runbook"
    await record(
        store,
        number,
        MessageMarked(at=NOON, by=BO, mark=Mark.FOLLOW_UP, channel=CHANNEL, ts=TS, author=DANA),
        FollowUpAgreed(at=NOON, by=BO, text=SECRET),
        FollowUpAgreed(at=NOON, by=BO, text=own, link=f"https://test.slack.com/archives/{CHANNEL}/p1772625600000100"),
        MessageMarked(at=NOON, by=BO, mark=Mark.EVIDENCE, channel=CHANNEL, ts=TS, author=DANA),
        FollowUpAgreed(at=NOON, by=BO, text=own),
    )
    await slack_tells(store, DELETED)
    assert await follow_ups(store, number) == ["(deleted)", own, own]
    assert "swordfish" not in await whole_database(store)


async def test_the_message_an_incident_was_declared_from_takes_its_words_along_from_any_channel(store: Store) -> None:
    number = await declared_from_a_message(store)
    other = await declared_from_a_message(store, LINK.replace("0100?", "0200?"))
    await slack_tells(store, MessageDeleted(ELSEWHERE, TS, NOON + minutes(8)))
    assert await evidence(store, number) == Evidence(LINK, BO, "(deleted)")
    assert (await incident(store, number)).user_impact == "nobody can pay"
    assert (await evidence(store, other)).text == SECRET
    assert (await rebuild(store)).differences == []


async def test_a_message_of_one_incident_may_be_the_evidence_of_another(store: Store) -> None:
    first = await declare_with_channel(store)
    second = await declared_from_a_message(store, LINK.replace(ELSEWHERE, CHANNEL))
    await slack_tells(store, POSTED, TICKED, DELETED)
    assert await follow_ups(store, first) == ["(deleted)"]
    assert (await evidence(store, second)).text == "(deleted)"
    assert "swordfish" not in await whole_database(store)


async def test_an_edit_changes_the_copies_and_leaves_no_word_of_before(store: Store) -> None:
    number = await declare_with_channel(store)
    other = await declared_from_a_message(store, LINK.replace(ELSEWHERE, CHANNEL))
    await slack_tells(store, POSTED, TICKED, edited("the vault &amp; the\nsafe need new keys", 3))
    assert await follow_ups(store, number) == ["the vault & the safe need new keys"]
    assert (await evidence(store, other)).text == "the vault & the\nsafe need new keys"
    assert "swordfish" not in await whole_database(store)
    await slack_tells(store, edited(SECRET, 2))
    assert await follow_ups(store, number) == ["the vault & the safe need new keys"], "an older edit came late"


async def test_an_edit_that_leaves_the_words_as_they_are_records_nothing(store: Store) -> None:
    number = await declare_with_channel(store)
    await slack_tells(store, POSTED, TICKED)
    before = await timeline(store, number)
    await slack_tells(store, edited(SECRET, 3), MessageEdited(SAID))
    assert await timeline(store, number) == before


async def test_what_is_gone_stays_gone_whatever_comes_late(store: Store) -> None:
    number = await declared_from_a_message(store)
    here = replace(SAID, channel=ELSEWHERE)
    await slack_tells(store, MessageDeleted(ELSEWHERE, TS, NOON + minutes(8)), edited("again", 3, here))
    assert (await evidence(store, number)).text == "(deleted)"
    before = await timeline(store, number)
    await slack_tells(store, MessageDeleted(ELSEWHERE, TS, NOON + minutes(9)))
    assert await timeline(store, number) == before


async def test_words_that_an_operator_erased_do_not_come_back_with_an_edit(store: Store) -> None:
    number = await declare_with_channel(store)
    await slack_tells(store, POSTED, TICKED)
    (agreed,) = (await incident(store, number)).follow_ups
    async with store.write() as tx:
        await tx.erase_words(number, agreed.seq, NOON + minutes(5))
    await slack_tells(store, edited("something else", 6), DELETED)
    assert await follow_ups(store, number) == ["[erased]"]


async def test_what_was_kept_out_of_an_incident_stays_out_when_the_message_is_edited(store: Store) -> None:
    number = await declared_from_a_message(store, text="")
    await slack_tells(store, edited("still private", 3, replace(SAID, channel=ELSEWHERE)))
    assert (await evidence(store, number)).text == ""


async def test_where_deleted_text_is_kept_for_a_while_its_copies_go_at_once(store: Store) -> None:
    number = await declare_with_channel(store)
    await slack_tells(store, POSTED, TICKED, DELETED, kept_for=timedelta(days=7))
    assert await follow_ups(store, number) == ["(deleted)"]
    assert (await whole_database(store)).count("swordfish") == 1, "in the column that nothing reads"


@pytest.mark.parametrize("told", [DELETED, edited("other words", 3)])
async def test_one_entry_tells_of_all_copies_in_an_incident(store: Store, told: Seen) -> None:
    number = await declare_with_channel(store)
    await slack_tells(store, POSTED, TICKED)
    (agreed,) = (await incident(store, number)).follow_ups
    changed = FollowUpChanged(at=NOON + minutes(3), by=BO, of=agreed.seq, text=SECRET, owner=BO)
    await record(store, number, changed, NoteAdded(at=NOON + minutes(4), by=BO, text="the vault opens"))
    await slack_tells(store, told)
    (erased,) = [one for one in await timeline(store, number) if isinstance(one, WordsErased)]
    assert {erased.of, *erased.also} == {agreed.seq, agreed.seq + 1}


@pytest.mark.parametrize(("told", "shown"), [(DELETED, "(deleted)"), (edited("other words", 3), "other words")])
async def test_a_message_that_changed_while_the_form_was_open_is_quoted_as_it_stands(
    store: Store, told: Seen, shown: str
) -> None:
    await declare_with_channel(store)
    await slack_tells(store, POSTED, told)
    report = Declaration("a leak", evidence=Evidence(LINK.replace(ELSEWHERE, CHANNEL), DANA, SECRET))
    context = Context(store, policies.load(None), (), lambda: NOON + minutes(9))
    outcome = await declare(context, Caller(Person(BO), SLACK, "form"), report)
    assert (await evidence(store, outcome.incident.number)).text == shown
    assert "swordfish" not in await whole_database(store)
