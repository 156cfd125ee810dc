// A coding unit: one actor in one sentence, or a text without an actor, shown in its context with the mention marked.

import { Characters } from "./characters.js";
import { button, el } from "./dom.js";

/** So many characters of what stands around a sentence are shown at first: the sentence is what is coded. */
const NEAR = 160;

/** The name of the actor with its id, where they differ. */
export function actorName(unit) {
  if (unit.actor === null) return "the text";
  return unit.actor_name && unit.actor_name !== unit.actor ? `${unit.actor_name} (${unit.actor})` : unit.actor;
}

/** The last characters of a text, or the first, cut between words. */
const ending = (text) => (text.length > NEAR ? `… ${text.slice(-NEAR).replace(/^\S*\s+/, "")}` : text);
const beginning = (text) => (text.length > NEAR ? `${text.slice(0, NEAR).replace(/\s+\S*$/, "")} …` : text);

/** The sentence between what stands before and after it, of which a button shows more. */
export function inContext(unit) {
  const { article } = unit;
  const facts = article && [article.title, article.outlet, article.date].filter(Boolean).join(" · ");
  const around = (text) => el("p", { class: "context", dir: "auto" }, text);
  const [before, after] = [around(ending(unit.before.trim())), around(beginning(unit.after.trim()))];
  const whole = () => {
    before.textContent = unit.before.trim();
    after.textContent = unit.after.trim();
    more.remove();
  };
  const more = button("More context", whole, { class: "quiet" });
  return [
    facts && el("p", { class: "facts" }, facts),
    unit.before && before,
    el("p", { class: "this", dir: "auto" }, ...marked(unit)),
    unit.after && after,
    Math.max(unit.before.length, unit.after.length) > NEAR && more,
  ];
}

/** The sentence with the mention and, if there is one, the target. */
function marked(unit) {
  const text = new Characters(unit.text);
  const mention = { start: unit.start, end: unit.end, make: (piece) => el("mark", {}, piece) };
  const target = {
    start: unit.target_start,
    end: unit.target_end,
    make: (piece) => el("span", { class: "target", title: "target" }, piece),
  };
  const spans = [mention, target].filter(({ start }) => Number.isInteger(start));
  const parts = [];
  let at = 0;
  for (const { start, end, make } of spans.sort((a, b) => a.start - b.start)) {
    if (start < at) continue;
    parts.push(text.slice(at, start), make(text.slice(start, end)));
    at = end;
  }
  parts.push(text.slice(at));
  return parts;
}

/** A unit as it is read aloud. */
export function aloud(unit) {
  const mention = unit.start !== null && `, mentioned as ${new Characters(unit.text).slice(unit.start, unit.end)}`;
  return `${unit.text} Stance of ${actorName(unit)}${mention || ""}?`;
}
