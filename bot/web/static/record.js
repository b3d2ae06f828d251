// Follow-ups, timeline and messages: what is changed there is done by Muster, which answers how they stand then.

import { ask, when } from "./wire.js";

function isWritten(form) {
  return [...form.elements].some((one) => one.name && "defaultValue" in one && one.value !== one.defaultValue);
}

export class RecordPart {
  constructor(root, tell) {
    this.root = root;
    this.tell = tell;
    this.waiting = null;
    this.ids = new Map(); // of requests that were not answered: sent again, they are the same request
    root.addEventListener("click", (event) => this.pressed(event));
    root.addEventListener("submit", (event) => this.submitted(event));
    root.addEventListener("keydown", (event) => {
      const form = event.target.closest("form[data-number]");
      if (event.key === "Escape" && form) this.toggle(form);
    });
    this.localise();
  }

  get seq() {
    return this.waiting?.seq ?? this.root.dataset.seq;
  }

  get isWritten() {
    return [...this.root.querySelectorAll("form")].some(isWritten);
  }

  get isBusy() {
    return [...this.root.querySelectorAll("form:not([hidden])")].some((form) => {
      const isHere = form.contains(document.activeElement);
      return form.dataset.number ? isHere || isWritten(form) : isHere && isWritten(form);
    });
  }

  localise() {
    for (const time of this.root.querySelectorAll("time")) time.title = when(time.dateTime);
  }

  toggle(form) {
    form.hidden = !form.hidden;
    const opener = form.parentElement.querySelector('[data-act="open-form"]');
    opener.setAttribute("aria-expanded", String(!form.hidden));
    if (form.hidden) opener.focus();
    else form.querySelector("input, select").focus();
  }

  pressed(event) {
    const button = event.target.closest("button");
    if (!button) return;
    if (button.dataset.act === "open-form") this.toggle(button.closest("li").querySelector("form"));
    if (!button.dataset.send) return;
    const { number, hide, ts } = button.dataset;
    const body = ts ? { ts } : { number: Number(number), hide: hide === "true" };
    this.send(button, button.dataset.send, body);
  }

  submitted(event) {
    event.preventDefault();
    const form = event.target;
    const words = form.querySelector('input[name="text"]');
    if (form.dataset.number && words && words.value === words.defaultValue && !event.submitter.name) {
      this.toggle(form);
      return;
    }
    const fields = Object.fromEntries(new FormData(form, event.submitter));
    if (form.dataset.number) fields.number = Number(form.dataset.number);
    if ("due" in fields) fields.due = fields.due || null;
    if (fields.original) fields.text = "";
    delete fields.original;
    this.send(event.submitter, form.dataset.send, fields);
  }

  async send(button, path, body) {
    const what = JSON.stringify([path, body]);
    if (!this.ids.has(what)) this.ids.set(what, crypto.randomUUID());
    button.disabled = true;
    try {
      const answer = await ask("POST", path, { ...body, id: this.ids.get(what) });
      this.ids.delete(what);
      this.tell(answer.ok ? "" : `Not done: ${answer.said.error}`);
      if (answer.ok) this.done(button, answer.said);
    } catch {
      this.tell("Muster cannot be reached. Try again in a minute.");
    }
    button.disabled = false;
  }

  done(button, said) {
    const form = button.closest("form");
    form?.reset();
    if (form?.dataset.number) form.hidden = true;
    this.news(said, button);
  }

  // Shown at once, but not while somebody is in a form.
  news(said, from = document.activeElement) {
    this.waiting = said ?? this.waiting;
    if (this.waiting && !this.isBusy) this.show(this.waiting, from);
  }

  show(said, from) {
    const adding = this.root.querySelector("form:not([data-number])");
    const typed = [...adding.elements].filter((one) => one.name);
    const field = typed.find((one) => one === document.activeElement)?.name;
    this.waiting = null;
    const open = [...this.root.querySelectorAll("details[open]")].map((one) => one.id);
    const place = this.root.contains(from) ? from.closest("li[id], section").id : "";
    this.root.dataset.seq = said.seq;
    this.root.innerHTML = said.record; // Muster's own; people's words are escaped in it
    document.getElementById("findings").innerHTML = said.findings;
    const fields = this.root.querySelector("form:not([data-number])").elements;
    for (const one of typed) fields[one.name].value = one.value;
    for (const id of open) document.getElementById(id)?.setAttribute("open", "");
    const there = place && document.getElementById(place)?.querySelector("button:not([hidden]), input");
    const next = field ? fields[field] : there;
    if (next) next.focus({ preventScroll: true });
    this.localise();
  }
}
