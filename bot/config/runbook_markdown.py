"""A runbook's Markdown, read by its tree: sections, steps and what could not be kept.

The syntax is CommonMark's with tables and strikethrough. Of HTML, comments are left out, `<br>` ends a line, and other
tags are dropped with a finding; what only looks like a tag (`<pod>`) is text. Of Hugo's shortcodes, as the runbooks of
prometheus-operator have them, and GitHub's alerts (`[!WARNING]`), the kind stays in bold.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Final

from markdown_it import MarkdownIt
from markdown_it.rules_core import StateCore
from markdown_it.token import Token
from markdown_it.tree import SyntaxTreeNode

from bot.config.sentences import WRAP, lead_of, with_lines
from bot.domain.automation import named_action
from bot.domain.markup import (
    Block,
    Break,
    Code,
    Fence,
    Heading,
    Image,
    Items,
    Link,
    Paragraph,
    Piece,
    Quote,
    Styled,
    Table,
    Text,
    as_text,
    words,
)
from bot.domain.runbook import Finding, Section, Step

DEEPEST: Final = 100
"""Levels of blocks within blocks, two for each list."""
LONGEST: Final = 4_000
"""Characters of a paragraph. What is longer is text as it was typed: brackets that are never closed take time that
grows with the square of their number."""


MOST_BRACKETS: Final = 300


def _is_too_long(text: str) -> bool:
    return len(text) > LONGEST or text.count("[") > MOST_BRACKETS


def _within_lines(state: StateCore) -> None:
    for token in state.tokens:
        if token.type == "inline" and _is_too_long(token.content):
            token.children = [Token("text", "", 0, content=token.content.replace("\n", " "))]
        elif token.type == "inline" and token.children is not None:
            state.md.inline.parse(token.content, state.md, state.env, token.children)


WHOLE: Final = MarkdownIt("js-default", {"html": True, "maxNesting": DEEPEST})
"""What HTML there is becomes plain values, which whoever shows them escapes."""
WHOLE.core.ruler.at("inline", _within_lines)
BLOCKS: Final = MarkdownIt("js-default", {"html": True, "maxNesting": DEEPEST})
BLOCKS.core.ruler.disable(["inline", "linkify", "replacements", "smartquotes", "text_join"])
"""The same without what stands within lines, which takes the longer half of the time."""
PLAIN: Final = re.compile(r"[\w ]+")
STYLES: Final = {"strong": "bold", "em": "italic", "s": "strike"}
COMMENT: Final = re.compile(r"<!--.*?(?:-->|\Z)", re.DOTALL)
TAG: Final = re.compile(
    r"</?(?:a|abbr|article|aside|b|blockquote|br|button|caption|center|code|dd|del|details|div|dl|dt|em|figcaption|figure"
    r"|font|footer|form|h[1-6]|head|header|hr|html|i|iframe|img|input|ins|kbd|label|li|link|main|mark|meta|nav|object|ol"
    r"|option|p|pre|s|samp|script|section|select|small|span|strong|style|sub|summary|sup|svg|table|tbody|td|textarea"
    r"|tfoot|th|thead|tr|tt|u|ul|video)(?=[\s/>])[^>]*>",
    re.IGNORECASE,
)
LINE_END: Final = re.compile(r"<br\s*/?>", re.IGNORECASE)
ADDRESS: Final = re.compile(r"https?://[^\s<>\"]*[^\s<>\".,;:!?)\]}'`*~|]")
SHORTCODE: Final = re.compile(r"\{\{[<%]\s*(?P<end>/?)\s*(?P<name>[\w-]+)\s*(?P<rest>[^{}]*?)\s*/?[>%]\}\}")
BOXES: Final = {
    "hint",
    "notice",
    "alert",
    "admonition",
    "callout",
    "tip",
    "note",
    "info",
    "warning",
    "danger",
    "caution",
}
ALERT: Final = re.compile(r"\A\[!(?P<kind>[A-Za-z]+)\]\s*")
BOX: Final = re.compile(r"\[ [xX ]?\]\s+|\[[xX]\]\s+")
"""A box to be ticked, which a step has anyway."""
LISTED: Final = {
    **dict.fromkeys(("symptom", "symptoms"), "symptoms"),
    **dict.fromkeys(("service", "services"), "services"),
    **dict.fromkeys(("tag", "tags", "labels"), "tags"),
    **dict.fromkeys(("meaning", "impact"), "meaning"),
}
"""Headings that tell what front matter may tell."""
ITEMIZED: Final = ("symptoms", "services", "tags")
EXPLAINING: Final = frozenset(
    {
        *("meaning", "impact", "symptom", "symptoms", "cause", "causes", "possible causes", "root cause"),
        *("context", "full context", "background", "notes"),
        *("sources", "references", "see also", "further reading", "additional resources"),
    }
)
"""Headings that tell how things are, not what to do: a numbered list below them is no procedure. Those of the public
collections (prometheus-operator, OpenShift, GitLab), as of November 2026."""
LONGEST_TITLE: Final = 200
KEPT: Final = 64
"""Runbooks whose contents are kept once they were read."""


@dataclass(frozen=True, slots=True)
class Outline:
    """What is known of a runbook without reading what stands within its lines."""

    title: str
    """Its first heading of the first level, else its first; empty where it has none."""
    steps: int
    told: Mapping[str, tuple[str, ...]]
    """What its sections of these names say: `symptoms`, `services`, `tags`, each item; of others the first sentence."""


@dataclass(frozen=True, slots=True)
class Contents:
    sections: tuple[Section, ...]
    steps: tuple[Step, ...]
    findings: tuple[Finding, ...]
    links: tuple[tuple[int, str], ...]
    """The line and the address of each link and image."""
    anchors: frozenset[str]
    """What links within the file can lead to, as GitHub names headings."""


def outline(text: str) -> Outline:
    """Title, number of steps, and what some sections say at their beginning."""
    tokens = BLOCKS.parse(text)
    heads = [(token.tag, _plain(tokens[at + 1].content)) for at, token in enumerate(tokens) if _is_heading(token)]
    title = next((name for tag, name in heads if tag == "h1"), heads[0][1] if heads else "")
    return Outline(title, _count_of_steps(tokens), _told(tokens))


def _told(tokens: Sequence[Token]) -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    name, is_head = "", False
    for token in tokens:
        if token.type == "heading_open":
            is_head, name = token.level == 0, ""
        elif token.type == "inline" and is_head:
            name, is_head = LISTED.get(_named(token.content), ""), False
        elif token.type == "inline" and name in ITEMIZED:
            found[name] = (*found.get(name, ()), _plain(token.content))
        elif token.type == "inline" and name:
            found[name] = (*found.get(name, ()), words(lead_of(_parsed(token.content))[0]).rstrip("."))
            name = ""
    return found


def _is_heading(token: Token) -> bool:
    return token.type == "heading_open" and token.level == 0


def _count_of_steps(tokens: Sequence[Token]) -> int:
    count, is_in_list, explained, is_titled = 0, False, 0, False
    for at, token in enumerate(tokens):
        if _is_heading(token):
            is_title, is_titled = token.tag == "h1" and not is_titled, is_titled or token.tag == "h1"
            explained = 0 if is_title else _explained(explained, int(token.tag[1]), tokens[at + 1].content)
        if token.level == 0 and token.type.endswith("list_open"):
            is_in_list = token.type == "ordered_list_open" and not explained
        count += is_in_list and token.level == 1 and token.type == "list_item_open"
    return count


def _explained(above: int, level: int, heading: str) -> int:
    """The level of the heading that only explains what stands under this one; 0 where none does. `above`: the same of
    the heading before."""
    if above and level > above:
        return above
    return level if _named(_plain(heading)) in EXPLAINING else 0


def _named(heading: str) -> str:
    return heading.strip().rstrip(":").casefold()


def _plain(inline: str) -> str:
    """A heading without its marks."""
    if PLAIN.fullmatch(inline):
        return inline
    return words(_parsed(inline))


def _parsed(inline: str) -> tuple[Piece, ...]:
    return Reader(1).line(SyntaxTreeNode(WHOLE.parseInline(inline)).children[0].children, 1)


@lru_cache(KEPT)
def contents(text: str, first_line: int = 1) -> Contents:
    """Everything in a runbook. `first_line`: where the text begins in its file."""
    reader = Reader(first_line)
    return reader.read(SyntaxTreeNode(WHOLE.parse(text)).children)


@dataclass(slots=True)
class Part:
    """A section while it is read."""

    heading: str = ""
    level: int = 0
    blocks: list[Block] = field(default_factory=list)
    """Since the heading, or since its last step."""
    last: int = 0
    """The number that its last step has in the file."""
    has_steps: bool = False
    explained: int = 0
    """As of `_explained`."""


class Reader:
    """Reads the tree of one runbook."""

    def __init__(self, first_line: int) -> None:
        self._first_line = first_line
        self._findings: list[Finding] = []
        self._links: list[tuple[int, str]] = []
        self._anchors: set[str] = set()
        self._steps: list[Step] = []
        self._sections: list[Section] = []

    def read(self, nodes: Sequence[SyntaxTreeNode]) -> Contents:
        title = next((one for one in nodes if one.type == "heading" and one.tag == "h1"), None)
        part, explains = Part(), list[tuple[SyntaxTreeNode, str]]()
        for node in nodes:
            if node.type == "heading":
                self._end(part)
                heading = words(self._inline(node))
                self._name(heading)
                level = int(node.tag[1])
                explained = _explained(part.explained, level, heading)
                part = Part() if node is title else Part(heading, level, explained=explained)
            elif node.type == "ordered_list" and not part.explained:
                self._list(node, part)
            else:
                if node.type == "ordered_list":
                    explains.append((node, part.heading))
                part.blocks += self._blocks([node])
        self._end(part)
        if explains and not self._steps:
            node, heading = explains[0]
            self._find(node, f"a list under “{heading}” is no procedure; put what is to be done under “Steps”")
        return Contents(
            tuple(self._sections),
            tuple(replace(step, action=self._action(step)) for step in self._steps),
            tuple(self._findings),
            tuple(self._links),
            frozenset(self._anchors),
        )

    def _name(self, heading: str) -> None:
        anchor = re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")
        count = 1
        while (anchor if count == 1 else f"{anchor}-{count - 1}") in self._anchors:
            count += 1
        self._anchors.add(anchor if count == 1 else f"{anchor}-{count - 1}")

    def _end(self, part: Part) -> None:
        """What follows a step belongs to it; a section without any is one to be looked up."""
        if part.has_steps:
            self._add_to_step(part.blocks)
            return
        if part.heading.casefold() in ("step", "steps"):
            self._find(None, f"there is no numbered list under “{part.heading}”; number what is to be done: 1., 2., …")
        if part.blocks or part.heading:
            self._sections.append(Section(part.heading, part.level, tuple(part.blocks)))

    def _add_to_step(self, blocks: Sequence[Block]) -> None:
        if blocks:
            last = self._steps[-1]
            self._steps[-1] = Step(last.number, last.title, (*last.body, *blocks), last.lead, last.section, last.before)

    def _list(self, node: SyntaxTreeNode, part: Part) -> None:
        """Steps, and what stands between them: where a list goes on, it belongs to the step before; code always."""
        first = int(node.attrs.get("start", 1))
        before = part.blocks
        if part.has_steps:
            own = len(before) if first == part.last + 1 else _count_of_code(before)
            self._add_to_step(before[:own])
            before = before[own:]
        for item in node.children:
            self._steps.append(self._step(item, part.heading, tuple(before)))
            before = []
        part.blocks, part.last, part.has_steps = [], first + len(node.children) - 1, True

    def _step(self, item: SyntaxTreeNode, section: str, before: tuple[Block, ...]) -> Step:
        number, blocks = len(self._steps) + 1, tuple(self._blocks(item.children))
        match blocks:
            case ():
                self._find(item, f"step {number} is empty")
                return Step(number, "(empty)", section=section, before=before)
            case (Paragraph(pieces), *others):
                lead, rest = lead_of(_unboxed(pieces))
                body = [Paragraph(rest), *others] if rest else others
            case (Heading(lead), *body):
                pass
            case _:
                body = list(blocks)
                lead = (Text(next((line for line in as_text(blocks).strip("`\n").splitlines() if line.strip()), "…")),)
        title = words(lead).rstrip(".:") or "…"
        if len(title) > LONGEST_TITLE:
            return Step(number, f"{title[: LONGEST_TITLE - 1].rstrip()}…", blocks, section=section, before=before)
        is_formed = any(not isinstance(piece, Text) for piece in lead)
        return Step(number, title, tuple(body), lead if is_formed else (), section, before)

    def _action(self, step: Step) -> str:
        """The action that it names: code after “Action:” at the beginning of a line."""
        found = list(_actions(step.body))
        if len(found) > 1:
            self._find(None, f"step {step.number} names {len(found)} actions; the first counts, divide the step")
        wrong = next((text for text in found[:1] if named_action(text) is None), None)
        if wrong is not None:
            example = "Action: `restart-checkout percent=10`"
            self._find(None, f"step {step.number}: `{wrong[:40]}` names no action; write for example {example}")
        return found[0] if found and wrong is None else ""

    def _blocks(self, nodes: Sequence[SyntaxTreeNode]) -> Iterator[Block]:
        for node in nodes:
            match node.type:
                case "paragraph":
                    if pieces := self._inline(node):
                        yield Paragraph(pieces)
                case "heading":
                    yield Heading(self._inline(node))
                case "fence" | "code_block":
                    language = node.info.split()[0] if node.type == "fence" and node.info.strip() else ""
                    yield Fence(node.content.removesuffix("\n"), language)
                case "bullet_list" | "ordered_list":
                    items = tuple(tuple(self._blocks(item.children)) for item in node.children)
                    yield Items(items, int(node.attrs.get("start", 1)) if node.type == "ordered_list" else None)
                case "blockquote":
                    yield Quote(tuple(self._blocks(node.children)))
                case "table":
                    yield self._table(node)
                case "html_block":
                    yield from self._html(node)
                case "hr":
                    pass
                case other:
                    self._find(node, f"`{other}` is not shown; write it as text, code, a list or a table")

    def _table(self, node: SyntaxTreeNode) -> Table:
        rows = [tuple(self._inline(cell) for cell in row.children) for part in node.children for row in part.children]
        return Table(rows[0], tuple(rows[1:]))

    def _html(self, node: SyntaxTreeNode) -> Iterator[Block]:
        if "<!--" in node.content and "-->" not in node.content:
            self._find(node, "a comment begins here and never ends, so what follows is not shown; end it with `-->`")
        text = TAG.sub("", LINE_END.sub("\n", COMMENT.sub("", node.content)))
        if COMMENT.sub("", node.content).strip():
            self._find(node, "HTML is shown as plain text; write it in Markdown")
        lines = [piece for line in text.splitlines() if line.strip() for piece in (Break(), Text(line.strip()))]
        if lines:
            yield Paragraph(tuple(lines[1:]))

    def _inline(self, node: SyntaxTreeNode) -> tuple[Piece, ...]:
        line = self._line_of(node)
        if any(_is_too_long(inline.content) for inline in node.children):
            limits = f"{LONGEST:,} characters or {MOST_BRACKETS} brackets"
            self._find(node, f"a paragraph of more than {limits} is shown as it was typed; divide it")
        return tuple(piece for inline in node.children for piece in self.line(inline.children, line))

    def line(self, nodes: Sequence[SyntaxTreeNode], line: int) -> tuple[Piece, ...]:
        """What stands within lines. `line`: where it begins."""
        return with_lines(tuple(self._pieces(nodes, line)))

    def _pieces(self, nodes: Sequence[SyntaxTreeNode], line: int, *, is_linked: bool = False) -> Iterator[Piece]:
        for node in nodes:
            match node.type:
                case "text":
                    yield from self._text(node.content, line, is_linked=is_linked)
                case "code_inline":
                    yield Code(node.content)
                case "softbreak":
                    line += 1
                    yield WRAP
                case "hardbreak":
                    line += 1
                    yield Break()
                case "link":
                    address = str(node.attrs.get("href", ""))
                    self._links.append((line, address))
                    yield Link(address, tuple(self._pieces(node.children, line, is_linked=True)) or (Text(address),))
                case "image":
                    address = str(node.attrs.get("src", ""))
                    self._links.append((line, address))
                    yield Image(address, words(tuple(self._pieces(node.children, line, is_linked=True))))
                case "html_inline":
                    yield from self._tag(node.content, line)
                case style if style in STYLES:
                    yield Styled(STYLES[style], tuple(self._pieces(node.children, line, is_linked=is_linked)))

    def _tag(self, tag: str, line: int) -> Iterator[Piece]:
        if LINE_END.fullmatch(tag):
            yield Break()
        elif TAG.fullmatch(tag):
            if not tag.startswith("</"):
                self._findings.append(Finding(line, f"the HTML `{tag[:40]}` is not kept; write it in Markdown"))
        elif not tag.startswith("<!--"):
            yield Text(tag)

    def _text(self, text: str, line: int, *, is_linked: bool) -> Iterator[Piece]:
        if alert := ALERT.match(text):
            yield Styled("bold", (Text(f"{alert['kind'].capitalize()}:"),))
            text = text[alert.end() :]
        start = 0
        for found in SHORTCODE.finditer(text):
            yield from _linked(text[start : found.start()], is_linked=is_linked)
            yield from self._shortcode(found, line)
            start = found.end()
        yield from _linked(text[start:], is_linked=is_linked)

    def _shortcode(self, found: re.Match[str], line: int) -> Iterator[Piece]:
        if found["name"] not in BOXES:
            text = f"the shortcode `{found['name']}` is shown as it is written; write it in Markdown"
            self._findings.append(Finding(line, text))
            yield Text(found[0])
        elif not found["end"]:
            kind = found["rest"].strip("\"' ").partition(" ")[0] or found["name"]
            yield Styled("bold", (Text(f"{kind.capitalize()}:"),))

    def _find(self, node: SyntaxTreeNode | None, text: str) -> None:
        self._findings.append(Finding(self._line_of(node), text))

    def _line_of(self, node: SyntaxTreeNode | None) -> int:
        while node is not None and not node.is_root:
            if node.map:
                return node.map[0] + self._first_line
            node = node.parent
        return self._first_line


def _actions(blocks: Sequence[Block]) -> Iterator[str]:
    for block in blocks:
        match block:
            case Paragraph(pieces):
                line: list[Piece] = []
                for piece in pieces:
                    if isinstance(piece, Code) and words(line).casefold() == "action:":
                        yield " ".join(piece.text.split())
                    line = [] if isinstance(piece, Break) else [*line, piece]
            case Items(items, _):
                for item in items:
                    yield from _actions(item)
            case _:
                pass


def _count_of_code(blocks: Sequence[Block]) -> int:
    """How many of the blocks at the beginning are code."""
    return next((place for place, one in enumerate(blocks) if not isinstance(one, Fence)), len(blocks))


def _unboxed(pieces: tuple[Piece, ...]) -> tuple[Piece, ...]:
    match pieces:
        case (Text(text), *others) if found := BOX.match(text):
            return (Text(text[found.end() :]), *others)
    return pieces


def _linked(text: str, *, is_linked: bool) -> Iterator[Piece]:
    """Text, with addresses in it as links unless it is a link itself."""
    start = 0
    for found in () if is_linked or "://" not in text else ADDRESS.finditer(text):
        if found.start() > start:
            yield Text(text[start : found.start()])
        yield Link(found[0], (Text(found[0]),))
        start = found.end()
    if text[start:]:
        yield Text(text[start:])
