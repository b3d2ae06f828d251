"""`muster person erase`: one person is taken out of everything that Muster keeps."""

import json
import secrets
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from typing import Any

import click

from bot.domain.ids import SlackUserId, ref
from bot.domain.policy import Policy
from bot.domain.pseudonyms import RANDOM_BYTES, called, pseudonym
from bot.domain.telling import listed
from bot.operator.commands import DONE, NO, WRONG, NotPossible, keep_act, opened_store, say, what_was_agreed
from bot.operator.person import Sought, named_in
from bot.store import Reading, Store
from bot.store.erasing import Erasure
from bot.workflows.erasing import Beyond, Found, beyond, erase, find, in_the_way

VERB = "person erase"


@dataclass(frozen=True, slots=True)
class Wish:
    """What an operator wants done."""

    reason: str
    is_dry: bool = False
    is_sure: bool = False
    """Nobody is asked whether they are."""
    takes_words: bool = False
    rewrites: bool = False
    as_json: bool = False


async def erase_person(sought: Sought, wish: Wish) -> int:
    """Show what there is and what stays, ask, and do it. NO where something stands in the way, or is left."""
    if not wish.reason.strip() and not wish.is_dry:
        raise NotPossible(WRONG, 'Say why, such as --reason "request of 28 November". Their name is taken out of it.')
    policy, _ = what_was_agreed()
    async with opened_store() as store:
        async with store.read() as tx:
            erasure = await _erasure(tx, sought, wish)
            found, rest, why_not = await _look(tx, erasure)
            was_begun = await tx.erasure_of(sought.user) is not None
            begun = [one for one, _ in await tx.erasures_begun()]
        if found.is_nothing and (was_begun or begun) and not wish.is_dry:
            return await _finish(store, [*([erasure.pseudonym] if was_begun else []), *begun], wish)
        if found.is_nothing:
            raise NotPossible(NO, f"Muster keeps nothing about {sought.user}.")
        _show(erasure, found, tuple(_stays(found, rest, policy, erasure)), rest, wish)
        if why_not:
            raise NotPossible(NO, "\n".join(("Nothing was changed.", *why_not)))
        if wish.is_dry:
            say("Nothing was changed: this was a dry run.")
            return DONE
        if not wish.is_sure and not click.confirm(f"Erase {sought.user}? There is no way back.", err=True):
            say("Nothing was changed.")
            return NO
        async with store.write() as tx:
            await tx.begin_erasure(erasure, wish.reason.strip(), found.rows, now())
        left = await erase(store, erasure, now)
        if not left.is_nothing:
            rows = ", ".join(left.rows)
            raise NotPossible(
                NO, f"They came up again meanwhile ({rows}). Deactivate them in Slack, and give the command again."
            )
        return await _finish(store, [erasure.pseudonym], wish)


def now() -> datetime:
    return datetime.now(UTC)


async def _erasure(tx: Reading, sought: Sought, wish: Wish) -> Erasure:
    """The one that was begun, with what it was begun with, else a new one."""
    names = await sought.names(tx)
    begun = await tx.erasure_of(sought.user)
    if begun is None:
        made = pseudonym(secrets.token_bytes(RANDOM_BYTES))
        return Erasure(made, sought.user, names, wish.takes_words)
    everything = tuple(dict.fromkeys((*begun.names, *names)))
    return replace(begun, names=everything, takes_words=begun.takes_words or wish.takes_words)


async def _look(tx: Reading, erasure: Erasure) -> tuple[Found, Beyond, tuple[str, ...]]:
    found = await find(tx, erasure.who)
    return found, await beyond(tx, found), await in_the_way(tx, erasure.user, found)


async def _finish(store: Store, pseudonyms: Sequence[SlackUserId], wish: Wish) -> int:
    """Nobody of those stands in a row any more; see to the database's files."""
    async with store.write() as tx:
        for one in pseudonyms:
            await tx.forget_whom(one)
    await store.database.scrub(rewrite=wish.rewrites)
    for one in pseudonyms:
        async with store.write() as tx:
            await tx.end_erasure(one)
        await keep_act(store, VERB, one)
        say(f"Erased. In the record they are “{called(one)}” now ({one}).")
    return DONE


def _show(erasure: Erasure, found: Found, stays: Sequence[str], rest: Beyond, wish: Wish) -> None:
    if wish.as_json:
        told: dict[str, Any] = {
            "schema": "muster.erasure/1",
            "pseudonym": None if wish.is_dry else erasure.pseudonym,
            "rows": found.rows,
            "found_as": found.names,
            "incidents": [ref(one) for one in sorted(rest.channels)],
            "stays": stays,
            "posted": [{**asdict(one), "number": ref(one.number) if one.number else None} for one in rest.posted],
            "issues": rest.issues,
        }
        click.echo(json.dumps(told, indent=2, ensure_ascii=False))
        return
    click.echo(f"{erasure.user} stands in the records of {_count(len(rest.channels), 'incident')}, in these rows:")
    for table, rows in sorted(found.rows.items()):
        click.echo(f"  {table.replace('_', ' '):20} {rows:>9,}")
    click.echo("In texts they are found as:")
    for name, times in found.names.most_common():
        click.echo(f"  {name:40} {_count(times, 'time')}")
    click.echo("What Muster does not reach stays:")
    for line in stays:
        click.echo(f"  - {line}")


def _stays(found: Found, rest: Beyond, policy: Policy, erasure: Erasure) -> Iterator[str]:
    """What stands where Muster does not reach, each with what to do about it."""
    kinds = Counter({"ts": 0, "file_id": 0, "canvas": 0}) + Counter(one.what for one in rest.posted)
    posted = [
        _count(kinds[what], word)
        for what, word in (("ts", "message"), ("file_id", "file"), ("canvas", "canvas"))
        if kinds[what]
    ]
    yield (
        "Slack: what they wrote there, and what others wrote about them. Muster edits what it announced in the last 30 "
        "days; all else is deleted in Slack."
    )
    if posted:
        yield f"Slack: {listed(posted)} that Muster posted about these incidents; --json lists them."
    named = [one for one in rest.channels.values() if erasure.who.are_in(one)]
    if named:
        yield f"Slack: the names of {_count(len(named), 'channel')}, such as #{named[0]}. Rename them there."
    if found.still_in:
        many = _count(found.still_in, "channel")
        yield f"Slack: they are in {many} with Muster. Deactivate or remove them, else Muster hears of them again."
    for place in dict.fromkeys(named_in(policy, erasure.who)):
        yield f"your policy: {place}. Take them out, else Muster reads them again."
    if rest.issues:
        yield f"trackers: {_count(len(rest.issues), 'issue')} of these incidents, such as {rest.issues[0]}."
    if rest.published:
        yield f"reviews that were published: {rest.published:,}, where they were brought (canvas, folder, repository)."
    for table, where in (("feeds", "the calendars that Muster reads"), ("catalog", "the service catalogue")):
        if found.rows[table]:
            yield f"{where}: the copy is cleaned, and read anew from there."
    yield "your backups, exports that were written, and logs of other programs."


def _count(count: int, one: str) -> str:
    return f"{count:,} {one if count == 1 else one + ('es' if one.endswith('s') else 's')}"
