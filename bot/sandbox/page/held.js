// What stands in a field: as somebody filled it in on this page, else as the workspace knows it, else as the app began.
// docs.slack.dev, "Block Kit elements": the names under which each element carries its value.

const NAMES = {
  plain_text_input: "value",
  number_input: "value",
  email_text_input: "value",
  url_text_input: "value",
  rich_text_input: "rich_text_value",
  static_select: "selected_option",
  external_select: "selected_option",
  radio_buttons: "selected_option",
  multi_static_select: "selected_options",
  multi_external_select: "selected_options",
  checkboxes: "selected_options",
  users_select: "selected_user",
  multi_users_select: "selected_users",
  channels_select: "selected_channel",
  multi_channels_select: "selected_channels",
  conversations_select: "selected_conversation",
  multi_conversations_select: "selected_conversations",
  datepicker: "selected_date",
  timepicker: "selected_time",
  datetimepicker: "selected_date_time",
  file_input: "files",
};

const typed = new Map(); // place of blocks → field → value, until it is sent or its form is closed

/** Where blocks are: one view, or one message. */
function place(surface) {
  return surface.view ?? `${surface.channel}/${surface.message}`;
}

/** The name of a field within its view or message. */
export function fieldName(block, element) {
  return `${block.block_id}/${element.action_id}`;
}

/** Keep what somebody filled in, for when the form is drawn anew and for when it is sent. */
export function keep({ surface, block, element }, value) {
  const known = typed.get(place(surface)) ?? new Map();
  known.set(fieldName(block, element), value);
  typed.set(place(surface), known);
}

/** What somebody filled in here since the form was opened, or undefined. */
export function kept({ surface, block, element }) {
  return typed.get(place(surface))?.get(fieldName(block, element));
}

/** Forget what was filled into a view that is closed. */
export function forget(view) {
  typed.delete(view);
}

function initial(element) {
  const name = NAMES[element.type];
  return element[name.startsWith("selected_") ? name.replace("selected_", "initial_") : "initial_value"];
}

/** The value of a field in the form that payloads have: a string, a number, an option, or a list of such; or null. */
export function heldIn(field) {
  const known = kept(field);
  if (known !== undefined) return known;
  const { surface, block, element } = field;
  const entry = surface.state?.[block.block_id]?.[element.action_id];
  return (entry ? entry[NAMES[element.type]] : initial(element)) ?? null;
}

/** A value as it is sent: options by their values. */
export function sentForm(value) {
  if (Array.isArray(value)) return value.map(sentForm);
  return value !== null && typeof value === "object" && "value" in value ? value.value : value;
}

/** What was filled into the input blocks of a view since it was opened: block id → value. */
export function filledIn(view) {
  const found = {};
  for (const block of view.blocks ?? []) {
    if (block.type !== "input" || !block.element) continue;
    const value = kept({ surface: { view: view.id }, block, element: block.element });
    if (value !== undefined) found[block.block_id] = sentForm(value);
  }
  return found;
}

/** The same of a surface whose blocks are not at hand, for what is told of a form before all of it is sent. */
export function heldAt(surface) {
  const found = {};
  if (!surface.view) return found;
  for (const [name, value] of typed.get(surface.view) ?? []) found[name.split("/")[0]] = sentForm(value);
  return found;
}
