// Making nodes. Text becomes text nodes only, so nothing that people or apps write can become markup.

function append(node, children) {
  for (const child of children.flat(Infinity)) {
    if (child !== null && child !== undefined && child !== false) {
      node.append(child instanceof Node ? child : String(child));
    }
  }
}

function set(node, name, value) {
  if (value === null || value === undefined || value === false) return;
  if (typeof value === "function") node.addEventListener(name.replace(/^on/, ""), value);
  else if (name === "class") node.className = value;
  else if (name === "dataset") Object.assign(node.dataset, value);
  else node.setAttribute(name, value === true ? "" : value);
}

/** A node: `h("p", {class: "x", onclick: f, "aria-label": "…"}, "text", node, [more], null)`. */
export function h(tag, props, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(props ?? {})) set(node, name, value);
  append(node, children);
  return node;
}

/** Replace what is in a node. */
export function clear(node, ...children) {
  node.replaceChildren();
  append(node, children);
  return node;
}
