// The table block: the first row names the columns. docs.slack.dev, "Table block".

import { h } from "./dom.js";
import { plain } from "./mrkdwn.js";
import { richText } from "./richtext.js";

const ALIGNMENTS = { left: "is-left", center: "is-center", right: "is-right" };

function cellWords(cell) {
  if (cell?.type === "rich_text") return richText(cell);
  return plain(cell?.text ?? cell?.value ?? "", false);
}

function looks(setting) {
  return `${ALIGNMENTS[setting?.align] ?? "is-left"}${setting?.is_wrapped ? "" : " is-unwrapped"}`;
}

function row(cells, tag, settings) {
  const one = (cell, at) => h(tag, { class: looks(settings[at]), dir: "auto", scope: tag === "th" ? "col" : null }, cellWords(cell));
  return h("tr", {}, (cells ?? []).map(one));
}

/** The node of a table block; a wide one scrolls sideways, also by keyboard. */
export function tableBlock(block) {
  const [head, ...rest] = block.rows ?? [];
  const settings = block.column_settings ?? [];
  const body = rest.map((cells) => row(cells, "td", settings));
  const whole = h("table", {}, h("thead", {}, row(head, "th", settings)), h("tbody", {}, body));
  return h("div", { class: "table-holder", tabindex: "0", role: "group", "aria-label": "Table" }, whole);
}
