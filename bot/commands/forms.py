"""Reading what came back from a form."""

from bot.door.inbound import Changed, Submitted


def field(sent: Submitted | Changed, name: str) -> str:
    """The text of a field; empty when it was left empty."""
    value = sent.values.get(name, "")
    return value.strip() if isinstance(value, str) else ""


def chosen(sent: Submitted | Changed, name: str) -> tuple[str, ...]:
    """The values ticked in a field."""
    value = sent.values.get(name, ())
    return (value,) if isinstance(value, str) else tuple(value)
