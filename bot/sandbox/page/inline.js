// Reading one line of marked-up text: from left to right, each letter looked at a bounded number of times, so that no
// text takes long, however odd. What is found becomes nodes; everything else stays text.

import { h } from "./dom.js";
import { emoji, emojiAt, entity, link, unescaped } from "./entities.js";

const WORD = /[\p{L}\p{N}]/u;
const SPACE = /\s/;
const ADDRESS = /^https?:\/\/[^\s<>|`"]/;
const BEHIND_ADDRESS = /[\s<>|`"]/;
const NOT_LAST = /[.,;:!?)\]}'*_~]/; // at the end of an address they belong to the sentence around it

/**
 * The parts (nodes and strings) of a line. `readers` is a table: letter → a function that reads what begins with it,
 * moves on and answers true, or answers false.
 */
export function inline(text, readers) {
  const reading = { text, at: 0, plainFrom: 0, frames: [{ mark: null, parts: [] }], hasNo: {} };
  while (reading.at < text.length) {
    if (!readers[text[reading.at]]?.(reading)) reading.at += 1;
  }
  move(reading, text.length);
  dropFrames(reading.frames, 1);
  return reading.frames[0].parts;
}

/** Put the plain text up to here where it belongs, and go on at `end`. */
export function move(reading, end) {
  if (reading.at > reading.plainFrom) push(reading, unescaped(reading.text.slice(reading.plainFrom, reading.at)));
  reading.at = end;
  reading.plainFrom = end;
}

/** Add a node or a string to the innermost thing that is open. */
export function push(reading, part) {
  reading.frames.at(-1).parts.push(part);
}

/** Where `wanted` comes next, or -1; what was not found once is not looked for again. */
export function next(reading, wanted, from) {
  if (reading.hasNo[wanted]) return -1;
  const found = reading.text.indexOf(wanted, from);
  if (found < 0) reading.hasNo[wanted] = true;
  return found;
}

/** <@U1>, <#C1>, <!here>, <https://example.com|words> */
export function readEntity(reading) {
  let end = reading.at + 1;
  while (end < reading.text.length && reading.text[end] !== ">" && reading.text[end] !== "<") end += 1;
  if (reading.text[end] !== ">" || end === reading.at + 1) return false;
  const written = reading.text.slice(reading.at + 1, end);
  move(reading, end + 1);
  push(reading, entity(written));
  return true;
}

/** `code` */
export function readCode(reading) {
  const end = next(reading, "`", reading.at + 1);
  if (end <= reading.at + 1) return false;
  const code = reading.text.slice(reading.at + 1, end);
  move(reading, end + 1);
  push(reading, h("code", {}, unescaped(code)));
  return true;
}

/** :tada: */
export function readEmoji(reading) {
  const found = emojiAt(reading.text, reading.at);
  if (!found) return false;
  move(reading, found[1]);
  push(reading, emoji(found[0]));
  return true;
}

/** An address that stands in the text without any markup. */
export function readAddress(reading) {
  const { text, at } = reading;
  if (!ADDRESS.test(text.slice(at, at + 10)) || WORD.test(text[at - 1] ?? "")) return false;
  let end = at;
  while (end < text.length && !BEHIND_ADDRESS.test(text[end])) end += 1;
  while (NOT_LAST.test(text[end - 1])) end -= 1;
  const url = unescaped(text.slice(at, end));
  move(reading, end);
  push(reading, link(url, url));
  return true;
}

/**
 * A reader of markers in pairs. `tags`: marker → tag, the longer ones first. `withinWords`: markers that also count
 * between two letters.
 */
export function marks(tags, withinWords = []) {
  const known = Object.keys(tags);
  return (reading) => {
    const here = known.filter((mark) => reading.text.startsWith(mark, reading.at));
    return closes(reading, here, tags, withinWords) || opens(reading, here, withinWords);
  };
}

function closes(reading, here, tags, withinWords) {
  const { text, at, frames } = reading;
  const index = frames.findLastIndex(({ mark }) => here.includes(mark));
  if (index < 1) return false;
  const { mark, from } = frames[index];
  const after = text[at + mark.length] ?? " ";
  const isInWord = WORD.test(after) && !withinWords.includes(mark);
  if (isInWord || SPACE.test(text[at - 1]) || at === from) return false;
  move(reading, at + mark.length);
  dropFrames(frames, index + 1);
  const { parts } = frames.pop();
  push(reading, h(tags[mark], {}, parts));
  return true;
}

function opens(reading, here, withinWords) {
  const { text, at, frames } = reading;
  const mark = here.find((one) => !frames.some((frame) => frame.mark === one));
  if (!mark) return false;
  const [before, after] = [text[at - 1] ?? " ", text[at + mark.length] ?? " "];
  const isInWord = WORD.test(before) && !withinWords.includes(mark);
  if (isInWord || SPACE.test(after) || (here.length === 1 && after === mark)) return false;
  move(reading, at + mark.length);
  frames.push({ mark, from: at + mark.length, parts: [] });
  return true;
}

/** Markers that nobody closed are letters like others. */
function dropFrames(frames, count) {
  while (frames.length > count) {
    const { mark, parts } = frames.pop();
    const under = frames.at(-1).parts;
    under.push(mark);
    for (const part of parts) under.push(part);
  }
}
