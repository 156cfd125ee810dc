// A coding unit: one actor in one sentence, or a text without an actor, shown in its context with the mention marked.

import { Characters } from "./characters.js";
import { el } from "./dom.js";

/** The name of the actor with its id, where they differ. */
export function actorName(unit) {
  if (unit.actor === null) return "the text";
  return unit.actor_name && unit.actor_name !== unit.actor ? `${unit.actor_name} (${unit.actor})` : unit.actor;
}

/** The sentence between what stands before and after it. */
export function inContext(unit) {
  const { article } = unit;
  const facts = article && [article.title, article.outlet, article.date].filter(Boolean).join(" · ");
  return [
    facts && el("p", { class: "facts" }, facts),
    el(
      "p",
      { class: "context", dir: "auto" },
      unit.before && `${unit.before} `,
      el("span", { class: "this" }, ...marked(unit)),
      unit.after && ` ${unit.after}`,
    ),
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
