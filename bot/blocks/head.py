"""The message that publishes a head of the record's chain."""

from bot.blocks.message import Rendered
from bot.domain.proof import Head


def head_message(head: Head) -> Rendered:
    """Its digest, and how it is held against the record."""
    at = f"<!date^{int(head.at.timestamp())}^{{date_long}}|{head.at:%Y-%m-%d}>"
    signed = ", signed" if head.signature else ""
    text = (
        f"Proof of Muster's record up to {at} (head {head.number}{signed}):\n`{head.digest.hex()}`\n"
        f"`muster verify --head {head.digest.hex()[:16]}` shows whether anything before it was altered."
    )
    return Rendered(text, ({"type": "section", "text": {"type": "mrkdwn", "text": text}},))
