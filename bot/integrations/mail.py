"""Mail as a destination, by SMTP (RFC 5321): one message to one mailbox.

The server stands in the policy, where only whoever runs Muster writes: it may be in a private network. What it answers
is kept as its codes alone, for its words quote whom it refused.
"""

import asyncio
import re
import smtplib
import ssl
from collections.abc import Awaitable, Callable
from contextlib import suppress
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from typing import Final

from markupsafe import Markup

from bot.blocks.weekly import Told
from bot.delivery.destination import CannotTell, Finding
from bot.delivery.job import DigestJob
from bot.delivery.outcomes import Done, Gone, Outcome, Retry, Unknown
from bot.domain.policy import Mail
from bot.domain.vocabulary import Tls

WITHIN: Final = 15.0
"""Seconds for each answer of the server."""
AGAIN: Final = "(may be a repeat) "
ENHANCED: Final = re.compile(rb"[245]\.\d{1,3}\.\d{1,3}")
"""The code of RFC 3463 that says more than that of SMTP."""


class Mailboxes:
    """Sends each digest to the mailboxes of the policy."""

    name = "The mail server"

    def __init__(self, mail: Mail, password: str | None, write: Callable[[DigestJob], Awaitable[Told]]) -> None:
        self._mail = mail
        self._password = password
        self._write = write

    async def deliver(self, job: DigestJob) -> Outcome:
        if job.to not in self._mail.to:
            return Gone("the policy names this mailbox no more")
        message = composed(await self._write(job), self._mail.sender, job.to, job.key, is_repeat=job.is_repeat)
        return await asyncio.to_thread(send, self._mail, self._password, job.to, message)

    async def find(self, _: DigestJob) -> Finding:
        """No server is asked; many drop a second message with the same id, and whoever reads both is told."""
        return CannotTell(may_be_repeat=True)


def composed(told: Told, sender: str, to: str, key: str, *, is_repeat: bool = False) -> bytes:
    """The message, with its picture inside; `key`: what its id is made of, the same each time it is sent."""
    message = EmailMessage(policy=SMTP)
    message["Subject"] = (AGAIN if is_repeat else "") + told.title
    message["From"] = sender
    message["To"] = to
    message["Date"] = format_datetime(told.at)
    message["Message-ID"] = f"<{key}@{sender.rpartition('@')[2]}>"
    message["Auto-Submitted"] = "auto-generated"  # RFC 3834: nobody's holiday notice answers it
    link = f"\n\nThe incidents behind these figures: {told.address}" if told.address else ""
    message.set_content("\n\n".join([told.title, *told.lines]) + link + "\n", cte="quoted-printable")
    message.add_alternative(_page(told), subtype="html", cte="quoted-printable")
    _, page = message.iter_parts()
    page.add_related(told.picture, "image", "png", cid="<picture>", filename="incidents.png", disposition="inline")
    return message.as_bytes()


def _page(told: Told) -> str:
    lines = Markup("").join(Markup("<p>{}</p>").format(one) for one in told.lines)
    link = Markup('<p><a href="{}">The incidents behind these figures</a></p>').format(told.address)
    page = Markup(
        '<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{title}</title></head>'
        '<body style="font-family: sans-serif; max-width: 45em; line-height: 1.4"><h1 style="font-size: 1.3em">{title}'
        '</h1>{lines}<p><img src="cid:picture" width="720" style="max-width: 100%" alt="{described}"></p>{link}</body>'
        "</html>"
    )
    shown = link if told.address else Markup("")
    return str(page.format(title=told.title, lines=lines, described=told.described, link=shown))


def send(mail: Mail, password: str | None, to: str, message: bytes) -> Outcome:
    """Hand a message over to the server; it blocks. A connection that is lost while the message goes over leaves it
    unknown whether the server has it."""
    server: smtplib.SMTP | None = None
    is_going_over = False
    try:
        server = _connected(mail)
        if mail.user is not None and password is not None:
            server.login(mail.user, password)
        server.ehlo_or_helo_if_needed()
        for code, answer in (server.mail(mail.sender), server.rcpt(to)):
            if code not in (250, 251):
                return _refused(code, answer)
        is_going_over = True
        code, answer = server.data(message)
    except smtplib.SMTPResponseException as no:  # also where it is refused to begin with the message
        return _refused(no.smtp_code, no.smtp_error)
    except smtplib.SMTPNotSupportedError:
        return Gone("the server has not what the policy asks for: STARTTLS, or signing in")
    except (smtplib.SMTPException, OSError) as lost:
        return Unknown("the connection was lost") if is_going_over else Retry(None, _why(lost))
    finally:
        if server is not None:
            with suppress(smtplib.SMTPException, OSError):
                server.quit()
            server.close()
    return Done({}) if code == 250 else _refused(code, answer)


def _connected(mail: Mail) -> smtplib.SMTP:
    trusted = ssl.create_default_context(cafile=mail.ca_file)
    if mail.tls is Tls.IMPLICIT:
        return smtplib.SMTP_SSL(mail.server, mail.port, timeout=WITHIN, context=trusted)
    server = smtplib.SMTP(mail.server, mail.port, timeout=WITHIN)
    if mail.tls is Tls.STARTTLS:
        try:
            server.starttls(context=trusted)
        except BaseException:
            server.close()
            raise
    return server


def _refused(code: int, answer: bytes | str) -> Outcome:
    """5xx is for good, anything else may pass (RFC 5321, 4.2.1)."""
    more = ENHANCED.search(answer if isinstance(answer, bytes) else answer.encode())
    why = f"it answered {code}{f' {more[0].decode()}' if more else ''}"
    return Gone(why) if 500 <= code < 600 else Retry(None, why)


def _why(lost: Exception) -> str:
    if isinstance(lost, ssl.SSLCertVerificationError):
        return f"its certificate is not trusted: {lost.verify_message}"
    return f"it could not be reached ({type(lost).__name__})"
