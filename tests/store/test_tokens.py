"""Tokens by their digests, on both engines."""

from datetime import timedelta

from bot.domain.actor import Integration, Person
from bot.door.token import Scope, Token, digest_of, id_in, is_same, mint
from bot.store import Store
from tests.store.given import DANA, MACHINE

HOUR = timedelta(hours=1)


def test_a_token_cannot_be_guessed_and_is_known_by_its_text_alone() -> None:
    one, other = mint(), mint()
    assert one.text != other.text
    assert id_in(one.text) == one.id
    assert one.text not in repr(one)
    assert len(digest_of(one.text)) == 32
    assert is_same(digest_of(one.text), digest_of(one.text))
    assert not is_same(digest_of(one.text), digest_of(other.text))
    for text in ("", "mst_", one.text[:-1], f"{one.text}x", f" {one.text}", one.text.upper(), f"xoxb-{one.text}"):
        assert id_in(text) is None


def test_what_a_scope_includes() -> None:
    def allowed(*scopes: Scope) -> set[Scope]:
        token = Token("1", "t", Person(DANA), frozenset(scopes), MACHINE)
        return {one for one in Scope if token.allows(one)}

    assert allowed(Scope.READ) == {Scope.READ}
    assert allowed(Scope.DECLARE) == {Scope.DECLARE}
    assert allowed(Scope.WRITE) == {Scope.WRITE, Scope.DECLARE}
    assert allowed(Scope.ADMIN) == set(Scope)
    assert allowed() == set()


async def test_tokens_are_kept_listed_used_and_revoked_once(store: Store) -> None:
    personal = Token(
        "aaaaaaaaaaaa", "laptop", Person(DANA), frozenset({Scope.READ, Scope.WRITE}), MACHINE, MACHINE + HOUR
    )
    program = Token("bbbbbbbbbbbb", "ci", Integration("Pipeline", "ci"), frozenset({Scope.DECLARE}), MACHINE + HOUR)
    async with store.read() as tx:
        assert not await tx.has_tokens()
        assert await tx.token(personal.id) is None
    async with store.write() as tx:
        await tx.keep_token(personal, b"1" * 32)
        await tx.keep_token(program, b"2" * 32)
        await tx.note_use(personal.id, MACHINE + HOUR)
        assert await tx.revoke_token(program.id, MACHINE)
        assert not await tx.revoke_token(program.id, MACHINE + HOUR)
        assert not await tx.revoke_token("cccccccccccc", MACHINE)
    async with store.read() as tx:
        assert await tx.has_tokens()
        first, second = await tx.tokens()
        found = await tx.token(personal.id)
    assert found is not None
    assert found[1] == b"1" * 32
    assert (second.actor, second.scopes, second.last_used_at) == (personal.actor, personal.scopes, MACHINE + HOUR)
    assert (first.actor, first.revoked_at) == (program.actor, MACHINE)
    assert not first.is_good(MACHINE)
    assert second.is_good(MACHINE)
    assert not second.is_good(MACHINE + HOUR)
