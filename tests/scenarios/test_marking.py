"""Marking on the wire: a reaction marks the exact message, in threads too, once; taken away it counts no more."""

from pathlib import Path
from typing import Any

from bot.sandbox import Channel
from tests.scenarios.conftest import Company, company_at_work
from tests.scenarios.looking import review_of


async def with_words(company: Company) -> tuple[Channel, str, str]:
    """INC-1, a message of Chen's, and a reply to it by Dana."""
    channel = await company.declares("checkout fails service:checkout")
    await company.chen.joins(channel.id)
    first = await company.chen.says("the index is gone", in_=channel.id)
    reply = await company.dana.says("it was the migration", in_=channel.id, thread_of=first)
    await company.settle()
    return channel, first, reply


async def marks(company: Company) -> list[dict[str, Any]]:
    await company.settle()
    return [one for one in (await review_of(company))["timeline"] if one["kind"] == "MessageMarked"]


async def test_a_pin_marks_the_reply_it_is_on_once_at_the_time_it_was_written(company: Company) -> None:
    channel, first, reply = await with_words(company)
    await company.later(minutes=5)
    await company.dana.reacts("pushpin", to=reply, in_=channel.id)
    await company.chen.reacts("pushpin", to=reply, in_=channel.id)
    (mark,) = await marks(company)
    assert mark["text"] == f"Key moment, <@{company.dana.id}>: “it was the migration”"
    assert mark["at"] < mark["recorded_at"]
    await company.chen.reacts("mag", to=first, in_=channel.id)
    assert [one["text"].rsplit(": ", 1)[1] for one in await marks(company)] == [
        "“the index is gone”",
        "“it was the migration”",
    ]


async def test_the_last_wording_counts_and_a_deleted_message_is_quoted_no_more(company: Company) -> None:
    channel, first, _ = await with_words(company)
    await company.dana.reacts("pushpin", to=first, in_=channel.id)
    await company.chen.edits(first, "the index is missing", in_=channel.id)
    (mark,) = await marks(company)
    assert mark["text"].endswith("“the index is missing”")
    await company.chen.deletes(first, in_=channel.id)
    (mark,) = await marks(company)
    assert mark["text"].endswith("(deleted)")


async def test_taking_the_last_reaction_away_takes_the_mark_away(company: Company) -> None:
    channel, first, _ = await with_words(company)
    for person in (company.dana, company.chen):
        await person.reacts("pushpin", to=first, in_=channel.id)
    await company.dana.unreacts("pushpin", to=first, in_=channel.id)
    await company.settle()
    assert len((await company.incident()).marked) == 1
    await company.chen.unreacts("pushpin", to=first, in_=channel.id)
    await company.settle()
    assert (await company.incident()).marked == ()


async def test_a_tick_agrees_a_follow_up_in_the_words_of_the_message(company: Company) -> None:
    channel, first, _ = await with_words(company)
    await company.dana.reacts("white_check_mark", to=first, in_=channel.id)
    await company.settle()
    assert channel.shows("recorded a follow-up: the index is gone")
    (one,) = (await company.incident()).follow_ups
    assert one.link is not None
    assert one.link.endswith(first.replace(".", ""))


async def test_a_policy_may_name_other_reactions_or_none(tmp_path: Path, sqlite_url: str) -> None:
    own = {"marks": {"pushpin": None, "white_check_mark": None, "mag": None, "star": "key_moment"}}
    async with company_at_work(tmp_path, sqlite_url, own) as company:
        channel, first, _ = await with_words(company)
        await company.dana.reacts("pushpin", to=first, in_=channel.id)
        assert await marks(company) == []
        await company.dana.reacts("star", to=first, in_=channel.id)
        assert len(await marks(company)) == 1


async def test_a_shortcut_marks_the_message_it_is_used_on_once(company: Company) -> None:
    channel, _, reply = await with_words(company)
    await company.dana.runs_shortcut("mark_evidence", on=reply, in_=channel.id)
    await company.chen.runs_shortcut("mark_evidence", on=reply, in_=channel.id)
    await company.settle()
    (evidence,) = (await review_of(company))["evidence"]
    assert (evidence["mark"], evidence["text"]) == ("evidence", "it was the migration")
    assert [one for one in company.chen.ephemerals if "is already marked like that" in one.plain]
    assert [one for one in company.dana.ephemerals if "The message is marked as evidence" in one.plain]


async def test_marking_can_be_typed_with_the_link_of_the_message(company: Company) -> None:
    channel, first, reply = await with_words(company)
    link = f"https://acme.slack.com/archives/{channel.id}/p{reply.replace('.', '')}?thread_ts={first}&cid=C1"
    answer = await company.dana.types(f"/incident mark follow_up {link}", in_=channel.id)
    assert "Follow-up recorded" in answer.text or "marked as a follow-up" in answer.text
    assert [one["text"] for one in (await review_of(company))["follow_ups"]] == ["it was the migration"]
    for typed in ("mark", "mark evidence", "mark nonsense " + link, "mark evidence https://example.com/"):
        assert "link to the message" in (await company.dana.types(f"/incident {typed}", in_=channel.id)).text
    elsewhere = link.replace(channel.id, company.general.id)
    refused = await company.dana.types(f"/incident mark evidence {elsewhere}", in_=channel.id)
    assert "Muster has not seen that message" in refused.text


async def test_a_mark_outside_an_incident_channel_says_where_it_belongs(company: Company) -> None:
    said = await company.chen.says("lunch?", in_="general")
    await company.chen.runs_shortcut("mark_key_moment", on=said, in_="general")
    await company.settle()
    assert [one for one in company.chen.ephemerals if "needs to know which incident" in one.plain]
