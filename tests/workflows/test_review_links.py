"""Links and sessions: for one person, one workspace, one purpose, and not for ever."""

from datetime import UTC, datetime
from string import ascii_letters, digits

import pytest

from bot.domain.ids import IncidentNumber, SlackUserId
from bot.workflows.review_links import DASHBOARD, LINK_LASTS, SESSION_LASTS, Destination, Links

DANA = SlackUserId("UDANA")
REVIEW = Destination(IncidentNumber(42))


class Watch:
    """Machine time that a test sets."""

    def __init__(self) -> None:
        self.at = datetime(2026, 3, 4, 12, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.at


@pytest.fixture
def watch() -> Watch:
    return Watch()


def links(watch: Watch, workspace: str = "T1", key: bytes = b"k" * 32) -> Links:
    return Links("https://muster.example", workspace, key, watch)


def key_of(address: str) -> str:
    return address.partition("?key=")[2]


def session_of(mine: Links, key: str) -> str:
    link = mine.read(key, REVIEW)
    assert link is not None
    return mine.session(link.user)


def test_a_link_becomes_a_session_of_its_person(watch: Watch) -> None:
    mine = links(watch)
    address = mine.link(DANA, REVIEW)
    assert address.startswith("https://muster.example/reviews/INC-42?key=")
    visitor = mine.visitor(session_of(mine, key_of(address)))
    assert visitor is not None
    assert visitor.user == DANA


def test_a_link_to_the_dashboard_opens_no_review_and_the_other_way_round(watch: Watch) -> None:
    mine = links(watch)
    address = mine.link(DANA, DASHBOARD)
    assert address.startswith("https://muster.example/?key=")
    assert mine.read(key_of(address), DASHBOARD) is not None
    assert mine.read(key_of(address), REVIEW) is None
    assert mine.read(key_of(mine.link(DANA, REVIEW)), DASHBOARD) is None


def test_another_replica_with_the_same_key_reads_it(watch: Watch) -> None:
    assert links(watch).read(key_of(links(watch).link(DANA, REVIEW)), REVIEW) is not None


def test_each_link_is_another_one_however_its_key_is_spelled(watch: Watch) -> None:
    """In base64 the last two bits of a signature of 160 mean nothing: four spellings are the same key."""
    mine = links(watch)
    key = key_of(mine.link(DANA, REVIEW))
    spelled = {mine.read(key[:-1] + last, REVIEW) for last in ascii_letters + digits + "-_"} - {None}
    assert spelled == {mine.read(key, REVIEW)}
    again = mine.read(key_of(mine.link(DANA, REVIEW)), REVIEW)
    assert again is not None
    assert again not in spelled


def test_links_and_sessions_end(watch: Watch) -> None:
    mine = links(watch)
    key = key_of(mine.link(DANA, REVIEW))
    session = session_of(mine, key)
    watch.at += LINK_LASTS
    assert mine.read(key, REVIEW) is None
    assert mine.visitor(session) is not None
    watch.at += SESSION_LASTS
    assert mine.visitor(session) is None


def test_neither_stands_for_the_other_nor_for_another_incident_key_or_workspace(watch: Watch) -> None:
    mine = links(watch)
    key = key_of(mine.link(DANA, REVIEW))
    session = session_of(mine, key)
    assert mine.visitor(key) is None
    assert mine.read(session, REVIEW) is None
    assert mine.read(key, Destination(IncidentNumber(43))) is None
    assert links(watch, workspace="T2").read(key, REVIEW) is None
    assert links(watch, key=b"x" * 32).read(key, REVIEW) is None
    assert links(watch, key=b"x" * 32).visitor(session) is None
    for nonsense in ("", "x", "a.b", key[:-3], "é" * 50):
        assert mine.read(nonsense, REVIEW) is None
        assert mine.visitor(nonsense) is None


def test_a_pages_token_belongs_to_its_session(watch: Watch) -> None:
    mine = links(watch)
    token = mine.form_token("session one")
    assert mine.is_form_token("session one", token)
    assert not mine.is_form_token("session two", token)
    assert not mine.is_form_token("session one", "session one")
