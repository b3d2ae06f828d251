"""What is a repository's alone: a request that is merged is followed by another one, and nobody's file is taken."""

from collections.abc import Callable

import pytest

from bot.delivery.outcomes import Gone
from bot.domain.vocabulary import KeptAs
from tests.integrations.documents.fake_hosts import FakeGitHub, FakeGitLab, FakeHost
from tests.integrations.documents.test_documents import Play
from tests.integrations.documents.test_documents import play as play  # noqa: PLC0414 - a fixture

each = pytest.mark.parametrize("kind", [FakeGitHub, FakeGitLab])


def host(it: object) -> FakeHost:
    assert isinstance(it, FakeHost)
    return it


@each
async def test_it_is_one_file_with_the_reviews_own_title(play: Play, kind: Callable[[], FakeHost]) -> None:
    async with play() as it:
        await it.brings(it.publishes())
        (path,) = host(it.fake).branch(it.only)
        assert path == "docs/reviews/INC-42-checkout-returns-500s.md"
        assert it.only.text.startswith("# INC-42: checkout returns 500s\n\n> Published by Muster")
        assert it.only.title == "Review of INC-42", "nothing of people's words, which could call somebody there"


@each
async def test_once_it_is_merged_another_request_follows(play: Play, kind: Callable[[], FakeHost]) -> None:
    async with play() as it:
        await it.brings(it.publishes())
        first = it.only
        host(it.fake).merge(first)
        it.words = "It was the cache."
        job = it.publishes()
        it.fake.acts = ["drops after"]
        await it.documents.deliver(job)
        await it.brings(job)
        assert it.asked() is None
        _, second = it.fake.there()
        assert "It was the cache." in second.text
        assert "The pool was too small." in first.text, "what is merged is changed by whoever merges the next"
        host(it.fake).edit(first)
        assert it.incident.documents[0].id.startswith(second.id)


@each
async def test_what_was_changed_after_the_merge_is_asked_about(play: Play, kind: Callable[[], FakeHost]) -> None:
    async with play() as it:
        await it.brings(it.publishes())
        host(it.fake).merge(it.only)
        it.fake.edit(it.only)
        await it.brings(it.publishes())
        assert it.asked() is KeptAs.EDITED
        assert len(it.fake.there()) == 1


@each
async def test_a_file_of_somebody_elses_stays(play: Play, kind: Callable[[], FakeHost]) -> None:
    async with play() as it:
        host(it.fake).branches["main"]["docs/reviews/INC-42-checkout-returns-500s.md"] = "Mine.\n"
        refused = await it.documents.deliver(it.publishes())
        assert isinstance(refused, Gone)
        assert "is there already" in refused.error
        assert it.fake.there() == []
