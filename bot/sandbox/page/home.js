// App Home. docs.slack.dev, "App Home".

import { clear, h } from "./dom.js";
import { drawView } from "./view.js";

const EMPTY = "The app has not published its Home yet.";

let known = null; // {id, node}: the same node while it is the same view

/** The node of somebody's App Home; null where the app has published none. */
export function homeView(view) {
  if (!view) {
    known = null;
    return h("div", { class: "home is-empty", "data-test": "home" }, h("p", {}, EMPTY));
  }
  if (known?.id !== view.id) known = { id: view.id, node: h("div", { class: "home", "data-test": "home" }) };
  drawView(known.node, view);
  if (!known.node.children.length) clear(known.node, h("p", {}, EMPTY));
  return known.node;
}
