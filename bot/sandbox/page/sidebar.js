// The left column: channels, direct messages, the app, and who one is.

import { clockTimeIn } from "./dates.js";
import { clear, h } from "./dom.js";
import { face } from "./face.js";
import { askFor } from "./panel.js";
import { choosePerson, openBrowser, openSwitcher, openWho, writeTo } from "./switcher.js";
import { act, current, person, titleOf, world } from "./world.js";

const SIGNS = { public: "#", private: "🔒" };
const THEMES = { light: "dark", dark: "light" };

function badge(one) {
  if (!one.unread) return null;
  const words = `${one.unread} unread${one.mentions ? `, ${one.mentions} for you` : ""}`;
  const counted = one.mentions || (one.kind === "im" || one.kind === "mpim" ? one.unread : 0);
  const shown = Math.min(counted || one.unread, 99);
  return h("span", { class: counted ? "badge is-mention" : "badge", "aria-label": words }, String(shown));
}

function place(one) {
  const isDirect = one.kind === "im" || one.kind === "mpim";
  const others = (one.with ?? []).map(person);
  const front = isDirect && others[0] ? face(others[0], "is-small") : h("span", { class: "sign" }, SIGNS[one.kind] ?? "@");
  const name = titleOf(one);
  return h(
    "button",
    {
      type: "button",
      class: one.unread ? "place is-unread" : "place",
      "aria-current": one.id === current().channel ? "true" : null,
      "data-test": isDirect ? `dm-${others.map(({ name: handle }) => handle).join("-")}` : `channel-${one.name}`,
      onclick: () => world.go(one.id),
      title: name,
    },
    front,
    h("span", { class: "name", dir: "auto" }, name),
    badge(one),
  );
}

function heading(words, label, onclick, sign = "+") {
  const button = h("button", { type: "button", class: "sign-button", "aria-label": label, title: label, onclick }, sign);
  return h("h2", {}, words, button);
}

function createChannel() {
  askFor({
    title: "A new channel",
    label: "Its name: small letters, digits, - and _",
    save: "Create",
    max: 80,
    tick: "Private: only its members see it",
    onsave: async (name, isPrivate) => {
      const answer = await act("creates_channel", { name, private: isPrivate });
      if (answer) world.go(answer.channel);
      return answer;
    },
  });
}

function switchTheme() {
  const root = document.documentElement;
  const isDark = matchMedia("(prefers-color-scheme: dark)").matches;
  const now = root.dataset.theme ?? (isDark ? "dark" : "light");
  root.dataset.theme = THEMES[now];
  localStorage.setItem("theme", root.dataset.theme);
}

/** Take up the theme that was chosen before. */
export function rememberTheme() {
  const chosen = localStorage.getItem("theme");
  if (chosen in THEMES) document.documentElement.dataset.theme = chosen;
}

function head() {
  const theme = { "aria-label": "Light or dark", title: "Light or dark", "data-test": "theme", onclick: switchTheme };
  const find = { "aria-label": "Find a channel, a person or a message", title: "Go to… (Ctrl K)", onclick: openSwitcher };
  return h(
    "div",
    { class: "workspace" },
    h("span", { dir: "auto" }, world.workspace?.name ?? ""),
    h("button", { type: "button", class: "sign-button", ...find }, "⌕"),
    h("button", { type: "button", class: "sign-button", ...theme }, "◐"),
  );
}

function whoIAm() {
  const me = person(world.me);
  const about = `@${me.name} · ${clockTimeIn(me.tz)}${me.is_guest ? " · guest" : ""}${me.is_deactivated ? " · deactivated" : ""}`;
  return h(
    "button",
    { type: "button", class: "who", "data-test": "me", title: "Be somebody else", onclick: openWho },
    face(me, "is-small"),
    h("span", { class: "name" }, h("b", { dir: "auto" }, me.real_name || me.name), h("small", {}, about)),
    h("span", { "aria-hidden": "true" }, "⇅"),
    h("span", { class: "sr" }, "Be somebody else"),
  );
}

/** Draw the column anew; where it was scrolled to is kept. */
export function drawSidebar() {
  const column = document.getElementById("sidebar");
  const was = column.querySelector(".places")?.scrollTop ?? 0;
  const focused = column.contains(document.activeElement) ? document.activeElement.dataset.test : null;
  const isDirect = ({ kind }) => kind === "im" || kind === "mpim";
  const isApp = (one) => one.kind === "im" && one.with?.includes(world.app.user);
  const mine = world.channels.filter((one) => !isDirect(one) && one.is_member && !one.is_archived);
  const direct = world.channels.filter((one) => isDirect(one) && !isApp(one));
  const app = world.channels.filter(isApp);
  clear(
    column,
    head(),
    h(
      "div",
      { class: "places" },
      heading("Channels", "Create a channel", createChannel),
      mine.map(place),
      h(
        "button",
        { type: "button", class: "place", "data-test": "browse", onclick: openBrowser },
        h("span", { class: "sign" }, "…"),
        h("span", { class: "name" }, "Other channels"),
      ),
      heading("Direct messages", "Write to somebody", () => choosePerson("Write to", (one) => writeTo([one.id]), [world.me])),
      direct.map(place),
      h("h2", {}, "App"),
      app.length ? app.map(place) : appPlace(),
    ),
    whoIAm(),
  );
  column.querySelector(".places").scrollTop = was;
  if (focused) column.querySelector(`[data-test="${CSS.escape(focused)}"]`)?.focus();
}

/** The app, before anything was said between it and the person. */
function appPlace() {
  const app = person(world.app.user);
  return h(
    "button",
    { type: "button", class: "place", "data-test": `dm-${app.name}`, onclick: () => writeTo([app.id]) },
    face(app, "is-small"),
    h("span", { class: "name" }, app.real_name || app.name),
  );
}
