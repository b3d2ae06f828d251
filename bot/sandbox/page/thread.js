// The thread beside the channel.

import { clear, h } from "./dom.js";
import { composer } from "./composer.js";
import { talk } from "./talk.js";
import { channel, current, look } from "./world.js";

let open = null; // {ts, list, wanted}

/** Close the thread, if one is open. */
export function closeThread() {
  const { channel: id, thread } = current();
  document.getElementById("thread").hidden = true;
  open = null;
  if (thread) look(id, null);
}

/** Open the thread of a message of the channel on screen; with `wanted`, scrolled to that reply. */
export function openThread(ts, wanted = null) {
  const { channel: id } = current();
  const list = talk({ channel: id, isThread: true, label: "Thread" });
  const writer = composer({ channel: id, thread: ts, label: "Reply…", onsend: list.toEnd });
  const close = { type: "button", class: "sign-button", "aria-label": "Close the thread", onclick: closeThread };
  const head = h("div", { class: "thread-head" }, h("span", {}, `Thread in #${channel(id).name}`), h("button", close, "✕"));
  const column = document.getElementById("thread");
  clear(column, head, list.node, writer.node);
  column.hidden = false;
  open = { ts, list, wanted };
  look(id, ts);
  writer.focus();
}

/** The thread's messages have arrived or changed. */
export function threadChanged(content) {
  if (!content || !open || content.ts !== open.ts) return;
  open.list.renew(content.list, true);
  if (open.wanted && open.list.reveal(open.wanted)) open.wanted = null;
}
