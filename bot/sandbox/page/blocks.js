// Block Kit: what an app sends, as nodes. docs.slack.dev, "Block Kit reference".
//
// A surface says where blocks are and what is known of their fields:
// {kind: "message" | "modal" | "home", channel, message (ts), view (id), state, errors}.

import { h } from "./dom.js";
import { elementNode, words } from "./elements.js";
import { link } from "./entities.js";
import { inputBlock } from "./input_block.js";
import { markdown, richText } from "./text.js";
import { picture } from "./pictures.js";
import { tableBlock } from "./table.js";

function section(block, surface) {
  const fields = (block.fields ?? []).map((field) => h("div", { class: "section-field", dir: "auto" }, words(field)));
  const accessory = block.accessory ? elementNode(block.accessory, block, surface) : null;
  return [
    h(
      "div",
      { class: "section-words" },
      block.text ? h("div", { dir: "auto" }, words(block.text)) : null,
      fields.length ? h("div", { class: "section-fields" }, fields) : null,
    ),
    accessory ? h("div", { class: "section-accessory" }, accessory) : null,
  ];
}

function context(block) {
  return (block.elements ?? []).map((element) => {
    if (element.type === "image") return picture(element, "is-icon");
    return h("span", { class: "context-words", dir: "auto" }, words(element));
  });
}

function actions(block, surface) {
  return (block.elements ?? []).map((element) => elementNode(element, block, surface));
}

function image(block) {
  const title = block.title ? h("figcaption", { dir: "auto" }, words(block.title)) : null;
  return h("figure", {}, title, picture(block, "is-large"));
}

/** Its words and where it is to be seen; nothing is played. */
function video(block) {
  const url = block.title_url ?? block.video_url ?? "";
  const by = [block.author_name, block.provider_name].filter(Boolean).join(" · ");
  return [
    h("p", { class: "video-title", dir: "auto" }, "▶ ", link(url, words(block.title) ?? url)),
    by ? h("p", { class: "description", dir: "auto" }, by) : null,
    block.description ? h("p", { dir: "auto" }, words(block.description)) : null,
    block.thumbnail_url ? picture({ image_url: block.thumbnail_url, alt_text: block.alt_text }, "is-large") : null,
  ];
}

function file(block) {
  return h("p", { class: "unknown" }, `A file kept elsewhere: ${block.external_id ?? "without a name"}`);
}

function call(block) {
  return h("p", { class: "unknown" }, `A call: ${block.call_id ?? "without a name"}`);
}

const BLOCKS = {
  section,
  header: (block) => h("h3", { dir: "auto" }, words(block.text)),
  divider: () => h("hr", {}),
  context,
  actions,
  context_actions: actions,
  input: inputBlock,
  image,
  markdown: (block) => markdown(block.text),
  rich_text: richText,
  table: tableBlock,
  video,
  file,
  call,
};

function note(text) {
  return h("p", { class: "unknown" }, text);
}

/** What is in a block. One that cannot be shown is named and harms no other. */
function contentOf(block, surface) {
  const type = String(block?.type);
  if (!Object.hasOwn(BLOCKS, type)) return note(`A block of the type ${type} cannot be shown here.`);
  try {
    return BLOCKS[type](block, surface);
  } catch (error) {
    console.info("a block cannot be shown", error);
    return note(`This block (${type}) cannot be shown: it is not as it should be.`);
  }
}

/** The node of one block. */
export function blockNode(block, surface) {
  const type = String(block?.type).replaceAll("_", "-");
  return h("div", { class: `block block-${type}`, dataset: { block: block?.block_id ?? "" } }, contentOf(block, surface));
}

/** The nodes of a list of blocks. */
export function blocks(list, surface) {
  const found = document.createDocumentFragment();
  for (const block of list ?? []) found.append(blockNode(block, surface));
  return found;
}
