// All the kinds of text that the page shows, as nodes. Text from people and apps never becomes markup of the page.

export { markdown } from "./markdown.js";
export { mrkdwn, plain } from "./mrkdwn.js";
export { richText } from "./richtext.js";
