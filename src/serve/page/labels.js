// The labels of the model in use, each with a sign and a colour. The colours are those of Okabe and Ito (2008), which
// people with any common kind of colour blindness tell apart; the sign is always there as well.

import { el } from "./dom.js";

const PAIR = [
  { sign: "▼", hue: "vermillion" },
  { sign: "▲", hue: "blue" },
];
const MORE = [
  { sign: "■", hue: "green" },
  { sign: "◆", hue: "purple" },
  { sign: "●", hue: "orange" },
  { sign: "★", hue: "sky" },
];
const NEUTRAL = { sign: "○", hue: "grey" };
const WITHHELD = { sign: "?", hue: "none" };

let known = { names: [], looks: new Map(), neutral: null };

/** Takes over the labels of a model, in its order. */
export function setLabels({ labels, neutral }) {
  const looks = [...PAIR, ...MORE];
  const look = (name) => (name === neutral ? NEUTRAL : looks.shift() || MORE[3]);
  known = { names: labels, looks: new Map(labels.map((name) => [name, look(name)])), neutral };
}

/** All names, in the model's order. */
export const names = () => known.names;
export const isNeutral = (name) => name === known.neutral;
const look = (name) => (name === null ? WITHHELD : known.looks.get(name) || WITHHELD);
/** The class that sets the colours of a label (`null`: withheld). */
export const hue = (name) => look(name).hue;
export const sign = (name) => look(name).sign;
/** The name as it is read (`null`: withheld). */
export const nameOf = (name) => name ?? "withheld";

/** A label as a chip: sign, colour and name. */
export function chip(name) {
  return el("span", { class: `chip ${hue(name)}` }, el("span", { "aria-hidden": "true" }, sign(name)), ` ${nameOf(name)}`);
}

/** Counts per label in a row: ▼ 1 ○ 8 ▲ 1, with the names for those who do not see the signs. */
export function tally(counts) {
  const one = (name) =>
    el(
      "span",
      { class: `count ${hue(name)}${counts[name] ? "" : " nought"}` },
      el("span", { "aria-hidden": "true" }, `${sign(name)} `),
      String(counts[name] || 0),
      el("span", { class: "unseen" }, ` ${name} `),
    );
  return el("span", { class: "tally" }, ...known.names.map(one));
}
