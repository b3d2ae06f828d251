// Modals: the one on top of the stack is shown; those beneath wait. docs.slack.dev, "Modals".

import { clear, h } from "./dom.js";
import { filledIn, forget } from "./held.js";
import { closePopup } from "./popup.js";
import { drawView, firstField } from "./view.js";
import { act } from "./world.js";

const NO_ANSWER = "We had some trouble connecting. Try again?";

let parts = null; // the nodes of the dialog, made when the first modal opens
let shown = null; // the view that is shown
let stacked = []; // the ids of the views in the stack

function build() {
  const title = h("h2", { class: "modal-title", id: "modal-title", dir: "auto" });
  const back = h("button", { type: "button", class: "modal-sign", "aria-label": "Back", onclick: closeOne }, "←");
  const cross = h("button", { type: "button", class: "modal-sign", "aria-label": "Dismiss", onclick: closeAll }, "×");
  const content = h("div", { class: "modal-content" });
  const trouble = h("p", { class: "modal-trouble", role: "alert" });
  const close = h("button", { type: "button", class: "button", onclick: closeOne, dir: "auto" });
  const submit = h("button", { type: "submit", class: "button is-primary", dir: "auto" });
  const foot = h("footer", { class: "modal-foot" }, trouble, close, submit);
  const form = h("form", { class: "modal-form", novalidate: true, onsubmit: send }, content, foot);
  const head = h("header", { class: "modal-head" }, back, title, cross);
  const about = { class: "modal", "aria-labelledby": "modal-title", "data-test": "modal" };
  const dialog = h("dialog", { ...about, oncancel: cancel, onkeydown: holdEscape }, head, form);
  document.body.append(dialog);
  return { dialog, title, back, content, trouble, close, submit };
}

/** The view is closed when the workspace says so. */
function cancel(event) {
  event.preventDefault();
  closeOne();
}

/** Escape closes this and nothing beneath. */
function holdEscape(event) {
  if (event.key === "Escape") event.stopPropagation();
}

function closeOne() {
  return act("closes", {});
}

function closeAll() {
  return act("closes", stacked.length > 1 ? { all: true } : {});
}

/** Send the form; what is wrong with it is shown at its fields. */
async function send(event) {
  event.preventDefault();
  const { submit, trouble } = parts;
  if (!shown?.submit || submit.getAttribute("aria-busy") === "true") return;
  const view = shown;
  submit.setAttribute("aria-busy", "true");
  clear(trouble);
  const answer = await act("submits", { values: filledIn(view) });
  submit.removeAttribute("aria-busy");
  if (shown?.id !== view.id || !answer) return;
  if (answer.timed_out) clear(trouble, NO_ANSWER);
  else if (Object.keys(answer.errors ?? {}).length) complain(answer.errors);
}

/** Show errors at their fields, those of no field at the foot, and go to the first. */
function complain(errors) {
  drawView(parts.content, shown, errors);
  const known = new Set((shown.blocks ?? []).map(({ block_id: id }) => id));
  const others = Object.entries(errors).filter(([id]) => !known.has(id));
  clear(parts.trouble, others.map(([, text]) => text).join(" "));
  const wrong = parts.content.querySelector("[aria-invalid]");
  const target = wrong?.matches(".ticks") ? wrong.querySelector("input") : wrong;
  target?.focus();
  target?.closest(".block")?.scrollIntoView({ block: "nearest" });
}

function draw(view) {
  const { dialog, title, back, content, trouble, close, submit } = parts;
  const isNew = shown?.id !== view.id;
  const hadFields = !isNew && content.querySelector("[data-field]") !== null;
  clear(title, view.title ?? "");
  back.hidden = stacked.length < 2;
  clear(close, view.close || (view.submit ? "Cancel" : "Close"));
  clear(submit, view.submit ?? "");
  submit.hidden = !view.submit;
  if (isNew) {
    closePopup();
    clear(trouble);
    submit.removeAttribute("aria-busy");
    content.replaceChildren();
  }
  shown = view;
  dialog.dataset.view = view.id;
  drawView(content, view);
  if (isNew) content.scrollTop = 0;
  if (isNew || !hadFields) (firstField(content, view) ?? close).focus({ preventScroll: true });
}

/** Show the view on top of a stack (the bottom one first), or nothing when there is none. */
export function showStack(stack) {
  const views = stack ?? [];
  for (const id of stacked) if (!views.some((view) => view.id === id)) forget(id);
  stacked = views.map(({ id }) => id);
  if (!views.length) return takeAway();
  parts ??= build();
  if (!parts.dialog.open) parts.dialog.showModal();
  draw(views.at(-1));
}

/** The focus goes back to where it was before. */
function takeAway() {
  closePopup();
  parts?.dialog.close();
  parts?.dialog.remove();
  parts = null;
  shown = null;
}
