// The messages of a channel or a thread. Only those near the screen are in the document; the rest wait in a list.

import { clear, h } from "./dom.js";
import { dayLine, goesOn, isOtherDay, messageNode } from "./message.js";
import { person, world } from "./world.js";

const MOST = 120; // messages in the document at a time
const STEP = 40; // messages that come in at one end, and go at the other
const NEAR = 600; // pixels from an end at which more is fetched
const AT_END = 40; // pixels from the bottom that count as being there

function order(one, other) {
  return Number(one.ts) - Number(other.ts) || one.ts.localeCompare(other.ts);
}

/** The line between what a thread is about and what was replied. */
function replyRule(count) {
  return h("div", { class: "reply-rule" }, count === 1 ? "1 reply" : `${count} replies`);
}

/**
 * A scrolling list. `about`: {channel, isThread, label, older(before), top(), readUntil, onend()}.
 * The answer: {node, renew(list, isStart), merge(list), prepend(list, isStart), reveal(ts), askOlder(), redraw(),
 * rename(label), toEnd(), isAtEnd(), newest(), list()}.
 */
export function talk(about) {
  const node = h("div", { class: "talk", role: "log", "aria-label": about.label, tabindex: "0" });
  const arrow = h("span", { "aria-hidden": "true" }, "↓ ");
  const down = h("button", { type: "button", class: "to-end", hidden: true, onclick: toNewest }, arrow, "To the newest");
  const drawn = new Map(); // ts → {written, node}
  let list = [];
  let isStart = true;
  let isAsking = false;
  let [from, to] = [0, 0];
  let wasAtEnd = true;
  const where = { channel: about.channel, isThread: about.isThread, redraw: () => redraw(true) };

  const below = () => node.scrollHeight - node.scrollTop - node.clientHeight; // pixels
  const isAtEnd = () => to === list.length && below() < AT_END;
  const toEnd = () => {
    node.scrollTop = node.scrollHeight;
  };

  function toNewest() {
    [from, to] = [Math.max(0, list.length - MOST), list.length];
    place(pieces());
    toEnd();
  }

  /** The node of a message; the same as before where nothing about it is different. */
  function nodeOf(message, before) {
    const names = [person(message.user).real_name, world.me, goesOn(before, message)];
    const written = JSON.stringify([message, names]);
    const known = drawn.get(message.ts);
    if (known?.written === written) return known.node;
    if (known?.node.querySelector(".edit-field")) return known.node; // somebody is writing in it
    const made = messageNode(message, before, where);
    drawn.set(message.ts, { written, node: made });
    return made;
  }

  function pieces() {
    const found = [];
    let isNewShown = about.isThread || !about.readUntil;
    if (from === 0 && isStart) found.push(about.top?.(list.length === 0) ?? "");
    for (let at = from; at < to; at += 1) {
      const [before, message] = [at > 0 ? list[at - 1] : null, list[at]];
      if (isOtherDay(before, message)) found.push(dayLine(message));
      if (!isNewShown && at > 0 && Number(message.ts) > Number(about.readUntil) && message.user !== world.me) {
        isNewShown = true;
        found.push(h("div", { class: "new-line" }, "New"));
      }
      found.push(nodeOf(message, isOtherDay(before, message) ? null : before));
      if (about.isThread && at === 0 && list.length > 1) found.push(replyRule(list.length - 1));
    }
    return found;
  }

  /** Put the nodes in place with as little change as possible, so that focus and open menus stay. */
  function place(wanted) {
    const nodes = wanted.filter((one) => one instanceof Node);
    const kept = new Set(nodes);
    for (const child of [...node.childNodes]) if (!kept.has(child)) child.remove();
    nodes.forEach((one, at) => {
      if (node.childNodes[at] !== one) node.insertBefore(one, node.childNodes[at] ?? null);
    });
    const shown = new Set(list.slice(from, to).map(({ ts }) => ts));
    for (const ts of drawn.keys()) if (!shown.has(ts)) drawn.delete(ts);
  }

  /** Draw again while what is on screen stays where it is. */
  function redraw(isForced = false) {
    if (isForced) for (const [ts, { node: one }] of drawn) if (one.querySelector(".edit-field")) drawn.delete(ts);
    const isFollowing = isAtEnd();
    const edge = node.getBoundingClientRect().top;
    const anchor = [...node.querySelectorAll(".message")].find((one) => one.getBoundingClientRect().bottom > edge);
    const ts = anchor?.dataset.ts;
    const was = anchor?.getBoundingClientRect().top;
    place(pieces());
    const now = ts && node.querySelector(`.message[data-ts="${ts}"]`)?.getBoundingClientRect().top;
    if (isFollowing) toEnd();
    else if (now !== undefined && was !== undefined && ts) node.scrollTop += now - was;
  }

  /** Ask for the messages before those that are known. False when there are none. */
  function askOlder() {
    if (isStart || !list.length) return false;
    if (!isAsking) about.older?.(list[0].ts);
    isAsking = true;
    return true;
  }

  function scrolled() {
    if (node.scrollTop < NEAR && from > 0) {
      from = Math.max(0, from - STEP);
      to = Math.min(list.length, from + MOST);
      redraw();
    } else if (node.scrollTop < NEAR && !isStart) {
      askOlder();
    } else if (below() < NEAR && to < list.length) {
      to = Math.min(list.length, to + STEP);
      from = Math.max(0, to - MOST);
      redraw();
    }
    wasAtEnd = isAtEnd();
    down.hidden = to === list.length && below() < node.clientHeight;
    if (wasAtEnd) about.onend?.();
  }

  /** All that is known from here to the newest. What is known of older times is kept when the two meet. */
  function renew(messages, startsHere) {
    const fresh = [...messages].sort(order);
    if (fresh.length && list.some(({ ts }) => ts === fresh[0].ts)) {
      const known = new Set(fresh.map(({ ts }) => ts));
      const gone = list.filter((one) => order(one, fresh[0]) > 0 && !known.has(one.ts));
      isAsking = false;
      merge([...fresh, ...gone.map(({ ts }) => ({ ts, is_deleted: true }))]);
      return;
    }
    [list, isStart, isAsking] = [fresh, startsHere, false];
    drawn.clear();
    clear(node);
    toNewest();
  }

  /** Messages that are new or look different. */
  function merge(messages) {
    const [isFollowing, wasWhole] = [isAtEnd(), to === list.length];
    const byTs = new Map(list.map((one) => [one.ts, one]));
    for (const one of messages) {
      const isGone = one.is_deleted && !one.reply_count;
      if (isGone) byTs.delete(one.ts);
      else if (byTs.has(one.ts) || !list.length || order(one, list[0]) > 0 || isStart) byTs.set(one.ts, one);
    }
    list = [...byTs.values()].sort(order);
    if (wasWhole) to = list.length;
    to = Math.min(to, list.length);
    if (isFollowing) from = Math.max(0, to - MOST);
    redraw();
    if (isFollowing) toEnd();
  }

  /** Older ones, which were asked for. */
  function prepend(messages, startsHere) {
    const known = new Set(list.map(({ ts }) => ts));
    const fresh = messages.filter(({ ts }) => !known.has(ts));
    list = [...fresh, ...list].sort(order);
    [isStart, isAsking] = [startsHere, false];
    from += fresh.length;
    to += fresh.length;
    from = Math.max(0, from - STEP);
    to = Math.min(to, from + MOST);
    redraw();
  }

  /** Scroll to a message and mark it; false when it is not among those that are known. */
  function reveal(ts) {
    const at = list.findIndex((one) => one.ts === ts);
    if (at < 0) return false;
    from = Math.max(0, Math.min(at - MOST / 2, list.length - MOST));
    to = Math.min(list.length, from + MOST);
    place(pieces());
    const found = node.querySelector(`.message[data-ts="${ts}"]`);
    found?.scrollIntoView({ block: "center" });
    found?.classList.add("is-found");
    setTimeout(() => found?.classList.remove("is-found"), 2000);
    return true;
  }

  node.addEventListener("scroll", scrolled, { passive: true });
  node.addEventListener("load", () => wasAtEnd && toEnd(), true); // a picture has got its height
  new ResizeObserver(() => wasAtEnd && toEnd()).observe(node);
  return {
    node: h("div", { class: "talk-frame" }, node, down),
    renew,
    merge,
    prepend,
    reveal,
    askOlder,
    redraw,
    rename: (label) => node.setAttribute("aria-label", label),
    toEnd: toNewest,
    isAtEnd,
    newest: () => list.at(-1),
    list: () => list,
  };
}
