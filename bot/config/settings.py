"""The environment, read and checked: what differs between one installation and another, secrets among it.

The environment wins over the file `.env`. Every problem is reported at once, and no value of a secret in any of them.
"""

import difflib
import os
from base64 import b64decode
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import SplitResult, urlsplit

from dotenv.parser import parse_stream
from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, SecretStr, ValidationError

from bot.domain.addresses import checked_proxy
from bot.domain.alerts import SOURCES
from bot.domain.policy import DIRECT, Policy
from bot.domain.vocabulary import EngineKind
from bot.domain.webhooks import key_of

DRIVERS = {
    "sqlite": "sqlite+aiosqlite",
    "postgres": "postgresql+psycopg",
    "postgresql": "postgresql+psycopg",
}
"""The database URLs that people type, and the drivers that they mean."""
LOOPBACK = ("127.0.0.1", "localhost", "::1")
KEY_BYTES = 32
"""Of Ed25519 (RFC 8032)."""
QUOTES = "\"'“”‘’"


@dataclass(frozen=True, slots=True)
class Problem:
    """One problem of one variable: what is wrong, and what to do about it."""

    variable: str
    text: str
    where: str | None = None
    """`.env:3` when it stands in the file."""

    def __str__(self) -> str:
        return f"{self.variable}{f' ({self.where})' if self.where else ''}: {self.text}"


class SettingsProblems(Exception):
    """The settings cannot be used as they are."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        self.problems = problems
        super().__init__("\n".join(map(str, problems)))


def _is_bare(value: str) -> str:
    if not value:
        raise ValueError("is empty. Give it a value or remove it.")
    if value[0] in QUOTES or value[-1] in QUOTES:
        raise ValueError("has quotation marks around it. Remove them.")
    if any(character.isspace() for character in value):
        raise ValueError("has spaces in it. Copy it again without them.")
    return value


def _proof_key(value: str) -> str:
    try:
        is_key = len(b64decode(_is_bare(value), validate=True)) == KEY_BYTES
    except ValueError:
        is_key = False
    if not is_key:
        raise ValueError("is no key of ours. `muster heads key` makes one.")
    return value


def _begins_with(prefix: str, page: str) -> Callable[[str], str]:
    kinds = {"xoxb-": "a bot token", "xapp-": "an app-level token", "xoxp-": "a user token"}

    def check(value: str) -> str:
        if _is_bare(value).startswith(prefix):
            return value
        seen = next((f"is {kind} ({begin}…)" for begin, kind in kinds.items() if value.startswith(begin)), None)
        raise ValueError(f"{seen or 'is no Slack token'}; {kinds[prefix]} ({prefix}…) is needed. Copy it from {page}.")

    return check


def _signing_secret(value: str) -> str:
    if _is_bare(value).startswith("xox") or value.startswith("xapp-"):
        raise ValueError(f"is a token. Copy the signing secret from {BASIC_PAGE}.")
    return value


def _api_url(value: str) -> str:
    parts = _split(_is_bare(value))
    if parts is None or parts.scheme not in ("http", "https") or not parts.hostname:
        raise ValueError("isn't a web address. Slack's own is used when it is not set.")
    return value if value.endswith("/") else f"{value}/"


def _public_url(value: str) -> str:
    """Without a slash at its end. Cookies must not travel in the clear, so only this machine may do without https."""
    parts = _split(_is_bare(value))
    if parts is None or parts.scheme not in ("http", "https") or not parts.hostname:
        raise ValueError("isn't a web address. For example https://muster.example.")
    if parts.path.strip("/") or parts.query or parts.fragment or parts.username:
        raise ValueError("has more than a host in it. For example https://muster.example.")
    if parts.scheme == "http" and parts.hostname not in LOOPBACK:
        raise ValueError("has to begin with https://, because people sign in by it.")
    return value.rstrip("/")


def _muster_url(value: str) -> str:
    """Without a slash at its end. A token travels by it, so only this machine may do without https."""
    parts = _split(_is_bare(value))
    if parts is None or parts.scheme not in ("http", "https") or not parts.hostname:
        raise ValueError("is no web address. For example https://muster.example.")
    if parts.query or parts.fragment or parts.username:
        raise ValueError("has more than an address in it. For example https://muster.example.")
    if parts.scheme == "http" and parts.hostname not in LOOPBACK:
        raise ValueError("has to begin with https://, because your token travels by it.")
    return value.rstrip("/")


def _monitor_url(value: str) -> str:
    parts = _split(_is_bare(value))
    if parts is None or parts.scheme not in ("http", "https") or not parts.hostname or parts.username:
        raise ValueError("is no web address. Copy it from the monitor that is to watch Muster.")
    return value


def _yes_or_no(value: str) -> str:
    if value not in ("true", "false"):
        raise ValueError("is neither true nor false.")
    return value


def _on_or_off(value: str) -> bool:
    if value not in ("on", "off"):
        raise ValueError("is neither on nor off.")
    return value == "on"


def _token(value: str) -> str:
    if not _is_bare(value).startswith("mst_"):
        raise ValueError("is no token of Muster's API; they begin with mst_. `muster token create` makes one.")
    return value


def _origins(value: str) -> tuple[str, ...]:
    """The sites whose pages may ask the API from a browser, separated by commas."""
    found = tuple(one.strip().rstrip("/") for one in value.split(",") if one.strip())
    for one in found:
        parts = _split(one)
        if parts is None or parts.scheme not in ("http", "https") or not parts.hostname or parts.path or parts.query:
            raise ValueError("has an address in it that is no site. For example https://status.example.")
    return found


def _database_url(value: str) -> str:
    """With the driver that we use: `postgres://` and `postgresql://` are psycopg, `sqlite:///` is aiosqlite."""
    scheme, found, rest = _is_bare(value).partition("://")
    drivers = {**DRIVERS, **{driver: driver for driver in DRIVERS.values()}}
    if not found or scheme not in drivers:
        raise ValueError("is no database we know. Use sqlite:///muster.db or postgresql://user:password@host/name.")
    if scheme.startswith("sqlite") and not rest.startswith("/"):
        raise ValueError(
            "has too few slashes. A file beside you is sqlite:///muster.db, any other sqlite:////path/to.db."
        )
    if scheme.startswith("postgres"):
        _check_host(rest)
        if find_spec("psycopg") is None:
            raise ValueError("needs the extra `postgres`, which is not installed: pip install 'muster-bot[postgres]'.")
    return f"{drivers[scheme]}://{rest}"


def _check_host(rest: str) -> None:
    parts = _split(f"//{rest}")
    if parts is None:
        text = (
            "has a host or port that cannot be read. Write special characters of the password as %40 for @, and so on."
        )
        raise ValueError(text)
    if not parts.path.strip("/"):
        raise ValueError("names no database. For example: postgresql://user:password@host/muster.")


def _split(url: str) -> SplitResult | None:
    """The parts of an address; None when host or port cannot be read. Python's own error would quote them."""
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError:
        return None
    return parts


def _file_name(value: str) -> str:
    try:
        value.encode()
    except UnicodeEncodeError:
        raise ValueError("holds characters that are no text. Give the file a plain name.") from None
    return value


def _existing(kind: Literal["file", "folder"]) -> Callable[[Path], Path]:
    def check(path: Path) -> Path:
        if not path.exists():
            raise ValueError(f"{path} does not exist. Correct the path, or remove it to use the shipped {kind}.")
        if path.is_dir() != (kind == "folder"):
            raise ValueError(f"{path} is no {kind}.")
        return path

    return check


def _port(value: str) -> str:
    if not value.isascii() or not value.isdecimal() or not 0 <= int(value[:9]) <= 65535:
        raise ValueError("is no port. Use a number from 1 to 65535, or 0 for any free one.")
    return value


def _log_format(value: str) -> str:
    if value not in ("console", "json"):
        raise ValueError("is no format of the log. Use console or json.")
    return value


APP_PAGE = "your app's page “Basic Information”, “App-Level Tokens”"
BOT_PAGE = "your app's page “OAuth & Permissions”"
BASIC_PAGE = "your app's page “Basic Information”"
BotToken = Annotated[SecretStr, BeforeValidator(_begins_with("xoxb-", BOT_PAGE))]
AppToken = Annotated[SecretStr, BeforeValidator(_begins_with("xapp-", APP_PAGE))]
SigningSecret = Annotated[SecretStr, BeforeValidator(_signing_secret)]
LogFormat = Literal["console", "json"]
PolicyFile = Annotated[Path, BeforeValidator(_file_name), AfterValidator(_existing("file"))]
RunbookFolder = Annotated[Path, AfterValidator(_existing("folder"))]


def _folders(value: str) -> list[str]:
    """Several are divided as in PATH."""
    return [one for one in _file_name(value).split(os.pathsep) if one]


RunbookFolders = Annotated[tuple[RunbookFolder, ...], BeforeValidator(_folders)]


SQLITE_FILE = "sqlite+aiosqlite:///"


class Settings(BaseModel):
    """One installation's settings, by the variables' names; `load` reads them."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    bot_token: BotToken = Field(SecretStr(""), alias="SLACK_BOT_TOKEN")
    """Empty for a command that needs no Slack and was given none."""
    app_token: AppToken | None = Field(None, alias="SLACK_APP_TOKEN")
    """Its presence means Socket Mode."""
    signing_secret: SigningSecret | None = Field(None, alias="SLACK_SIGNING_SECRET")
    slack_api_url: Annotated[str, AfterValidator(_api_url)] = Field("https://slack.com/api/", alias="SLACK_API_URL")
    database_url: Annotated[str, AfterValidator(_database_url)] = Field(
        "sqlite+aiosqlite:///muster.db", alias="MUSTER_DATABASE_URL", repr=False
    )
    """With the name of the driver. It may hold a password: not for messages."""
    journal: Annotated[Path, BeforeValidator(_is_bare)] | None = Field(None, alias="MUSTER_JOURNAL")
    """Where declarations are kept that come while the database is away; read it by `journal_file`."""
    policy: PolicyFile | None = Field(None, alias="MUSTER_POLICY")
    """Laid over the shipped policy."""
    runbooks: RunbookFolders = Field((), alias="MUSTER_RUNBOOKS")
    """Without any, the shipped ones."""
    http_host: Annotated[str, AfterValidator(_is_bare)] = Field("127.0.0.1", alias="MUSTER_HTTP_HOST")
    http_port: Annotated[int, BeforeValidator(_port)] = Field(8080, alias="MUSTER_HTTP_PORT")
    public_url: Annotated[str, AfterValidator(_public_url)] | None = Field(None, alias="MUSTER_PUBLIC_URL")
    """Where people's browsers reach us; without it reviews have no pages."""
    sign_in_id: Annotated[str, BeforeValidator(_is_bare)] | None = Field(None, alias="MUSTER_SIGN_IN_CLIENT_ID")
    """The client id of the Slack app; with its secret, people can sign in to the dashboard with Slack."""
    sign_in_secret: Annotated[SecretStr, BeforeValidator(_is_bare)] | None = Field(
        None, alias="MUSTER_SIGN_IN_CLIENT_SECRET"
    )
    api_origins: Annotated[tuple[str, ...], BeforeValidator(_origins)] = Field((), alias="MUSTER_API_ORIGINS")
    """Sites whose pages browsers let ask the API; none by default."""
    alert_secrets: dict[str, tuple[SecretStr, ...]] = {}
    """By source, what proves where alerts come from; a source without any is closed."""
    url: Annotated[str, AfterValidator(_muster_url)] | None = Field(None, alias="MUSTER_URL")
    """Where `muster incident` finds a running Muster."""
    token: Annotated[SecretStr, BeforeValidator(_token)] | None = Field(None, alias="MUSTER_TOKEN")
    """What it shows there."""
    webhook_secrets: dict[str, tuple[SecretStr, ...]] = {}
    """By variable, what webhooks are signed with; which of them signs with which the policy says."""
    action_secrets: dict[str, tuple[SecretStr, ...]] = {}
    """By variable, the tokens of engines, and what is signed with where they are webhooks."""
    repository_tokens: dict[str, SecretStr] = {}
    """By variable, what the repository of runbooks is shown; which of them the policy says."""
    status_tokens: dict[str, SecretStr] = {}
    """By variable, what other status pages are shown; which of them the policy says."""
    page_secrets: dict[str, SecretStr] = {}
    """By variable, the keys that pages are sent by."""
    tracker_secrets: dict[str, SecretStr] = {}
    """By variable, the tokens of trackers, and what their webhooks are signed with."""
    document_tokens: dict[str, SecretStr] = {}
    """By variable, the tokens of places that published reviews go to."""
    proxies: dict[str, SecretStr] = {}
    """By variable, addresses of proxies with what opens them; which of them the policy says."""
    mail_passwords: dict[str, SecretStr] = {}
    """By variable, what mail servers are shown."""
    catalog_token: Annotated[SecretStr, BeforeValidator(_is_bare)] | None = Field(None, alias="MUSTER_CATALOG_TOKEN")
    """Shown to the host that the policy's catalogue is fetched from, and to no other."""
    proof_key: Annotated[SecretStr, BeforeValidator(_proof_key)] | None = Field(None, alias="MUSTER_PROOF_KEY")
    """Signs the heads of the record's chain."""
    heartbeat_url: Annotated[SecretStr, BeforeValidator(_monitor_url)] | None = Field(
        None, alias="MUSTER_HEARTBEAT_URL"
    )
    """Asked once a minute for as long as all is well."""
    heartbeat_may_be_private: Annotated[bool, BeforeValidator(_yes_or_no)] = Field(
        False, alias="MUSTER_HEARTBEAT_ALLOW_PRIVATE_ADDRESS"
    )
    slack_pace: Annotated[bool, BeforeValidator(_on_or_off)] = Field(True, alias="MUSTER_SLACK_PACE")
    """Off: Slack is called as often as there is something to tell, for a stand-in that allows that."""
    log_format: Annotated[LogFormat, BeforeValidator(_log_format)] = Field("console", alias="MUSTER_LOG_FORMAT")
    warnings: tuple[Problem, ...] = ()
    """Oddities that do not keep Muster from starting."""

    @property
    def journal_file(self) -> Path:
        """Beside SQLite's file, else beside us, unless somebody said where."""
        database = self.database_url.partition("?")[0]
        name = database.removeprefix(SQLITE_FILE) if database.startswith(SQLITE_FILE) else "muster"
        return self.journal or Path(f"{name}.declared")

    @property
    def proxy_addresses(self) -> dict[str, str]:
        """By variable."""
        return {name: one.get_secret_value() for name, one in self.proxies.items()}

    @property
    def mode(self) -> Literal["socket", "http"]:
        """How Slack reaches us: by a connection that we open, or by calling our HTTP port."""
        return "socket" if self.app_token else "http"


CHANGES = "changes"
ALERT_SECRETS = {
    **{f"MUSTER_ALERTS_{source.upper().replace('-', '_')}": source for source in SOURCES},
    "MUSTER_CHANGES": CHANGES,
}
"""The variable with the secrets of each source of alerts, and of changes; several are separated by commas, while one
takes the place of another."""
VARIABLES = (*(str(known.alias) for known in Settings.model_fields.values() if known.alias), *ALERT_SECRETS)
SECRETS = (
    "SLACK_BOT_TOKEN",
    "SLACK_APP_TOKEN",
    "SLACK_SIGNING_SECRET",
    "MUSTER_DATABASE_URL",
    "MUSTER_TOKEN",
    "MUSTER_CATALOG_TOKEN",
    "MUSTER_HEARTBEAT_URL",
    "MUSTER_SIGN_IN_CLIENT_SECRET",
    "OTEL_EXPORTER_OTLP_HEADERS",
    "OTEL_EXPORTER_OTLP_TRACES_HEADERS",
    *ALERT_SECRETS,
)
"""Variables that open something to whoever reads them."""
WEBHOOK_SECRETS = "MUSTER_WEBHOOK_"
"""What the variables of the secrets of webhooks begin with. Several are separated by commas, as above."""
ACTION_SECRETS = "MUSTER_ACTION_"
"""What the variables of the secrets of engines begin with, which the policy names as `env:MUSTER_ACTION_…`."""
REPOSITORY_TOKENS = "MUSTER_RUNBOOKS_"
"""What the variables of tokens begin with that the policy names as `env:MUSTER_RUNBOOKS_…`."""
STATUS_TOKENS = "MUSTER_STATUS_"
"""What the variables of tokens begin with that the policy names as `env:MUSTER_STATUS_…`."""
PAGE_SECRETS = "MUSTER_PAGE_"
"""What the variables of the keys of pagers begin with, which the policy names as `env:MUSTER_PAGE_…`."""
TRACKER_SECRETS = "MUSTER_TRACKER_"
"""What the variables of tokens begin with that the policy names as `env:MUSTER_TRACKER_…`."""
PROXIES = "MUSTER_PROXY_"
"""What the variables of the addresses of proxies begin with that the policy names as `env:MUSTER_PROXY_…`."""
USUAL_PROXY = "HTTPS_PROXY"
"""It may be named there, too."""
DOCUMENT_TOKENS = "MUSTER_DOCUMENT_"
"""What the variables of tokens begin with that the policy names as `env:MUSTER_DOCUMENT_…`."""
MAIL_PASSWORDS = "MUSTER_MAIL_"
"""What the variables of passwords begin with that the policy names as `env:MUSTER_MAIL_…`."""
NAMED_BY_THE_POLICY = (
    *(WEBHOOK_SECRETS, ACTION_SECRETS, REPOSITORY_TOKENS, STATUS_TOKENS, PAGE_SECRETS, TRACKER_SECRETS),
    *(DOCUMENT_TOKENS, PROXIES, MAIL_PASSWORDS),
)
SIGN_IN = ("MUSTER_SIGN_IN_CLIENT_ID", "MUSTER_SIGN_IN_CLIENT_SECRET")
SHORTEST_SECRET = 16
"""Characters of a secret of alerts: a shorter one can be guessed."""


@dataclass(frozen=True, slots=True)
class _Given:
    """A variable that has a value."""

    value: str
    where: str | None = None


def load(
    environ: Mapping[str, str] | None = None, env_file: Path | None = Path(".env"), *, needs_slack: bool = True
) -> Settings:
    """Read the environment and the file, if there is one. Raises SettingsProblems with everything that is wrong.

    A variable that is set to nothing counts as not set. Without `needs_slack`, tokens may be missing.
    """
    in_file, problems = _read_file(env_file) if env_file else ({}, [])
    in_environment = {name: _Given(value) for name, value in (os.environ if environ is None else environ).items()}
    given = {name: one for name, one in {**in_file, **in_environment}.items() if one.value}
    if needs_slack:
        problems += _missing(given)
    try:
        values = {name: one.value for name, one in given.items() if name in VARIABLES}
        secrets, bad = _alert_secrets(given)
        signing, bad_keys = _webhook_secrets(given)
        problems += [*bad, *bad_keys]
        own = {"alert_secrets": secrets, "webhook_secrets": signing, "warnings": _unknown(given)}
        own["action_secrets"] = _action_secrets(given)
        own["repository_tokens"] = {
            name: one.value.strip() for name, one in given.items() if name.startswith(REPOSITORY_TOKENS)
        }
        own["status_tokens"] = {
            name: one.value.strip() for name, one in given.items() if name.startswith(STATUS_TOKENS)
        }
        own["tracker_secrets"] = {
            name: one.value.strip() for name, one in given.items() if name.startswith(TRACKER_SECRETS)
        }
        own["document_tokens"] = {
            name: one.value.strip() for name, one in given.items() if name.startswith(DOCUMENT_TOKENS)
        }
        own["proxies"] = {
            name: one.value.strip() for name, one in given.items() if name.startswith(PROXIES) or name == USUAL_PROXY
        }
        own["mail_passwords"] = {
            name: one.value.strip() for name, one in given.items() if name.startswith(MAIL_PASSWORDS)
        }
        own["page_secrets"] = {name: one.value.strip() for name, one in given.items() if name.startswith(PAGE_SECRETS)}
        settings = Settings.model_validate({**values, **own})
    except ValidationError as invalid:
        problems += [_problem(str(one["loc"][0]), one["msg"], given) for one in invalid.errors(include_input=False)]
        raise SettingsProblems(tuple(problems)) from None
    problems += [*_unsafe_heartbeat(settings, given), *_half_a_sign_in(given)]
    if problems:
        raise SettingsProblems(tuple(problems))
    return settings


def _read_file(path: Path) -> tuple[dict[str, _Given], list[Problem]]:
    """The variables of a `.env` file with their lines; `$` and the like are kept as they stand."""
    if not path.is_file():
        return {}, []
    try:
        with path.open(encoding="utf-8") as file:
            bindings = list(parse_stream(file))
    except (OSError, UnicodeDecodeError) as error:
        return {}, [Problem(str(path), f"cannot be read ({type(error).__name__}). It is a text file in UTF-8.")]
    found = {one.key: _Given(one.value or "", f"{path}:{one.original.line}") for one in bindings if one.key}
    bad = [f"{path}:{one.original.line}" for one in bindings if one.error]
    return found, [Problem(where, "is not understood. Each line is NAME=value or a # comment.") for where in bad]


def _alert_secrets(given: Mapping[str, _Given]) -> tuple[dict[str, tuple[str, ...]], list[Problem]]:
    found, problems = {}, []
    for variable, source in ALERT_SECRETS.items():
        if variable in given:
            secrets = tuple(one.strip() for one in given[variable].value.split(",") if one.strip())
            found[source] = secrets
            if not secrets or min(map(len, secrets)) < SHORTEST_SECRET:
                text = f"holds a secret of fewer than {SHORTEST_SECRET} characters. Take a longer one, made at random."
                problems.append(Problem(variable, text, given[variable].where))
    return found, problems


def _webhook_secrets(given: Mapping[str, _Given]) -> tuple[dict[str, tuple[str, ...]], list[Problem]]:
    found, problems = {}, []
    for variable in sorted(given):
        if variable.startswith(WEBHOOK_SECRETS):
            found[variable] = tuple(one.strip() for one in given[variable].value.split(",") if one.strip())
            try:
                for secret in found[variable] or ("",):
                    key_of(secret)
            except ValueError as error:
                text = f"{error}. Make one: echo whsec_$(openssl rand -base64 32)"
                problems.append(Problem(variable, text, given[variable].where))
    return found, problems


def _unsafe_heartbeat(settings: Settings, given: Mapping[str, _Given]) -> list[Problem]:
    url = settings.heartbeat_url
    if url is None or settings.heartbeat_may_be_private or url.get_secret_value().startswith("https://"):
        return []
    variable = "MUSTER_HEARTBEAT_URL"
    text = "has to begin with https://, unless MUSTER_HEARTBEAT_ALLOW_PRIVATE_ADDRESS=true."
    return [Problem(variable, text, given[variable].where)]


def _half_a_sign_in(given: Mapping[str, _Given]) -> list[Problem]:
    """Of the client id and its secret, one is of no use."""
    there = [name for name in SIGN_IN if name in given]
    if len(there) != 1:
        return []
    (missing,) = set(SIGN_IN) - set(there)
    return [Problem(missing, f"is missing, while {there[0]} is set. Set both, or neither.")]


def _action_secrets(given: Mapping[str, _Given]) -> dict[str, tuple[str, ...]]:
    named = {name: one.value.split(",") for name, one in given.items() if name.startswith(ACTION_SECRETS)}
    return {name: tuple(one.strip() for one in secrets if one.strip()) for name, secrets in named.items()}


def missing_secrets(settings: Settings, policy: Policy) -> list[Problem]:
    """What webhooks of the policy would be signed with, or its engines and its repository of runbooks be shown, or its
    pages sent by, and is not set or no such secret."""
    missing = [
        Problem(one.secret, f"is missing: the webhook {one.name} of the policy is signed with it.")
        for one in policy.webhooks
        if one.secret not in settings.webhook_secrets
    ]
    if policy.bridge is not None and policy.bridge.secret not in settings.webhook_secrets:
        missing.append(Problem(policy.bridge.secret, "is missing: what the policy's bridge gets is signed with it."))
    missing += [
        Problem(one, "is missing: pages of the policy are sent by it.")
        for one in sorted(policy.paging.variables - settings.page_secrets.keys())
    ]
    for engine in policy.engines.values():
        secrets = settings.action_secrets.get(engine.secret, ())
        if not secrets:
            text = f"is missing: the engine {engine.name} of the policy needs it. Set it, or take the engine away."
            missing.append(Problem(engine.secret, text))
        elif engine.kind is EngineKind.WEBHOOK and (problem := _no_key([one.get_secret_value() for one in secrets])):
            missing.append(Problem(engine.secret, problem))
    for target in policy.status_page.targets if policy.status_page else ():
        if target.token not in settings.status_tokens:
            text = f"is missing: the token for the status page {target.name} of the policy."
            missing.append(Problem(target.token, text))
    for place in policy.trackers.values():
        for name, what in ((place.token, "the token for it"), (place.secret, "what its webhooks are signed with")):
            if name is not None and name not in settings.tracker_secrets:
                missing.append(Problem(name, f"is missing: {what}, the tracker {place.name} of the policy."))
    missing += [
        Problem(one.token, f"is missing: the token for {one.name}, where the policy has reviews published.")
        for one in policy.documents.values()
        if one.token not in settings.document_tokens
    ]
    missing += filter(None, (_no_proxy(named, settings) for named in proxies_of(policy)))
    mail = policy.digest.mail if policy.digest else None
    if mail is not None and mail.password is not None and mail.password not in settings.mail_passwords:
        missing.append(Problem(mail.password, f"is missing: the password for {mail.server}, which sends the digest."))
    repository = policy.runbook_repository
    if repository is not None and repository.token not in settings.repository_tokens:
        text = f"is missing: the token for {repository.name}, where the policy has runbooks proposed."
        missing.append(Problem(repository.token, text))
    return missing


def proxies_of(policy: Policy) -> list[str]:
    """As the policy names them, each once; those that are none are not among them."""
    named = dict.fromkeys(one.proxy for one in policy.ways if one.proxy and one.proxy != DIRECT)
    return list(named)


def _no_proxy(named: str, settings: Settings) -> Problem | None:
    """What is wrong with the variable of a proxy."""
    variable = named.removeprefix("env:")
    if variable == named:
        return None
    if variable not in settings.proxies:
        return Problem(variable, "is missing: the address of a proxy that the policy names.")
    try:
        checked_proxy(settings.proxies[variable].get_secret_value())
    except ValueError as error:
        return Problem(variable, f"is no good: {error}.")
    return None


def _no_key(secrets: Iterable[str]) -> str:
    """Why something cannot be signed with these; empty where it can."""
    try:
        for one in secrets:
            key_of(one)
    except ValueError as error:
        return f"{error}. Make one: echo whsec_$(openssl rand -base64 32)"
    return ""


def secrets_among(names: Iterable[str]) -> list[str]:
    """Variables that open something to whoever reads them."""
    return [name for name in names if name in SECRETS or name.startswith(NAMED_BY_THE_POLICY)]


def _missing(given: Mapping[str, _Given]) -> list[Problem]:
    problems = []
    if "SLACK_BOT_TOKEN" not in given:
        problems.append(Problem("SLACK_BOT_TOKEN", f"is missing. Copy the token (xoxb-…) from {BOT_PAGE}."))
    if not {"SLACK_APP_TOKEN", "SLACK_SIGNING_SECRET"} & given.keys():
        text = "is missing, and so is SLACK_SIGNING_SECRET. For Socket Mode give the first, copied from "
        text += f"{APP_PAGE}; to be called by Slack over HTTP give the second, from {BASIC_PAGE}."
        problems.append(Problem("SLACK_APP_TOKEN", text))
    return problems


def _unknown(given: Mapping[str, _Given]) -> list[Problem]:
    """Variables that look like ours and are not: any other MUSTER_…, and a SLACK_… close to one that is not set."""
    problems = []
    others = (name for name in given.keys() - set(VARIABLES) if not name.startswith(NAMED_BY_THE_POLICY))
    for name in sorted(others):
        near = next(iter(difflib.get_close_matches(name, set(VARIABLES) - given.keys(), n=1, cutoff=0.8)), None)
        is_ours = name.startswith("MUSTER_") and not name.startswith("MUSTER_TEST_")
        if is_ours or (near and name.startswith("SLACK_")):
            hint = f" Did you mean {near}?" if near else f" Known are {', '.join(VARIABLES)}."
            problems.append(Problem(name, f"is not a setting of Muster.{hint}", given[name].where))
    return problems


def _problem(variable: str, message: str, given: Mapping[str, _Given]) -> Problem:
    return Problem(variable, message.removeprefix("Value error, "), given[variable].where)


def what_is_wrong(variable: str, value: str) -> str | None:
    """Why a variable may not have this value, with what to do; None where it may. The value is not in it."""
    try:
        Settings.model_validate({variable: value})
    except ValidationError as invalid:
        return str(_problem(variable, invalid.errors(include_input=False)[0]["msg"], {variable: _Given(value)}))
    return None


def load_what_can_be_read(environ: Mapping[str, str], env_file: Path | None) -> Settings | None:
    """The settings without those that are wrong, so that what they lead to can be looked at as well."""
    try:
        return load(environ, env_file, needs_slack=False)
    except SettingsProblems as wrong:
        ignored = {one.variable: "" for one in wrong.problems}
    try:
        return load({**environ, **ignored}, env_file, needs_slack=False)
    except SettingsProblems:
        return None
