// The rich_text block. docs.slack.dev, "Rich text block".

import { h } from "./dom.js";
import { broadcastMention, channelMention, date, emoji, groupMention, link, userMention } from "./entities.js";
import { emojiText } from "./emoji.js";

const DEEPEST = 8; // levels of a list
const TAGS = { bold: "strong", italic: "em", strike: "s", underline: "u", code: "code" };
const HEX = /^#[0-9a-f]{3,8}$/i;

const INLINE = {
  text: (part) => part.text ?? "",
  link: (part) => link(part.url ?? "", part.text || part.url || ""),
  user: (part) => userMention(part.user_id),
  usergroup: (part) => groupMention(part.usergroup_id),
  channel: (part) => channelMention(part.channel_id),
  broadcast: (part) => broadcastMention(part.range),
  emoji: emojiPart,
  date: (part) => date(part.timestamp, part.format ?? "{date}", part.url, part.fallback ?? ""),
  color: colorPart,
};

const ELEMENTS = {
  rich_text_section: (element) => h("div", { class: "text", dir: "auto" }, inlines(element.elements)),
  rich_text_quote: (element) => h("blockquote", { class: "text", dir: "auto" }, inlines(element.elements)),
  rich_text_preformatted: (element) => h("pre", {}, h("code", {}, inlines(element.elements))),
  rich_text_list: list,
};

function emojiPart(part) {
  const name = part.skin_tone ? `${part.name}::skin-tone-${part.skin_tone}` : part.name;
  if (emojiText(name) !== null || !/^[0-9a-f]{2,6}(-[0-9a-f]{2,6}){0,9}$/i.test(part.unicode ?? "")) return emoji(name);
  const points = part.unicode.split("-").map((hex) => Number.parseInt(hex, 16));
  return points.every((point) => point <= 0x10ffff) ? String.fromCodePoint(...points) : emoji(name);
}

function colorPart(part) {
  if (!HEX.test(part.value ?? "")) return part.value ?? "";
  const swatch = h("span", { class: "swatch", "aria-hidden": "true" });
  swatch.style.background = part.value;
  return h("span", {}, swatch, part.value);
}

/** Style by style around the part, the code style innermost. */
function inlinePart(part) {
  const found = INLINE[part?.type]?.(part) ?? part?.text ?? part?.fallback ?? "";
  const styles = Object.keys(TAGS).filter((style) => part?.style?.[style]);
  return styles.reduceRight((node, style) => h(TAGS[style], {}, node), found);
}

function inlines(parts) {
  return (parts ?? []).map(inlinePart);
}

/** One level of a list; deeper levels are elements of their own that say how far in they are. */
function list(element) {
  const depth = Math.min(Number(element.indent) || 0, DEEPEST);
  const item = (one) => h("li", { dir: "auto" }, h("span", { class: "text" }, inlines(one.elements)));
  const isOrdered = element.style === "ordered";
  const start = isOrdered ? { start: (Number(element.offset) || 0) + 1 } : {};
  const items = (element.elements ?? []).map(item);
  const found = h(isOrdered ? "ol" : "ul", { class: `is-form-${depth % 3}`, ...start }, items);
  found.style.marginInlineStart = `${depth * 1.5}em`;
  return found;
}

/** The nodes of a rich_text block. */
export function richText(block) {
  const found = document.createDocumentFragment();
  const nodes = (block?.elements ?? []).map((element) => ELEMENTS[element?.type]?.(element));
  found.append(h("div", { class: "rich-text" }, nodes));
  return found;
}
