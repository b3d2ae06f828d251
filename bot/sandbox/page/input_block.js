// A field of a form: its label, the field, a hint, and what is wrong with it. docs.slack.dev, "Input block".

import { h } from "./dom.js";
import { elementNode, words } from "./elements.js";

let count = 0;

/** Tell those who hear the page what belongs to a field. */
function describe(node, control, { hint, error, isNeeded }) {
  const about = [hint, error].filter(Boolean).map(({ id }) => id);
  const target = control ?? node;
  if (about.length) target.setAttribute("aria-describedby", about.join(" "));
  if (error) target.setAttribute("aria-invalid", "true");
  if (isNeeded && control?.matches("input, textarea")) control.setAttribute("aria-required", "true");
}

/** The nodes of an input block. Choices by boxes are a group with a legend; others have a label. */
export function inputBlock(block, surface) {
  const id = `input-${(count += 1)}`;
  const node = elementNode(block.element, block, surface);
  const isGroup = node.classList.contains("ticks");
  const control = isGroup ? null : node.matches("[data-field]") ? node : node.querySelector("[data-field]");
  const message = surface.errors?.[block.block_id];
  const hint = block.hint ? h("p", { class: "hint", id: `${id}-hint`, dir: "auto" }, words(block.hint)) : null;
  const error = message
    ? h("p", { class: "field-error", id: `${id}-error`, role: "alert", dir: "auto" }, String(message))
    : null;
  describe(node, control, { hint, error, isNeeded: !block.optional });
  if (control) control.id = id;
  const optional = block.optional ? h("span", { class: "optional" }, " (optional)") : null;
  if (isGroup) {
    return h("fieldset", { class: "input-field" }, h("legend", { dir: "auto" }, words(block.label), optional), node, error, hint);
  }
  const about = { id: `${id}-label`, for: control ? id : null, dir: "auto" };
  const label = h("label", about, words(block.label), optional);
  const picked = control?.querySelector(".placeholder, .picked"); // a select is called by its label and what is chosen
  if (picked) control.setAttribute("aria-labelledby", `${id}-label ${picked.id}`);
  return h("div", { class: "input-field" }, label, node, error, hint);
}
