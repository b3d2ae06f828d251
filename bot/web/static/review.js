// The page of a review: what is written is saved by itself; nothing of somebody else is overwritten unseen.

const token = document.querySelector('meta[name="muster-token"]').content;
const base = location.pathname.replace(/\/$/, "");
const PAUSE = 900; // ms after the last key until it is saved

async function send(method, path, body) {
  const answer = await fetch(base + path, {
    method,
    headers: { "Content-Type": "application/json", "X-Muster-Token": token, Accept: "application/json" },
    body: JSON.stringify(body),
  });
  const said = await answer.json().catch(() => ({ error: "Muster did not answer in a way this page understands." }));
  return { ok: answer.ok, status: answer.status, said };
}

function when(instant) {
  return new Date(instant).toLocaleString([], { dateStyle: "medium", timeStyle: "short" });
}

function element(name, text, properties = {}) {
  return Object.assign(document.createElement(name), { textContent: text, ...properties });
}

const unsaved = new Set();

class Part {
  constructor(root) {
    this.root = root;
    this.name = root.dataset.section;
    this.seen = Number(root.dataset.seen);
    this.area = root.querySelector("textarea");
    this.told = root.querySelector(".saved");
    this.older = root.querySelector(".revisions");
    this.kept = this.area ? this.area.value : "";
    this.timer = 0;
    this.saving = Promise.resolve();
    this.area?.addEventListener("input", () => this.changed());
    this.area?.addEventListener("blur", () => this.save());
    root.addEventListener("click", (event) => this.pressed(event.target));
  }

  changed() {
    unsaved.add(this.name);
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
    if (text === this.kept || this.inConflict) {
      if (text === this.kept) unsaved.delete(this.name);
      return;
    }
    this.told.textContent = "Saving…";
    let answer;
    try {
      answer = await send("PUT", `/sections/${this.name}`, { text, seen: this.seen });
    } catch {
      this.told.textContent = "Not saved: Muster cannot be reached. It is tried again; do not close the page.";
      this.timer = setTimeout(() => this.save(), 5 * PAUSE);
      return;
    }
    if (answer.ok) {
      this.seen = answer.said.revision;
      this.kept = text;
      if (this.area.value === text) unsaved.delete(this.name);
      else this.changed();
      this.told.textContent = answer.said.at ? `Saved ${when(answer.said.at)}` : "Saved";
    } else if (answer.said.theirs) {
      this.conflict(answer.said.error, answer.said.theirs);
    } else {
      this.told.textContent = `Not saved: ${answer.said.error}`;
    }
  }

  conflict(why, theirs) {
    this.inConflict = true;
    this.told.textContent = why;
    const box = element("div", "", { className: "conflict" });
    box.append(
      element("p", `${theirs.by} wrote:`),
      element("p", theirs.text, { className: "text", dir: "auto" }),
      this.choice("Keep theirs", () => {
        this.area.value = theirs.text;
        this.kept = theirs.text;
      }),
      this.choice("Save mine over it", () => {}),
    );
    box.addEventListener("settled", () => {
      box.remove();
      this.inConflict = false;
      this.seen = theirs.revision;
      this.grow();
      this.save();
    });
    this.area.after(box);
  }

  choice(label, then) {
    const button = element("button", label, { type: "button" });
    button.addEventListener("click", () => {
      then();
      button.parentElement.dispatchEvent(new Event("settled"));
    });
    return button;
  }

  async pressed(target) {
    if (target.dataset.act === "take-draft") {
      this.area.value = target.previousElementSibling.textContent;
      this.area.focus();
      this.changed();
    }
    if (target.dataset.act === "revisions") {
      const isOpen = target.getAttribute("aria-expanded") === "true";
      target.setAttribute("aria-expanded", String(!isOpen));
      this.older.hidden = isOpen;
      if (!isOpen) await this.list();
    }
  }

  async list() {
    const answer = await fetch(`${base}/sections/${this.name}`, { headers: { Accept: "application/json" } });
    const said = await answer.json();
    this.older.replaceChildren(
      ...(said.revisions ?? []).map((one) => {
        const box = element("details", "");
        box.append(
          element("summary", `${one.revision}: ${one.by}, ${when(one.at)}`),
          element("p", one.text || "(nothing)", { className: "text", dir: "auto" }),
        );
        if (this.area) {
          const button = element("button", "Write this again", { type: "button", className: "link" });
          button.addEventListener("click", () => {
            this.area.value = one.text;
            this.changed();
          });
          box.append(button);
        }
        return box;
      }),
    );
  }
}

const parts = [...document.querySelectorAll("[data-section]")].map((root) => new Part(root));
for (const one of parts) if (one.area) one.grow();
for (const time of document.querySelectorAll("time")) time.textContent = when(time.dateTime);

const told = document.getElementById("told");
for (const button of document.querySelectorAll("[data-step]")) {
  const id = crypto.randomUUID(); // the same when it is pressed again, so that nothing happens twice
  button.addEventListener("click", async () => {
    button.disabled = true;
    await Promise.all(parts.filter((one) => one.area).map((one) => one.save()));
    told.textContent = "One moment…";
    try {
      const answer = await send("POST", "/steps", { step: button.dataset.step, id });
      if (answer.ok) {
        location.reload();
        return;
      }
      told.textContent = answer.said.error;
    } catch {
      told.textContent = "Muster cannot be reached. Try again in a minute.";
    }
    button.disabled = false;
  });
}

addEventListener("beforeunload", (event) => {
  if (unsaved.size) event.preventDefault();
});
