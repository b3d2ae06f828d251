// Files of a message: pictures as such, everything else as a card to open.

import { h } from "./dom.js";
import { toast } from "./toast.js";
import { world } from "./world.js";

const UNITS = ["bytes", "kB", "MB", "GB"];
const PICTURES = ["image/png", "image/jpeg", "image/gif", "image/webp"];
const READABLE = ["text/html", "text/plain", "text/markdown", "text/yaml", "application/json"]; // opened, not handed out

const LARGEST = 20_000_000; // bytes of a file that is given

/** The files that somebody chose, as acts take them. */
export async function given(picker) {
  const found = [];
  for (const file of picker.files) {
    if (file.size > LARGEST) toast(`${file.name} is too large for the local Slack: 20 MB at the most.`);
    else found.push({ name: file.name, base64: await base64(file) });
  }
  return found;
}

async function base64(file) {
  const bytes = new Uint8Array(await file.arrayBuffer());
  let text = "";
  for (let at = 0; at < bytes.length; at += 32_768) text += String.fromCharCode(...bytes.subarray(at, at + 32_768));
  return btoa(text);
}

/** "12 kB" */
export function sizeOf(bytes) {
  let [size, unit] = [bytes, 0];
  while (size >= 1000 && unit < UNITS.length - 1) [size, unit] = [size / 1000, unit + 1];
  return `${unit && size < 10 ? size.toFixed(1) : Math.round(size)} ${bytes === 1 ? "byte" : UNITS[unit]}`;
}

function address(file) {
  return `/sandbox/api/people/${encodeURIComponent(world.me)}/files/${encodeURIComponent(file.id)}`;
}

function card(file) {
  const name = file.title || file.name;
  if (PICTURES.includes(file.mimetype)) {
    const picture = h("img", { src: address(file), alt: name, loading: "lazy" });
    return h("a", { class: "file is-picture", href: address(file), target: "_blank", rel: "noopener" }, picture);
  }
  const isReadable = READABLE.includes(file.mimetype);
  return h(
    "a",
    { class: "file", href: address(file), target: "_blank", rel: "noopener", download: isReadable ? null : file.name },
    h("span", { "aria-hidden": "true" }, "📄"),
    h("span", { class: "name", dir: "auto" }, h("b", {}, name), h("small", {}, `${file.name} · ${sizeOf(file.size)}`)),
  );
}

/** The files of a message, or nothing. */
export function files(message) {
  return message.files?.length ? h("div", { class: "files" }, message.files.map(card)) : null;
}
