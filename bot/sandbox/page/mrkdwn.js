// Slack's own markup, and text without any. docs.slack.dev, "Formatting message text".

import { h } from "./dom.js";
import { unescaped } from "./entities.js";
import { inline, marks, readAddress, readCode, readEmoji, readEntity } from "./inline.js";

const FENCE = "```";
const QUOTE = /^(?:&gt;|>)(?!(?:&gt;|>)) ?/;
const QUOTE_TO_THE_END = /^(?:&gt;|>){3}/;

const readMark = marks({ "*": "strong", _: "em", "~": "s" });
const READERS = {
  "<": readEntity,
  "`": readCode,
  ":": readEmoji,
  h: readAddress,
  "*": readMark,
  _: readMark,
  "~": readMark,
};
const ONLY_EMOJI = { ":": readEmoji };

/** A message's text, or that of a mrkdwn object. */
export function mrkdwn(text) {
  const whole = h("span", { class: "text" });
  const pieces = String(text ?? "").split(FENCE);
  if (pieces.length % 2 === 0) pieces.push(pieces.splice(-2).join(FENCE)); // nobody closed the last fence
  pieces.forEach((piece, index) => {
    if (index % 2) whole.append(codeBlock(piece));
    else addParagraphs(besideFences(piece, index > 0, index < pieces.length - 1), whole);
  });
  return fragment(whole);
}

/** Text in which nothing but emoji and escaped characters means anything. */
export function plain(text, withEmoji = true) {
  const written = String(text ?? "");
  return fragment(h("span", { class: "text" }, withEmoji ? inline(written, ONLY_EMOJI) : unescaped(written)));
}

function fragment(node) {
  const found = document.createDocumentFragment();
  found.append(node);
  return found;
}

function codeBlock(written) {
  return h("pre", {}, h("code", {}, unescaped(written.replace(/^\n/, "").replace(/\n$/, ""))));
}

/** A code block stands on its own lines: the line breaks around it are not shown again. */
function besideFences(piece, isBehind, isBefore) {
  const begun = isBehind ? piece.replace(/^ *\n/, "") : piece;
  return isBefore ? begun.replace(/\n$/, "") : begun;
}

function quoteEnd(lines, from) {
  if (QUOTE_TO_THE_END.test(lines[from])) return lines.length;
  let end = from;
  while (end < lines.length && QUOTE.test(lines[end])) end += 1;
  return end;
}

/** Text outside of code blocks: quotes, and other lines. */
function addParagraphs(text, whole) {
  if (!text) return;
  const lines = text.split("\n");
  let at = 0;
  while (at < lines.length) {
    const quoted = quoteEnd(lines, at);
    let end = Math.max(quoted, at + 1);
    while (quoted === at && end < lines.length && quoteEnd(lines, end) === end) end += 1;
    const some = lines.slice(at, end);
    whole.append(quoted > at ? h("blockquote", {}, joined(some.map(unquoted))) : h("span", {}, joined(some)));
    at = end;
  }
}

function unquoted(line) {
  return line.replace(QUOTE_TO_THE_END, "").replace(QUOTE, "");
}

/** The parts of lines, with a line break between each two. */
function joined(lines) {
  const parts = [];
  lines.forEach((line, index) => {
    if (index) parts.push("\n");
    for (const part of inline(line, READERS)) parts.push(part);
  });
  return parts;
}
