"""Each engine over real HTTP, against one that refuses, hangs, drops, redirects and answers nonsense: what was surely
not started is told from what may have been, and nothing that comes back can do harm."""

import ssl
import subprocess
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from standardwebhooks import Webhook as Verifier

from bot.delivery.outcomes import Done, Gone, Outcome, Retry, Unknown
from bot.domain.policy import Automation, Engine
from bot.domain.vocabulary import EngineKind, RunOutcome
from bot.integrations.engines import ENGINES
from bot.integrations.engines import Engine as RunsActions
from bot.integrations.engines.engine import Ended, Line, Order, Running, link_of
from bot.integrations.engines.log import LINES, LONGEST, last_lines
from bot.integrations.outgoing import Outgoing
from tests.integrations.fake_engine import SECRETS, TARGETS, FakeEngine, a_fake_engine
from tests.integrations.receiver import SECRET

KEY = "INC-42-a1-0123456789abcdef"
ALL = ("github", "rundeck", "webhook")


def order(kind: str, *, is_dry: bool = False) -> Order:
    action = Automation(
        "restart", "ops", TARGETS[kind], ("anyone",), fixed={"team": "shop"}, dry_run=("dry_run", "true")
    )
    return Order(KEY, "INC-42", action, {"percent": "10"}, is_dry)


@asynccontextmanager
async def an_engine(
    kind: str, *, allow_private: bool = True, within: float = 60
) -> AsyncIterator[tuple[RunsActions, FakeEngine]]:
    async with a_fake_engine() as fake, Outgoing(within) as outgoing:
        engine = Engine("ops", EngineKind(kind), fake.url, "MUSTER_ACTION_OPS", allow_private_address=allow_private)
        hosts = frozenset({"127.0.0.1", "api.github.com"})
        line = Line(engine, (SECRETS[kind],), outgoing, hosts, lambda: datetime.now(UTC), "https://muster.example/x")
        yield ENGINES[engine.kind](line), fake


SURELY_NOT = {
    "401": Gone("it does not accept the token"),
    "404": Gone("it does not know what is to be run, or the token may not see it"),
    "redirects": Gone("it answered with a redirect, and Muster follows none"),
    "429": Retry(timedelta(seconds=5), "status 429"),
}
PERHAPS = ("500", "503", "drops", "drops_after")
NONSENSE = ("large", "garbage")


@pytest.mark.parametrize("kind", ALL)
async def test_what_an_answer_to_a_start_means(kind: str) -> None:
    async with an_engine(kind) as (engine, fake):
        for how, meaning in SURELY_NOT.items():
            fake.on_start = [how]
            assert await engine.start(order(kind)) == meaning, how
        nonsense: tuple[str, ...] = () if kind == "webhook" else NONSENSE
        for how in (*PERHAPS, *nonsense):
            fake.on_start = [how]
            assert isinstance(await engine.start(order(kind)), Unknown), how
        count = len(fake.starts)
        assert isinstance(await engine.start(order(kind)), Done)
        assert len(fake.starts) == count + 1
        assert not [one for one in fake.sent if "elsewhere" in one.path]


@pytest.mark.parametrize("kind", ALL)
async def test_nothing_is_started_where_nobody_is_or_nobody_may_go(kind: str) -> None:
    async with an_engine(kind, allow_private=False) as (engine, fake):
        outcome = await engine.start(order(kind))
        assert isinstance(outcome, Gone)
        assert "private network" in outcome.error
        assert fake.sent == []
    async with Outgoing() as outgoing:
        there_is_nobody = Engine("ops", EngineKind(kind), "http://127.0.0.1:1", "X", allow_private_address=True)
        line = Line(there_is_nobody, (SECRETS[kind],), outgoing, frozenset(), lambda: datetime.now(UTC))
        assert isinstance(await ENGINES[there_is_nobody.kind](line).start(order(kind)), Retry)


@pytest.mark.parametrize("kind", ["github", "webhook"])
async def test_one_that_hangs_may_have_started_it(kind: str) -> None:
    """Two seconds, so that a machine that stands still has connected all the same."""
    async with an_engine(kind, within=2) as (engine, fake):
        fake.on_start = ["hangs"]
        assert isinstance(await engine.start(order(kind)), Unknown)


@pytest.mark.parametrize("kind", ALL)
async def test_where_the_certificate_is_not_good_nothing_is_sent(kind: str, tmp_path: Path) -> None:
    key, certificate = tmp_path / "key.pem", tmp_path / "cert.pem"
    make = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=127.0.0.1"]
    subprocess.run([*make, "-keyout", key, "-out", certificate], check=True, capture_output=True)
    tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    tls.load_cert_chain(certificate, key)
    async with a_fake_engine(tls) as fake, Outgoing() as outgoing:
        url = fake.url.replace("http:", "https:")
        engine = Engine("ops", EngineKind(kind), url, "X", allow_private_address=True)
        line = Line(engine, (SECRETS[kind],), outgoing, frozenset(), lambda: datetime.now(UTC))
        assert await ENGINES[engine.kind](line).start(order(kind)) == Gone("its certificate is not good")
        assert fake.sent == []


async def test_a_github_gets_inputs_and_is_found_again_by_the_key() -> None:
    async with an_engine("github") as (engine, fake):
        assert await engine.find(order("github")) is None
        outcome: Outcome = await engine.start(order("github", is_dry=True))
        assert outcome == Done({"handle": "1", "link": ""})
        (sent,) = fake.sent[1:]
        assert sent.path == "/repos/example/ops/actions/workflows/restart.yml/dispatches"
        assert sent.headers["Authorization"] == f"Bearer {SECRETS['github']}"
        assert sent.json == {
            "ref": "main",
            "inputs": {"team": "shop", "percent": "10", "dry_run": "true", "muster_key": KEY},
            "return_run_details": True,
        }
        assert await engine.find(order("github")) == Running("1")
        assert await engine.look(order("github"), "1") is None
        fake.status = "failure"
        assert await engine.look(order("github"), "1") == Ended(
            RunOutcome.FAILED, "failure", "", "ops / Restart: failure"
        )
        fake.status = "success"
        assert await engine.look(order("github"), "1") == Ended(RunOutcome.SUCCEEDED, "", "", "ops / Restart: success")


@pytest.mark.parametrize("kind", ALL)
async def test_a_check_starts_nothing_and_says_what_is_wrong(kind: str) -> None:
    async with an_engine(kind) as (engine, fake):
        assert await engine.check(order(kind).action) == ""
        fake.refuses = 401
        told = await engine.check(order(kind).action)
        assert told == ("" if kind == "webhook" else "it does not accept the token")
        assert fake.starts == []


async def test_an_older_github_is_asked_again_without_what_it_does_not_know_and_then_searched() -> None:
    async with an_engine("github") as (engine, fake):
        fake.on_start = ["422", "204"]
        assert isinstance(await engine.start(order("github")), Unknown)
        assert [("return_run_details" in one.json) for one in fake.starts] == [True, False]
        assert await engine.find(order("github")) == Running("1")
        fake.on_start = ["422", "422"]
        assert await engine.start(order("github")) == Gone("it does not accept the inputs")


async def test_a_rundeck_gets_options_and_shows_the_end_of_its_log() -> None:
    async with an_engine("rundeck") as (engine, fake):
        assert await engine.start(order("rundeck")) == Done({"handle": "1", "link": ""})
        assert fake.sent[0].json == {"options": {"team": "shop", "percent": "10", "muster_key": KEY}}
        assert fake.sent[0].headers["X-Rundeck-Auth-Token"] == SECRETS["rundeck"]
        assert await engine.find(order("rundeck")) == Running("1")
        assert await engine.look(order("rundeck"), "1") is None
        fake.status = "failed-with-retry"
        assert await engine.look(order("rundeck"), "1") == Ended(RunOutcome.FAILED, "failed with retry", "", fake.log)


async def test_a_webhook_is_signed_as_the_library_of_receivers_checks_it() -> None:
    async with an_engine("webhook") as (engine, fake):
        assert await engine.start(order("webhook", is_dry=True)) == Done({"handle": "", "link": ""})
        (sent,) = fake.sent
        found: Any = Verifier(SECRET).verify(sent.body, dict(sent.headers))
        assert (found["run"], found["dry_run"], found["callback"]) == (KEY, True, "https://muster.example/x")
        assert found["inputs"] == {"team": "shop", "percent": "10", "dry_run": "true"}
        assert sent.path == "/hooks/restart"
        assert await engine.find(order("webhook")) is None


@pytest.mark.parametrize(
    ("address", "is_shown"),
    [
        ("https://github.com/example/ops/actions/runs/1", True),
        ("https://api.github.com/x", True),
        ("http://github.com/x", False),
        ("https://github.com.evil.example/x", False),
        ("https://github.com@evil.example/x", False),
        ("https://user@github.com/x", False),
        ("javascript:alert(1)", False),
        ("https://[", False),
        (f"https://github.com/{'x' * 500}", False),
        (None, False),
    ],
)
def test_a_link_leads_to_a_host_of_the_list_or_nowhere(address: object, is_shown: bool) -> None:
    assert link_of(address, frozenset({"api.github.com"})) == (address if is_shown else "")


def test_of_a_log_the_last_lines_are_shown_without_secrets_and_controls() -> None:
    log = "first\n" * 50 + "\x1b[31mred\x1b[0m \u202eturned\r\nkey AKIAIOSFODNN7EXAMPLE\n" + "x" * 1000 + "\n\n"
    lines = last_lines(log)
    assert len(lines) == LINES
    assert lines[-3:-1] == ("red turned", "key [redacted]")
    assert len(lines[-1]) == LONGEST
    assert last_lines("\x00\n \n") == ()
