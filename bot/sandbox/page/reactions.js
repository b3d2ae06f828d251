// A small picker of emoji.

import { clear, h } from "./dom.js";
import { EMOJI } from "./emoji.js";
import { openPopup } from "./popup.js";

const FIRST = ["eyes", "white_check_mark", "pushpin", "tada", "thumbsup", "+1", "heart", "fire", "rotating_light", "mag"];
const MOST = 96;

function offered(typed) {
  const rank = ([name]) => (FIRST.includes(name) ? FIRST.indexOf(name) : FIRST.length);
  const fitting = EMOJI.filter(([name]) => name.includes(typed));
  return fitting.sort((one, other) => rank(one) - rank(other)).slice(0, MOST);
}

/** Choose an emoji; `run` gets its name. */
export function openEmoji(control, run) {
  const field = h("input", { type: "search", placeholder: "Find an emoji", "aria-label": "Find an emoji" });
  const list = h("div", { class: "emoji-list" });
  const choose = (name) => {
    popup.close();
    run(name);
  };
  const show = () => {
    const found = offered(field.value.trim().toLowerCase().replaceAll(":", ""));
    clear(
      list,
      found.map(([name, shown]) =>
        h("button", { type: "button", class: "tool", "aria-label": name, title: `:${name}:`, onclick: () => choose(name) }, shown),
      ),
    );
  };
  field.addEventListener("input", show);
  const pressed = (event) => {
    if (event.key === "Escape") popup.close();
    else if (event.key === "Enter" && event.target === field) list.querySelector("button")?.click();
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  const popup = openPopup(control, h("div", { class: "emoji-picker", onkeydown: pressed }, field, list));
  show();
  field.focus();
}
