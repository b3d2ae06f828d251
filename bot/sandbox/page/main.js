// Puts the page together: who looks, at what, and which part is drawn when something has changed.

import { drawChannel, messagesChanged, olderArrived, openChannel, read, redrawMessages, reveal } from "./channel.js";
import { showStack } from "./modal.js";
import { drawSidebar, rememberTheme } from "./sidebar.js";
import { openSwitcher } from "./switcher.js";
import { closeThread, openThread, threadChanged } from "./thread.js";
import { toast } from "./toast.js";
import { connect, current, look, on, world } from "./world.js";

const CLOCK_DRAWN = 20_000; // milliseconds
const wide = matchMedia("(min-width: 701px)");

/** The channel that the address names, by its id, and the message if it names one: #C1 or #C1/p1700000000000000. */
function named() {
  const [id, link] = location.hash.slice(1).split("/");
  return { id, ts: tsOf(link) };
}

/** The ts of a message from the end of a link to it, or null. */
function tsOf(link) {
  const found = /^p(\d{10})(\d{6})$/.exec(link ?? "");
  return found && `${found[1]}.${found[2]}`;
}

/** Put a channel on screen; with `ts`, scrolled to that message. */
function go(id, ts = null) {
  document.body.classList.remove("shows-sidebar");
  if (current().channel !== id) {
    closeThread();
    look(id, null);
    openChannel(id);
    if (named().id !== id) history.pushState(null, "", `#${id}`);
  }
  if (ts) reveal(ts);
  drawSidebar();
}

/** Put a message on screen that may be a reply in a thread, and mark it. */
function goToMessage({ channel: id, ts, thread_ts: root }) {
  go(id, root ?? ts);
  if (root && root !== ts) openThread(root, ts);
}

/** Whatever there is to look at first. */
function somewhere() {
  const { id: wanted, ts } = named();
  const mine = world.channels.filter((one) => one.is_member && !one.is_archived);
  const found =
    world.channels.find((one) => one.id === wanted) ??
    mine.find((one) => one.name === "general") ??
    mine[0] ??
    world.channels[0];
  if (found) go(found.id, found.id === wanted ? ts : null);
}

function become(one) {
  const address = new URL(location.href);
  address.searchParams.set("as", one.name);
  history.replaceState(null, "", address);
  const was = current().channel;
  Object.assign(world, { channels: [], stack: [], home: null, me: "" });
  showStack([]);
  closeThread();
  look(null, null);
  awaited = was;
  connect(one.name);
}

let awaited = null; // the channel to come back to after being somebody else

function channelsChanged() {
  const id = current().channel;
  if (!id || !world.channels.some((one) => one.id === id)) {
    const back = world.channels.some((one) => one.id === awaited) ? awaited : null;
    awaited = null;
    if (back) go(back);
    else somewhere();
  }
  drawSidebar();
  drawChannel();
  read();
}

/** A link to a message of this workspace leads there without a new window. */
function followed(event) {
  const link = event.target.closest?.("a[href]");
  if (!link || link.host !== location.host || event.ctrlKey || event.metaKey || event.shiftKey) return;
  const [, archives, id, message] = link.pathname.split("/");
  if (archives !== "archives" || !tsOf(message) || !world.channels.some((one) => one.id === id)) return;
  event.preventDefault();
  go(id, tsOf(message));
}

function pressed(event) {
  const isOpen = document.querySelector("dialog[open]") !== null;
  if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k") {
    event.preventDefault();
    if (!isOpen) openSwitcher();
  } else if (event.key === "Escape" && !isOpen) {
    if (document.body.classList.contains("shows-sidebar")) document.body.classList.remove("shows-sidebar");
    else closeThread();
  }
}

Object.assign(world, {
  go,
  goToMessage,
  become,
  openThread,
  openHome: () => {
    const app = world.channels.find((one) => one.kind === "im" && one.with?.includes(world.app.user));
    if (app) go(app.id);
  },
});

on("channels", channelsChanged);
on("workspace", drawSidebar);
on("people", () => {
  drawSidebar();
  drawChannel();
  redrawMessages();
});
on("me", () => {
  drawSidebar();
  redrawMessages();
});
on("app", () => {
  drawSidebar();
  drawChannel();
});
on("suggestions", drawChannel);
on("home", drawChannel);
on("stack", showStack);
on("messages", messagesChanged);
on("older", olderArrived);
on("thread", threadChanged);
on("error", toast);
on("connection", (isThere) => {
  const banner = document.getElementById("banner");
  banner.hidden = isThere;
  banner.textContent = isThere ? "" : "The connection was lost. Connecting again…";
});

document.addEventListener("keydown", pressed);
document.addEventListener("click", followed);
document.addEventListener("pointerdown", (event) => {
  const isOutside = !event.target.closest("#sidebar, [data-test=drawer]");
  if (isOutside && !wide.matches) document.body.classList.remove("shows-sidebar");
});
window.addEventListener("focus", read);
window.addEventListener("popstate", somewhere);
setInterval(drawSidebar, CLOCK_DRAWN); // it shows what time it is
rememberTheme();
connect(new URL(location.href).searchParams.get("as") ?? "");
