// A person works an element: it is busy until the app has acknowledged, and says so when the app did not.

import { confirmed } from "./confirm.js";
import { h } from "./dom.js";
import { heldAt, heldIn, keep, sentForm } from "./held.js";
import { act } from "./world.js";

const NO_ANSWER = "The app did not respond.";

/** How an act names the place of an element. */
function address({ surface, block }) {
  const at = surface.kind === "message" ? { in: surface.channel, message: surface.message } : { view: surface.view };
  const values = heldAt(surface);
  return { ...at, block: block.block_id, ...(Object.keys(values).length ? { values } : {}) };
}

/** Whether somebody may go on: the element asks for no confirmation, or got it. */
async function isMeant(element) {
  return !element.confirm || confirmed(element.confirm);
}

function noteAt(control) {
  return control.closest(".block") ?? control.parentElement;
}

function sayNobodyAnswered(control) {
  const note = h("p", { class: "no-answer", role: "status" }, NO_ANSWER);
  noteAt(control)?.append(note);
  note.scrollIntoView({ block: "nearest" });
}

async function perform(control, verb, fields) {
  noteAt(control)?.querySelector(":scope > .no-answer")?.remove();
  control.setAttribute("aria-busy", "true");
  const answer = await act(verb, fields);
  control.removeAttribute("aria-busy");
  if (answer?.timed_out) sayNobodyAnswered(control);
  return answer !== null;
}

/** A button was pressed. False when it was not meant, or refused. */
export async function clicks(field, control) {
  if (control.getAttribute("aria-busy") === "true" || !(await isMeant(field.element))) return false;
  return perform(control, "clicks", { what: field.element.action_id, ...address(field) });
}

const underWay = new WeakMap(); // control → what was chosen last there; choices are told one after the other

/** Something was chosen; false when it was not meant, or refused. `value`: as payloads have it. */
export async function chooses(field, control, value) {
  if (!(await isMeant(field.element))) return false;
  const fields = { action_id: field.element.action_id, value: sentForm(value), ...address(field) };
  const last = underWay.get(control);
  const mine = (async () => {
    await last;
    return perform(control, "chooses", fields);
  })();
  underWay.set(control, mine);
  return mine;
}

/** Whether the app is told of every change at once; else only with the whole form. */
export function isToldAtOnce({ block }) {
  return block.type !== "input" || Boolean(block.dispatch_action);
}

/** A field has a new value: kept for its form, told to the app where it wants to know. False when it must go back. */
export async function changes(field, control, value) {
  const isKept = field.block.type === "input";
  const before = heldIn(field);
  if (isKept) keep(field, value);
  if (!isToldAtOnce(field) || (await chooses(field, control, value))) return true;
  if (isKept) keep(field, before);
  return false;
}
