// The page's own dialogs: choosing from a list, asking for a text.

import { clear, h } from "./dom.js";

/** Open a dialog with a title; `close()` of what is returned takes it away. */
export function openPanel(title, content, props = {}) {
  const dialog = h("dialog", { class: "panel", "aria-label": title, ...props }, h("h2", {}, title), content);
  const back = document.activeElement;
  dialog.addEventListener("close", () => {
    dialog.remove();
    if (back?.isConnected) back.focus();
  });
  dialog.addEventListener("click", (event) => event.target === dialog && dialog.close());
  document.body.append(dialog);
  dialog.showModal();
  return { dialog, close: () => dialog.close() };
}

/** Ask for one text: `onsave(text, isTicked)` is called with it. `tick`: the words of a box that may be ticked too. */
export function askFor({ title, label, value = "", save = "Save", max = 250, tick = "", onsave }) {
  const field = h("input", { type: "text", value, maxlength: max, "aria-label": label, dir: "auto" });
  const send = async (event) => {
    event.preventDefault();
    if ((await onsave(field.value.trim(), box.checked)) !== null) panel.close();
  };
  const cancel = h("button", { type: "button", class: "button", onclick: () => panel.close() }, "Cancel");
  const box = h("input", { type: "checkbox" });
  const ticked = tick ? h("label", { class: "tick-row" }, box, tick) : null;
  const buttons = h("div", { class: "row-of-buttons" }, cancel, h("button", { class: "button is-primary" }, save));
  const panel = openPanel(title, h("form", { class: "pad", onsubmit: send }, field, ticked, buttons));
  field.select();
}

/**
 * Choose one of a list by typing, arrows or mouse. `rows(text)` gives [{node, run}] for what was typed;
 * `run` is called with the row that was chosen, after the dialog has closed. `more(text)` gives further rows, later.
 */
export function chooseFrom({ title, label, rows, more, test }) {
  const list = h("div", { class: "choices", role: "listbox", id: "choices", "aria-label": title });
  const field = h("input", {
    type: "search",
    role: "combobox",
    "aria-label": label,
    "aria-controls": "choices",
    "aria-expanded": "true",
    autocomplete: "off",
    placeholder: label,
  });
  let found = [];
  let at = 0;
  const mark = (next) => {
    at = found.length ? (next + found.length) % found.length : 0;
    for (const [index, { node }] of found.entries()) node.setAttribute("aria-selected", String(index === at));
    found[at]?.node.scrollIntoView({ block: "nearest" });
  };
  const choose = (row) => {
    if (!row) return;
    panel.close();
    row.run();
  };
  const show = (next) => {
    found = next;
    for (const row of found) {
      row.node.setAttribute("role", "option");
      row.node.tabIndex = -1;
      row.node.onclick = () => choose(row);
    }
    clear(list, found.length ? found.map(({ node }) => node) : h("p", { class: "pad" }, "Nothing fits."));
  };
  const look = async () => {
    const typed = field.value.trim().toLowerCase();
    const first = rows(typed);
    show(first);
    mark(0);
    const further = more && typed ? await more(typed) : [];
    if (!further.length || field.value.trim().toLowerCase() !== typed) return;
    show([...first, ...further]);
    mark(at);
  };
  const keys = { ArrowDown: () => mark(at + 1), ArrowUp: () => mark(at - 1), Enter: () => choose(found[at]), Escape: () => panel.close() };
  field.addEventListener("input", look);
  field.addEventListener("keydown", (event) => {
    if (!keys[event.key]) return;
    event.preventDefault();
    keys[event.key]();
  });
  const panel = openPanel(title, [h("div", { class: "pad" }, field), list], { "data-test": test });
  look();
  field.focus();
}

/** One row of a list: something small in front, a name, something soft behind. */
export function row(front, name, behind, run) {
  const words = h("span", { class: "name", dir: "auto" }, name);
  const node = h("button", { type: "button", class: "option-row" }, front, words, behind ? h("small", {}, behind) : null);
  return { node, run };
}
