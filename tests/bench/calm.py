"""How much Muster says: a P1 with five people and fourteen acts, then its review, counted by what stands in Slack."""

from dataclasses import dataclass
from math import ceil
from pathlib import Path

from bot.sandbox import Channel, Message
from bot.sandbox.messages import Block
from tests.bench.figures import Figure, Unit
from tests.scenarios.conftest import Company, company_at_work

DECLARED = "declare P1 checkout returns 500s service:checkout"
ACTS = (
    ("dana", "accept"),
    ("dana", "role scribe @bo"),
    ("dana", "page payments"),
    ("bo", "step bad-change-rollback 1 done"),
    ("chen", "impact high all of Europe"),
    ("eli", "followup Alert on 500s @eli due:2026-04-01"),
    ("bo", "note the deploy of 2:50 looks guilty"),
    ("dana", "update Conditions: one in five fails. Actions: rolling back. Needs: none."),
    ("dana", "mitigate rolled back to 4.2"),
    ("dana", "resolve 4.2 runs everywhere"),
    ("chen", "verify error rate flat for ten minutes"),
    ("dana", "close"),
)
"""Who types what in the channel, after the declaration; the first update is sent by the card's form."""
REVIEW = (("dana", "review start"), ("fay", "review approve anyway"), ("eli", "review publish"))
UPDATE = {"conditions": "Every fifth payment fails", "actions": "Looking at the deploy of 2:50"}
FORM_AFTER = "page payments"
"""The act before the update that is sent by the form."""


@dataclass(frozen=True, slots=True)
class Counts:
    """What people saw of the bot in the incident's channel."""

    messages: int
    """Posted in the channel itself."""
    replies: int
    """Posted in a thread."""
    topics: int
    """Lines that say that the topic was set."""
    repeats: int
    """Private answers, and forms to close, beside something that the channel itself was told of the same act."""
    short_answers: int
    """Private answers to what is told below the card, which whoever typed it does not see at once."""
    lines_first: int
    """Lines of the bot on the screen before the first human word."""


async def measure(folder: Path) -> list[Figure]:
    async with company_at_work(folder, f"sqlite:///{folder / 'muster.db'}") as company:
        counts = await play(company)
    return [
        Figure("calm: messages of the bot in the channel", counts.messages, Unit.COUNT, 10),
        Figure("… in threads", counts.replies, Unit.COUNT),
        Figure("… topic lines", counts.topics, Unit.COUNT, 6),
        Figure("… private answers that repeat a public line", counts.repeats, Unit.COUNT, 0),
        Figure("… short private answers to what stands below the card", counts.short_answers, Unit.COUNT),
        Figure("… lines before the first human word", counts.lines_first, Unit.COUNT, 8),
    ]


async def play(company: Company) -> Counts:
    """The whole story; what it came to. Raises AssertionError where an act is refused."""
    channel = await company.declares(DECLARED.removeprefix("declare "))
    lines_first = sum(map(_lines, _of_bot(company, channel)))
    for name in ("bo", "chen", "eli", "fay"):
        if company.sandbox.person(name).id not in channel.members:
            await company.sandbox.person(name).joins(channel.id)
    await company.chen.says("I see it too, from London", in_=channel.id)
    repeats = short_answers = 0
    for name, typed in (*ACTS, *REVIEW):
        is_answered, is_told = await _acts(company, channel, name, typed)
        repeats += is_answered and is_told
        short_answers += is_answered and not is_told
        if typed == FORM_AFTER:
            repeats += await _updates_by_form(company, channel)
    posted = [one for one in _of_bot(company, channel) if one.is_said]
    return Counts(
        messages=sum(not one.is_reply for one in posted),
        replies=sum(one.is_reply for one in posted),
        topics=sum(one.subtype == "channel_topic" for one in channel.posted),
        repeats=repeats,
        short_answers=short_answers,
        lines_first=lines_first,
    )


async def _acts(company: Company, channel: Channel, name: str, typed: str) -> tuple[bool, bool]:
    """Do it, a minute after what was before; whether they were answered, and whether the channel itself was told."""
    before = _told(company, channel)
    answer = await company.sandbox.person(name).types(f"/incident {typed}", in_=channel.id)
    assert not answer.text.startswith("Not done"), answer.text
    await company.later(minutes=1)
    return bool(answer.text), _told(company, channel) > before


async def _updates_by_form(company: Company, channel: Channel) -> bool:
    """The same by the card's button; whether a form is left to close."""
    before = _told(company, channel)
    await company.dana.clicks("Update", in_=channel.id)
    await company.settle()
    answer = await company.dana.submits(UPDATE)
    assert answer.ok, answer
    assert not answer.errors
    await company.later(minutes=1)
    is_left = company.dana.view is not None
    if is_left:
        await company.dana.closes(everything=True)
    return is_left and _told(company, channel) > before


def _of_bot(company: Company, channel: Channel) -> list[Message]:
    return [one for one in channel.posted if one.user == company.sandbox.bot.id and not one.is_deleted]


def _told(company: Company, channel: Channel) -> int:
    return sum(one.is_said and not one.is_reply for one in _of_bot(company, channel))


def _lines(message: Message) -> int:
    """Lines that a message takes on a wide screen, without the line of its author."""
    return sum(map(_lines_of, message.blocks)) or len(message.text.splitlines())


def _lines_of(block: Block) -> int:
    """Fields stand two beside each other."""
    if fields := block.get("fields"):
        tall = [len(one["text"].splitlines()) for one in fields]
        return sum(max(tall[row : row + 2]) for row in range(0, 2 * ceil(len(tall) / 2), 2))
    text = block.get("text")
    return len(text["text"].splitlines()) if text else 1
