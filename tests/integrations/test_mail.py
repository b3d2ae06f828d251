"""The digest by mail, to a server that fails as real ones do: what passes is tried again, what is refused is given up,
and what was lost on the way is unknown."""

from datetime import date
from functools import partial
from pathlib import Path

import pytest

from bot.blocks.weekly import Told
from bot.delivery.destination import CannotTell
from bot.delivery.job import DigestJob
from bot.delivery.outcomes import Done, Gone, Outcome, Retry, Unknown
from bot.domain.effects import MailDigest
from bot.domain.policy import Mail
from bot.domain.vocabulary import Tls
from bot.integrations.mail import Mailboxes
from tests.integrations.smtp_server import DROPS, MailServer, a_certificate, a_mail_server
from tests.store.given import NOON

PNG = b"\x89PNG\r\n\x1a\n" + b".\r\n" * 3
TOLD = Told(
    "Incidents from 16 to 22 November 2026",
    ["No incidents. The four weeks before had 2 each.", "Most often: <Café & Co> (2)."],
    "https://muster.example/trends?from=2026-11-16&to=2026-11-22",
    PNG,
    "By week: none",
    NOON,
)
KEY = "ab" * 16


async def keep(_: object) -> None:
    """Nothing is kept."""


async def written(_: DigestJob) -> Told:
    return TOLD


def job(*, is_repeat: bool = False) -> DigestJob:
    return DigestJob(MailDigest(date(2026, 11, 22), "ops@example.com", 1), KEY, {}, keep, is_repeat)


def boxes(
    port: int,
    *,
    server: str = "127.0.0.1",
    tls: Tls = Tls.NONE,
    password: str | None = None,
    ca_file: str | None = None,
) -> Mailboxes:
    user = None if password is None else "muster"
    mail = Mail(
        *(server, port, tls, "muster@example.com", ("ops@example.com",)),
        *(user, password and "MUSTER_MAIL_PASSWORD", ca_file),
    )
    return Mailboxes(mail, password, written)


async def delivered(mail: MailServer, **how: bool) -> Outcome:
    return await boxes(mail.port).deliver(job(**how))


async def test_a_mail_has_the_lines_the_picture_and_the_way_to_the_figures() -> None:
    async with a_mail_server() as server:
        assert await delivered(server) == Done({})
        (message,) = server.taken
    assert server.recipients == ["ops@example.com"]
    assert (message["Subject"], message["From"], message["To"]) == (TOLD.title, "muster@example.com", "ops@example.com")
    assert message["Message-ID"] == f"<{KEY}@example.com>"
    assert message["Auto-Submitted"] == "auto-generated"
    plain, page = message.get_body(("plain",)), message.get_body(("html",))
    assert plain is not None
    assert page is not None
    assert plain.get_content().splitlines()[0] == TOLD.title
    assert all(line in plain.get_content() for line in (*TOLD.lines, TOLD.address))
    assert "&lt;Café &amp; Co&gt; (2)" in page.get_content()
    assert 'alt="By week: none"' in page.get_content()
    assert 'src="cid:picture"' in page.get_content()
    (picture,) = (part for part in message.walk() if part.get_content_type() == "image/png")
    assert (picture["Content-ID"], picture.get_content()) == ("<picture>", PNG)


@pytest.mark.parametrize(
    ("stage", "act", "outcome"),
    [
        ("connect", "421 4.3.2 too busy", Retry(None, "it answered 421 4.3.2")),
        ("connect", DROPS, Retry(None, "it could not be reached (SMTPServerDisconnected)")),
        ("MAIL", "451 4.7.1 greylisted, <ops@example.com>", Retry(None, "it answered 451 4.7.1")),
        ("RCPT", "450 4.2.1 try later", Retry(None, "it answered 450 4.2.1")),
        ("RCPT", "550 5.1.1 <ops@example.com>: no such user", Gone("it answered 550 5.1.1")),
        ("RCPT", DROPS, Retry(None, "it could not be reached (SMTPServerDisconnected)")),
        ("DATA", "554 no", Gone("it answered 554")),
        ("message", "452 4.3.1 full", Retry(None, "it answered 452 4.3.1")),
        ("message", "552 5.3.4 too big", Gone("it answered 552 5.3.4")),
        ("message", DROPS, Unknown("the connection was lost")),
        ("QUIT", DROPS, Done({})),
    ],
)
async def test_each_failure_is_what_it_means(stage: str, act: str, outcome: Outcome) -> None:
    async with a_mail_server() as server:
        server.fails = {stage: [act]}
        assert await delivered(server) == outcome
        assert len(server.taken) == isinstance(outcome, Done)


async def test_what_was_lost_on_the_way_is_sent_again_as_the_same_message_and_says_so() -> None:
    async with a_mail_server() as server:
        server.fails = {"message": [DROPS]}
        assert isinstance(await delivered(server), Unknown)
        assert await boxes(server.port).find(job()) == CannotTell(may_be_repeat=True)
        assert await delivered(server, is_repeat=True) == Done({})
        (message,) = server.taken
    assert message["Subject"] == f"(may be a repeat) {TOLD.title}"
    assert message["Message-ID"] == f"<{KEY}@example.com>"


async def test_nobody_is_there() -> None:
    async with a_mail_server() as server:
        port = server.port
    assert await boxes(port).deliver(job()) == Retry(None, "it could not be reached (ConnectionRefusedError)")


async def test_a_mailbox_that_the_policy_names_no_more_gets_nothing() -> None:
    effect = MailDigest(date(2026, 11, 22), "gone@example.com", 2)
    async with a_mail_server() as server:
        outcome = await boxes(server.port).deliver(DigestJob(effect, KEY, {}, keep))
    assert outcome == Gone("the policy names this mailbox no more")
    assert server.said == []


async def test_nothing_is_said_in_the_clear_where_tls_is_wanted(tmp_path: Path) -> None:
    certificate = a_certificate(tmp_path)
    async with a_mail_server(certificate, "letmein") as server:
        outcome = await boxes(server.port, server="localhost", tls=Tls.STARTTLS, password="letmein").deliver(job())
        assert isinstance(outcome, Retry)
        assert outcome.why.startswith("its certificate is not trusted")
        known = partial(boxes, server.port, server="localhost", tls=Tls.STARTTLS, ca_file=str(certificate))
        assert await known(password="letmein").deliver(job()) == Done({})
        assert not any("MAIL" in line for line in server.said[: server.said.index("STARTTLS")])
        assert await known(password="wrong").deliver(job()) == Gone("it answered 535 5.7.8")
    async with a_mail_server() as server:
        outcome = await boxes(server.port, tls=Tls.STARTTLS, password="letmein").deliver(job())
        assert outcome == Gone("the server has not what the policy asks for: STARTTLS, or signing in")
    assert not any("AUTH" in line for line in server.said)
