// The codebook at hand. Its Markdown is shown by a few rules: headings, lists, tables, emphasis, code; everything else is
// text. No markup of it is ever parsed as HTML.

import * as api from "./api.js";
import { dialog, el } from "./dom.js";

const INLINE = /(\*\*[^*]+\*\*|`[^`]+`|(?<![\w*])\*[^*\s][^*]*\*)/;

function inline(text) {
  return text.replace(/\[([^\]]+)\]\([^)]*\)/g, "$1").split(INLINE).map((part) => {
    if (/^\*\*.+\*\*$/.test(part)) return el("strong", {}, part.slice(2, -2));
    if (/^`.+`$/.test(part)) return el("code", {}, part.slice(1, -1));
    if (/^\*.+\*$/.test(part)) return el("em", {}, part.slice(1, -1));
    return part;
  });
}

const cells = (line) => line.trim().replace(/^\||\|$/g, "").split("|").map((cell) => cell.trim());

function asTable(lines) {
  const [head, , ...rows] = lines.map(cells);
  return el(
    "div",
    { class: "table", tabindex: "0", role: "group", "aria-label": "Table" },
    el(
      "table",
      {},
      el("thead", {}, el("tr", {}, ...head.map((cell) => el("th", { scope: "col" }, ...inline(cell))))),
      el("tbody", {}, ...rows.map((row) => el("tr", {}, ...row.map((cell) => el("td", {}, ...inline(cell)))))),
    ),
  );
}

const KINDS = [
  ["heading", /^#{1,6} /],
  ["table", /^\|/],
  ["list", /^\s*[-*] /],
  ["numbers", /^\s*\d+\. /],
];
const kindOf = (line) => (line.trim() ? KINDS.find(([, pattern]) => pattern.test(line))?.[0] || "text" : "blank");

/** Lines of one kind together; a line that is indented or plain goes on with the list item before it. */
function blocks(markdown) {
  const found = [];
  for (const line of markdown.split("\n")) {
    const kind = kindOf(line);
    const last = found.at(-1);
    const isList = last && (last.kind === "list" || last.kind === "numbers");
    if (kind === "text" && isList) last.lines[last.lines.length - 1] += ` ${line.trim()}`;
    else if (last && kind === last.kind && kind !== "heading") last.lines.push(line);
    else found.push({ kind, lines: [line] });
  }
  return found.filter((block) => block.kind !== "blank");
}

function shown({ kind, lines }) {
  if (kind === "heading") {
    const level = Math.min(4, lines[0].match(/^#+/)[0].length + 1);
    return el(`h${level}`, {}, ...inline(lines[0].replace(/^#+ /, "")));
  }
  if (kind === "table") return asTable(lines);
  if (kind === "text") return el("p", {}, ...inline(lines.join(" ")));
  const item = (line) => el("li", {}, ...inline(line.replace(/^\s*([-*]|\d+\.) /, "")));
  return el(kind === "list" ? "ul" : "ol", {}, ...lines.map(item));
}

/** Markdown as elements. */
export const markdown = (text) => el("div", { class: "codebook" }, ...blocks(text).map(shown));

/** Opens the codebook over the page. */
export async function openCodebook() {
  const book = await api.get("/v1/codebook");
  dialog("Codebook", markdown(book.markdown));
}
