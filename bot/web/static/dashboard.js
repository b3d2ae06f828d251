// Keeps the list of open incidents as it is now. Without this script the page is read anew by itself.

const EVERY = 10_000; // ms between two looks
const head = document.getElementById("head");
const news = document.getElementById("news"); // read aloud when it changes
const open = document.getElementById("open");
const read = document.getElementById("read");
let last = open.innerHTML.trim();

async function look() {
  if (document.hidden) return;
  try {
    const answer = await fetch("/open.json", { headers: { Accept: "application/json" } });
    if (answer.status === 403) {
      location.reload(); // the session is over: the page says what to do
      return;
    }
    if (!answer.ok) throw new Error(answer.status);
    const now = await answer.json();
    if (head.textContent !== now.head) head.textContent = news.textContent = now.head;
    if (last !== now.html) {
      const focused = open.contains(document.activeElement) ? document.activeElement.id : "";
      open.innerHTML = last = now.html;
      if (focused) document.getElementById(focused)?.focus();
    }
    read.textContent = now.read;
  } catch {
    read.textContent = "Muster cannot be reached just now; this is what was open before.";
  }
}

setInterval(look, EVERY);
document.addEventListener("visibilitychange", look);
