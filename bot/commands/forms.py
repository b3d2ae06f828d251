"""Reading what came back from a form."""

from bot.commands.command import Dependencies
from bot.commands.grammar import split
from bot.domain.refusal import NotFound
from bot.door.inbound import Changed, Submitted
from bot.workflows.context import Order
from bot.workflows.seeing import find_visible


def field(sent: Submitted | Changed, name: str) -> str:
    """The text of a field; empty when it was left empty."""
    value = sent.values.get(name, "")
    return value.strip() if isinstance(value, str) else ""


def chosen(sent: Submitted | Changed, name: str) -> tuple[str, ...]:
    """The values ticked in a field."""
    value = sent.values.get(name, ())
    return (value,) if isinstance(value, str) else tuple(value)


async def order_of(deps: Dependencies, sent: Submitted) -> Order:
    """The incident that the form was opened for; its reference is carried in the view."""
    reference = split(sent.carried).reference
    if reference is None:
        raise NotFound(ref="here")
    number = await find_visible(deps.context, reference, sent.user, channel=None)
    return Order(sent.sender_id, sent.user, number)
