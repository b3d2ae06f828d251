// Selects: a control that shows what is chosen, and a list beside it to choose from by typing, with the arrows, by mouse
// or by touch. A combobox with a listbox, as the ARIA Authoring Practices Guide of the W3C describes them.

import { clear, h } from "./dom.js";
import { openPopup } from "./popup.js";

const MOST = 200; // options in the list at a time; typing narrows them
const FEW = 7; // up to so many options the field to type in is not shown
const STEPS = { ArrowDown: 1, ArrowUp: -1 };

let count = 0;

/**
 * A select. `about`:
 *   many        whether several may be chosen, and `most` of them
 *   chosen      the options that are, each {value, label, description}
 *   placeholder what it says while nothing is
 *   field       its name, to find it again when its form is drawn anew
 *   canClear    whether one may go back to nothing
 *   find        async (typed) → {groups: [{label, options}], note}
 *   size        how many options there are, when that is known
 *   onchange    async (chosen) → false when the choice was taken back
 */
export function picker(about) {
  const state = { ...about, chosen: [...about.chosen], id: `picked-${(count += 1)}` };
  const holder = h("div", { class: about.many ? "picker is-many" : "picker" });
  const control = h("button", {
    type: "button",
    class: "picker-control",
    "aria-haspopup": "listbox",
    "aria-expanded": "false",
    dataset: { field: about.field },
    onclick: () => openList(state, control, change),
    onkeydown: (event) => {
      if (event.key in STEPS) {
        event.preventDefault();
        openList(state, control, change);
      }
    },
  });
  const show = () => drawChosen(state, holder, control, change);
  async function change(chosen) {
    const before = state.chosen;
    state.chosen = chosen;
    show();
    if (await state.onchange(chosen, control)) return;
    state.chosen = before;
    show();
  }
  show();
  return holder;
}

function drawChosen(state, holder, control, change) {
  const { chosen, many, placeholder, label, canClear } = state;
  const picked = many ? undefined : chosen[0]?.label;
  const look = picked === undefined ? "placeholder" : "picked";
  clear(control, h("span", { class: look, id: state.id, dir: "auto" }, picked ?? placeholder));
  if (label) control.setAttribute("aria-label", picked === undefined ? label : `${label}: ${picked}`);
  const chips = many && chosen.length ? h("ul", { class: "chips" }, chosen.map((one) => chip(one, chosen, change))) : null;
  const remove = () => {
    change([]);
    control.focus();
  };
  const isClearable = !many && canClear && chosen.length > 0;
  const cross = { type: "button", class: "picker-clear", "aria-label": "Clear", onclick: remove };
  clear(holder, chips, control, isClearable ? h("button", cross, "×") : null);
}

function chip(option, chosen, change) {
  const remove = () => change(chosen.filter((one) => one !== option));
  const cross = { type: "button", "aria-label": `Remove ${option.label}`, onclick: remove };
  return h("li", { class: "chip" }, h("span", { dir: "auto" }, option.label), h("button", cross, "×"));
}

/** The list: what is typed finds options, the arrows mark one, Enter takes it. */
function openList(state, control, change) {
  if (control.getAttribute("aria-busy") === "true") return;
  const id = `list-${(count += 1)}`;
  const list = h("div", { class: "options", role: "listbox", id, "aria-multiselectable": state.many ? "true" : null });
  const note = h("p", { class: "options-note", role: "status" });
  const filter = h("input", {
    class: state.size !== undefined && state.size <= FEW ? "filter is-hidden" : "filter",
    type: "text",
    role: "combobox",
    autocomplete: "off",
    inputmode: state.size !== undefined && state.size <= FEW ? "none" : null,
    spellcheck: "false",
    placeholder: "Type to find",
    "aria-label": "Find an option",
    "aria-expanded": "true",
    "aria-controls": id,
    "aria-autocomplete": "list",
  });
  const popup = openPopup(control, h("div", { class: "picker-list" }, filter, note, list));
  const shown = { list, note, filter, popup, nodes: [], options: [], at: -1, asked: 0 };
  const take = (option) => choose(state, shown, option, change);
  const look = () => findOptions(state, shown, take);
  filter.addEventListener("input", look);
  filter.addEventListener("keydown", (event) => pressed(event, shown, take));
  filter.addEventListener("blur", () => list.contains(document.activeElement) || popup.close(false));
  list.addEventListener("mousedown", (event) => event.preventDefault()); // the focus stays where typing goes
  look();
  filter.focus({ preventScroll: true });
}

function isChosen(state, option) {
  return state.chosen.some((one) => one.value === option.value);
}

function choose(state, shown, option, change) {
  if (!state.many) {
    shown.popup.close();
    change([option]);
    return;
  }
  const without = state.chosen.filter((one) => one.value !== option.value);
  const isFull = without.length === state.chosen.length && state.chosen.length >= (state.most ?? Infinity);
  if (isFull) {
    clear(shown.note, `Not more than ${state.most}.`);
    return;
  }
  change(without.length < state.chosen.length ? without : [...state.chosen, option]);
  markChosen(state, shown);
  shown.popup.place();
}

function markChosen(state, shown) {
  shown.nodes.forEach((node, index) => {
    node.setAttribute("aria-selected", String(isChosen(state, shown.options[index])));
  });
}

async function findOptions(state, shown, take) {
  const asked = (shown.asked += 1);
  const isSlow = setTimeout(() => clear(shown.note, "Looking…"), 150);
  const { groups, note } = await state.find(shown.filter.value.trim());
  clearTimeout(isSlow);
  if (asked !== shown.asked) return; // something else was typed meanwhile
  drawOptions(state, shown, groups, take);
  const total = groups.reduce((sum, group) => sum + group.options.length, 0);
  const more = total > MOST ? `${total - MOST} more: type to narrow them down.` : "";
  clear(shown.note, note ?? (total ? more : "Nothing found."));
  shown.popup.place();
}

function drawOptions(state, shown, groups, take) {
  shown.options = groups.flatMap((group) => group.options).slice(0, MOST);
  shown.nodes = shown.options.map((option, index) => optionNode(shown, option, index, take));
  let from = 0;
  const parts = groups.map((group) => {
    const nodes = shown.nodes.slice(from, (from += group.options.length));
    if (!group.label || !nodes.length) return nodes;
    return h("div", { role: "group", "aria-label": group.label }, h("p", { class: "group-label" }, group.label), nodes);
  });
  clear(shown.list, parts);
  markChosen(state, shown);
  const chosen = shown.options.findIndex((option) => isChosen(state, option));
  mark(shown, chosen >= 0 ? chosen : shown.options.length ? 0 : -1);
}

function optionNode(shown, option, index, take) {
  const about = option.description ? h("span", { class: "description", dir: "auto" }, option.description) : null;
  const props = { class: "option", role: "option", id: `${shown.list.id}-${index}`, onclick: () => take(option) };
  return h("div", props, h("span", { dir: "auto" }, option.label), about);
}

/** The option that Enter would take. */
function mark(shown, at) {
  shown.nodes[shown.at]?.classList.remove("is-marked");
  shown.at = at;
  const node = shown.nodes[at];
  node?.classList.add("is-marked");
  node?.scrollIntoView({ block: "nearest" });
  if (node) shown.filter.setAttribute("aria-activedescendant", node.id);
  else shown.filter.removeAttribute("aria-activedescendant");
}

function pressed(event, shown, take) {
  const total = shown.nodes.length;
  if (event.key in STEPS && total) mark(shown, (shown.at + STEPS[event.key] + total) % total);
  else if (event.key === "Enter") shown.options[shown.at] && take(shown.options[shown.at]);
  else if (event.key === "Escape") shown.popup.close();
  else return;
  event.preventDefault();
  event.stopPropagation();
}
