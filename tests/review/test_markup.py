"""Formed text as HTML."""

from bot.config.runbook_markdown import contents
from bot.review.markup import as_html


def test_every_form_becomes_html_and_nothing_else_does() -> None:
    text = (
        "A **b** ~~c~~ `<d>` <script>x</script> [e](https://e.example/?a=1&b) [f](javascript:x) [g](h.md)\n\n"
        "> q\n\n- i\n\n| j |\n|---|\n| k |\n\n```\n  l < m\n```\n\n![n](https://e.example/n.png)\n"
    )
    (section,) = contents(text).sections
    assert as_html(section.blocks) == (
        "<p>A <strong>b</strong> <s>c</s> <code>&lt;d&gt;</code> x "
        '<a href="https://e.example/?a=1&amp;b" rel="noreferrer">e</a> [f](javascript:x) g (<code>h.md</code>)</p>\n'
        "<blockquote><p>q</p></blockquote>\n<ul><li><p>i</p></li></ul>\n"
        "<table><thead><tr><th>j</th></tr></thead><tbody><tr><td>k</td></tr></tbody></table>\n"
        "<pre><code>  l &lt; m\n</code></pre>\n"
        '<p><a href="https://e.example/n.png" rel="noreferrer">n</a></p>'
    )
