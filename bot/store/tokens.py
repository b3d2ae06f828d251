"""Tokens of the API, by their digests."""

from datetime import datetime

from sqlalchemy import RowMapping, select, update

from bot.domain.actor import Integration, Person
from bot.domain.ids import SlackUserId
from bot.door.token import Scope, Token
from bot.store import schema
from bot.store.session import Session

k = schema.tokens.c


class TokenReads(Session):
    async def token(self, token_id: str) -> tuple[Token, bytes] | None:
        """A token and its digest, also one that is no longer good."""
        query = select(schema.tokens).where(k.workspace == self._workspace, k.id == token_id)
        row = (await self._connection.execute(query)).mappings().one_or_none()
        return (_token(row), row["digest"]) if row else None

    async def tokens(self) -> tuple[Token, ...]:
        """Every token, the newest first."""
        query = select(schema.tokens).where(k.workspace == self._workspace).order_by(k.created_at.desc(), k.id)
        return tuple(_token(row) for row in (await self._connection.execute(query)).mappings())

    async def has_tokens(self) -> bool:
        """Whether there is any token, good or not."""
        query = select(k.id).where(k.workspace == self._workspace).limit(1)
        return (await self._connection.execute(query)).first() is not None


class TokenWrites(TokenReads):
    async def keep_token(self, token: Token, digest: bytes) -> None:
        """Add a token."""
        person = token.actor.user if isinstance(token.actor, Person) else None
        integration = token.actor if isinstance(token.actor, Integration) else None
        await self._connection.execute(
            schema.tokens.insert(),
            {
                "workspace": self._workspace,
                "id": token.id,
                "name": token.name,
                "digest": digest,
                "person": person,
                "integration": integration.name if integration else None,
                "kind": integration.kind if integration else None,
                "scopes": " ".join(sorted(token.scopes)),
                "created_at": token.created_at,
                "expires_at": token.expires_at,
                "revoked_at": token.revoked_at,
                "last_used_at": token.last_used_at,
            },
        )

    async def revoke_token(self, token_id: str, at: datetime) -> bool:
        """From now on it opens nothing; False when there is none that does."""
        of_it = (k.workspace == self._workspace, k.id == token_id, k.revoked_at.is_(None))
        revoked = await self._connection.execute(update(schema.tokens).where(*of_it).values(revoked_at=at))
        return revoked.rowcount > 0

    async def note_use(self, token_id: str, at: datetime) -> None:
        """When a token was last used."""
        of_it = (k.workspace == self._workspace, k.id == token_id)
        await self._connection.execute(update(schema.tokens).where(*of_it).values(last_used_at=at))


def _token(row: RowMapping) -> Token:
    is_person = row["person"] is not None
    return Token(
        id=row["id"],
        name=row["name"],
        actor=Person(SlackUserId(row["person"])) if is_person else Integration(row["integration"], row["kind"]),
        scopes=frozenset(Scope(one) for one in row["scopes"].split()),
        created_at=row["created_at"],
        expires_at=row["expires_at"],
        revoked_at=row["revoked_at"],
        last_used_at=row["last_used_at"],
    )
