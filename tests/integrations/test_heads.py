"""A head is stamped by a real authority; whatever else it answers is tried again, or said."""

from pathlib import Path

import pytest
from aiohttp import web

from bot.delivery.job import HeadJob
from bot.delivery.outcomes import Done, Gone, Retry
from bot.domain.effects import HEADS_STAMP, PublishHead
from bot.domain.policy import Way
from bot.domain.proof import End, head_of
from bot.integrations.heads import Stamps
from bot.integrations.outgoing import Outgoing
from tests.integrations.timestamps import Authority, an_authority
from tests.store.given import MACHINE, NOON

HEAD = head_of(None, NOON, [End(1, 5, b"a" * 32)])
OTHER = head_of(None, NOON, [End(2, 5, b"a" * 32)])


async def keep(_: object) -> None:
    """Nothing is kept."""


def job(head: object = HEAD) -> HeadJob:
    return HeadJob(PublishHead(1, HEADS_STAMP), "ab" * 16, head, MACHINE, {}, keep)  # type: ignore[arg-type]


async def delivered(authority: Authority, *, allow_private: bool = True) -> object:
    async with Outgoing() as outgoing:
        return await Stamps(outgoing, authority.url, Way(allow_private_address=allow_private)).deliver(job())


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        (web.Response(status=503, headers={"Retry-After": "60"}), "it answered 503"),
        (web.Response(body=b"<html>no</html>"), "its answer is no time stamp"),
    ],
    ids=["503", "a page"],
)
async def test_what_is_no_stamp_is_tried_again(tmp_path: Path, answer: web.Response, why: str) -> None:
    async with an_authority(tmp_path) as authority:
        authority.answers = [answer]
        outcome = await delivered(authority)
    assert isinstance(outcome, Retry)
    assert outcome.why == why


async def test_a_stamp_of_something_else_is_not_taken(tmp_path: Path) -> None:
    async with an_authority(tmp_path) as authority, Outgoing() as outgoing:
        stamps = Stamps(outgoing, authority.url, Way(allow_private_address=True))
        assert isinstance(await stamps.deliver(job(OTHER)), Done)
        authority.answers = [web.Response(body=(tmp_path / "reply.tsr").read_bytes())]
        assert await stamps.deliver(job()) == Retry(None, "its answer stamps something else")


async def test_an_address_in_this_network_has_to_be_allowed(tmp_path: Path) -> None:
    async with an_authority(tmp_path) as authority:
        outcome = await delivered(authority, allow_private=False)
    assert isinstance(outcome, Gone)
    assert "allow_private_address" in outcome.error
    assert authority.asked == 0
