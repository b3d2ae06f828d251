// The page of a review: its sections, its next step, and what others do meanwhile.

import { Part } from "./part.js";
import { RecordPart } from "./record.js";
import { ask, when } from "./wire.js";

const EVERY = 2500; // ms between two looks at what others did

document.documentElement.classList.add("works"); // what needs this script is shown
const told = document.getElementById("told");
const parts = [...document.querySelectorAll("[data-section]")].map((root) => new Part(root));
const record = new RecordPart(document.getElementById("record"), (words) => {
  told.textContent = words;
});
const isUnsaved = () => parts.some((one) => one.isUnsaved) || record.isWritten;
for (const time of document.querySelectorAll(".saved time")) time.textContent = when(time.dateTime);

for (const button of document.querySelectorAll("[data-step]")) {
  const id = crypto.randomUUID(); // the same when it is pressed again, so that nothing happens twice
  button.addEventListener("click", async () => {
    button.disabled = true;
    await Promise.all(parts.filter((one) => one.area).map((one) => one.save()));
    told.textContent = "One moment…";
    let isAskedBack = false;
    try {
      const { step, anyway } = button.dataset;
      const answer = await ask("POST", "/steps", { step, anyway: Boolean(anyway), id });
      if (answer.ok) {
        location.reload();
        return;
      }
      told.textContent = answer.said.error;
      if (answer.said.anyway) {
        button.textContent = button.dataset.anyway = answer.said.anyway;
        isAskedBack = true;
      }
    } catch {
      told.textContent = "Muster cannot be reached. Try again in a minute.";
    }
    button.disabled = false;
    if (isAskedBack) button.focus();
  });
}

for (const button of document.querySelectorAll("[data-ask]")) {
  const id = crypto.randomUUID();
  button.addEventListener("click", async () => {
    button.disabled = true;
    told.textContent = "One moment…";
    try {
      const answer = await ask("POST", "/asked", { person: button.dataset.ask, id });
      told.textContent = answer.ok ? `${button.querySelector("bdi").textContent} is asked.` : answer.said.error;
      if (answer.ok) record.news(answer.said);
    } catch {
      told.textContent = "Muster cannot be reached. Try again in a minute.";
      button.disabled = false;
    }
  });
}

const self = crypto.randomUUID();
let isAway = false;

async function look() {
  const knows = new URLSearchParams(parts.map((one) => [one.name, one.mark]));
  knows.set("window", self);
  knows.set("seq", record.seq);
  const here = parts.find((one) => one.isOpen && one.root.contains(document.activeElement));
  if (here) knows.set("in", here.name);
  let answer;
  try {
    answer = await ask("GET", `/changes?${knows}`);
  } catch {
    isAway = true;
    told.textContent = "Muster cannot be reached. What others write is not shown until it can.";
    return true;
  }
  if (!answer.ok) {
    told.textContent = answer.said.error;
    return answer.status >= 500;
  }
  if (isAway) told.textContent = "";
  isAway = false;
  return take(answer.said);
}

function take(said) {
  if (said.state !== document.body.dataset.state) {
    if (!isUnsaved()) {
      location.reload();
      return false;
    }
    told.textContent = `The review is ${said.state} now.`;
  }
  for (const part of parts) {
    if (said.sections[part.name]) part.news(said.sections[part.name]);
    part.writing(said.writing[part.name] ?? []);
  }
  record.news(said.record);
  document.getElementById("progress").value = said.written;
  document.getElementById("progress-words").textContent = `${said.written} of ${parts.length} written`;
  return true;
}

async function watch() {
  if (document.hidden || (await look())) setTimeout(watch, EVERY);
}
setTimeout(watch, EVERY);

addEventListener("beforeunload", (event) => {
  if (isUnsaved()) event.preventDefault();
});
