"""One of everything that Block Kit has, for looking at and for trying out."""

import struct
import zlib
from typing import Any

Block = dict[str, Any]
ELSEWHERE = "https://images.invalid/graph.png"
"""Not on this machine: the page must not ask for it."""


def plain(text: str) -> Block:
    return {"type": "plain_text", "text": text}


def mrkdwn(text: str) -> Block:
    return {"type": "mrkdwn", "text": text}


def option(text: str, value: str, description: str = "") -> Block:
    found: Block = {"text": plain(text), "value": value}
    return {**found, "description": plain(description)} if description else found


def section(text: str, **more: Any) -> Block:
    return {"type": "section", "text": mrkdwn(text), **more}


CONFIRM = {
    "title": plain("Roll back?"),
    "text": plain("Release 4.2 goes out of all regions."),
    "confirm": plain("Roll back"),
    "deny": plain("Not now"),
}
REGIONS = [option("Frankfurt", "fra"), option("Dublin", "dub"), option("Ohio", "cmh")]
PARTS = [option("Checkout", "checkout", "Carts and payments"), option("Search", "search")]


def shown_blocks(person: str, channel: str, picture: str) -> list[Block]:
    """Everything that is only looked at. `picture`: the address of one on this machine."""
    return [
        {"type": "header", "text": plain("A header :rocket:")},
        section(
            f"*Bold*, _italic_, ~struck~, `code`, <https://example.com|a link>, <@{person}>, <#{channel}>, <!here>"
        ),
        section("> A quote\n```\na = 1\n  b = 2\n```\n• one\n• two"),
        section("<!date^1772431200^{date_long} at {time}|2 March>", accessory=image(picture, "A small picture")),
        {"type": "section", "fields": [mrkdwn(f"*Field {number}*\nvalue {number}") for number in range(1, 6)]},
        {"type": "divider"},
        {"type": "context", "elements": [image(picture, "An icon"), mrkdwn("In a _context_"), plain("plainly")]},
        {**image(picture, "A picture from the app itself"), "title": plain("A picture")},
        {**image(ELSEWHERE, "A graph kept elsewhere"), "title": plain("A remote picture")},
        {"type": "markdown", "text": MARKDOWN},
        {"type": "rich_text", "elements": rich_elements(person, channel)},
        TABLE,
        {"type": "video", "title": plain("A video"), "title_url": ELSEWHERE, "video_url": ELSEWHERE}
        | {"thumbnail_url": ELSEWHERE, "alt_text": "How it broke", "description": plain("Two minutes")},
    ]


def a_picture(width: int = 240, height: int = 80) -> bytes:
    """A PNG of rising bars (www.w3.org/TR/png): a grey picture of eight bits."""
    rows = [bytes([0, *(200 - 120 * (x // 24 * 8 > height - y) for x in range(width))]) for y in range(height)]
    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    chunks = (b"IHDR" + header, b"IDAT" + zlib.compress(b"".join(rows)), b"IEND")
    signed = (struct.pack(">I", len(one) - 4) + one + struct.pack(">I", zlib.crc32(one)) for one in chunks)
    return b"\x89PNG\r\n\x1a\n" + b"".join(signed)


def image(url: str, alt: str) -> Block:
    return {"type": "image", "image_url": url, "alt_text": alt}


MARKDOWN = """## A heading in Markdown
Some **bold**, *italic*, ~~struck~~, `code` and [a link](https://example.com).

1. first
2. second
   - inner

> quoted

| Region | Errors |
|--------|-------:|
| fra | 14 % |
| dub | 0 % |

```
x = 1
```"""


def rich_elements(person: str, channel: str) -> list[Block]:
    text = [
        {"type": "text", "text": "Rich text, "},
        {"type": "text", "text": "bold", "style": {"bold": True}},
        {"type": "text", "text": " and "},
        {"type": "text", "text": "code", "style": {"code": True}},
        {"type": "text", "text": " for "},
        {"type": "user", "user_id": person},
        {"type": "text", "text": " in "},
        {"type": "channel", "channel_id": channel},
        {"type": "emoji", "name": "tada"},
        {"type": "link", "url": "https://example.com", "text": "link"},
    ]
    items = [_line("one"), _line("two")]
    return [
        {"type": "rich_text_section", "elements": text},
        {"type": "rich_text_list", "style": "bullet", "elements": items},
        {"type": "rich_text_list", "style": "ordered", "indent": 1, "elements": items},
        {"type": "rich_text_quote", "elements": [{"type": "text", "text": "a rich quote"}]},
        {"type": "rich_text_preformatted", "elements": [{"type": "text", "text": "SELECT 1;"}]},
    ]


def _line(text: str) -> Block:
    return {"type": "rich_text_section", "elements": [{"type": "text", "text": text}]}


def _cell(text: str) -> Block:
    return {"type": "raw_text", "text": text}


TABLE = {
    "type": "table",
    "column_settings": [{"is_wrapped": True}, {"align": "right"}],
    "rows": [[_cell("Service"), _cell("Errors")], [_cell("checkout"), _cell("14 %")], [_cell("search"), _cell("0 %")]],
}


def working_blocks() -> list[Block]:
    """Everything in a message that can be worked; the action ids say what each is."""
    return [
        section("Regions", accessory=named("static_select", options=REGIONS, placeholder=plain("A region"))),
        section("More", accessory=named("overflow", options=[option("Mute", "mute"), option("Export", "export")])),
        section("Parts", accessory=named("multi_static_select", options=PARTS, placeholder=plain("Some parts"))),
        section("Steps", accessory=named("checkboxes", options=PARTS)),
        section("One of", accessory=named("radio_buttons", options=REGIONS)),
        section("Runbook", accessory=named("external_select", placeholder=plain("Search"), min_query_length=1)),
        {
            "type": "actions",
            "elements": [
                named("button", text=plain("Go on"), value="on"),
                {
                    **named("button", text=plain("Roll back"), style="danger", confirm=CONFIRM),
                    "action_id": "confirmed",
                },
                named("datepicker", initial_date="2026-03-02", placeholder=plain("A day")),
                named("timepicker", initial_time="09:30"),
                named("users_select", placeholder=plain("Somebody")),
                named("conversations_select", placeholder=plain("Somewhere")),
            ],
        },
    ]


def named(kind: str, **more: Any) -> Block:
    """Its type is its action id."""
    return {"type": kind, "action_id": kind, **more}


def form(callback: str = "gallery") -> Block:
    """A modal with every kind of field; each field's block id is its kind."""
    return {
        "type": "modal",
        "callback_id": callback,
        "title": plain("Everything"),
        "submit": plain("Send"),
        "close": plain("Cancel"),
        "blocks": [
            field("plain_text_input", "A line", placeholder=plain("Write here"), max_length=80),
            field("plain_text_input", "Lines", name="lines", multiline=True),
            field("number_input", "A number", is_decimal_allowed=False),
            field("email_text_input", "An address"),
            field("url_text_input", "A page"),
            field("rich_text_input", "Rich text"),
            field("static_select", "A region", options=REGIONS),
            field("multi_static_select", "Parts", options=PARTS),
            field("users_select", "Somebody"),
            field("multi_users_select", "Some people"),
            field("channels_select", "A channel"),
            field("conversations_select", "A conversation"),
            field("external_select", "A runbook", min_query_length=1),
            field("checkboxes", "Steps", options=PARTS),
            field("radio_buttons", "One of", options=REGIONS),
            field("datepicker", "A day"),
            field("timepicker", "A time"),
            field("datetimepicker", "An instant"),
            field("file_input", "Files"),
        ],
    }


def field(kind: str, label: str, name: str = "", **more: Any) -> Block:
    """Optional, with a hint."""
    return {
        "type": "input",
        "block_id": name or kind,
        "label": plain(label),
        "hint": plain(f"This is a {kind}."),
        "optional": True,
        "element": {"type": kind, "action_id": name or kind, **more},
    }
