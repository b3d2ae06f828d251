// Going somewhere quickly, being somebody else, choosing people.

import { clockTimeIn, dateText, SHORT } from "./dates.js";
import { face } from "./face.js";
import { h } from "./dom.js";
import { chooseFrom, row } from "./panel.js";
import { mrkdwn } from "./text.js";
import { act, channel, person, titleOf, world } from "./world.js";

const EXCERPT = 110; // letters of a message in a list

function people() {
  return Object.values(world.people).sort((one, other) => one.real_name.localeCompare(other.real_name));
}

function fits(typed, ...names) {
  return names.some((name) => (name ?? "").toLowerCase().includes(typed));
}

/** "guest", "deactivated", "app", or nothing of the kind. */
export function kindOf(one) {
  if (one.is_deactivated) return "deactivated";
  if (one.is_guest) return "guest";
  return one.is_bot || one.is_app ? "app" : "";
}

/** Be somebody else from now on. */
export function openWho() {
  const rows = (typed) =>
    people()
      .filter((one) => !one.is_bot && !one.is_app && fits(typed, one.name, one.real_name))
      .map((one) => {
        const about = [`@${one.name}`, `${clockTimeIn(one.tz)} there`, kindOf(one)].filter(Boolean).join(" · ");
        return row(face(one, "is-small"), one.real_name || one.name, about, () => world.become(one));
      });
  chooseFrom({ title: "Who are you?", label: "Find a person", rows, test: "who" });
}

/** To a channel, a person or a message, by a few letters. */
export function openSwitcher() {
  const rows = (typed) => {
    const places = world.channels
      .filter((one) => fits(typed, one.name, titleOf(one)))
      .map((one) => {
        const sign = { public: "#", private: "🔒" }[one.kind] ?? "@";
        const about = one.is_archived ? "archived" : one.is_member ? "" : "not joined";
        return row(h("span", { class: "sign" }, sign), titleOf(one), about, () => world.go(one.id));
      });
    const known = new Set(world.channels.filter((one) => one.kind === "im").flatMap((one) => one.with));
    const others = people()
      .filter((one) => one.id !== world.me && !known.has(one.id) && fits(typed, one.name, one.real_name))
      .map((one) => row(face(one, "is-small"), one.real_name || one.name, `@${one.name}`, () => writeTo([one.id])));
    return [...places, ...others].slice(0, 50);
  };
  chooseFrom({ title: "Go to", label: "A channel, a person or words of a message", rows, more: messages, test: "switcher" });
}

/** Messages with these words, the newest first. */
async function messages(typed) {
  const answer = await act("searches", { text: typed });
  return (answer?.found ?? []).map((one) => {
    const where = channel(one.channel);
    const sign = where.kind === "im" || where.kind === "mpim" ? "@" : "#";
    const about = `${sign}${titleOf(where)} · ${dateText(Number(one.ts), SHORT)}`;
    const node = row(face(person(one.user), "is-small"), excerpt(one.text, typed), about, () => world.goToMessage(one));
    node.node.classList.add("is-message");
    return node;
  });
}

/** The words of a message around the first of those that were looked for, which stand out. */
function excerpt(text, typed) {
  const said = mrkdwn(text).textContent.replace(/\s+/g, " ");
  const at = said.toLowerCase().indexOf(typed.split(/\s+/)[0]);
  if (at < 0) return said.slice(0, EXCERPT);
  const from = at < EXCERPT / 2 ? 0 : said.indexOf(" ", at - EXCERPT / 3) + 1 || at;
  const end = at + typed.split(/\s+/)[0].length;
  const until = Math.max(end, from + EXCERPT);
  return [
    from ? "…" : "",
    said.slice(Math.min(from, at), at),
    h("mark", {}, said.slice(at, end)),
    said.slice(end, until),
    until < said.length ? "…" : "",
  ];
}

/** Open the direct messages with some people. */
export async function writeTo(ids) {
  const answer = await act("opens_dm", { people: ids });
  if (answer) world.go(answer.channel);
}

/** Choose a person; `run` gets them. */
export function choosePerson(title, run, without = []) {
  const rows = (typed) =>
    people()
      .filter((one) => !without.includes(one.id) && fits(typed, one.name, one.real_name))
      .map((one) => row(face(one, "is-small"), one.real_name || one.name, kindOf(one) || `@${one.name}`, () => run(one)));
  chooseFrom({ title, label: "Find a person", rows, test: "person-chooser" });
}

/** Channels that somebody is not in. */
export function openBrowser() {
  const rows = (typed) =>
    world.channels
      .filter((one) => one.kind === "public" && !one.is_member && fits(typed, one.name))
      .map((one) => {
        const about = one.is_archived ? "archived" : `${one.members.length} in it`;
        return row(h("span", { class: "sign" }, "#"), one.name, about, () => world.go(one.id));
      });
  chooseFrom({ title: "Other channels", label: "Find a channel", rows, test: "browser" });
}
