// One message: who, when, what was said, and what can be done with it.

import { blocks } from "./blocks.js";
import { clockTime, dateText, numericDate, SHORT, WHOLE } from "./dates.js";
import { clear, h } from "./dom.js";
import { emojiText } from "./emoji.js";
import { confirmed } from "./confirm.js";
import { face } from "./face.js";
import { files } from "./files.js";
import { openMenu } from "./menu.js";
import { openEmoji } from "./reactions.js";
import { mrkdwn } from "./text.js";
import { toast } from "./toast.js";
import { act, channel, person, world } from "./world.js";

const OWN_LINES = ["channel_join", "channel_leave", "channel_topic", "channel_purpose", "channel_name", "channel_archive"];
const GROUPED_WITHIN = 300; // seconds
const MOST_MENU = 10;

/** The instant of a message, in seconds. */
export function secondsOf(message) {
  return Number(message.ts);
}

/** Whether Slack itself wrote it: somebody joined, the topic was set. */
export function isOwnLine(message) {
  return OWN_LINES.includes(message.subtype);
}

/** Whether a message is drawn as going on from the one before it. */
export function goesOn(before, message) {
  if (!before || before.user !== message.user || before.is_ephemeral !== message.is_ephemeral) return false;
  if (before.is_deleted || message.is_deleted || isOwnLine(before) || isOwnLine(message) || message.is_broadcast) return false;
  return secondsOf(message) - secondsOf(before) < GROUPED_WITHIN;
}

function time(message) {
  const at = secondsOf(message);
  return h("time", { datetime: new Date(at * 1000).toISOString(), title: dateText(at, WHOLE) }, clockTime(at));
}

function head(message, author) {
  const isApp = Boolean(message.bot_id) || author.is_bot || author.is_app;
  return h(
    "div",
    { class: "message-head" },
    h("b", { class: "author", dir: "auto" }, message.username || author.real_name || author.name),
    isApp ? h("span", { class: "tag" }, "APP") : null,
    time(message),
    hasBlocks(message) ? edited(message) : null,
  );
}

/** Whether it shows blocks. People's own rich text says the same as their text. */
function hasBlocks(message) {
  const { blocks: list = [], bot_id: bot } = message;
  return list.length > 0 && (Boolean(bot) || list.some(({ type }) => type !== "rich_text"));
}

function edited(message) {
  return message.edited ? h("small", { class: "edited" }, " (edited)") : null;
}

/** What was said: its blocks where it has any, else its text. */
function words(message, where) {
  const surface = { kind: "message", channel: where.channel, message: message.ts, state: message.state ?? {}, errors: {} };
  if (hasBlocks(message)) return h("div", { class: "words" }, blocks(message.blocks, surface));
  return h("div", { class: "words", dir: "auto" }, mrkdwn(message.text ?? ""), edited(message));
}

function attachment(one, message, where) {
  const surface = { kind: "message", channel: where.channel, message: message.ts, state: message.state ?? {}, errors: {} };
  const node = h(
    "div",
    { class: "attachment" },
    one.pretext ? h("p", { dir: "auto" }, mrkdwn(String(one.pretext))) : null,
    one.title ? h("b", { dir: "auto" }, String(one.title)) : null,
    one.text ? h("div", { dir: "auto" }, mrkdwn(String(one.text))) : null,
    one.blocks ? blocks(one.blocks, surface) : null,
    !one.text && !one.blocks && one.fallback ? h("p", { dir: "auto" }, String(one.fallback)) : null,
  );
  if (/^#?[0-9a-f]{3,6}$/i.test(one.color ?? "")) node.style.borderColor = `#${one.color.replace("#", "")}`;
  return node;
}

function chip(message, where, { name, users, count }) {
  const isMine = users.includes(world.me);
  const names = users.map((id) => person(id).real_name).join(", ");
  const verb = isMine ? "unreacts" : "reacts";
  return h(
    "button",
    {
      type: "button",
      class: isMine ? "reaction is-mine" : "reaction",
      "aria-pressed": String(isMine),
      "aria-label": `${name}, ${count}`,
      title: `${names} reacted with :${name}:`,
      onclick: () => act(verb, { emoji: name, ts: message.ts, in: where.channel }),
    },
    emojiText(name) ?? `:${name}:`,
    " ",
    String(count),
  );
}

function reactions(message, where) {
  if (!message.reactions?.length) return null;
  return h("div", { class: "reactions" }, message.reactions.map((one) => chip(message, where, one)));
}

function threadLine(message) {
  if (!message.reply_count) return null;
  const replies = message.reply_count === 1 ? "1 reply" : `${message.reply_count} replies`;
  const faces = (message.reply_users ?? []).slice(0, 4).map((id) => face(person(id), "is-small"));
  const last = message.latest_reply ? ` · last ${dateText(Number(message.latest_reply), SHORT)}` : "";
  const open = () => world.openThread(message.ts);
  return h("button", { type: "button", class: "thread-line", onclick: open }, faces, h("b", {}, replies), h("small", {}, last));
}

async function remove(message, where) {
  const text = { type: "plain_text", text: "It is taken away for everybody." };
  const about = { title: { type: "plain_text", text: "Delete this message?" }, text, style: "danger" };
  const isMeant = await confirmed({ ...about, confirm: { type: "plain_text", text: "Delete" } });
  if (isMeant) act("deletes", { ts: message.ts, in: where.channel });
}

function edit(message, where, node) {
  const field = h("textarea", { class: "edit-field", "aria-label": "Edit the message", dir: "auto", rows: 2 });
  field.value = plainText(message.text ?? "");
  const done = () => {
    const writer = node.closest("#main, #thread")?.querySelector('[data-test="composer"]');
    where.redraw();
    writer?.focus();
  };
  field.addEventListener("keydown", async (event) => {
    if (event.key === "Escape") done();
    else if (event.key !== "Enter" || event.shiftKey) return;
    event.preventDefault();
    event.stopPropagation();
    if (event.key === "Enter" && (await act("edits", { ts: message.ts, text: field.value, in: where.channel }))) done();
  });
  const hint = h("small", { class: "soft" }, "Enter saves, Escape leaves it as it was.");
  clear(node.querySelector(".words"), field, hint);
  field.focus();
}

/** Text as it was typed: names instead of ids. */
export function plainText(text) {
  return text
    .replace(/<@([A-Z0-9]+)(?:\|[^>]*)?>/g, (_, id) => `@${person(id).name}`)
    .replace(/<#([A-Z0-9]+)(?:\|([^>]*))?>/g, (_, id, name) => `#${name || channel(id).name}`)
    .replace(/<!(here|channel|everyone)(?:\|[^>]*)?>/g, "@$1")
    .replace(/<(https?:[^>|]+)(?:\|[^>]*)?>/g, "$1")
    .replaceAll("&lt;", "<")
    .replaceAll("&gt;", ">")
    .replaceAll("&amp;", "&");
}

/** What the menu behind the dots offers. */
function more(message, where, node) {
  const at = { ts: message.ts, in: where.channel };
  const isOwn = message.user === world.me && !message.bot_id;
  const copy = async () => {
    await navigator.clipboard?.writeText(`${location.origin}/archives/${where.channel}/p${message.ts.replace(".", "")}`);
    toast("The link was copied.");
  };
  const shortcuts = (world.app.shortcuts ?? []).filter(({ type }) => type === "message").slice(0, MOST_MENU);
  return [
    message.is_pinned
      ? { words: "Unpin", run: () => act("unpins", at) }
      : { words: "Pin to the channel", run: () => act("pins", at) },
    { words: "Copy link", run: copy },
    ...shortcuts.map((one) => ({
      words: one.name,
      description: world.app.name,
      run: () => act("runs_shortcut", { callback_id: one.callback_id, on: message.ts, in: where.channel }),
    })),
    ...(isOwn ? [{ words: "Edit", run: () => edit(message, where, node) }, { words: "Delete", run: () => remove(message, where) }] : []),
  ];
}

function tool(label, sign, onclick) {
  return h("button", { type: "button", class: "tool", "aria-label": label, title: label, onclick }, sign);
}

function tools(message, where, node) {
  const at = { ts: message.ts, in: where.channel };
  const react = tool("React", "☺", () => openEmoji(react, (name) => act("reacts", { emoji: name, ...at })));
  const others = tool("More actions", "⋯", () => openMenu(others, "More actions", more(message, where, node)));
  const isOwn = message.user === world.me && !message.bot_id;
  const bar = h(
    "div",
    { class: "tools", role: "group", "aria-label": "About this message" },
    react,
    where.isThread ? null : tool("Reply in thread", "↩", () => world.openThread(message.thread_ts || message.ts)),
    isOwn ? tool("Edit", "✎", () => edit(message, where, node)) : null,
    isOwn ? tool("Delete", "🗑", () => remove(message, where)) : null,
    others,
  );
  return h("div", { class: "tool-rail" }, bar); // it stays in sight along a tall message
}

/**
 * The node of a message. `where`: {channel, isThread, redraw()}; `before` is the message above it, or null.
 */
export function messageNode(message, before, where) {
  const about = { class: "message", "data-test": "message", dataset: { ts: message.ts }, tabindex: "-1" };
  if (message.is_deleted) {
    return h("article", { ...about, class: "message is-own-line" }, h("em", {}, "This message was deleted."), threadLine(message));
  }
  if (isOwnLine(message)) {
    const who = message.text.startsWith("<@") ? null : `${person(message.user).real_name} `;
    const line = h("span", { dir: "auto" }, who, mrkdwn(message.text));
    return h("article", { ...about, class: "message is-own-line" }, line, " ", time(message));
  }
  const author = person(message.user);
  const isGrouped = goesOn(before, message);
  const marks = [
    message.is_ephemeral ? h("p", { class: "mark" }, "👁 Only visible to you") : null,
    message.is_pinned ? h("p", { class: "mark" }, "📌 Pinned") : null,
    message.is_broadcast ? h("p", { class: "mark" }, where.isThread ? "Also sent to the channel" : "Replied in a thread") : null,
  ];
  const kind = `message${message.is_ephemeral ? " is-ephemeral" : ""}${isGrouped ? " is-grouped" : ""}`;
  const node = h(
    "article",
    { ...about, class: kind },
    isGrouped ? h("span", { class: "gutter" }, time(message)) : face(author),
    h(
      "div",
      { class: "message-body" },
      marks,
      isGrouped ? null : head(message, author),
      words(message, where),
      (message.attachments ?? []).map((one) => attachment(one, message, where)),
      files(message),
      reactions(message, where),
      where.isThread ? null : threadLine(message),
    ),
  );
  if (!message.is_ephemeral) node.append(tools(message, where, node));
  return node;
}

/** The line between two days. */
export function dayLine(message) {
  return h("div", { class: "day" }, h("span", {}, dateText(secondsOf(message), "{day_divider_pretty}")));
}

/** Whether two messages were said on different days, for the person who looks. */
export function isOtherDay(before, message) {
  return !before || numericDate(secondsOf(before)) !== numericDate(secondsOf(message));
}
