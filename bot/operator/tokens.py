"""`muster token`: make tokens for the API, list them, revoke them. The text of a token is shown once."""

import json
import re
import unicodedata
from collections.abc import Sequence
from datetime import UTC, datetime

import click

from bot.domain.actor import Integration, Person
from bot.domain.ids import SlackUserId
from bot.domain.refusal import Refusal
from bot.domain.spans import duration
from bot.door.token import Scope, Token, digest_of, mint
from bot.operator.commands import DONE, NO, WRONG, NotPossible, keep_act, opened_store, say
from bot.operator.showing import table

NEVER = "never"
LONGEST_NAME = 64
PERSON = re.compile(r"[UW][A-Z0-9]{1,30}")


async def create(name: str, person: str | None, kind: str | None, scopes: Sequence[str], expires: str) -> int:
    """Print a new token on stdout. `person`: a Slack id; `kind`: what kind of integration it is for."""
    token, text = new_token(name, person, kind, scopes, expires, datetime.now(UTC))
    async with opened_store() as store:
        async with store.write() as tx:
            await tx.keep_token(token, digest_of(text))
            known = await tx.person(token.actor.user) if isinstance(token.actor, Person) else None
        await keep_act(store, "token create", token.id)
    click.echo(text)
    say(f"This is shown once; keep it where secrets are kept. {_told(token)}")
    if isinstance(token.actor, Person) and known is None:
        say(f"Muster has not met {token.actor.user} yet; it asks Slack who that is when the token is first used.")
    return DONE


def new_token(
    name: str, person: str | None, kind: str | None, scopes: Sequence[str], expires: str, now: datetime
) -> tuple[Token, str]:
    """The token and its text. Raises NotPossible."""
    called = " ".join(name.split())
    if not called or len(called) > LONGEST_NAME or any(unicodedata.category(one).startswith("C") for one in called):
        raise NotPossible(WRONG, f"Give the token a name of at most {LONGEST_NAME} printable characters.")
    if (person is None) == (kind is None):
        raise NotPossible(WRONG, "Say whose it is: --person U0123 (acts as them), or --integration KIND (a program).")
    if person is not None and not PERSON.fullmatch(person):
        raise NotPossible(WRONG, f"“{person}” is no Slack id of a person. It stands in their Slack profile: U0123ABC.")
    if kind is not None and not re.fullmatch(r"[a-z0-9][a-z0-9_-]{0,30}", kind):
        raise NotPossible(WRONG, f"“{kind}” is no kind. Use lower-case letters, digits and hyphens, such as `ci`.")
    try:
        ends_at = None if expires == NEVER else now + duration(expires)
    except Refusal as no:
        raise NotPossible(WRONG, f"--expires: {no} Or `{NEVER}`.") from None
    minted = mint()
    actor = Integration(called, kind) if kind is not None else Person(SlackUserId(person or ""))
    wanted = frozenset(Scope(one) for one in scopes) or frozenset({Scope.READ})
    return Token(minted.id, called, actor, wanted, now, ends_at), minted.text


def _told(token: Token) -> str:
    whose = _whose(token)
    ends = f"until {token.expires_at:%Y-%m-%d %H:%M} UTC" if token.expires_at else "until it is revoked"
    return f"Token {token.id} acts as {whose} and may {', '.join(sorted(token.scopes))}, {ends}."


def _whose(token: Token) -> str:
    match token.actor:
        case Person(user=user):
            return user
        case Integration(name=name, kind=kind):
            return f"{name} ({kind})"


async def listed(*, as_json: bool) -> int:
    """Every token, and when it was last used; never its text."""
    now = datetime.now(UTC)
    async with opened_store() as store, store.read() as tx:
        tokens = await tx.tokens()
    if as_json:
        click.echo(json.dumps([_as_json(one, now) for one in tokens], indent=2, ensure_ascii=False))
        return DONE
    if not tokens:
        say("There are no tokens, so the API is off. `muster token create` makes one.")
        return DONE
    rows = [
        (one.id, one.name, _whose(one), " ".join(sorted(one.scopes)), state(one, now), _minute(one.last_used_at))
        for one in tokens
    ]
    table(("ID", "NAME", "ACTS AS", "MAY", "STATE", "LAST USED"), rows)
    return DONE


def state(token: Token, now: datetime) -> str:
    """Whether it opens anything, and until when."""
    if token.revoked_at is not None:
        return f"revoked {_minute(token.revoked_at)}"
    if not token.is_good(now):
        return f"expired {_minute(token.expires_at)}"
    return f"until {_minute(token.expires_at)}" if token.expires_at else "good"


def _minute(at: datetime | None) -> str:
    """In the zone of this machine."""
    return f"{at.astimezone():%Y-%m-%d %H:%M}" if at else "never"


def _as_json(token: Token, now: datetime) -> dict[str, object]:
    def time(at: datetime | None) -> str | None:
        return at.isoformat().replace("+00:00", "Z") if at else None

    integration = token.actor if isinstance(token.actor, Integration) else None
    return {
        "id": token.id,
        "name": token.name,
        "person": token.actor.user if isinstance(token.actor, Person) else None,
        "integration": integration.name if integration else None,
        "kind": integration.kind if integration else None,
        "scopes": sorted(token.scopes),
        "good": token.is_good(now),
        "created_at": time(token.created_at),
        "expires_at": time(token.expires_at),
        "revoked_at": time(token.revoked_at),
        "last_used_at": time(token.last_used_at),
    }


async def revoke(token_id: str) -> int:
    """From now on the token opens nothing."""
    async with opened_store() as store:
        async with store.write() as tx:
            is_revoked = await tx.revoke_token(token_id, datetime.now(UTC))
        if is_revoked:
            await keep_act(store, "token revoke", token_id)
    if not is_revoked:
        raise NotPossible(NO, f"No token {token_id} is in use. `muster token list` shows them with their ids.")
    say(f"Token {token_id} is revoked: whatever still uses it is refused from now on.")
    return DONE
