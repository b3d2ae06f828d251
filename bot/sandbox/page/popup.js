// A small box beside the control that opened it: for lists and menus. One is open at a time.

import { h } from "./dom.js";

const GAP = 4; // pixels
const EDGE = 8; // pixels to the sides of the window

let open = null;

/** Close the box that is open, if any. */
export function closePopup() {
  open?.close();
}

/** Beneath the control, or above it where there is more room. */
function placeBeside(control, box) {
  const at = control.getBoundingClientRect();
  const below = window.innerHeight - at.bottom - GAP - EDGE;
  const above = at.top - GAP - EDGE;
  const isBelow = below >= Math.min(box.scrollHeight, 320) || below >= above;
  box.style.maxHeight = `${Math.max(isBelow ? below : above, 120)}px`;
  box.style.minWidth = `${Math.min(at.width, window.innerWidth - 2 * EDGE)}px`;
  box.style.top = isBelow ? `${at.bottom + GAP}px` : "";
  box.style.bottom = isBelow ? "" : `${window.innerHeight - at.top + GAP}px`;
  box.style.left = `${Math.max(EDGE, Math.min(at.left, window.innerWidth - box.offsetWidth - EDGE))}px`;
}

/** Open a box with `content` at `control`. In the answer, `close(false)` leaves the focus where it is. */
export function openPopup(control, content) {
  closePopup();
  const box = h("div", { class: "popup" }, content);
  const place = () => placeBeside(control, box);
  const outside = (event) => {
    if (!box.contains(event.target) && !control.contains(event.target)) close(false);
  };
  const scrolled = (event) => {
    if (!control.isConnected) close(false);
    else if (!box.contains(event.target)) place();
  };
  const close = (isBack = true) => {
    if (open?.box !== box) return;
    open = null;
    box.remove();
    document.removeEventListener("pointerdown", outside, true);
    document.removeEventListener("scroll", scrolled, true);
    window.removeEventListener("resize", place);
    control.setAttribute("aria-expanded", "false");
    if (isBack) control.focus();
  };
  document.addEventListener("pointerdown", outside, true);
  document.addEventListener("scroll", scrolled, true);
  window.addEventListener("resize", place);
  open = { box, close };
  (control.closest("dialog") ?? document.body).append(box);
  control.setAttribute("aria-expanded", "true");
  place();
  return { close, place };
}
