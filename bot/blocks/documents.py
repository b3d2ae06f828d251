"""Where a published review is besides Slack, and what is asked about it where people changed it."""

from bot.blocks.message import Block, actions, button, section
from bot.blocks.text import link, safe
from bot.domain.incident import Document, Held, Incident
from bot.domain.publishing import OFFERED
from bot.domain.telling import document_kept, listed
from bot.domain.vocabulary import KeptAs, Overwriting

CHOICES = {
    Overwriting.REPLACE: "Replace it",
    Overwriting.CHILD: "Add beside it",
    Overwriting.LEAVE: "Leave it",
}
FOLLOWS = {
    Overwriting.REPLACE: "The review is being replaced",
    Overwriting.CHILD: "The review is being added beside the one",
    Overwriting.LEAVE: "The review stays as it is",
}
"""What becomes of a document, before the name of its place."""
WOULD_GO = {
    KeptAs.EDITED: "what was changed there",
    KeptAs.UNSURE: "whatever was changed there",
    KeptAs.COMMENTED: "the comments",
}
"""What replacing it removes."""


def documents(incident: Incident) -> list[Block | None]:
    """The places that have it, and those about which something is asked."""
    there = [link(one.url, one.place) for one in incident.documents if one.held is None]
    asked = [block for one in incident.documents if one.held for block in held_document(incident, one, one.held)]
    return [section(f"Published in {listed(there)}." if there else ""), *asked]


def held_document(incident: Incident, one: Document, held: Held) -> list[Block | None]:
    """What people did there, and what can be done about it."""
    is_gone = held.why is KeptAs.GONE
    so_far = f" Muster left it as it is; replacing it removes {WOULD_GO[held.why]}." if held.why in WOULD_GO else ""
    open_it = "" if is_gone else f" {link(one.url, 'Open it')}"
    told = f"{safe(document_kept(one.place, held.why, held.who))}{so_far}{open_it}"
    typed = f"{incident.ref} review document {one.place}"
    labels = CHOICES | ({Overwriting.REPLACE: "Write it again"} if is_gone else {})
    return [section(told), actions([button(labels[choice], f"{typed} {choice}") for choice in OFFERED[held.why]])]
