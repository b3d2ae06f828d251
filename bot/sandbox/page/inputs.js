// Fields to write in, boxes to tick, dates and times. docs.slack.dev, "Block Kit elements".

import { changes, chooses, isToldAtOnce } from "./acting.js";
import { instantAt, wallClock } from "./dates.js";
import { h } from "./dom.js";
import { given } from "./files.js";
import { fieldName, heldIn, keep } from "./held.js";
import { mrkdwn, plain } from "./mrkdwn.js";

const LONGEST = 3_000; // characters, where the app does not say less
const SETTLED = 500; // milliseconds: a date that is typed is complete in between, too
const NEARLY = 0.8; // of the most letters, from where on it is said how many are left

let count = 0;

/** The words of a rich_text value, as somebody would type them. */
function typedWords(value) {
  if (value === null || typeof value !== "object") return value ?? "";
  const words = (part) => part.text ?? part.elements?.map(words).join("") ?? "";
  return (value.elements ?? []).map(words).join("\n");
}

/** How many letters are left, once they become few; or how many are still needed. */
function counter(control, least, most) {
  const left = h("span", { class: "counter", "aria-live": "polite" });
  const show = () => {
    const { length } = control.value;
    const isShort = length > 0 && length < least;
    left.textContent = isShort ? `${least - length} more` : length >= most * NEARLY ? String(most - length) : "";
  };
  control.addEventListener("input", show);
  show();
  return left;
}

/** When the app of an input with dispatch_action wants to hear of what is written. */
function dispatch(field, control) {
  const config = field.element.dispatch_action_config?.trigger_actions_on ?? ["on_enter_pressed"];
  let waiting;
  if (config.includes("on_character_entered")) {
    control.addEventListener("input", () => {
      clearTimeout(waiting);
      waiting = setTimeout(() => chooses(field, control, control.value), SETTLED);
    });
  }
  if (!config.includes("on_enter_pressed")) return;
  control.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    clearTimeout(waiting);
    chooses(field, control, control.value);
  });
}

function written(type, attributes = {}) {
  return (field) => {
    const { block, element } = field;
    const isLong = element.multiline || element.type === "rich_text_input";
    const most = element.max_length ?? LONGEST;
    const control = h(isLong ? "textarea" : "input", {
      class: "field",
      type: isLong ? null : type,
      rows: isLong ? "4" : null,
      placeholder: element.placeholder?.text ?? null,
      maxlength: String(most),
      dir: "auto",
      autocomplete: "off",
      dataset: { field: fieldName(block, element) },
      ...attributes,
      ...(element.type === "number_input" ? limits(element) : {}),
    });
    control.value = typedWords(heldIn(field));
    control.addEventListener("input", () => keep(field, control.value));
    if (isToldAtOnce(field)) dispatch(field, control);
    return h("div", { class: "field-holder" }, control, counter(control, element.min_length ?? 0, most));
  };
}

function limits(element) {
  const step = element.is_decimal_allowed ? "any" : "1";
  return { min: element.min_value ?? null, max: element.max_value ?? null, step, inputmode: "decimal" };
}

/** A native date or time field: `shows` makes the field's text of a value, `means` a value of its text. */
function clockField(type, shows = (value) => value ?? "", means = (text) => text || null) {
  return (field) => {
    const { block, element } = field;
    const label = block.type === "input" ? null : (element.placeholder?.text ?? type);
    const control = h("input", {
      class: "field is-short",
      type,
      "aria-label": label,
      dataset: { field: fieldName(block, element) },
    });
    control.value = shows(heldIn(field));
    let told = control.value;
    let waiting;
    const tell = async () => {
      clearTimeout(waiting);
      if (control.value === told) return;
      const before = told;
      told = control.value;
      if (await changes(field, control, means(control.value))) return;
      told = before;
      control.value = before;
    };
    control.addEventListener("input", () => {
      clearTimeout(waiting);
      if (block.type === "input") keep(field, means(control.value));
      waiting = setTimeout(tell, SETTLED);
    });
    control.addEventListener("blur", tell);
    return control;
  };
}

function words(part) {
  return part?.type === "mrkdwn" ? mrkdwn(part.text) : plain(part?.text ?? "", part?.emoji !== false);
}

function ticked(type, option, isTicked, name) {
  const box = h("input", { type, name, value: option.value, checked: isTicked });
  const about = option.description ? h("span", { class: "description", dir: "auto" }, words(option.description)) : null;
  const label = h("span", { class: "tick-words" }, h("span", { dir: "auto" }, words(option.text)), about);
  return [h("label", { class: "tick" }, box, label), box];
}

/** Radio buttons or checkboxes. */
function boxes(type, isMany) {
  return (field) => {
    const { block, element } = field;
    const options = element.options ?? [];
    const held = [heldIn(field) ?? []].flat();
    const name = `boxes-${(count += 1)}`;
    const isHeld = ({ value }) => held.some((one) => one?.value === value);
    const pairs = options.map((option) => ticked(type, option, isHeld(option), name));
    const controls = pairs.map(([, box]) => box);
    controls.forEach((box, at) => (box.dataset.field = `${fieldName(block, element)}/${at}`));
    let before = controls.map((box) => box.checked);
    const tell = async () => {
      const chosen = options.filter((_, at) => controls[at].checked);
      if (await changes(field, group, isMany ? chosen : (chosen[0] ?? null))) {
        before = controls.map((box) => box.checked);
      } else controls.forEach((box, at) => (box.checked = before[at]));
    };
    const label = block.type === "input" ? {} : { role: isMany ? "group" : "radiogroup", "aria-label": "Options" };
    const group = h("div", { class: "ticks", ...label, onchange: tell }, ...pairs.map(([node]) => node));
    return group;
  };
}

/** A file, or several where the app takes them. A form that is drawn anew names those it has. */
function fileField(field) {
  const { block, element } = field;
  const names = h("small", {});
  const control = h("input", {
    class: "field",
    type: "file",
    multiple: element.max_files !== 1,
    accept: (element.filetypes ?? []).map((ending) => `.${ending}`).join(",") || null,
    dataset: { field: fieldName(block, element) },
  });
  const show = () => (names.textContent = (heldIn(field) ?? []).map(({ name }) => name).join(", "));
  control.addEventListener("change", async () => {
    await changes(field, control, await given(control));
    show();
  });
  show();
  return h("div", { class: "field-holder" }, control, names);
}

const ADDRESS = { spellcheck: "false", autocapitalize: "off" };

export const INPUTS = {
  plain_text_input: written("text"),
  rich_text_input: written("text"),
  number_input: written("number"),
  email_text_input: written("text", { inputmode: "email", ...ADDRESS }),
  url_text_input: written("text", { inputmode: "url", ...ADDRESS }),
  datepicker: clockField("date"),
  timepicker: clockField("time"),
  datetimepicker: clockField(
    "datetime-local",
    (epoch) => (epoch ? wallClock(Number(epoch)) : ""),
    (text) => (text ? instantAt(text) : null),
  ),
  checkboxes: boxes("checkbox", true),
  radio_buttons: boxes("radio", false),
  file_input: fileField,
};
