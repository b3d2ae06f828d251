// A short notice that goes away by itself.

import { h } from "./dom.js";

const STAYS = 6000; // milliseconds

const place = document.getElementById("toasts");

/** Say something for a while: a refusal, or that something was copied. */
export function toast(text) {
  const shown = h("div", { class: "toast", role: "status", "data-test": "toast", dir: "auto" }, text);
  const dialogs = [...document.querySelectorAll("dialog[open]")]; // what lies beneath one is neither seen nor heard
  (dialogs.at(-1) ?? document.body).append(place);
  place.append(shown);
  setTimeout(() => shown.remove(), STAYS);
}
