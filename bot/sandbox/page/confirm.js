// "Are you sure?", in the words of the app. docs.slack.dev, "Confirmation dialog object".

import { h } from "./dom.js";
import { mrkdwn, plain } from "./mrkdwn.js";

const DEFAULTS = { title: "Are you sure?", text: "", confirm: "Yes", deny: "Cancel" };

function words(part, name) {
  if (!part?.text) return plain(DEFAULTS[name]);
  return part.type === "mrkdwn" ? mrkdwn(part.text) : plain(part.text, part.emoji !== false);
}

/** Ask; true when the person agrees. */
export function confirmed(about) {
  const style = about.style === "danger" ? "is-danger" : "is-primary";
  const deny = h("button", { type: "button", class: "button" }, words(about.deny, "deny"));
  const agree = h("button", { type: "button", class: `button ${style}` }, words(about.confirm, "confirm"));
  const dialog = h(
    "dialog",
    { class: "confirm", role: "alertdialog", "aria-labelledby": "confirm-title", "data-test": "confirm" },
    h("h2", { id: "confirm-title", dir: "auto" }, words(about.title, "title")),
    h("div", { class: "confirm-text", dir: "auto" }, words(about.text, "text")),
    h("div", { class: "confirm-choice" }, deny, agree),
  );
  return new Promise((answer) => {
    const close = (isAgreed) => {
      dialog.close();
      dialog.remove();
      answer(isAgreed);
    };
    deny.addEventListener("click", () => close(false));
    agree.addEventListener("click", () => close(true));
    dialog.addEventListener("cancel", (event) => {
      event.preventDefault();
      close(false);
    });
    document.body.append(dialog);
    dialog.showModal();
    deny.focus();
  });
}
