"""Reading the environment: every problem at once, and never a secret in one."""

import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.config.settings import VARIABLES, Settings, SettingsProblems, load, secrets_among, what_is_wrong
from tests.house.sources import ROOT

SOCKET = {"SLACK_BOT_TOKEN": "xoxb-1-secret", "SLACK_APP_TOKEN": "xapp-1-secret"}
HTTP = {"SLACK_BOT_TOKEN": "xoxb-1-secret", "SLACK_SIGNING_SECRET": "0123456789abcdef"}


def problems_of(environ: dict[str, str], env_file: Path | None = None) -> str:
    with pytest.raises(SettingsProblems) as found:
        load(environ, env_file)
    return str(found.value)


def test_an_app_token_means_socket_mode() -> None:
    assert load(SOCKET, None).mode == "socket"
    assert load({**SOCKET, **HTTP}, None).mode == "socket"


def test_a_signing_secret_alone_means_http_mode() -> None:
    settings = load(HTTP, None)
    assert settings.mode == "http"
    assert settings.signing_secret is not None
    assert settings.signing_secret.get_secret_value() == "0123456789abcdef"


def test_everything_else_has_a_default() -> None:
    settings = load(SOCKET, None)
    assert settings.slack_api_url == "https://slack.com/api/"
    assert settings.database_url == "sqlite+aiosqlite:///muster.db"
    assert (settings.policy, settings.runbooks) == (None, ())
    assert (settings.http_host, settings.http_port, settings.log_format) == ("127.0.0.1", 8080, "console")
    assert settings.warnings == ()


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("sqlite:///muster.db", "sqlite+aiosqlite:///muster.db"),
        ("sqlite:////var/lib/muster.db", "sqlite+aiosqlite:////var/lib/muster.db"),
        ("sqlite+aiosqlite:///x.db", "sqlite+aiosqlite:///x.db"),
        ("postgres://me:pw@db:5432/muster", "postgresql+psycopg://me:pw@db:5432/muster"),
        ("postgresql://me:pw@db/muster?sslmode=require", "postgresql+psycopg://me:pw@db/muster?sslmode=require"),
        ("postgresql:///muster?host=/run/postgres", "postgresql+psycopg:///muster?host=/run/postgres"),
        ("postgresql+psycopg://db/muster", "postgresql+psycopg://db/muster"),
    ],
)
def test_a_database_url_is_read_as_our_drivers(typed: str, read: str) -> None:
    assert load({**SOCKET, "MUSTER_DATABASE_URL": typed}, None).database_url == read


@pytest.mark.parametrize(
    ("variable", "value", "said"),
    [
        ("SLACK_BOT_TOKEN", "xapp-1-secret", "is an app-level token"),
        ("SLACK_BOT_TOKEN", "xoxp-1-secret", "is a user token"),
        ("SLACK_BOT_TOKEN", "secret", "is no Slack token; a bot token (xoxb-…) is needed"),
        ("SLACK_APP_TOKEN", "xoxb-1-secret", "is a bot token"),
        ("SLACK_BOT_TOKEN", '"xoxb-1-secret"', "quotation marks"),
        ("SLACK_BOT_TOKEN", "xoxb-1-secret ", "spaces"),
        ("SLACK_SIGNING_SECRET", "xoxb-1-secret", "is a token"),
        ("SLACK_API_URL", "slack.com/api", "isn't a web address"),
        ("MUSTER_PUBLIC_URL", "muster.example", "isn't a web address"),
        ("MUSTER_PUBLIC_URL", "https://", "isn't a web address"),
        ("MUSTER_PUBLIC_URL", "ftp://muster.example", "isn't a web address"),
        ("MUSTER_PUBLIC_URL", "http://muster.example", "has to begin with https://"),
        ("MUSTER_PUBLIC_URL", "https://me:secret@muster.example", "more than a host"),
        ("MUSTER_PUBLIC_URL", "https://muster.example/reviews", "more than a host"),
        ("MUSTER_PUBLIC_URL", "https://muster.example?x=secret", "more than a host"),
        ("SLACK_API_URL", "http://[secret/", "isn't a web address"),
        ("MUSTER_DATABASE_URL", "mysql://me:secret@db/muster", "no database we know"),
        ("MUSTER_DATABASE_URL", "sqlite://muster-secret.db", "too few slashes"),
        ("MUSTER_DATABASE_URL", "postgresql://me:secret@db", "names no database"),
        ("MUSTER_DATABASE_URL", "postgresql://me:secret@db:secret/x", "host or port"),
        ("MUSTER_HTTP_PORT", "http", "no port"),
        ("MUSTER_HTTP_PORT", "65536", "no port"),
        ("MUSTER_HTTP_PORT", "-1", "no port"),
        ("MUSTER_LOG_FORMAT", "xml", "Use console or json"),
        ("MUSTER_POLICY", "/nowhere/policy.yml", "/nowhere/policy.yml does not exist"),
        ("MUSTER_RUNBOOKS", "/dev/null", "is no folder"),
    ],
)
def test_a_wrong_value_is_named_with_what_to_do(variable: str, value: str, said: str) -> None:
    problems = problems_of({**SOCKET, variable: value})
    assert problems.startswith(f"{variable}: ")
    assert said in problems
    assert "secret" not in problems.replace("signing secret", "")


def test_every_problem_is_reported_at_once() -> None:
    problems = problems_of(
        {"SLACK_APP_TOKEN": "xoxb-1", "MUSTER_HTTP_PORT": "x", "MUSTER_LOG_FORMAT": "x"}
    ).splitlines()
    assert [line.partition(":")[0] for line in problems] == [
        "SLACK_BOT_TOKEN",
        "SLACK_APP_TOKEN",
        "MUSTER_HTTP_PORT",
        "MUSTER_LOG_FORMAT",
    ]


def test_without_any_token_both_modes_are_explained() -> None:
    problems = problems_of({})
    assert "SLACK_BOT_TOKEN: is missing" in problems
    assert "For Socket Mode" in problems
    assert "over HTTP" in problems


def test_a_variable_set_to_nothing_counts_as_not_set() -> None:
    assert load({**HTTP, "SLACK_APP_TOKEN": "", "MUSTER_POLICY": ""}, None).mode == "http"
    assert "is missing" in problems_of({**SOCKET, "SLACK_BOT_TOKEN": ""})


def test_a_command_that_needs_no_slack_needs_no_token() -> None:
    assert load({}, None, needs_slack=False).bot_token.get_secret_value() == ""
    with pytest.raises(SettingsProblems, match="SLACK_BOT_TOKEN"):
        load({"SLACK_BOT_TOKEN": "xoxp-1"}, None, needs_slack=False)


def test_the_environment_wins_over_the_file(tmp_path: Path) -> None:
    file = tmp_path / ".env"
    file.write_text("SLACK_BOT_TOKEN='xoxb-file' # ours\nexport SLACK_APP_TOKEN=xapp-file\nMUSTER_HTTP_PORT=1\n")
    settings = load({"MUSTER_HTTP_PORT": "2"}, file)
    assert settings.bot_token.get_secret_value() == "xoxb-file"
    assert settings.http_port == 2


def test_a_problem_in_the_file_names_its_line(tmp_path: Path) -> None:
    file = tmp_path / ".env"
    file.write_text("# Slack\nSLACK_BOT_TOKEN=xoxb-1\nSLACK_APP_TOKEN=xoxb-1\nMUSTER POLICY x\nMUSTER_HTTP_PROT=1\n")
    problems = problems_of({}, file)
    assert f"SLACK_APP_TOKEN ({file}:3): is a bot token" in problems
    assert f"{file}:4: is not understood" in problems


def test_a_file_that_is_no_text_is_a_problem(tmp_path: Path) -> None:
    file = tmp_path / ".env"
    file.write_bytes(b"\xff\xfe\x00")
    assert "cannot be read (UnicodeDecodeError)" in problems_of(SOCKET, file)


def test_a_missing_file_is_none(tmp_path: Path) -> None:
    assert load(SOCKET, tmp_path / ".env").mode == "socket"


def test_a_variable_that_looks_like_ours_gets_a_warning() -> None:
    settings = load({**SOCKET, "MUSTER_POLCY": "x", "MUSTER_TEST_REQUIRE": "all", "SLACK_CLIENT_ID": "1"}, None)
    assert [str(one) for one in settings.warnings] == [
        "MUSTER_POLCY: is not a setting of Muster. Did you mean MUSTER_POLICY?"
    ]


def test_a_secret_is_in_no_representation() -> None:
    settings = load({**SOCKET, **HTTP, "MUSTER_DATABASE_URL": "postgresql://me:hush@db/muster"}, None)
    for shown in (repr(settings), str(settings)):
        assert "-secret" not in shown
        assert "hush" not in shown
        assert "0123456789abcdef" not in shown


@given(
    st.dictionaries(st.sampled_from(VARIABLES), st.text(alphabet=st.characters(exclude_characters="\0"), max_size=40))
)
def test_any_environment_yields_settings_or_problems(environ: dict[str, str]) -> None:
    with suppress(SettingsProblems):
        assert isinstance(load(environ, None), Settings)


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("https://muster.example/", "https://muster.example"),
        ("https://muster.example:8443", "https://muster.example:8443"),
        ("http://127.0.0.1:8080", "http://127.0.0.1:8080"),
    ],
)
def test_the_public_address_is_read_without_a_slash_at_its_end(typed: str, read: str) -> None:
    assert load({"MUSTER_PUBLIC_URL": typed}, None, needs_slack=False).public_url == read


SIGNS = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSwMfKQ9r8GKYo="


def test_secrets_of_webhooks_are_read_by_the_names_of_their_variables_and_never_shown() -> None:
    settings = load({**SOCKET, "MUSTER_WEBHOOK_CMDB": f"{SIGNS}, {SIGNS}", "MUSTER_WEBHOOK_": ""}, None)
    assert [one.get_secret_value() for one in settings.webhook_secrets["MUSTER_WEBHOOK_CMDB"]] == [SIGNS, SIGNS]
    assert settings.warnings == ()
    assert SIGNS not in repr(settings)
    assert secrets_among(["PATH", "MUSTER_WEBHOOK_CMDB", "SLACK_BOT_TOKEN"]) == [
        "MUSTER_WEBHOOK_CMDB",
        "SLACK_BOT_TOKEN",
    ]


@pytest.mark.parametrize("value", ["hush-hush-hush", "whsec_aHVzaA==", f"{SIGNS},hush-hush", ","])
def test_a_secret_that_signs_nothing_is_refused_and_not_repeated(value: str) -> None:
    with pytest.raises(SettingsProblems) as found:
        load({**SOCKET, "MUSTER_WEBHOOK_CMDB": value}, None)
    (problem,) = found.value.problems
    assert str(problem).startswith("MUSTER_WEBHOOK_CMDB: is no secret of webhooks: whsec_ and 24 to 64 bytes in base64")
    assert "hush" not in str(problem)


def test_postgresql_without_its_driver_is_said(tmp_path: Path) -> None:
    script = "import sys; sys.modules['psycopg'] = None\nfrom bot.config.settings import what_is_wrong\n"
    script += "print(what_is_wrong('MUSTER_DATABASE_URL', 'postgresql://muster:pass-word@host/muster'))"
    said = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True, cwd=ROOT).stdout
    assert "pip install 'muster-bot[postgres]'" in said
    assert "pass-word" not in said
    assert what_is_wrong("MUSTER_DATABASE_URL", "postgresql://muster:password@host/muster") is None


def test_the_address_of_the_heartbeat_is_a_secret_and_travels_by_https() -> None:
    given = {**SOCKET, "MUSTER_HEARTBEAT_URL": "https://hc.example/0b1c-secret"}
    assert "0b1c" not in repr(load(given, None))
    assert secrets_among(given) == [*SOCKET, "MUSTER_HEARTBEAT_URL"]
    plain = {**SOCKET, "MUSTER_HEARTBEAT_URL": "http://kuma.example/api/push/0b1c-secret"}
    assert problems_of(plain).startswith("MUSTER_HEARTBEAT_URL: has to begin with https://, unless")
    allowed = load({**plain, "MUSTER_HEARTBEAT_ALLOW_PRIVATE_ADDRESS": "true"}, None)
    assert allowed.heartbeat_url is not None
    assert allowed.heartbeat_may_be_private
    for wrong in ("kuma.example/push", "ftp://kuma.example/", "https://me:0b1c@kuma.example/"):
        told = problems_of({**SOCKET, "MUSTER_HEARTBEAT_URL": wrong})
        assert "is no web address" in told
        assert "0b1c" not in told
    assert "true nor false" in problems_of({**SOCKET, "MUSTER_HEARTBEAT_ALLOW_PRIVATE_ADDRESS": "maybe"})


def test_to_sign_in_with_slack_takes_the_id_and_the_secret() -> None:
    both = {"MUSTER_SIGN_IN_CLIENT_ID": "1.2", "MUSTER_SIGN_IN_CLIENT_SECRET": "hush"}
    settings = load({**SOCKET, **both}, None)
    assert settings.sign_in_secret is not None
    assert (settings.sign_in_id, settings.sign_in_secret.get_secret_value()) == ("1.2", "hush")
    assert "hush" not in repr(settings)
    for alone, other in (tuple(both), tuple(both)[::-1]):
        told = problems_of({**SOCKET, alone: both[alone]})
        assert told == f"{other}: is missing, while {alone} is set. Set both, or neither."
