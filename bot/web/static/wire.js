// What the parts of the page share: asking Muster, telling times, making elements.

const token = document.querySelector('meta[name="muster-token"]').content;
const base = location.pathname.replace(/\/$/, "");

export async function ask(method, path, body) {
  const answer = await fetch(base + path, {
    method,
    headers: { "Content-Type": "application/json", "X-Muster-Token": token, Accept: "application/json" },
    body: body === undefined ? undefined : JSON.stringify(body),
  });
  const said = await answer.json().catch(() => ({ error: "Muster did not answer in a way this page understands." }));
  return { ok: answer.ok, status: answer.status, said };
}

const MOMENT = new Intl.DateTimeFormat("en-GB", {
  day: "numeric",
  month: "short",
  year: "numeric",
  hour: "2-digit",
  minute: "2-digit",
  timeZoneName: "short",
});

export function when(instant) {
  return MOMENT.format(new Date(instant));
}

export function element(name, text, properties = {}) {
  return Object.assign(document.createElement(name), { textContent: text, ...properties });
}
