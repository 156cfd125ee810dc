// A bar of shares per label, with its numbers; and the bar of a signed value.

import { el } from "./dom.js";
import { hue, names, sign } from "./labels.js";

export const percent = (share) => `${Math.round(100 * share)} %`;

/** Shares that sum to one, as one bar; read out as text. */
export function shares(values) {
  const text = names().map((name) => `${name} ${percent(values[name] || 0)}`).join(", ");
  const part = (name) =>
    el("span", { class: hue(name), style: { "flex-grow": String(Math.max(values[name] || 0, 0.001)) } });
  return el("span", { class: "shares", role: "img", "aria-label": text, title: text }, ...names().map(part));
}

/** The numbers below such a bar. */
export function numbers(values) {
  const one = (name) =>
    el("span", { class: `count ${hue(name)}` }, `${sign(name)} ${percent(values[name] || 0)}`);
  return el("span", { class: "tally", "aria-hidden": "true" }, ...names().map(one));
}

/** A value to the right of the middle if it is positive, else to the left; `largest` fills a side. */
export function signed(value, largest) {
  const width = `${Math.min(50, (50 * Math.abs(value)) / (largest || 1)).toFixed(1)}%`;
  return el("span", { class: `signed ${value < 0 ? "less" : "more"}`, "aria-hidden": "true" }, el("i", { style: { width } }));
}

/** A number with its sign and two decimals, with a minus of the width of a plus. */
export function withSign(value) {
  return `${value < 0 ? "−" : "+"}${Math.abs(value).toFixed(2)}`;
}

/** Something done in part, `done` in 0..1. */
export function progress(done, label) {
  return el("progress", { max: "1", value: String(done), "aria-label": label }, percent(done));
}
