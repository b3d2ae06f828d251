// A view, a form or App Home, drawn into a node and drawn again when it changed. What did not change stays as it is;
// what somebody has typed and where they are is kept.

import { blockNode } from "./blocks.js";

const drawn = new WeakMap(); // node → block id → {written, node}

/** Where the focus is within a node: the field, and what is marked in it. */
function focusIn(holder) {
  const active = document.activeElement;
  if (!holder.contains(active) || !active.dataset.field) return null;
  let marked = null;
  try {
    marked = [active.selectionStart, active.selectionEnd];
  } catch {
    marked = null; // fields for numbers and dates do not tell
  }
  return { field: active.dataset.field, marked, node: active };
}

function giveBack(holder, focus) {
  if (!focus) return;
  const control = [...holder.querySelectorAll("[data-field]")].find((one) => one.dataset.field === focus.field);
  if (!control || control === document.activeElement) return;
  control.focus({ preventScroll: true });
  const [from, to] = focus.marked ?? [];
  if (typeof from === "number" && "setSelectionRange" in control) control.setSelectionRange(from, to);
}

/** Draw the blocks of a view into `holder`. `errors`: block id → what is wrong. */
export function drawView(holder, view, errors = view.errors ?? {}) {
  const surface = { kind: view.type, view: view.id, state: view.state ?? {}, errors };
  const before = drawn.get(holder) ?? new Map();
  const after = new Map();
  const focus = focusIn(holder);
  for (const [at, block] of (view.blocks ?? []).entries()) {
    const id = block.block_id ?? `#${at}`;
    const written = JSON.stringify([view.id, block, surface.state[id], errors[id]]);
    const known = before.get(id);
    after.set(id, known?.written === written ? known : { written, node: blockNode(block, surface) });
  }
  drawn.set(holder, after);
  const nodes = [...after.values()].map(({ node }) => node);
  const isSame = nodes.length === holder.children.length && nodes.every((node, at) => node === holder.children[at]);
  if (!isSame) holder.replaceChildren(...nodes);
  giveBack(holder, focus);
}

/** The field that a view wants to begin with, else its first. */
export function firstField(holder, view) {
  const wanted = (view.blocks ?? []).find(({ element }) => element?.focus_on_load);
  const name = wanted && `${wanted.block_id}/${wanted.element.action_id}`;
  const fields = [...holder.querySelectorAll("[data-field]")];
  return fields.find(({ dataset }) => dataset.field === name) ?? fields[0] ?? null;
}
