"""Text as apps and people write it, and the nodes that the page makes of it."""

from typing import Any

from playwright.async_api import Page

from bot.sandbox import Sandbox
from tests.browser.conftest import Opens

DRAW = """async ([kind, given]) => {
  const texts = await import("/page/text.js");
  const holder = document.createElement("div");
  const begun = performance.now();
  holder.append(texts[kind](given));
  return [holder.innerHTML, holder.textContent, performance.now() - begun];
}"""


async def drawn(page: Page, kind: str, given: Any) -> tuple[str, str, float]:
    """The markup, the words, and how many milliseconds it took."""
    html, words, took = await page.evaluate(DRAW, [kind, given])
    return html, words, took


MADE: tuple[tuple[str, Any, str], ...] = (
    ("mrkdwn", "*a* _b_ ~c~ `d*e*`", "<strong>a</strong> <em>b</em> <s>c</s> <code>d*e*</code>"),
    ("mrkdwn", "*x _y_ z*", "<strong>x <em>y</em> z</strong>"),
    ("mrkdwn", "snake_case_x a*b*c *open _mix* end_", "snake_case_x a*b*c <strong>open _mix</strong> end_"),
    ("mrkdwn", "> q\n&gt; r\ns", "<blockquote>q\nr</blockquote><span>s</span>"),
    ("mrkdwn", "```\na *b*\n```", "<pre><code>a *b*</code></pre>"),
    ("mrkdwn", "10:30:45 :nope: a&amp;lt;b", "10:30:45 :nope: a&amp;lt;b"),
    ("mrkdwn", "<!date^1772431200^{date_num} {time}|then>", '"then">2026-03-02 06:00</time>'),
    ("mrkdwn", "<!date^never^{date}|then>", "<span>then</span>"),
    ("plain", "*a* &lt;b&gt; <@U1>", "*a* &lt;b&gt; &lt;@U1&gt;"),
    ("markdown", "***a*** __b__ a_b_c \\*d\\*", "<strong><em>a</em></strong> <strong>b</strong> a_b_c *d*"),
    ("markdown", "- a\n  - b\n- c", "<ul><li dir="),
    ("markdown", "|a|b|\n|-|-:|\n|1\\|2|3|", ">1|2</span></td>"),
    ("markdown", "3. x\n4. y", '<ol start="3">'),
    ("richText", {"elements": [{"type": "rich_text_list", "style": "ordered", "offset": 4}]}, 'start="5"'),
)
"""How it is marked up, what is written, and a part of what becomes of it."""


async def test_markup_becomes_nodes(slack: Sandbox, opens: Opens) -> None:
    screen = await opens(slack, "dana", channel="general")
    for kind, given, part in MADE:
        html, _, _ = await drawn(screen.page, kind, given)
        assert part in html, given


HOSTILE = "<script>alert(1)</script> <img src=x onerror=alert(1)> <javascript:alert(1)|a> [b](javascript:alert(1))"
MARKERS = ("*a ", "*", "<", "`a ", "```", ":a", "_", "http://", "[", "[a](", "\n", ">\n", "> ", "- ", "|", "\\", "x")
PATIENCE = 5_000
"""Milliseconds: a reader that goes back and forth takes minutes."""


async def test_no_text_becomes_more_than_text_or_takes_long(slack: Sandbox, opens: Opens) -> None:
    screen = await opens(slack, "dana", channel="general")
    for kind in ("mrkdwn", "plain", "markdown"):
        html, words, _ = await drawn(screen.page, kind, HOSTILE)
        assert not any(tag in html for tag in ("<script", "<img", "href"))
        assert "alert(1)" in words
        for marker in MARKERS:
            _, _, took = await drawn(screen.page, kind, marker * (40_000 // len(marker)))
            assert took < PATIENCE, f"{kind} of {marker!r} took {took} ms"
