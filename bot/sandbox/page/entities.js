// What stands between < and > in the text of messages, and the small parts that all kinds of text share: mentions,
// links, dates, emoji. docs.slack.dev, "Formatting message text".

import { dateText, isInstant } from "./dates.js";
import { h } from "./dom.js";
import { emojiText } from "./emoji.js";
import { channel, person, world } from "./world.js";

const SAFE = /^(https?:\/\/|mailto:)/i;
const ESCAPED = { "&lt;": "<", "&gt;": ">", "&amp;": "&" };
const EVERYBODY = ["here", "channel", "everyone"];

/** Text as it was before < > and & were written as entities. */
export function unescaped(text) {
  return text.replace(/&(?:lt|gt|amp);/g, (entity) => ESCAPED[entity]);
}

/** Whether an address may become a link: what is not http, https or mail stays text and does nothing. */
export function isSafe(url) {
  if (!SAFE.test(url)) return false;
  try {
    new URL(url);
  } catch {
    return false;
  }
  return true;
}

/** A link that opens elsewhere, or for any other kind of address its words with the address behind them. */
export function link(url, ...words) {
  if (isSafe(url)) return h("a", { class: "link", href: url, target: "_blank", rel: "noopener noreferrer" }, ...words);
  const isBare = words.length === 1 && words[0] === url;
  return h("span", { class: "link is-unsafe" }, ...words, isBare ? null : ` (${url})`);
}

/** Somebody's name, standing out when it is the person who looks. */
export function userMention(id) {
  const isMe = id === world.me;
  return h("span", { class: isMe ? "mention is-me" : "mention", dataset: { user: id } }, `@${person(id).name}`);
}

/** A way to a channel, where the person can see it. */
export function channelMention(id, label) {
  const found = (world.channels ?? []).find((one) => one.id === id);
  if (!found) return h("span", { class: "mention" }, label ? `#${label}` : "#private channel");
  const open = (event) => {
    event.preventDefault();
    world.go?.(id);
  };
  return h("a", { class: "mention", href: `#${id}`, onclick: open }, `#${channel(id).name}`); // a link breaks like words
}

/** A user group; it stands out when the person who looks is in it. */
export function groupMention(id, label) {
  const group = world.groups?.[id];
  const isMe = (group?.users ?? []).includes(world.me);
  const name = group?.handle ?? label?.replace(/^@/, "") ?? id;
  return h("span", { class: isMe ? "mention is-me" : "mention" }, `@${name}`);
}

/** @here and its like. */
export function broadcastMention(range) {
  return h("span", { class: "mention is-me" }, `@${range}`);
}

/** An instant in the viewer's zone; `fallback` when it is none. */
export function date(epoch, format, url, fallback) {
  if (!isInstant(epoch)) return fallback;
  const instant = new Date(epoch * 1000).toISOString();
  const shown = h("time", { datetime: instant, title: fallback || instant }, dateText(epoch, format));
  return url ? link(url, shown) : shown;
}

/** The character of an emoji with its name for those who hear the page; the name itself when it is not known. */
export function emoji(name) {
  const found = emojiText(name);
  if (found === null) return `:${name}:`;
  return h("span", { class: "emoji", role: "img", "aria-label": name.replaceAll("_", " "), title: `:${name}:` }, found);
}

/** The end of an emoji's name that begins behind the colon at `from`, as [name, end], or null. */
export function emojiAt(text, from) {
  let end = from + 1;
  while (end < text.length && end - from < 100 && isNameLetter(text.charCodeAt(end))) end += 1;
  if (end === from + 1 || text[end] !== ":") return null;
  const tone = /^:skin-tone-[2-6]:/.exec(text.slice(end + 1, end + 14));
  const name = text.slice(from + 1, end);
  if (emojiText(name) === null) return null;
  return tone ? [`${name}:${tone[0].slice(0, -1)}`, end + 1 + tone[0].length] : [name, end + 1];
}

function isNameLetter(code) {
  const isDigit = code > 47 && code < 58;
  const isLower = code > 96 && code < 123;
  return isDigit || isLower || code === 95 || code === 43 || code === 45; // _ + -
}

function command(inner, label) {
  const [name, ...rest] = inner.split("^");
  if (EVERYBODY.includes(name)) return broadcastMention(name);
  if (name === "subteam") return groupMention(rest[0] ?? "", label);
  if (name !== "date") return label ?? `<!${inner}>`;
  const [epoch, format = "{date}", url] = rest;
  return date(epoch ? Number(epoch) : NaN, format, url, label ?? "");
}

/** The node of what stands between < and >, as written (still escaped). */
export function entity(written) {
  const bar = written.indexOf("|");
  const inner = unescaped(bar < 0 ? written : written.slice(0, bar));
  const label = bar < 0 ? undefined : unescaped(written.slice(bar + 1));
  const [sign, name] = [inner[0], inner.slice(1)];
  if (sign === "@") return userMention(name);
  if (sign === "#") return channelMention(name, label);
  if (sign === "!") return command(name, label);
  if (!/^[a-z][a-z0-9+.-]{0,30}:/i.test(inner)) return `<${unescaped(written)}>`;
  return link(inner, label || inner.replace(/^mailto:/, ""));
}
