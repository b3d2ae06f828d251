// Faces without pictures: initials on a colour that stays the same for a person.

import { h } from "./dom.js";

const COLOURS = ["#3b6ea5", "#7a5195", "#b0536d", "#2f7d5b", "#8a6d1f", "#4f6d7a", "#a1543a", "#5c6bc0"];
const APP = "#0e7a6b"; // all apps, and nobody else

function colourOf(id) {
  let sum = 0;
  for (const letter of id ?? "") sum = (sum * 31 + letter.charCodeAt(0)) % 9973;
  return COLOURS[sum % COLOURS.length];
}

function initials(name) {
  const all = (name || "?").trim().split(/\s+/);
  const named = all.filter((word) => /^[\p{L}\p{N}]/u.test(word)); // not "(supplier)"
  const words = named.length ? named : all;
  const letters = words.length > 1 ? [words[0], words.at(-1)] : [words[0]];
  return letters.map((word) => [...word][0] ?? "").join("").toUpperCase();
}

/** The face of a person or an app; hidden from those who hear the page, for the name stands beside it. */
export function face(one, size = "") {
  const node = h("span", { class: `face ${size}`, "aria-hidden": "true" }, initials(one.real_name || one.name));
  node.style.background = one.is_app ? APP : colourOf(one.id);
  return node;
}
