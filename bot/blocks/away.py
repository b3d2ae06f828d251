"""What people are told while the database is away: in calm words, and what they can do all the same."""

from bot.blocks.answers import REFUSED
from bot.blocks.facts import one_line
from bot.blocks.message import Rendered, context, header, rendered, said, section
from bot.blocks.text import channel_link, mention, safe, shorten
from bot.domain.emergency import Emergency, Room
from bot.domain.telling import ended
from bot.domain.timeline import IncidentDeclared

View = dict[str, object]

DECLARING = "`/incident declare <what is wrong>` opens a channel even now."
TRY_AGAIN = "Try again in a minute. Nothing said in channels is lost: it is read later."
NOT_NOW = f"{REFUSED}Muster cannot reach its database right now. {TRY_AGAIN} {DECLARING}"
TAKEN_DOWN = "Noted"
"""How the answer to a declaration begins that is kept, and has no number yet."""
TITLE = 150
"""Characters."""


def not_now(*, was_tried: bool) -> Rendered:
    """`was_tried`: the database went away meanwhile, so nobody knows."""
    if not was_tried:
        return said(NOT_NOW)
    return said(
        "Muster lost its database in the middle of this, so it may or may not be done: please look before you send it "
        f"again. {TRY_AGAIN} {DECLARING}"
    )


def no_form() -> Rendered:
    """Instead of the form of a declaration, which knows things from the database."""
    return said(
        "Muster cannot reach its database right now, so there is no form. Say what is wrong in one line, and a channel "
        "opens at once: `/incident declare P1 checkout returns 500s`."
    )


def taken_down(emergency: Emergency, event: IncidentDeclared, *, is_on_disk: bool) -> Rendered:
    """What was declared, and what follows when."""
    first = f"{TAKEN_DOWN}, {event.priority}: {ended(_title(event))} Opening #{emergency.name}; you will be invited."
    more = [
        "Muster cannot reach its database right now. Once it can, the incident gets its number, and the channel its "
        "name; until then nobody is asked to take command, and nobody is reminded."
    ]
    if event.is_private:
        more.append("Private: only the channel's members see it.")
    if event.asked and event.asked != event.by:
        more.append(f"{mention(event.asked)} is on call and is invited, too.")
    if not is_on_disk:
        more.append("It could not be written to disk either: if the channel gets no number, declare it once more then.")
    return rendered(f"{first} {' '.join(more)}", [section(first), context(" ".join(more))])


def taken_down_before(emergency: Emergency) -> Rendered:
    """To whoever declares the same again, as no number came."""
    where = channel_link(emergency.room.channel) if emergency.room else f"#{emergency.name}"
    return said(f"You have declared that already: it goes on in {where}, and gets its number as soon as Muster can.")


def opened(room: Room) -> Rendered:
    return said(f"The channel is open: {channel_link(room.channel)}.")


def room(event: IncidentDeclared) -> Rendered:
    """What the channel is, and what works in it."""
    who = f"declared by {mention(event.by)}" if event.by else "declared"
    drill = "drill, " if event.is_drill else ""
    first = f"*{_title(event)}* · {event.priority} · {drill}{who}"
    on_call = f" {mention(event.asked)} is on call." if event.asked and event.asked != event.by else ""
    second = (
        f"Muster cannot reach its database right now.{on_call} Go on here: once it can, this channel becomes the "
        "incident's, with a number, and what was said is in its record. Until then `/incident` can only declare, and "
        "nobody is reminded of anything."
    )
    return rendered(f"{first}\n{second}", [section(first), section(second)])


def not_recorded(why: str) -> Rendered:
    """In the channel, when the database is back and the rules say no."""
    return said(f":warning: The database is back, and this could not be recorded as an incident. {why}")


def goes_on(reference: str, channel: str) -> Rendered:
    """In the channel, where the incident had got another one after all."""
    return said(f":warning: This is {reference}, which has a channel already: please go on in {channel_link(channel)}.")


def home() -> View:
    """App Home, of which nothing is known now."""
    blocks = [header("Muster"), section(f"Muster cannot reach its database right now. {DECLARING}")]
    return {"type": "home", "blocks": [one for one in blocks if one is not None]}


def _title(event: IncidentDeclared) -> str:
    return safe(shorten(one_line(event.title), TITLE))
