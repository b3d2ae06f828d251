// Where people write: messages, slash commands, names, emoji, files.

import { completionsFor } from "./completions.js";
import { clear, h } from "./dom.js";
import { given } from "./files.js";
import { openMenu } from "./menu.js";
import { openEmoji } from "./reactions.js";
import { toast } from "./toast.js";
import { act, channel, world } from "./world.js";

const drafts = new Map(); // person, channel and thread → text
const draftKey = (person, channel, thread = "") => `${person}/${channel}/${thread}`;

/** Have a text wait for somebody in the composer of a channel. */
export function leaveDraft(person, channel, text) {
  drafts.set(draftKey(person, channel), text);
}

/** What a slash command at the beginning of a text is for, as its app says. */
function hintFor(text) {
  const name = text.trimStart().split(/\s/, 1)[0];
  const known = (world.app.commands ?? []).find(({ command }) => command === name);
  return known ? `${known.command} ${known.usage_hint || known.description}` : "";
}

/** A composer. `about`: {channel, thread, label, onlast(), onsend()} – `onlast` edits the last message of one's own. */
export function composer(about) {
  const key = draftKey(world.me, about.channel, about.thread);
  let attached = [];
  let list = { entries: [], at: 0 };

  const field = h("textarea", {
    rows: 1,
    "data-test": "composer",
    "aria-label": about.label,
    placeholder: about.label,
    dir: "auto",
    autocomplete: "off",
  });
  const hint = h("span", { class: "hint", "aria-live": "polite" });
  const completions = h("div", { class: "completions", role: "listbox", "aria-label": "Suggestions", hidden: true });
  const names = h("div", { class: "attached" });
  const picker = h("input", { type: "file", multiple: true, hidden: true, "aria-label": "Files" });
  const send = h("button", { type: "button", class: "send", "data-test": "send", "aria-label": "Send", onclick: submit }, "➤");
  const alsoBox = h("input", { type: "checkbox" });
  const also = about.thread ? h("label", {}, alsoBox, h("span", {}, `Also send to #${channel(about.channel).name}`)) : null;

  function tool(label, sign, onclick, test) {
    const props = { type: "button", class: "tool", "aria-label": label, title: label, onclick };
    return h("button", { ...props, "data-test": test ?? null }, sign);
  }

  const commands = tool("Commands", "/", () => begin("/"));
  const shortcuts = tool("Shortcuts", "⚡", () => openShortcuts(), "shortcuts");
  const emoji = tool("Emoji", "☺", () => openEmoji(emoji, (name) => insert(`:${name}: `)));
  const attach = tool("Attach files", "📎", () => picker.click());

  function openShortcuts() {
    const known = (world.app.shortcuts ?? []).filter(({ type }) => type === "global");
    const entries = known.map((one) => ({
      words: one.name,
      description: one.description,
      run: () => act("runs_shortcut", { callback_id: one.callback_id }),
    }));
    if (entries.length) openMenu(shortcuts, "Shortcuts", entries);
    else toast("The app offers no shortcuts.");
  }

  function begin(text) {
    field.value = text;
    field.focus();
    changed();
  }

  function insert(text) {
    field.setRangeText(text, field.selectionStart, field.selectionEnd, "end");
    field.focus();
    changed();
  }

  function fit() {
    field.style.height = "auto";
    if (!field.scrollHeight) return; // not on screen yet: one line is right
    field.style.height = `${Math.min(field.scrollHeight, window.innerHeight * 0.4)}px`;
  }

  function changed() {
    drafts.set(key, field.value);
    fit();
    clear(hint, hintFor(field.value));
    send.disabled = !field.value.trim() && !attached.length;
    complete();
  }

  /** Offer what fits to the word before the cursor. */
  function complete() {
    const before = field.value.slice(0, field.selectionStart);
    list = { entries: completionsFor(before, !about.thread), at: 0 };
    completions.hidden = !list.entries.length;
    clear(
      completions,
      list.entries.map((entry, at) => {
        const about = entry.about ? h("small", {}, entry.about) : null;
        const node = h("button", { type: "button", class: "option-row", role: "option", tabindex: "-1" }, entry.shown, about);
        node.setAttribute("aria-selected", String(at === 0));
        node.onmousedown = (event) => event.preventDefault();
        node.onclick = () => take(entry);
        return node;
      }),
    );
  }

  function mark(step) {
    list.at = (list.at + step + list.entries.length) % list.entries.length;
    [...completions.children].forEach((node, at) => node.setAttribute("aria-selected", String(at === list.at)));
    completions.children[list.at]?.scrollIntoView({ block: "nearest" });
  }

  function take(entry) {
    const end = field.selectionStart;
    field.setRangeText(entry.text, end - entry.length, end, "end");
    field.focus();
    changed();
    completions.hidden = true;
    list = { entries: [], at: 0 };
  }

  async function submit() {
    const text = field.value.trim();
    if (!text && !attached.length) return;
    const isCommand = text.startsWith("/") && !about.thread && !attached.length;
    const files = attached;
    about.onsend?.();
    [field.value, attached] = ["", []];
    clear(names);
    changed();
    clear(hint, isCommand ? "…" : "");
    const place = { in: about.channel };
    const thread = about.thread ? { thread_of: about.thread, broadcast: alsoBox.checked } : {};
    const content = files.length ? { files } : {};
    const answer = isCommand
      ? await act("types", { text, ...place })
      : await act("says", { text, ...place, ...thread, ...content });
    if (!field.value) clear(hint, "");
    if (answer === null && !field.value) begin(text); // nothing that was written is lost
    if (answer && about.thread) alsoBox.checked = false;
  }

  function pressed(event) {
    const isOffering = !completions.hidden && list.entries.length > 0;
    if (event.isComposing) return;
    if (isOffering && (event.key === "ArrowDown" || event.key === "ArrowUp")) mark(event.key === "ArrowDown" ? 1 : -1);
    else if (isOffering && (event.key === "Enter" || event.key === "Tab")) take(list.entries[list.at]);
    else if (isOffering && event.key === "Escape") completions.hidden = true;
    else if (event.key === "Enter" && !event.shiftKey) submit();
    else if (event.key === "ArrowUp" && !field.value && about.onlast) about.onlast();
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  picker.addEventListener("change", async () => {
    attached.push(...(await given(picker)));
    picker.value = "";
    clear(names, attached.map(({ name }) => h("span", {}, `📄 ${name}`)));
    changed();
  });
  field.addEventListener("input", changed);
  field.addEventListener("keydown", pressed);
  field.addEventListener("blur", () => setTimeout(() => (completions.hidden = true), 150));
  const tools = about.thread ? [emoji, attach] : [commands, shortcuts, emoji, attach];
  const foot = h("div", { class: "composer-foot" }, tools, also, hint, send);
  const node = h("div", { class: "composer" }, completions, names, field, picker, foot);
  field.value = drafts.get(key) ?? "";
  queueMicrotask(changed);
  const rename = (label) => {
    field.placeholder = label;
    field.setAttribute("aria-label", label);
  };
  return { node, begin, rename, focus: () => field.focus() };
}
