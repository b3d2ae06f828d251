"""The check-up of the tokens of the API: those that open more, or for longer, than anybody may have meant."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from bot.domain.actor import Person
from bot.domain.ids import SlackUserId
from bot.domain.people import Profile
from bot.door.token import Scope, Token
from bot.operator.finding import Finding

SOON = timedelta(days=14)
UNUSED = timedelta(days=90)


def examine_tokens(tokens: Iterable[Token], people: Mapping[SlackUserId, Profile], now: datetime) -> Iterable[Finding]:
    """Nothing of tokens that were revoked: they open nothing, and somebody saw to it."""
    for token in tokens:
        if token.revoked_at is None:
            for text in _findings(token, people, now):
                yield Finding("token", f"The token {token.id} ({token.name}) {text}", must_mend=False)


def _findings(token: Token, people: Mapping[SlackUserId, Profile], now: datetime) -> Iterable[str]:
    revoke = f"`muster token revoke {token.id}` ends it."
    if token.expires_at is not None and token.expires_at <= now:
        yield f"expired on {token.expires_at:%Y-%m-%d}: whoever still uses it gets nothing. {revoke}"
        return
    if token.expires_at is not None and token.expires_at - now <= SOON:
        yield f"expires on {token.expires_at:%Y-%m-%d}. `muster token create` makes another."
    if isinstance(token.actor, Person) and (person := people.get(token.actor.user)) and person.is_deactivated:
        yield f"acts as {person.name} ({person.user}), who has left the workspace. {revoke}"
    last = token.last_used_at or token.created_at
    if now - last > UNUSED:
        used = f"was last used on {last:%Y-%m-%d}" if token.last_used_at else "was never used"
        yield f"{used}. {revoke}"
    if Scope.ADMIN in token.scopes:
        yield "may do everything, revoke other tokens too: `admin`. Few programs need that."
