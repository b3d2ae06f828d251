"""The weekly digest: in a channel with a picture, and by mail; of what is no drill and not private."""

import re
from pathlib import Path

import pytest

from bot.sandbox import Fault
from tests.integrations.smtp_server import DROPS, a_mail_server
from tests.scenarios.conftest import Company, company_at_work

TO = ["board@example.com", "ops@example.com"]
SECRET = "the acquisition leaked"


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    """SQLite alone: what differs between the engines is tested with the job and the store."""
    return sqlite_url


async def looks(company: Company) -> None:
    await company.bot.digests.look()
    await company.settle()


async def test_on_monday_the_week_is_told_once_in_the_channel_and_to_each_mailbox(
    tmp_path: Path, database_url: str
) -> None:
    async with a_mail_server() as server:
        mail = {"server": "127.0.0.1", "port": server.port, "tls": "none", "from": "muster@example.com", "to": TO}
        digest = {"at": "mon 02:00", "channel": "incidents", "mail": mail}
        async with company_at_work(tmp_path, database_url, {"digest": digest}) as company:
            await looks(company)
            channel = await company.declares("checkout fails service:checkout P1")
            await company.dana.types("/incident resolve rolled back", in_=channel.id)
            await company.declares("search is slow service:checkout P3")
            await company.declares("a fire drill P2 --drill")
            await company.declares(f"{SECRET} P1 --private", by="fay")
            await company.later(days=6, hours=23, minutes=-1)
            await looks(company)
            posts = len(company.broadcast.messages)
            server.fails = {"RCPT": ["550 5.1.1 no such user"], "message": [DROPS]}
            company.sandbox.faults.add(Fault("files.completeUploadExternal", "act_then_drop"))
            await company.later(minutes=1)
            await looks(company)
            await looks(company)

            told = [one for one in company.broadcast.messages[posts:] if "Incidents from" in one.plain]
            assert len(told) == 1, "though the answer to its last call was lost"
            (post,) = told
            lines = post.plain.splitlines()
            assert "Incidents from 2 to 8 Mar 2026" in lines[0]
            assert lines[1] == "2 incidents: 1 P1 and 1 P3. The four weeks before had none."
            assert "Most often: Checkout (2)." in lines
            assert "1 is still open." in lines
            assert len(lines) <= 10
            (picture,) = post.files
            assert picture.content.startswith(b"\x89PNG")
            link = re.search(r"<(http://127\.0\.0\.1:\d+/trends\?from=2026-03-02&(?:amp;)?to=2026-03-08)\|", post.text)
            assert link, post.text

            (message,) = server.taken
            (refused,) = {*TO} - {str(message["To"])}
            assert message["Subject"] == "(may be a repeat) Incidents from 2 to 8 Mar 2026"
            body = message.get_body(("plain",))
            assert body is not None
            assert lines[1] in body.get_content()
            async with company.bot.context.store.read() as tx:
                (dead,) = await tx.outbox(["dead"])
            assert (dead.lane, dead.error) == (f"mail/{TO.index(refused) + 1}", "it answered 550 5.1.1")
            assert SECRET not in post.text + message.as_string()
