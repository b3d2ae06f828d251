// Who is in a channel, and what can be done about it: invite, put out, leave, archive.

import { h } from "./dom.js";
import { face } from "./face.js";
import { openPanel } from "./panel.js";
import { choosePerson, kindOf } from "./switcher.js";
import { act, person, world } from "./world.js";

function rowOf(one, id, canAct) {
  const somebody = person(id);
  const putOut = async () => {
    if (await act("removes", { person: id, from: one.id })) node.remove();
  };
  const label = `Remove ${somebody.real_name}`;
  const button = h("button", { type: "button", class: "head-button", "aria-label": label, onclick: putOut }, "Remove");
  const about = [`@${somebody.name}`, kindOf(somebody)].filter(Boolean).join(" · ");
  const node = h(
    "div",
    { class: "option-row", role: "listitem" },
    face(somebody, "is-small"),
    h("span", { class: "name", dir: "auto" }, somebody.real_name, " ", h("small", {}, about)),
    canAct && id !== world.me ? button : null,
  );
  return node;
}

/** Show who is in a channel. */
export function openMembers(one) {
  const canAct = one.is_member && !one.is_archived;
  const thenClose = (run) => () => {
    panel.close();
    run();
  };
  const invite = () => choosePerson("Invite", (somebody) => act("invites", { person: somebody.id, to: one.id }), one.members);
  const choices = [
    ["Archive", "", () => act("archives", { channel: one.id })],
    ["Leave", "", () => act("leaves", { channel: one.id })],
    ["Invite somebody", "is-primary", invite],
  ];
  const buttons = choices.map(([label, kind, run]) =>
    h("button", { type: "button", class: `button ${kind}`, onclick: thenClose(run) }, label),
  );
  const rows = one.members.map((id) => rowOf(one, id, canAct));
  const list = h("div", { class: "choices", role: "list" }, rows);
  const foot = canAct ? h("div", { class: "pad row-of-buttons" }, buttons) : null;
  const panel = openPanel(`In #${one.name}`, [list, foot]);
}
