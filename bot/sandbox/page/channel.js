// The channel on screen: its head, its messages, where one writes.

import { clear, h } from "./dom.js";
import { composer, leaveDraft } from "./composer.js";
import { dateText, SHORT } from "./dates.js";
import { emojiText } from "./emoji.js";
import { homeView } from "./home.js";
import { openMembers } from "./members.js";
import { plainText } from "./message.js";
import { askFor } from "./panel.js";
import { talk } from "./talk.js";
import { mrkdwn } from "./text.js";
import { toast } from "./toast.js";
import { act, channel, current, older, person, titleOf, world } from "./world.js";

let shown = null; // {id, talk, writer, head, foot, tab}

function isApp(one) {
  return one.kind === "im" && one.with?.includes(world.app.user);
}

function start(one, isEmpty) {
  const about = one.created ? `Since ${dateText(one.created, SHORT)}.` : "";
  const isDirect = one.kind === "im" || one.kind === "mpim";
  const first = isDirect ? `Between you and ${titleOf(one)}.` : `The beginning of #${one.name}.`;
  const title = h("h2", { dir: "auto" }, titleOf(one));
  return h("div", { class: "start" }, title, first, " ", about, " ", mrkdwn(one.purpose ?? ""), isEmpty ? welcome(one) : null);
}

/** What to do where nothing has been said yet. */
function welcome(one) {
  if (one.is_archived || !one.is_member) return null;
  const app = person(world.app.user).real_name || world.app.name;
  const isTried = (world.suggestions ?? []).some((each) => !each.in || each.in === one.name);
  const first = isTried ? "Choose one of the buttons below and send what it writes, or type" : "Write something, or type";
  const commands = world.app.commands?.length ? [first, " ", h("kbd", {}, "/"), ` to see what ${app} can do.`] : null;
  return h("p", { class: "welcome" }, `Welcome. Nobody has said anything here yet. `, commands);
}

function changeTopic(one) {
  const save = (topic) => act("sets_topic", { channel: one.id, topic });
  askFor({ title: "Topic", label: "What is this channel about now?", value: plainText(one.topic), onsave: save });
}

function count(one) {
  return one.members.length === 1 ? "1 member" : `${one.members.length} members`;
}

function drawHead(one) {
  const isDirect = one.kind === "im" || one.kind === "mpim";
  const sign = { public: "# ", private: "🔒 " }[one.kind] ?? "";
  const menu = { type: "button", class: "sign-button only-phone", "aria-label": "Channels", "data-test": "drawer" };
  const drawer = h("button", { ...menu, onclick: () => document.body.classList.toggle("shows-sidebar") }, "☰");
  const topic = { type: "button", class: "topic", title: "Change the topic", dir: "auto", onclick: () => changeTopic(one) };
  const people = { type: "button", class: "head-button", "data-test": "members", onclick: () => openMembers(channel(one.id)) };
  return h(
    "div",
    { class: "channel-head" },
    drawer,
    h("h1", { dir: "auto" }, sign, titleOf(one), one.is_archived ? " (archived)" : ""),
    isDirect ? h("span", { class: "topic" }) : h("button", topic, one.topic ? mrkdwn(one.topic).textContent : "Add a topic"),
    isDirect ? null : h("button", people, count(one)),
  );
}

function signOf(emoji) {
  return emojiText((emoji ?? "").replaceAll(":", "")) ?? "🔖";
}

function drawBar(one) {
  const pins = (one.pins ?? []).length;
  const toNext = () => {
    shown.pin = ((shown.pin ?? -1) + 1) % pins;
    world.go(one.id, one.pins[shown.pin]);
  };
  const pinned = { type: "button", class: "sign-button", "data-test": "pins", title: "Go to it", onclick: toNext };
  const marks = (one.bookmarks ?? []).map(({ title, link, emoji }) => {
    if (!/^https?:\/\//.test(link)) return h("span", { dir: "auto" }, title);
    return h("a", { href: link, target: "_blank", rel: "noopener noreferrer", dir: "auto" }, signOf(emoji), " ", title);
  });
  if (!pins && !marks.length) return null;
  const words = pins === 1 ? "📌 1 pinned message" : `📌 ${pins} pinned messages`;
  return h("div", { class: "bar" }, pins ? h("button", pinned, words) : null, marks);
}

function archived(one) {
  const again = { type: "button", class: "button", onclick: () => act("unarchives", { channel: one.id }) };
  return h("div", { class: "not-here" }, "This channel is archived.", h("button", again, "Unarchive"));
}

/** What stands beneath the messages: the composer, or why there is none. */
function drawFoot(one, writer) {
  if (one.is_archived) return archived(one);
  if (one.is_member || one.kind === "im" || one.kind === "mpim") return [shown.tries, writer.node];
  const join = { type: "button", class: "button is-primary", "data-test": "join", onclick: () => act("joins", { channel: one.id }) };
  return h("div", { class: "not-here" }, `You are not in #${one.name}.`, h("button", join, "Join"));
}

function chips(one, writer) {
  const fitting = (world.suggestions ?? []).filter((each) => !each.in || each.in === one.name || each.in === one.id);
  if (!fitting.length) return null;
  const buttons = fitting.map((each) => {
    const props = { type: "button", class: "suggestion", "data-test": "suggestion", title: each.text };
    return h("button", { ...props, onclick: () => follow(one, writer, each) }, wordsFor(each));
  });
  return h("div", { class: "suggestions", role: "group", "aria-label": "Things to try" }, buttons);
}

/** "Approve the review", or "As Bo: approve the review" when it is for somebody else to do. */
function wordsFor({ text, label, by }) {
  const words = label || text;
  if (!by || by === world.me) return words;
  const [first] = (person(by).real_name || person(by).name).split(" ");
  return `As ${first}: ${label ? words[0].toLowerCase() + words.slice(1) : words}`;
}

/** Put a suggestion into the composer; as somebody else, who joins the channel for it, where it is for them to send. */
async function follow(one, writer, { text, by }) {
  if (!by || by === world.me) return writer.begin(text);
  if (!channel(one.id).members.includes(by) && !(await act("joins", { channel: one.id }, by))) return;
  leaveDraft(by, one.id, text);
  world.become(person(by));
}

function tabs(one) {
  if (!isApp(one) || !world.app.has_home) return null;
  const tab = (name, label) => {
    const choose = () => showTab(name);
    const props = { type: "button", role: "tab", "aria-selected": String(shown.tab === name), onclick: choose };
    return h("button", { ...props, "data-test": `tab-${name}` }, label);
  };
  return h("div", { class: "tabs", role: "tablist" }, tab("home", "Home"), tab("messages", "Messages"));
}

function showTab(name) {
  shown.tab = name;
  if (name === "home") act("opens_home", {});
  drawChannel();
}

/** Draw what has changed around the messages. */
export function drawChannel() {
  if (!shown) return;
  const one = channel(shown.id);
  const foot = JSON.stringify([one.is_archived, one.is_member, one.kind, one.name]);
  const { topic, members, is_member: isMember, is_archived: isArchived, pins, bookmarks } = one;
  const about = [titleOf(one), topic, members, isMember, isArchived, pins, bookmarks];
  const head = JSON.stringify([...about, shown.tab, world.app.has_home]);
  if (head !== shown.drawnHead) clear(shown.head, drawHead(one), tabs(one), drawBar(one)); // else the focus would be lost
  shown.drawnHead = head;
  const isHome = shown.tab === "home";
  shown.talk.node.hidden = isHome;
  shown.foot.hidden = isHome;
  shown.home.hidden = !isHome;
  if (isHome) {
    const view = homeView(world.home);
    if (shown.home.firstChild !== view) clear(shown.home, view);
  }
  if (foot !== shown.drawnFoot) clear(shown.foot, drawFoot(one, shown.writer));
  shown.drawnFoot = foot;
  const tries = JSON.stringify([world.suggestions, world.people]);
  if (tries !== shown.drawnTries) clear(shown.tries, chips(one, shown.writer)); // beside the composer: its focus stays
  shown.drawnTries = tries;
  shown.writer.rename(labelOf(one));
  shown.talk.rename(`Messages in ${titleOf(one)}`);
  document.title = `${titleOf(one)} – ${world.workspace?.name ?? "Local Slack"}`;
}

/** The last message of one's own can be changed by pressing the up arrow. */
function editLast() {
  const own = shown.talk.list().findLast((one) => one.user === world.me && !one.is_deleted && !one.bot_id);
  const node = own && shown.talk.node.querySelector(`.message[data-ts="${own.ts}"]`);
  node?.querySelector('.tools [aria-label="Edit"]')?.click();
}

function labelOf(one) {
  return one.kind === "im" || one.kind === "mpim" ? `Message ${titleOf(one)}` : `Message #${one.name}`;
}

/** Put a channel on screen. */
export function openChannel(id, tab = null) {
  const one = channel(id);
  const list = talk({
    channel: id,
    label: `Messages in ${titleOf(one)}`,
    readUntil: one.unread ? one.read_until : "",
    older: (before) => older(id, before),
    top: (isEmpty) => start(channel(id), isEmpty),
    onend: read,
  });
  const writer = composer({ channel: id, label: labelOf(one), onlast: editLast, onsend: list.toEnd });
  const wantsHome = isApp(one) && world.app.has_home && tab !== "messages" && (tab === "home" || !one.unread);
  shown = { id, talk: list, writer, head: h("div"), foot: h("div"), tries: h("div"), home: h("div", { class: "home-scroll" }) };
  shown.tab = wantsHome ? "home" : "messages";
  clear(document.getElementById("main"), shown.head, list.node, shown.home, shown.foot);
  if (wantsHome) act("opens_home", {});
  drawChannel();
  writer.focus();
}

/** Messages of the channel on screen have arrived or changed. */
export function messagesChanged(content) {
  if (!shown || content.channel !== shown.id) return;
  if (content.is_whole) shown.talk.renew(content.list, content.is_start);
  else shown.talk.merge(content.list);
  if (shown.wanted) reveal(shown.wanted);
  read();
}

/** Older messages of the channel on screen, which were asked for. */
export function olderArrived(content) {
  if (!shown || content.channel !== shown.id) return;
  shown.talk.prepend(content.list, content.is_start);
  if (shown.wanted) reveal(shown.wanted);
}

/** What is on screen has been read. */
export function read() {
  const one = channel(shown?.id);
  const newest = shown?.talk.newest();
  if (!newest || !document.hasFocus() || !one.unread || !shown.talk.isAtEnd()) return;
  if (current().channel !== one.id || one.is_member === false || shown.readTo === newest.ts) return;
  shown.readTo = newest.ts;
  act("marks_read", { channel: one.id, ts: newest.ts });
}

/** Scroll to a message of the channel on screen, now or as soon as it is known; older ones are fetched until it is. */
export function reveal(ts) {
  if (!shown) return;
  const isThere = shown.talk.reveal(ts);
  shown.wanted = isThere ? null : ts;
  if (isThere || !shown.talk.newest() || shown.talk.askOlder()) return;
  shown.wanted = null;
  toast("That message is not in this channel any more.");
}

/** Draw the messages anew: names or the person have changed. */
export function redrawMessages() {
  shown?.talk.redraw();
}
