// A menu behind three dots: docs.slack.dev, "Overflow menu element".

import { h } from "./dom.js";
import { openPopup } from "./popup.js";

const STEPS = { ArrowDown: 1, ArrowUp: -1 };

function move(items, event) {
  const at = items.indexOf(document.activeElement);
  const ends = { Home: 0, End: items.length - 1 };
  const next = event.key in ends ? ends[event.key] : (at + STEPS[event.key] + items.length) % items.length;
  items[next]?.focus();
}

/** Open a menu at `control`. `entries`: [{words (a node), description, href, run}]. */
export function openMenu(control, label, entries) {
  const items = entries.map(({ words, description, href, run }) => {
    const tag = href ? "a" : "button";
    const props = href ? { href, target: "_blank", rel: "noopener noreferrer" } : { type: "button" };
    const about = description ? h("span", { class: "description" }, description) : null;
    const chosen = () => {
      popup.close();
      run();
    };
    return h(tag, { class: "menu-item", role: "menuitem", tabindex: "-1", ...props, onclick: chosen }, words, about);
  });
  const pressed = (event) => {
    if (event.key in STEPS || event.key === "Home" || event.key === "End") move(items, event);
    else if (event.key === "Escape") popup.close();
    else if (event.key === "Tab") return popup.close();
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  const menu = h("div", { class: "menu", role: "menu", "aria-label": label, onkeydown: pressed }, items);
  const popup = openPopup(control, menu);
  items[0]?.focus();
}
