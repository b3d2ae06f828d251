// One element of a block, as something to see and to work. docs.slack.dev, "Block Kit elements".

import { chooses, clicks } from "./acting.js";
import { select } from "./choices.js";
import { clear, h } from "./dom.js";
import { isSafe } from "./entities.js";
import { fieldName } from "./held.js";
import { INPUTS } from "./inputs.js";
import { openMenu } from "./menu.js";
import { mrkdwn, plain } from "./mrkdwn.js";
import { picture } from "./pictures.js";

const STYLES = { primary: "is-primary", danger: "is-danger" };
const ICONS = { trash: "🗑" };

/** A text object, or nothing. */
export function words(part) {
  if (!part) return null;
  return part.type === "mrkdwn" ? mrkdwn(part.text) : plain(part.text ?? "", part.emoji !== false);
}

function button(field) {
  const { block, element } = field;
  const opens = element.url && isSafe(element.url) ? element.url : null;
  const isLink = opens && !element.confirm; // with a question first, the page itself opens the address afterwards
  const work = async () => {
    if ((await clicks(field, control)) && opens && !isLink) window.open(opens, "_blank", "noopener,noreferrer");
  };
  const props = {
    class: `button ${STYLES[element.style] ?? ""}`,
    "aria-label": element.accessibility_label ?? null,
    dataset: { field: fieldName(block, element), action: element.action_id },
    dir: "auto",
    onclick: work,
  };
  const link = { href: opens, target: "_blank", rel: "noopener noreferrer" };
  const control = isLink ? h("a", { ...props, ...link }) : h("button", { type: "button", ...props });
  clear(control, words(element.text), opens ? h("span", { class: "outward", "aria-hidden": "true" }, " ↗") : null);
  return control;
}

function iconButton(field) {
  const { block, element } = field;
  const label = element.accessibility_label ?? element.text?.text ?? element.icon ?? "Action";
  return h(
    "button",
    {
      type: "button",
      class: "button is-icon",
      "aria-label": label,
      title: element.text?.text ?? label,
      dataset: { field: fieldName(block, element), action: element.action_id },
      onclick: (event) => clicks(field, event.currentTarget),
    },
    ICONS[element.icon] ?? "•",
  );
}

function feedbackButtons(field) {
  const { block, element } = field;
  const one = (choice, icon, name) => {
    const choose = async (event) => {
      const control = event.currentTarget;
      if (!(await chooses(field, control, choice.value))) return;
      for (const each of control.parentElement.children) each.setAttribute("aria-pressed", String(each === control));
    };
    const props = { type: "button", class: "button", "aria-pressed": "false", onclick: choose };
    const label = choice.accessibility_label ?? choice.text?.text ?? name;
    const data = { field: `${fieldName(block, element)}/${name}`, action: element.action_id };
    return h("button", { ...props, "aria-label": label, dataset: data }, `${icon} `, words(choice.text));
  };
  const [good, bad] = [element.positive_button, element.negative_button];
  return h("span", { class: "pair" }, good && one(good, "👍", "Good"), bad && one(bad, "👎", "Bad"));
}

function workflowButton({ element }) {
  const why = "Workflows do not run in the local Slack.";
  return h("button", { type: "button", class: "button", disabled: true, title: why }, words(element.text), ` (${why})`);
}

function overflow(field) {
  const { block, element } = field;
  const entries = (element.options ?? []).map((option) => ({
    words: h("span", { dir: "auto" }, words(option.text)),
    description: option.description?.text,
    href: option.url && isSafe(option.url) ? option.url : null,
    run: () => chooses(field, control, option.value),
  }));
  const control = h(
    "button",
    {
      type: "button",
      class: "button is-icon",
      "aria-label": "More",
      "aria-haspopup": "menu",
      "aria-expanded": "false",
      dataset: { field: fieldName(block, element), action: element.action_id },
      onclick: () => openMenu(control, "More", entries),
    },
    "⋯",
  );
  return control;
}

const SELECT = /^(multi_)?(static|external|users|channels|conversations)_select$/;

const KINDS = {
  ...INPUTS,
  button,
  icon_button: iconButton,
  feedback_buttons: feedbackButtons,
  workflow_button: workflowButton,
  overflow,
  image: ({ element }) => picture(element, "is-small"),
};

/** The node of an element of a block on a surface (see blocks.js). An unknown one is named, never an error. */
export function elementNode(element, block, surface) {
  const field = { element, block, surface };
  const type = String(element?.type);
  if (SELECT.test(type)) return select(field);
  if (Object.hasOwn(KINDS, type)) return KINDS[type](field);
  return h("span", { class: "unknown" }, `An element of the type ${type} cannot be shown here.`);
}
