// Dates in words, in the time zone of the person who looks. Formats and tokens: docs.slack.dev, "Formatting message
// text", the section on dates.

import { now, world } from "./world.js";

const FALLBACK_ZONE = "UTC";
const DAY = 86_400; // seconds
const TOKEN = /\{[a-z_]{3,20}\}/g;

/** The two ways in which the page itself writes an instant; what apps write has the format that they chose. */
export const SHORT = "{date_short_pretty} {time}";
export const WHOLE = "{date_long} {time_secs}";

const LONG = { year: "numeric", month: "long", day: "numeric" };
const BRIEF = { year: "numeric", month: "short", day: "numeric" };
const SPANS = [
  ["year", 365 * DAY],
  ["month", 30 * DAY],
  ["day", DAY],
  ["hour", 3_600],
  ["minute", 60],
  ["second", 1],
];

/** The viewer's time zone. */
export function zone() {
  return world.people?.[world.me]?.tz || FALLBACK_ZONE;
}

const formats = new Map(); // making one takes longer than using it a hundred times

function formatIn(timeZone, options) {
  const key = JSON.stringify([timeZone, options]);
  if (!formats.has(key)) formats.set(key, newFormat(timeZone, options));
  return formats.get(key);
}

function newFormat(timeZone, options) {
  try {
    return new Intl.DateTimeFormat("en-US", { ...options, timeZone });
  } catch {
    return new Intl.DateTimeFormat("en-US", { ...options, timeZone: FALLBACK_ZONE }); // this browser knows no such zone
  }
}

/** Parts of an instant (epoch seconds) by their names, in the viewer's zone. */
function parts(epoch, options) {
  const found = formatIn(zone(), options).formatToParts(new Date(epoch * 1000));
  return Object.fromEntries(found.map(({ type, value }) => [type, value]));
}

function ordinal(day) {
  const last = day % 10;
  const isTeen = day > 10 && day < 14;
  return `${day}${isTeen ? "th" : ["th", "st", "nd", "rd"][last] ?? "th"}`;
}

function longDate(epoch, withWeekday = false) {
  const { weekday, month, day, year } = parts(epoch, { ...LONG, weekday: "long" });
  return `${withWeekday ? `${weekday}, ` : ""}${month} ${ordinal(Number(day))}, ${year}`;
}

function shortDate(epoch) {
  const { month, day, year } = parts(epoch, BRIEF);
  return `${month} ${day}, ${year}`;
}

/** "2026-03-02" */
export function numericDate(epoch) {
  const { year, month, day } = parts(epoch, { year: "numeric", month: "2-digit", day: "2-digit" });
  return `${year}-${month}-${day}`;
}

/** "14:05", or "14:05:09". Slack's clients show twelve or twenty-four hours as the person chose; here it is the latter. */
export function clockTime(epoch, withSeconds = false) {
  const { hour, minute, second } = parts(epoch, {
    hour: "2-digit",
    minute: "2-digit",
    second: "2-digit",
    hourCycle: "h23",
  });
  return withSeconds ? `${hour}:${minute}:${second}` : `${hour}:${minute}`;
}

/** What a clock on a wall in some zone shows now. */
export function clockTimeIn(timeZone) {
  return formatIn(timeZone, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" }).format(new Date(now() * 1000));
}

function dayDivider(epoch) {
  const { weekday, month, day } = parts(epoch, { weekday: "long", month: "long", day: "numeric" });
  return `${weekday}, ${month} ${ordinal(Number(day))}`;
}

/** "today", "yesterday" or "tomorrow" where it is one of them, else what `words` makes of it. */
function pretty(epoch, words) {
  const days = { [-1]: "yesterday", 0: "today", 1: "tomorrow" };
  for (const [away, name] of Object.entries(days)) {
    if (numericDate(now() + Number(away) * DAY) === numericDate(epoch)) return name;
  }
  return words(epoch);
}

function ago(epoch) {
  const passed = now() - epoch;
  const [unit, length] = SPANS.find(([, seconds]) => Math.abs(passed) >= seconds) ?? ["second", 1];
  return new Intl.RelativeTimeFormat("en", { numeric: "auto" }).format(-Math.round(passed / length), unit);
}

const FORMATS = {
  "{date}": longDate,
  "{date_num}": numericDate,
  "{date_slash}": (epoch) => numericDate(epoch).replaceAll("-", "/"),
  "{date_short}": shortDate,
  "{date_long}": (epoch) => longDate(epoch, true),
  "{date_pretty}": (epoch) => pretty(epoch, longDate),
  "{date_short_pretty}": (epoch) => pretty(epoch, shortDate),
  "{date_long_pretty}": (epoch) => pretty(epoch, (instant) => longDate(instant, true)),
  "{day_divider_pretty}": (epoch) => pretty(epoch, dayDivider),
  "{time}": (epoch) => clockTime(epoch),
  "{time_secs}": (epoch) => clockTime(epoch, true),
  "{ago}": ago,
};

/** An instant (epoch seconds) in the words of a format such as "{date_short} at {time}"; unknown tokens stay. */
export function dateText(epoch, format) {
  return format.replace(TOKEN, (token) => FORMATS[token]?.(epoch) ?? token);
}

/** Whether a date can be made of these seconds at all. */
export function isInstant(epoch) {
  return Number.isFinite(epoch) && Math.abs(epoch) <= 8.64e12;
}

/** "2026-03-02T14:05": what a wall clock in the viewer's zone shows at an instant. */
export function wallClock(epoch) {
  return `${numericDate(epoch)}T${clockTime(epoch)}`;
}

/** The instant (epoch seconds) at which a wall clock in the viewer's zone shows "2026-03-02T14:05". */
export function instantAt(shown) {
  const wanted = Date.parse(`${shown}Z`) / 1000;
  let found = wanted;
  for (let round = 0; round < 2; round += 1) found += wanted - Date.parse(`${wallClock(found)}Z`) / 1000; // the offset
  return found;
}
