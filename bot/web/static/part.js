// A section: read in place, edited in place, saved while somebody types; nothing of anybody else is overwritten unseen.

import { ask, element, when } from "./wire.js";

const PAUSE = 900; // ms after the last key until it is saved

export class Part {
  constructor(root) {
    this.root = root;
    this.name = root.dataset.section;
    this.mark = root.dataset.mark; // of the text that Muster has, as far as this window knows
    this.area = root.querySelector("textarea");
    this.editor = root.querySelector(".editor");
    this.view = root.querySelector(".view");
    this.draft = root.querySelector(".draft");
    this.told = root.querySelector(".saved");
    this.older = root.querySelector(".revisions");
    this.kept = this.area ? this.area.value : "";
    this.timer = 0;
    this.saving = Promise.resolve();
    root.addEventListener("click", (event) => this.pressed(event.target));
    if (!this.area) return;
    this.area.addEventListener("input", () => this.changed());
    this.area.addEventListener("blur", () => this.save());
    this.area.addEventListener("keydown", (event) => {
      if (event.key === "Escape") this.close();
    });
    for (const one of [this.view, this.draft]) one.addEventListener("click", (event) => this.clicked(event));
  }

  get isOpen() {
    return Boolean(this.editor) && !this.editor.hidden;
  }

  get isUnsaved() {
    return Boolean(this.area) && (this.area.value !== this.kept || Boolean(this.conflicting));
  }

  clicked(event) {
    const isUsed = event.target.closest("a, button") || String(getSelection());
    if (!isUsed && !this.isOpen) this.open();
  }

  open() {
    this.editor.hidden = false;
    this.root.classList.add("editing");
    this.grow();
    this.area.focus();
  }

  close() {
    this.save();
    this.editor.hidden = true;
    this.root.classList.remove("editing");
    this.root.querySelector('[data-act="edit"]').focus();
  }

  changed() {
    this.told.textContent = "Not saved yet…";
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.save(), PAUSE);
    this.grow();
  }

  grow() {
    this.area.style.height = "auto";
    this.area.style.height = `${this.area.scrollHeight + 4}px`;
  }

  save() {
    clearTimeout(this.timer);
    this.saving = this.saving.then(() => this.saveNow());
    return this.saving;
  }

  async saveNow() {
    const text = this.area.value;
    if (text === this.kept || this.conflicting) return;
    this.told.textContent = "Saving…";
    let answer;
    try {
      answer = await ask("PUT", `/sections/${this.name}`, { text, seen: 0, began_from: this.mark });
    } catch {
      this.unanswered = text.trim(); // it may have been saved all the same
      this.told.textContent = "Not saved: Muster cannot be reached. It is tried again; do not close the page.";
      this.timer = setTimeout(() => this.save(), 5 * PAUSE);
      return;
    }
    if (answer.ok) {
      this.kept = text;
      this.show(answer.said);
      if (this.area.value !== text) this.changed();
      else this.told.textContent = answer.said.at ? `Saved ${when(answer.said.at)}` : "Saved";
    } else if (answer.said.theirs && answer.said.theirs.text === this.unanswered) {
      this.mark = answer.said.theirs.mark;
      await this.saveNow();
    } else if (answer.said.theirs) {
      this.conflict(answer.said.error, answer.said.theirs);
    } else {
      this.told.textContent = `Not saved: ${answer.said.error}`;
    }
  }

  // As it is read now. The HTML is Muster's, made from Markdown; people's words are escaped in it.
  show(one) {
    this.mark = one.mark;
    this.view.innerHTML = one.html;
    this.draft.hidden = Boolean(one.text);
    this.root.querySelector('[data-act="revisions"]').hidden = !one.revision;
  }

  // Somebody else saved: shown at once, also while one only looks on. Words of one's own that are not saved stay.
  news(one) {
    if (this.isUnsaved || one.mark === this.mark) return;
    this.show(one);
    if (this.area) {
      const { selectionStart, selectionEnd } = this.area;
      this.area.value = this.kept = one.text;
      if (this.isOpen) {
        this.area.setSelectionRange(selectionStart, selectionEnd);
        this.grow();
      }
    }
    this.told.textContent = `Last written by ${one.by}, ${when(one.at)}`;
  }

  writing(names) {
    const said = names.length ? `${names.join(", ")} ${names.length === 1 ? "is" : "are"} writing here` : "";
    const place = this.root.querySelector(".writing");
    if (place.textContent !== said) place.textContent = said;
  }

  conflict(why, theirs) {
    this.conflicting = true;
    this.told.textContent = why;
    if (!this.isOpen) this.open();
    const box = element("div", "", { className: "conflict" });
    const choose = (label, then) => {
      const button = element("button", label, { type: "button" });
      button.addEventListener("click", () => {
        box.remove();
        this.conflicting = false;
        this.kept = theirs.text;
        this.show(theirs);
        then();
        this.grow();
        this.area.focus();
        this.save();
      });
      return button;
    };
    box.append(
      element("p", `${theirs.by} wrote:`),
      element("p", theirs.text, { className: "text", dir: "auto" }),
      choose("Keep theirs", () => {
        this.area.value = theirs.text;
        this.told.textContent = `Last written by ${theirs.by}, ${when(theirs.at)}`;
      }),
      choose("Save mine over it", () => {}),
    );
    this.area.after(box);
  }

  async pressed(target) {
    const act = target.dataset.act;
    if (act === "edit") this.open();
    if (act === "done") this.close();
    if (act === "take-draft") {
      this.area.value = this.draft.querySelector(".text").textContent;
      this.open();
      this.changed();
    }
    if (act === "revisions") {
      const isOpen = target.getAttribute("aria-expanded") === "true";
      target.setAttribute("aria-expanded", String(!isOpen));
      this.older.hidden = isOpen;
      if (!isOpen) await this.list();
    }
  }

  async list() {
    const { said } = await ask("GET", `/sections/${this.name}`);
    this.older.replaceChildren(...(said.revisions ?? []).map((one) => this.older_text(one)));
  }

  older_text(one) {
    const box = element("details", "");
    box.append(
      element("summary", `${one.revision}: ${one.by}, ${when(one.at)}`),
      element("p", one.text || "(nothing)", { className: "text", dir: "auto" }),
    );
    if (this.area) {
      const button = element("button", "Write this again", { type: "button", className: "link" });
      button.addEventListener("click", () => {
        this.area.value = one.text;
        this.open();
        this.changed();
      });
      box.append(button);
    }
    return box;
  }
}
