// The text of a markdown block: headings, lists, tables, code, quotes, links, and marks within lines.
// docs.slack.dev, "Markdown block". Not all of CommonMark; what is not known stays text.

import { h } from "./dom.js";
import { link } from "./entities.js";
import { inline, marks, move, push, readAddress, readCode, readEmoji, readEntity } from "./inline.js";

const DEEPEST = 12; // levels of quotes and lists within each other; deeper ones are shown as text
const LONGEST_LABEL = 1_000;
const LONGEST_ADDRESS = 3_000;

const FENCE = /^ {0,3}(```|~~~)/;
const HEADING = /^ {0,3}(#{1,6}) +(.*)$/;
const RULE = /^ {0,3}([-*_])(?: *\1){2,} *$/;
const QUOTE = /^ {0,3}> ?/;
const ITEM = /^( *)([-*+•]|\d{1,9}[.)]) +(?=\S)/;
const TASK = /^\[([ xX])\] +/;
const DELIMITERS = /^[ |:-]+$/;
const PUNCTUATION = /[!-/:-@[-`{-~]/;

const readMark = marks({ "**": "strong", __: "strong", "~~": "s", "*": "em", _: "em" }, ["*", "**", "~~"]);
const IN_LABELS = {
  "\\": readBackslash,
  "`": readCode,
  ":": readEmoji,
  "*": readMark,
  _: readMark,
  "~": readMark,
};
const READERS = { ...IN_LABELS, "<": readEntity, "[": readLink, "!": readImage, h: readAddress };

function readBackslash(reading) {
  const escaped = reading.text[reading.at + 1] ?? "";
  if (!PUNCTUATION.test(escaped)) return false;
  move(reading, reading.at + 2);
  push(reading, escaped);
  return true;
}

/** [words](https://example.com "title"), from the bracket at `from`, as {label, url, end}, or null. */
function linkAt(text, from) {
  let bracket = from + 1;
  while (bracket - from < LONGEST_LABEL && bracket < text.length && !"[]".includes(text[bracket])) bracket += 1;
  if (text[bracket] !== "]" || text[bracket + 1] !== "(") return null;
  const begin = bracket + 2;
  const length = text.slice(begin, begin + LONGEST_ADDRESS).indexOf(")");
  if (length < 1) return null;
  const [url] = text.slice(begin, begin + length).trim().split(" ");
  return { label: text.slice(from + 1, bracket), url: url.replace(/^<|>$/g, ""), end: begin + length + 1 };
}

function readLink(reading) {
  const found = linkAt(reading.text, reading.at);
  if (!found) return false;
  move(reading, found.end);
  push(reading, link(found.url, ...inline(found.label || found.url, IN_LABELS)));
  return true;
}

/** A picture in a text is not loaded: a link with its words stands for it. */
function readImage(reading) {
  const found = reading.text[reading.at + 1] === "[" && linkAt(reading.text, reading.at + 1);
  if (!found) return false;
  move(reading, found.end);
  push(reading, link(found.url, `🖼 ${found.label || found.url}`));
  return true;
}

/** Markdown → nodes. */
export function markdown(text) {
  const found = document.createDocumentFragment();
  const lines = String(text ?? "").replaceAll("\t", "    ").split("\n");
  found.append(h("div", { class: "markdown", dir: "auto" }, blocksOf(lines, 0)));
  return found;
}

function blocksOf(lines, depth) {
  const nodes = [];
  let at = 0;
  while (at < lines.length) {
    if (!lines[at].trim()) {
      at += 1;
      continue;
    }
    const [node, end] = blockAt(lines, at, depth);
    nodes.push(node);
    at = end;
  }
  return nodes;
}

/** [node, the first line behind it]: the first kind that begins here, else a paragraph. */
function blockAt(lines, at, depth) {
  for (const read of [fence, heading, rule, table, quote, list]) {
    const found = read(lines, at, depth);
    if (found) return found;
  }
  let end = at + 1;
  while (end < lines.length && lines[end].trim() && !interrupts(lines, end)) end += 1;
  return [h("p", {}, joined(lines.slice(at, end))), end];
}

function interrupts(lines, at) {
  return [FENCE, HEADING, RULE, QUOTE, ITEM].some((form) => form.test(lines[at])) || isTable(lines, at);
}

function joined(lines) {
  const parts = [];
  lines.forEach((line, index) => {
    if (index) parts.push("\n");
    for (const part of inline(line.trim(), READERS)) parts.push(part);
  });
  return h("span", { class: "text" }, parts);
}

function fence(lines, at) {
  const opened = FENCE.exec(lines[at]);
  if (!opened) return null;
  let end = at + 1;
  while (end < lines.length && !lines[end].trim().startsWith(opened[1])) end += 1;
  return [h("pre", {}, h("code", {}, lines.slice(at + 1, end).join("\n"))), end + 1];
}

function heading(lines, at) {
  const found = HEADING.exec(lines[at]);
  if (!found) return null;
  const level = Math.min(found[1].length + 2, 6); // the page has h1 and h2 of its own
  const isSmall = found[1].length > 3;
  return [h(`h${level}`, { class: isSmall ? "is-small" : `is-level-${found[1].length}` }, joined([found[2]])), at + 1];
}

function rule(lines, at) {
  return RULE.test(lines[at]) ? [h("hr", {}), at + 1] : null;
}

function quote(lines, at, depth) {
  if (depth >= DEEPEST || !QUOTE.test(lines[at])) return null;
  let end = at;
  while (end < lines.length && QUOTE.test(lines[end])) end += 1;
  const inner = lines.slice(at, end).map((line) => line.replace(QUOTE, ""));
  return [h("blockquote", {}, blocksOf(inner, depth + 1)), end];
}

function list(lines, at, depth) {
  const first = ITEM.exec(lines[at]);
  if (depth >= DEEPEST || !first) return null;
  const isOrdered = /\d/.test(first[2]);
  const items = [];
  let end = at;
  while (end < lines.length) {
    const found = ITEM.exec(lines[end]);
    if (!found || found[1].length > first[1].length + 1 || /\d/.test(found[2]) !== isOrdered) break;
    const behind = itemEnd(lines, end, found[0].length);
    items.push(item(lines.slice(end, behind), found[0].length, depth));
    end = behind;
  }
  if (!items.length) return null;
  const start = isOrdered ? { start: Number.parseInt(first[2], 10) } : {};
  return [h(isOrdered ? "ol" : "ul", start, items), end];
}

/** The first line that does not belong to the item: less far in than its words, or a new item at its level. */
function itemEnd(lines, at, width) {
  const level = ITEM.exec(lines[at])[1].length;
  const indent = (line) => line.length - line.trimStart().length;
  let end = at + 1;
  while (end < lines.length) {
    const isBlank = !lines[end].trim();
    const next = isBlank ? lines[end + 1] : lines[end];
    if (next === undefined || !next.trim()) break;
    const isInside = indent(next) >= Math.min(width, level + 2);
    const isContinued = !isBlank && !interrupts(lines, end);
    if (!isInside && !isContinued) break;
    end += 1;
  }
  while (end > at + 1 && !lines[end - 1].trim()) end -= 1;
  const isSpacedList = lines[end] !== undefined && !lines[end].trim() && ITEM.test(lines[end + 1] ?? "");
  return isSpacedList ? end + 1 : end;
}

function item(lines, width, depth) {
  const rest = lines.slice(1).map((line) => line.replace(/^ {1,9}/, (space) => space.slice(width)));
  const first = lines[0].slice(width);
  const task = TASK.exec(first);
  if (!task) return h("li", { dir: "auto" }, blocksOf([first, ...rest], depth + 1));
  const [sign, words] = task[1] === " " ? ["☐", "to do"] : ["☑", "done"];
  const box = h("span", { class: "task", role: "img", "aria-label": words }, sign);
  return h("li", { class: "is-task", dir: "auto" }, box, blocksOf([first.slice(task[0].length), ...rest], depth + 1));
}

function isTable(lines, at) {
  const under = lines[at + 1] ?? "";
  return lines[at].includes("|") && under.includes("-") && under.includes("|") && DELIMITERS.test(under);
}

function table(lines, at) {
  if (!isTable(lines, at)) return null;
  const alignments = cells(lines[at + 1]).map((cell) => alignment(cell));
  let end = at + 2;
  while (end < lines.length && lines[end].includes("|")) end += 1;
  const row = (line, tag) => {
    const found = cells(line);
    const cell = (align, index) => h(tag, { class: align, dir: "auto" }, joined([found[index] ?? ""]));
    return h("tr", {}, alignments.map(cell));
  };
  const body = lines.slice(at + 2, end).map((line) => row(line, "td"));
  const whole = h("table", {}, h("thead", {}, row(lines[at], "th")), h("tbody", {}, body));
  return [h("div", { class: "table-holder", tabindex: "0", role: "group", "aria-label": "Table" }, whole), end];
}

function alignment(cell) {
  const isRight = cell.endsWith(":");
  if (!isRight) return "is-left";
  return cell.startsWith(":") ? "is-center" : "is-right";
}

/** The cells between bars; a bar behind a backslash is a letter. */
function cells(line) {
  const found = [""];
  const inner = line.trim().replace(/^\|/, "").replace(/\|$/, "");
  for (let at = 0; at < inner.length; at += 1) {
    if (inner[at] === "\\" && inner[at + 1] === "|") found[found.length - 1] += inner[(at += 1)];
    else if (inner[at] === "|") found.push("");
    else found[found.length - 1] += inner[at];
  }
  return found.map((cell) => cell.trim());
}
