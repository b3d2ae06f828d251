"""The record's daily head leaves the house: a channel, a git repository, a time-stamping authority."""

import subprocess
from pathlib import Path

import pytest

from tests.integrations.timestamps import an_authority
from tests.scenarios.conftest import company_at_work


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    """SQLite alone: what differs between the engines is tested with the store."""
    return sqlite_url


async def test_each_day_one_head_is_published_everywhere(tmp_path: Path, database_url: str) -> None:
    kept = tmp_path / "heads"
    kept.mkdir()
    subprocess.run(["git", "init", "--quiet"], cwd=kept, check=True)
    async with an_authority(tmp_path) as authority:
        proof = {
            "channel": "incidents",
            "folder": str(kept),
            "timestamp": authority.url,
            "allow_private_address": True,
        }
        async with company_at_work(tmp_path, database_url, {"proof": proof}) as company:
            channel = await company.declares("checkout fails service:checkout")
            await company.bot.sealing.seal()
            await company.dana.types("/incident note it is the database", in_=channel.id)
            await company.bot.sealing.seal()
            await company.settle()
            store = company.bot.context.store
            async with store.read() as tx:
                (head,) = await tx.heads()
            digest = head.digest.hex()

            posts = [one for one in company.broadcast.messages if digest in one.plain]
            assert len(posts) == 1
            assert f"muster verify --head {digest[:16]}" in posts[0].plain
            log = subprocess.run(["git", "log", "--format=%s"], cwd=kept, capture_output=True, text=True, check=True)
            assert log.stdout.splitlines() == ["Head 1 of Muster's record"]
            assert f"sha256 {digest}" in (kept / "head-000001.txt").read_text()
            assert head.stamp is not None
            assert "Verification: OK" in authority.vouches_for(head.digest, head.stamp)
            assert "Verification: FAILED" in authority.vouches_for(b"something else", head.stamp)

            await company.later(hours=24)
            await company.bot.sealing.seal()
            await company.settle()
            async with store.read() as tx:
                heads = await tx.heads()
                checking = await tx.check_chain()
            assert len(heads) == 2
            assert checking.findings == []
