"""What is said to Muster in a channel, and the brief for who joins late."""

from bot.sandbox import Fault, Person
from tests.scenarios.conftest import Company
from tests.scenarios.looking import recorded, review_of
from tests.scenarios.test_forms import form_of


def last_word(person: Person) -> str:
    return person.ephemerals[-1].plain if person.ephemerals else ""


async def told(company: Company, person: Person, words: str) -> None:
    """Wait until Muster has told them alone."""
    await company.sandbox.until(lambda: any(words in one.plain for one in person.ephemerals))


async def test_a_mention_works_like_the_command_once_and_answers_whoever_said_it(company: Company) -> None:
    channel = await company.declares("checkout fails service:checkout")
    me = f"@{company.sandbox.bot.name}"
    await company.dana.says(f"{me} update half of them fail next:30m", in_=channel.id)
    await company.sandbox.until(lambda: channel.shows("*Update* by"))
    await company.settle()
    posted = [one for one in await recorded(company) if type(one).__name__ == "UpdatePosted"]
    assert len(posted) == 1
    assert posted[0].by == company.dana.id
    assert not any("Update posted" in one.plain for one in (*company.bo.ephemerals, *company.dana.ephemerals))

    root = await company.dana.says("a thread", in_=channel.id)
    await company.dana.says(f"ok {me}: status", in_=channel.id, thread_of=root)
    await told(company, company.dana, "Commander")
    assert company.dana.ephemerals[-1].thread_ts == root

    await company.dana.says(f"{me} INC-1 status", in_="general")
    await told(company, company.dana, "INC-1")
    await company.dana.says(f"{me} accept", in_="general")
    await told(company, company.dana, "needs to know which incident")


async def test_what_slack_delivers_twice_is_answered_once(company: Company) -> None:
    channel = await company.declares("checkout fails service:checkout")
    await told(company, company.dana, "is open")  # the answer to the declaration has ended
    me = f"@{company.sandbox.bot.name}"
    for words in ("status", "updaet all quiet"):
        company.dana.ephemerals.clear()
        company.sandbox.faults.add(Fault("app_mention", "duplicate"))
        await company.dana.says(f"{me} {words}", in_=channel.id)
        await company.settle()
        assert not company.sandbox.faults.waiting
        assert len(company.dana.ephemerals) == 1


async def test_a_mention_without_sense_gets_the_help_for_now_and_one_without_words_a_button(company: Company) -> None:
    channel = await company.declares("checkout fails service:checkout")
    me = f"@{company.sandbox.bot.name}"
    before = await recorded(company)
    for words in (me, f"thanks {me}", f"{me} qwertz asdf"):
        company.dana.ephemerals.clear()
        await company.dana.says(words, in_=channel.id)
        await told(company, company.dana, "*Now* (INC-1 is declared): `accept` · `update`")
    await company.dana.says(f"{me} updaet all quiet", in_=channel.id)
    await told(company, company.dana, "Did you mean `update`?")
    assert await recorded(company) == before

    await company.dana.says(f"{me} update", in_=channel.id)
    await told(company, company.dana, "fill in the form")
    await company.dana.clicks("Post an update", in_=channel.id)
    assert "Update INC-1" in (await form_of(company, company.dana)).title


async def test_whoever_joins_late_is_offered_a_brief_once(company: Company) -> None:
    channel = await company.declares("checkout fails service:checkout", by="eli")
    await company.dana.types("/incident accept", in_=channel.id)
    await company.dana.types("/incident update rolling back, @bo restarts the pool", in_=channel.id)
    ts = await company.dana.says("the deploy of 02:50 did it", in_=channel.id)
    await company.dana.runs_shortcut("mark_key_moment", on=ts, in_=channel.id)
    await company.later(minutes=5)
    await company.dana.types("/incident decision we fail over to fra-2", in_=channel.id)
    await company.dana.types("/incident action restart the pool @bo", in_=channel.id)
    await company.chen.joins(channel.id)
    await told(company, company.chen, "INC-1 · P2 investigating: checkout fails")
    await company.chen.clicks("Catch me up", in_=channel.id)
    await told(company, company.chen, "So far")
    shown = last_word(company.chen)
    for words in (
        "INC-1 · P2 investigating: checkout fails",
        "the deploy of 02:50 did it",
        "rolling back",
        "5 min ago",
        "fail over",
        "1. restart",
    ):
        assert words in shown, words

    await company.chen.leaves(channel.id)
    await company.chen.joins(channel.id)
    await company.settle()
    assert sum("Welcome" in one.plain for one in company.chen.ephemerals) == 1
    for there in (company.eli, company.dana):
        assert not any("Welcome" in one.plain for one in there.ephemerals)
    answer = await company.fay.types("/incident catchup INC-1", in_="general")
    assert "INC-1 · P2 investigating: checkout fails" in answer.text


async def test_actions_and_decisions_are_kept_and_follow_the_message_that_they_were_made_of(company: Company) -> None:
    channel = await company.declares("checkout fails service:checkout")
    answer = await company.dana.types("/incident action restart the pool @bo", in_=channel.id)
    assert "Action 1 recorded" in answer.text
    said = await company.dana.says("let us drain node 7", in_=channel.id)
    decided = await company.dana.says("we fail over to fra-2", in_=channel.id)
    await company.settle()
    await company.dana.runs_shortcut("keep_action", on=said, in_=channel.id)
    await told(company, company.dana, "Action 2 recorded")
    await company.dana.runs_shortcut("keep_decision", on=decided, in_=channel.id)
    await company.sandbox.until(lambda: channel.shows("Decision: we fail over to fra-2"))
    await company.settle()
    card = next(one for one in channel.messages if "To do now" in one.plain)
    assert "1. restart the pool" in card.plain
    assert "2. let us drain node 7" in card.plain

    await company.dana.edits(said, "let us drain node 8", in_=channel.id)
    await company.dana.deletes(decided, in_=channel.id)
    await company.settle()
    incident = await company.incident()
    assert [one.text for one in incident.actions] == ["restart the pool", "let us drain node 8"]
    assert [one.text for one in incident.decisions] == ["(deleted)"]

    assert "Action done: restart the pool" in (await company.bo.types("/incident action 1 done", in_=channel.id)).text
    for typed in ("action 1 done", "action done 9", "action", "decision"):
        shown = (await company.bo.types(f"/incident {typed}", in_=channel.id)).text
        assert shown.startswith("Not done: ") is ("done" in typed), typed
    await company.settle()
    assert "restart the pool" not in channel.message(card.ts).plain
    review = await review_of(company)
    assert [(one["text"], one["done_at"] is not None) for one in review["actions"]] == [
        ("restart the pool", True),
        ("let us drain node 8", False),
    ]
    assert [one["text"] for one in review["decisions"]] == ["(deleted)"]
