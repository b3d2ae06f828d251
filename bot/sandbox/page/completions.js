// What fits to the word that is being written: commands, people, groups, channels, emoji.

import { EMOJI } from "./emoji.js";
import { h } from "./dom.js";
import { world } from "./world.js";

const MOST = 8;

function entry(shown, about, text, length) {
  return { shown: h("span", { class: "name", dir: "auto" }, shown), about, text, length };
}

function commands(typed) {
  const known = (world.app.commands ?? []).filter(({ command }) => command.startsWith(typed) && command !== typed);
  return known.map((one) => entry(one.command, one.description || one.usage_hint, `${one.command} `, typed.length));
}

function people(word) {
  const typed = word.slice(1).toLowerCase();
  const fits = (...names) => names.some((name) => (name ?? "").toLowerCase().includes(typed));
  const persons = Object.values(world.people)
    .filter((one) => !one.is_deactivated && fits(one.name, one.real_name))
    .map((one) => entry(one.real_name || one.name, `@${one.name}`, `@${one.name} `, word.length));
  const groups = Object.values(world.groups)
    .filter((one) => fits(one.handle))
    .map((one) => entry(`@${one.handle}`, `${one.users.length} people`, `@${one.handle} `, word.length));
  return [...persons, ...groups];
}

function channels(word) {
  const typed = word.slice(1).toLowerCase();
  return world.channels
    .filter((one) => (one.kind === "public" || one.kind === "private") && one.name.includes(typed))
    .map((one) => entry(`#${one.name}`, one.topic.slice(0, 40), `#${one.name} `, word.length));
}

function emoji(word) {
  const typed = word.slice(1);
  return EMOJI.filter(([name]) => name.startsWith(typed)).map(([name, shown]) =>
    entry(`${shown} :${name}:`, "", `:${name}: `, word.length),
  );
}

/** What to offer for the text before the cursor: [{shown (a node), about, text, length (letters it replaces)}]. */
export function completionsFor(before, withCommands) {
  if (withCommands && /^\/\S*$/.test(before)) return commands(before).slice(0, MOST);
  const word = /(?:^|[\s(])([@#:][\w.-]*)$/.exec(before)?.[1];
  if (!word) return [];
  if (word[0] === "@") return people(word).slice(0, MOST);
  if (word[0] === "#") return channels(word).slice(0, MOST);
  return word.length > 2 ? emoji(word).slice(0, MOST) : [];
}
