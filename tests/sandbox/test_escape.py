"""What typed text becomes before an app sees it."""

import pytest

from bot.sandbox.escape import Names, escape

NAMES = Names({"dana": "U1", "bo.li": "U2"}, {"general": "C1"}, {"shop-sre": "S1"})


@pytest.mark.parametrize(
    ("typed", "seen"),
    [
        ("a < b & c > d", "a &lt; b &amp; c &gt; d"),
        ("&amp; stays as it was typed", "&amp;amp; stays as it was typed"),
        ("ask @dana", "ask <@U1|dana>"),
        ("ask @bo.li.", "ask <@U2|bo.li>."),
        ("ask @nobody", "ask @nobody"),
        ("ask @shop-sre, please", "ask <!subteam^S1|@shop-sre>, please"),
        ("mail dana@sandbox.example.", "mail <mailto:dana@sandbox.example|dana@sandbox.example>."),
        ("checkout.example.com is down", "<http://checkout.example.com|checkout.example.com> is down"),
        ("(www.a.io/x?a=1&b=2)", "(<http://www.a.io/x?a=1&amp;b=2|www.a.io/x?a=1&amp;b=2>)"),
        ("db-1.shop.de:5432, x.com/", "<http://db-1.shop.de:5432|db-1.shop.de:5432>, <http://x.com/|x.com/>"),
        ("node.js v1.2 e.g. and so on...it", "node.js v1.2 e.g. and so on...it"),
        ("a.example.com.b x.com@y -x.com", "a.example.com.b x.com@y -x.com"),
        ('<http://x.com> and http://evil","click', '&lt;<http://x.com>&gt; and <http://evil>","click'),
        ("`x.com` HTTPS://X.COM", "`x.com` <HTTPS://X.COM>"),
        ("in #general", "in <#C1|general>"),
        ("in #elsewhere", "in #elsewhere"),
        ("@here and @channel", "<!here> and <!channel>"),
        ("see https://a.example/x?a=1&b=2.", "see <https://a.example/x?a=1&amp;b=2>."),
        ("`@dana <b>` and @dana", "`@dana &lt;b&gt;` and <@U1|dana>"),
        ("```@dana\n#general```", "```@dana\n#general```"),
        ("", ""),
    ],
)
def test_typed_text_is_escaped_as_slack_does_it(typed: str, seen: str) -> None:
    assert escape(typed, NAMES, with_names=True) == seen


def test_mentions_in_messages_have_no_names() -> None:
    assert escape("@dana", NAMES, with_names=False) == "<@U1>"
