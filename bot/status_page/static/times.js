// Times in the reader's own zone; without this they stand in UTC. A time that has come is no promise any more.
"use strict";
const format = new Intl.DateTimeFormat("en-GB", {
  day: "numeric", month: "long", year: "numeric", hour: "2-digit", minute: "2-digit", timeZoneName: "short",
});
for (const time of document.querySelectorAll("time[datetime]")) {
  time.title = time.textContent;
  time.textContent = format.format(new Date(time.dateTime)).replace(" at ", ", ");
}
function forget() {
  for (const time of document.querySelectorAll(".next time")) {
    const left = new Date(time.dateTime) - Date.now();
    if (left <= 0) time.parentElement.remove();
    else if (left < 2 ** 31) setTimeout(forget, left);
  }
}
forget();
