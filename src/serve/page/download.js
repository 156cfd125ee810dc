// Saving what is shown: CSV that a spreadsheet cannot take for formulas, JSON Lines, and charts as SVG or PNG.

import { el } from "./dom.js";
import { names } from "./labels.js";

const DRAWN = ["fill", "stroke", "stroke-width", "font-family", "font-size", "font-weight", "text-anchor"];
const PNG_SCALE = 2;

/** Saves text or bytes under a name. */
export function save(name, content, type) {
  const url = URL.createObjectURL(content instanceof Blob ? content : new Blob([content], { type }));
  const link = el("a", { href: url, download: name, hidden: true });
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(url), 10000);
}

const INVISIBLE = /^[\s\p{Cc}\u200b-\u200f\ufeff]*/u;

/** A text that no spreadsheet takes for a formula: the rule of the command line's CSV. */
export function inert(text) {
  const formula = /^[=+\-@＝＋－＠]/.test(text.replace(INVISIBLE, ""));
  return formula || /^\p{Cc}/u.test(text) ? `'${text}` : text;
}

const quoted = (cell) => (/[",\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell);
const number = (p) => p.toFixed(6);

/** The table that `stance predict --format csv` writes: one line per article and actor. */
export function csv(reports) {
  const labels = names();
  const head = ["id", "title", "date", "outlet", "actor", "stance", "confidence"];
  const perLabel = [...labels.map((name) => `p_${name}`), ...labels.map((name) => `n_${name}`)];
  const lines = [[...head, ...perLabel, "evidence"]];
  for (const report of reports) for (const actor of report.actors) lines.push(record(report, actor, labels));
  return lines.map((line) => `${line.map(quoted).join(",")}\n`).join("");
}

function record({ id, title, date, outlet }, { actor, stance, confidence, scores, counts, evidence }, labels) {
  const texts = [id, title, date, outlet, actor, stance].map((text) => inert(text ?? ""));
  const numbers = [confidence, ...labels.map((name) => scores[name])].map(number);
  const sure = (one) => one.scores[one.stance];
  const own = evidence.filter((one) => one.stance === stance).sort((a, b) => sure(b) - sure(a));
  return [...texts, ...numbers, ...labels.map((name) => String(counts[name])), inert(own[0]?.text ?? "")];
}

export const jsonLines = (values) => values.map((value) => `${JSON.stringify(value)}\n`).join("");

/** A chart as a file of its own: what the style sheet says about it is written into its elements. */
export function standalone(chart) {
  const copy = chart.cloneNode(true);
  const originals = [chart, ...chart.querySelectorAll("*")];
  [copy, ...copy.querySelectorAll("*")].forEach((element, at) => {
    const style = getComputedStyle(originals[at]);
    for (const property of DRAWN) element.setAttribute(property, style.getPropertyValue(property));
    element.removeAttribute("class");
  });
  const [, , width, height] = chart.getAttribute("viewBox").split(" ");
  copy.setAttribute("width", width);
  copy.setAttribute("height", height);
  copy.style.removeProperty("background");
  const ground = document.createElementNS(copy.namespaceURI, "rect");
  ground.setAttribute("width", "100%");
  ground.setAttribute("height", "100%");
  ground.setAttribute("fill", getComputedStyle(document.body).backgroundColor);
  copy.prepend(ground);
  return new XMLSerializer().serializeToString(copy);
}

/** The same as a picture, at twice its size. */
export async function png(chart) {
  const url = URL.createObjectURL(new Blob([standalone(chart)], { type: "image/svg+xml" }));
  try {
    const image = new Image();
    image.src = url;
    await image.decode();
    const [, , width, height] = chart.getAttribute("viewBox").split(" ").map(Number);
    const canvas = el("canvas", { width: width * PNG_SCALE, height: height * PNG_SCALE });
    canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
    return await new Promise((resolve) => canvas.toBlob(resolve, "image/png"));
  } finally {
    URL.revokeObjectURL(url);
  }
}
