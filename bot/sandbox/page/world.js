// What the person who looks sees of the workspace, kept up to date by a WebSocket; and what they do, told by POST.

import { toast } from "./toast.js";

const FIRST_PAUSE = 300; // milliseconds until the first try to connect again; doubled up to the longest
const LONGEST_PAUSE = 5000;
const NOBODY = 4404; // the close code for a person who is not there

/** The latest of every section; go, openThread and openHome are put here by main.js. */
export const world = { people: {}, groups: {}, channels: [], stack: [], home: null, suggestions: [], app: {}, me: "" };

const listeners = new Map(); // section → functions
let socket = null;
let looking = { channel: null, thread: null };
let who = "";
let pause = FIRST_PAUSE;
let toldAt = 0; // when the page was last told the workspace's time, in milliseconds of its own

/** Call `fn` with the section whenever it has changed. */
export function on(section, fn) {
  listeners.set(section, [...(listeners.get(section) ?? []), fn]);
}

function changed(section, value) {
  for (const fn of listeners.get(section) ?? []) fn(value);
}

function received(event) {
  const sections = JSON.parse(event.data);
  const passing = ["messages", "thread", "older", "error"];
  for (const [name, value] of Object.entries(sections)) if (!passing.includes(name)) world[name] = value;
  if (sections.workspace) toldAt = performance.now();
  for (const [name, value] of Object.entries(sections)) changed(name, value);
}

function send(content) {
  if (socket?.readyState === WebSocket.OPEN) socket.send(JSON.stringify(content));
}

/** Look at the workspace as somebody; again and again until it succeeds. */
export function connect(name) {
  who = name;
  if (socket) {
    socket.onclose = null;
    socket.close();
  }
  const address = new URL(`/sandbox/live?as=${encodeURIComponent(name)}`, location.href);
  address.protocol = address.protocol === "https:" ? "wss:" : "ws:";
  const mine = new WebSocket(address);
  socket = mine;
  mine.onopen = () => {
    pause = FIRST_PAUSE;
    changed("connection", true);
    if (looking.channel) send({ look: looking });
  };
  mine.onmessage = received;
  mine.onclose = ({ code }) => {
    if (socket !== mine) return;
    if (code === NOBODY && name) return connect(""); // then as whoever is first
    changed("connection", false);
    setTimeout(() => socket === mine && connect(who), pause);
    pause = Math.min(pause * 2, LONGEST_PAUSE);
  };
}

/** What is on screen: a channel and, beside it, a thread or none. */
export function look(channel, thread = null) {
  looking = { channel, thread };
  send({ look: looking });
}

/** Ask for the messages before one. */
export function older(channel, before) {
  send({ older: { channel, before } });
}

/** The channel and thread on screen. */
export function current() {
  return looking;
}

/** Do something as the person who looks, or as `by`; the answer, or null when it was refused (then a notice says why). */
export async function act(verb, fields, by = world.me || who) {
  const address = `/sandbox/api/people/${encodeURIComponent(by)}/${verb}`;
  let answer;
  try {
    const response = await fetch(address, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(fields),
    });
    answer = await response.json();
  } catch {
    toast("The local Slack does not answer. It may have been stopped.");
    return null;
  }
  if (answer.ok === false && answer.error) {
    toast(answer.error);
    return null;
  }
  return answer;
}

/** The workspace's time, in seconds: as it was told, and what has passed since. */
export function now() {
  if (!world.workspace) return Date.now() / 1000;
  return world.workspace.now + (performance.now() - toldAt) / 1000;
}

/** Somebody by their id; a stand-in for those who are not known. */
export function person(id) {
  const known = world.people[id];
  return known ?? { id, name: id ?? "somebody", real_name: id ?? "Somebody", tz: "UTC" };
}

/** A channel by its id; a stand-in for one that cannot be seen. */
export function channel(id) {
  return world.channels.find((one) => one.id === id) ?? { id, name: "private channel", kind: "private", members: [] };
}

/** How a conversation is called: a channel's name, or who is in it. */
export function titleOf(one) {
  if (one.kind !== "im" && one.kind !== "mpim") return one.name;
  return (one.with ?? []).map((id) => person(id).real_name || person(id).name).join(", ") || "you";
}
