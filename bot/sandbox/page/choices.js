// The selects of Block Kit: what each of them offers. docs.slack.dev, "Select menu" and "Multi-select menu" elements.

import { changes } from "./acting.js";
import { fieldName, heldIn } from "./held.js";
import { picker } from "./pickers.js";
import { act, person, world } from "./world.js";

const PAUSE = 250; // milliseconds without typing before the app is asked
const ASKED_FROM = 3; // letters, where the app does not say from how many on it wants to be asked
const KINDS = { im: "im", mpim: "mpim", private: "private", public: "public" };

/** An option of an app as the list shows it; `given` is what it came as. */
function listed(option) {
  const description = option.description?.text;
  return { value: option.value, label: option.text?.text ?? String(option.value), description, given: option };
}

function matching(options, typed) {
  const wanted = typed.toLocaleLowerCase();
  const has = (text) => text?.toLocaleLowerCase().includes(wanted);
  return options.filter(({ label, description }) => has(label) || has(description));
}

function inGroups(answer) {
  const groups = answer?.option_groups?.length ? answer.option_groups : [{ options: answer?.options ?? [] }];
  return groups.map(({ label, options }) => ({ label: label?.text, options: (options ?? []).map(listed) }));
}

/** The options that the app wrote down. */
function offered(element) {
  const groups = inGroups(element);
  const size = groups.reduce((sum, group) => sum + group.options.length, 0);
  const find = async (typed) => ({
    groups: groups.map(({ label, options }) => ({ label, options: matching(options, typed) })),
  });
  return { find, size };
}

/** Options that the app is asked for while somebody types. */
function asked({ surface, block, element }) {
  const least = element.min_query_length ?? ASKED_FROM;
  const place = surface.kind === "message" ? { in: surface.channel, message: surface.message } : { view: surface.view };
  let newest = 0;
  const find = async (typed) => {
    const turn = (newest += 1);
    if (typed.length < least) return { groups: [], note: `Type at least ${least} ${least === 1 ? "letter" : "letters"}.` };
    await new Promise((later) => setTimeout(later, PAUSE));
    if (turn !== newest) return { groups: [] };
    const answer = await act("asks_options", {
      action_id: element.action_id,
      text: typed,
      block: block.block_id,
      ...place,
    });
    const note = !answer || answer.timed_out ? "The app did not respond." : undefined;
    return { groups: inGroups(answer), note };
  };
  return { find };
}

function fixed(options) {
  return { find: async (typed) => ({ groups: [{ options: matching(options, typed) }] }), size: options.length };
}

function somebody(id) {
  const { name, real_name: real } = person(id);
  return { value: id, label: real || name, description: real && real !== name ? `@${name}` : undefined, given: id };
}

function people() {
  const known = Object.values(world.people ?? {}).filter((one) => !one.is_deactivated);
  return fixed(known.map((one) => somebody(one.id)).sort((one, other) => one.label.localeCompare(other.label)));
}

function somewhere(id) {
  const found = (world.channels ?? []).find((one) => one.id === id);
  if (!found) return { value: id, label: id, given: id };
  const isDirect = found.kind === "im" || found.kind === "mpim";
  const label = isDirect ? (found.with ?? []).map((one) => person(one).name).join(", ") : `#${found.name}`;
  const description = found.kind === "private" ? "private" : isDirect ? "direct message" : undefined;
  return { value: id, label, description, given: id };
}

function places(isWanted) {
  const known = (world.channels ?? []).filter((one) => !one.is_archived && isWanted(one));
  return fixed(known.map((one) => somewhere(one.id)));
}

function hasBot(one) {
  return (one.with ?? []).some((id) => person(id).is_bot || person(id).is_app);
}

function conversations({ filter }) {
  const wanted = (filter?.include ?? Object.keys(KINDS)).map((kind) => KINDS[kind]);
  return places((one) => wanted.includes(one.kind) && !(filter?.exclude_bot_users && hasBot(one)));
}

/** Type of element, without "multi_" → what it offers, and how a value of it is shown. */
const SELECTS = {
  static_select: { offers: ({ element }) => offered(element), shown: listed },
  external_select: { offers: asked, shown: listed },
  users_select: { offers: people, shown: somebody },
  channels_select: { offers: () => places((one) => one.kind === "public"), shown: somewhere },
  conversations_select: { offers: ({ element }) => conversations(element), shown: somewhere },
};

function several(value) {
  if (value === null || value === undefined) return [];
  return Array.isArray(value) ? value : [value];
}

/** Any of the selects. */
export function select(field) {
  const { block, element } = field;
  const many = element.type.startsWith("multi_");
  const { offers, shown } = SELECTS[element.type.replace("multi_", "")];
  const placeholder = element.placeholder?.text ?? (many ? "Choose some" : "Choose one");
  const onchange = (chosen, control) => {
    const values = chosen.map(({ given }) => given);
    return changes(field, control, many ? values : (values[0] ?? null));
  };
  return picker({
    ...offers(field),
    many,
    most: element.max_selected_items,
    chosen: several(heldIn(field)).map(shown),
    placeholder,
    label: block.type === "input" ? null : placeholder,
    field: fieldName(block, element),
    canClear: block.type === "input" && Boolean(block.optional),
    onchange,
  });
}
