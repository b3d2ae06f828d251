"""`muster verify`, `muster heads` and `muster evidence`: whether the record is as it was, and proof for others."""

import asyncio
import hashlib
import io
import json
import zipfile
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from importlib.resources import files
from pathlib import Path

import click

from bot.blocks.text import plural
from bot.domain.ids import IncidentNumber, ref
from bot.domain.proof import NO_LINK, Checking, Entry, Head, name_of
from bot.integrations.signing import NoSignatures, Signer, is_signed, new_key
from bot.operator.commands import (
    DONE,
    NO,
    WRONG,
    NotPossible,
    keep_act,
    number_in,
    opened_store,
    say,
    settings_or_stop,
    what_was_agreed,
    write_out,
)
from bot.operator.export import timeline_rows
from bot.review import NoPdf, Redacted, redact, render_pdf, without_secrets, written
from bot.review.as_csv import as_csv
from bot.store import Reading, Store
from bot.workflows.compiling import compile_for
from bot.workflows.context import Context

SHORTEST = 8
"""Digits of a digest that somebody gives: fewer could be any head's."""
SHOWN = 50


async def verify(digests: Sequence[str], *, as_json: bool) -> int:
    """Compare every entry with its link, every book with the heads, and the heads with what was published; NO when
    anything is not as it was."""
    for one in digests:
        if len(one) < SHORTEST:
            raise NotPossible(WRONG, f"“{one}” is too short; give at least the first {SHORTEST} digits of a head.")
    async with opened_store() as store, store.read() as tx:
        heads = await tx.heads()
        checking = await tx.check_chain()
    found = [*checking.findings, *_signatures(heads), *_published(heads, digests)]
    if as_json:
        told = {
            "ok": not found,
            "entries": checking.entries,
            "erased": checking.erased,
            "deleted_by_age": checking.deleted_by_age,
            "not_linked_yet": checking.waiting,
            "heads": len(heads),
            "last_head": heads[-1].digest.hex() if heads else None,
            "findings": found,
        }
        click.echo(json.dumps(told, indent=2))
    else:
        _say(checking, heads, found)
    return NO if found else DONE


def _say(checking: Checking, heads: Sequence[Head], found: Sequence[str]) -> None:
    for one in found[:SHOWN]:
        click.echo(f"Altered: {one}")
    if len(found) > SHOWN:
        click.echo(f"Altered: {len(found) - SHOWN} more; --json lists all of them")
    click.echo(f"{plural(checking.entries, 'entry', 'entries')} checked, {plural(len(heads), 'head')}.")
    if checking.erased:
        click.echo(f"{plural(checking.erased, 'entry', 'entries')} had words erased, as the record says.")
    if checking.deleted_by_age:
        gone = plural(checking.deleted_by_age, "entry", "entries")
        click.echo(f"The audit log no longer has its first {gone}: they were deleted by age.")
    if checking.waiting:
        click.echo(
            f"{plural(checking.waiting, 'entry is', 'entries are')} too new to be checked; a running bot links them."
        )
    if not heads:
        click.echo("There is no head yet, so whoever can write to the database could have made all of this anew.")
    click.echo(f"{plural(len(found), 'thing')} altered." if found else "Nothing was altered.")


def _signatures(heads: Sequence[Head]) -> list[str]:
    """Those that our key has not made. Without a key nothing is compared."""
    key = settings_or_stop().proof_key
    if key is None:
        return []
    try:
        public = Signer(key.get_secret_value()).public
        return [
            f"head {one.number} is signed with another key than MUSTER_PROOF_KEY"
            for one in heads
            if one.signature is not None and not is_signed(one.digest, one.signature, public)
        ]
    except NoSignatures as why:
        raise NotPossible(WRONG, str(why)) from None


def _published(heads: Sequence[Head], digests: Sequence[str]) -> list[str]:
    """Those of the digests, or beginnings of them, that no head has."""
    known = [one.digest.hex() for one in heads]
    text = "is no head of this record: it was rewritten since, or is another one's"
    return [f"{one} {text}" for one in digests if not any(digest.startswith(one.lower()) for digest in known)]


async def list_heads(*, as_json: bool) -> int:
    """Every head, to be compared with what was published."""
    async with opened_store() as store, store.read() as tx:
        heads = await tx.heads()
    rows = [
        {
            "number": one.number,
            "at": one.at.isoformat(),
            "digest": one.digest.hex(),
            "signature": one.signature.hex() if one.signature else None,
            "stamped": one.stamp is not None,
        }
        for one in heads
    ]
    if as_json:
        click.echo(json.dumps(rows, indent=2))
        return DONE
    for one in heads:
        with_ = [word for word, there in (("signed", one.signature), ("stamped", one.stamp)) if there]
        click.echo("  ".join([f"{one.number:>5}", f"{one.at:%Y-%m-%d %H:%M}Z", one.digest.hex(), *with_]))
    say(f"{plural(len(heads), 'head')}.")
    return DONE


async def write_stamp(number: int, out: Path) -> int:
    """The answer of the time-stamping authority to a head, for `openssl ts`."""
    async with opened_store() as store, store.read() as tx:
        head = await tx.head(number)
    if head is None or head.stamp is None:
        raise NotPossible(NO, f"There is no stamp of a head {number}. `muster heads` says which have one.")
    write_out(head.stamp, out)
    return DONE


async def make_key() -> int:
    """A new key for signing heads, as a line of .env, and its public half."""
    try:
        key = new_key()
        public = Signer(key).public
    except NoSignatures as why:
        raise NotPossible(WRONG, str(why)) from None
    click.echo(f"MUSTER_PROOF_KEY={key}")
    say(f"Put that line into .env, and give auditors the public key: {public}")
    return DONE


async def evidence(reference: str, out: Path) -> int:
    """One incident with everything that proves it, as a zip that checks itself without Muster."""
    number = number_in(reference)
    async with opened_store() as store:
        async with store.read() as tx:
            incident = await tx.incident(number)
        if incident is None:
            raise NotPossible(NO, f"There is no incident {ref(number)}.")
        context = Context(store, *what_was_agreed(), lambda: datetime.now(UTC))
        review = redact(await compile_for(context, incident))
        held = await _files(store, number, review)
        await keep_act(store, "evidence", ref(number))
    content = await asyncio.to_thread(_zipped, held)
    write_out(content, out)
    say(f"Anybody can check it without Muster: `unzip -p {out.name} verify.py > verify.py`, then read and run that.")
    return DONE


async def _files(store: Store, number: IncidentNumber, review: Redacted) -> dict[str, bytes]:
    async with store.read() as tx:
        entries = [one async for one in tx.chain(number)]
        heads = await _heads_of(tx, number)
        rows = [{**row, "text": without_secrets(row["text"])[0]} for row in await timeline_rows(tx, [number])]
    found = {f"review.{ending}": written(review, ending) for ending in ("md", "html", "json")}
    with suppress(NoPdf):
        found["review.pdf"] = await asyncio.to_thread(render_pdf, review)
    found["timeline.csv"] = as_csv(rows).encode()
    found["chain.jsonl"] = _lines(_entry(one) for one in entries)
    found["heads.jsonl"] = _lines(heads)
    for name in ("verify.py", "README.txt"):
        text = files("bot.operator").joinpath("evidence", name).read_text("utf-8")
        found[name] = text.replace("{ref}", ref(number)).encode()
    return found


async def _heads_of(tx: Reading, number: IncidentNumber) -> list[dict[str, object]]:
    """The heads that name the incident."""
    before, found = NO_LINK, []
    for one in await tx.heads():
        if any(end.book == number for end in one.ends):
            found.append(
                {
                    "number": one.number,
                    "before": before.hex(),
                    "text": one.text,
                    "digest": one.digest.hex(),
                    "signature": one.signature.hex() if one.signature else None,
                    "stamp": one.stamp.hex() if one.stamp else None,
                }
            )
        before = one.digest
    return found


def _entry(entry: Entry) -> dict[str, object]:
    """What somebody typed that looks like a secret is withheld, as if it were erased: its digest stays."""
    is_withheld = entry.content is not None and without_secrets(entry.content)[0] != entry.content
    why = "holds what looks like a secret" if is_withheld else None if entry.salt else "its words were erased"
    shown = replace(entry, salt=b"", content=None) if is_withheld or not entry.salt else entry
    return {
        "book": name_of(entry.book),
        "position": entry.position,
        "kind": entry.kind,
        "content": shown.content,
        "salt": shown.salt.hex(),
        "digest": entry.digest.hex(),
        "link": entry.link.hex(),
        "left_out": why,
    }


def _lines(rows: Iterable[dict[str, object]]) -> bytes:
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows).encode()


def _zipped(held: dict[str, bytes]) -> bytes:
    sums = "".join(f"{hashlib.sha256(content).hexdigest()}  {name}\n" for name, content in sorted(held.items()))
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in {**held, "SHA256SUMS": sums.encode()}.items():
            packed.writestr(name, content)
    return file.getvalue()
