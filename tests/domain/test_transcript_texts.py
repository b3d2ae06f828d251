"""What Slack sends of a text is read as what was typed."""

import pytest

from bot.domain.ids import ChannelId, MessageTs
from bot.domain.transcript import MessageAt, as_typed, message_at, permalink


@pytest.mark.parametrize(
    ("sent", "typed"),
    [
        ("see <https://a.example/?x=1&amp;y=2>", "see https://a.example/?x=1&y=2"),
        ("<http://shop.example.com|shop.example.com> is down", "shop.example.com is down"),
        ("<http://a.io/?x=1&amp;y=2|a.io/?x=1&amp;y=2>", "a.io/?x=1&y=2"),
        ("ask <mailto:ops@shop.example|ops@shop.example>", "ask ops@shop.example"),
        ("call <tel:+4930123|+4930123>", "call +4930123"),
        ("<https://a.example/d/1|the graph>", "<https://a.example/d/1|the graph>"),
        ("<https://evil.example|bank.example>", "<https://evil.example|bank.example>"),
        ("<@U1> <#C1|general> <!here> <!date^1^{time}|noon>", "<@U1> <#C1|general> <!here> <!date^1^{time}|noon>"),
        ("&lt;http://x|x&gt; &amp;lt;", "<http://x|x> &lt;"),
    ],
)
def test_addresses_and_entities_are_read_as_typed(sent: str, typed: str) -> None:
    assert as_typed(sent) == typed


def test_an_address_leads_back_to_its_message() -> None:
    at = MessageAt(ChannelId("C042"), MessageTs("1772625600.123456"))
    address = permalink("https://acme.slack.com/", at.channel, at.ts)
    assert message_at(address) == message_at(f"<{address}>") == at
    assert message_at("https://acme.slack.com/archives/C042") is None
