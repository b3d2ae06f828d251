// Pictures: those on this machine are shown. Others are never fetched; their words and address stand for them.

import { h } from "./dom.js";
import { link } from "./entities.js";
import { world } from "./world.js";

const INLINE = /^data:image\/(png|jpeg|gif|webp|svg\+xml)[;,]/i; // as the source of an image, not even SVG runs scripts
const FILE = /^\/files-pri\/([^/]+)\//;

/** Where the bytes of a file of this workspace are, for the person who looks. */
function fileAddress(id) {
  return `/sandbox/api/people/${encodeURIComponent(world.me)}/files/${encodeURIComponent(id)}`;
}

/** An address from which this page may show a picture, or null. */
function shownFrom({ image_url: url, slack_file: file }) {
  if (file?.id) return fileAddress(file.id);
  const wanted = url ?? file?.url ?? "";
  if (INLINE.test(wanted)) return wanted;
  let parsed;
  try {
    parsed = new URL(wanted);
  } catch {
    return null;
  }
  if (parsed.origin !== location.origin) return null;
  const id = FILE.exec(parsed.pathname)?.[1];
  return id ? fileAddress(id.split("-").at(-1)) : wanted;
}

/** A picture, or what stands for it. `size`: "is-small" beside text, "is-icon" in a context, "is-large" alone. */
export function picture(image, size) {
  const source = shownFrom(image);
  const alt = image.alt_text ?? "";
  if (source) return h("img", { class: `picture ${size}`, src: source, alt, loading: "lazy" });
  const address = image.image_url ?? image.slack_file?.url ?? "";
  if (size !== "is-large") {
    return h("span", { class: `picture is-elsewhere ${size}`, role: "img", "aria-label": alt, title: `${alt} ${address}` }, "▦");
  }
  return h(
    "span",
    { class: `picture is-elsewhere ${size}` },
    h("span", { class: "picture-sign", "aria-hidden": "true" }, "▦"),
    h("span", { class: "picture-words", dir: "auto" }, alt),
    h("span", { class: "picture-address" }, link(address, address.slice(0, 300))),
  );
}
