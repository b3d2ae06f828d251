// A short notice that goes away by itself.

import { h } from "./dom.js";

const STAYS = 6000; // milliseconds

/** Say something for a while: a refusal, or that something was copied. */
export function toast(text) {
  const shown = h("div", { class: "toast", role: "status", "data-test": "toast", dir: "auto" }, text);
  document.getElementById("toasts").append(shown);
  setTimeout(() => shown.remove(), STAYS);
}
