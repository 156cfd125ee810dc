// An article with the sentences that decided: each is tinted by what it says, the mentions in it are underlined, and
// behind it stands a button per actor with sign and name. Which words made a sentence count is `words.js`.

import { Characters } from "./characters.js";
import { el } from "./dom.js";
import { hue, isNeutral, nameOf, sign } from "./labels.js";

/** The sentences of a report in the order of the text: `[{field, start, end, pairs: [{actor, evidence}]}]`. */
export function sentences(report) {
  const found = new Map();
  for (const actor of report.actors) {
    for (const evidence of actor.evidence) {
      const { field = "text", start, end } = evidence;
      const place = `${field} ${start} ${end}`;
      if (!found.has(place)) found.set(place, { field, start, end, pairs: [] });
      found.get(place).pairs.push({ actor: actor.actor, evidence });
    }
  }
  return [...found.values()].sort((a, b) => a.start - b.start);
}

/**
 * The article as an element. `shows(actor, stance)` says which pairs are wanted, `choose(pair, button)` is told which
 * one the reader looks at.
 */
export function article(source, report, { shows, choose }) {
  const wanted = (sentence) => ({
    ...sentence,
    pairs: sentence.pairs.filter((pair) => shows(pair.actor, pair.evidence.stance)),
  });
  const all = sentences(report).map(wanted).filter((sentence) => sentence.pairs.length);
  const inside = (field) => all.filter((sentence) => sentence.field === field);
  const text = report.text ?? source.text;
  const title = report.title && inside("title").length ? report.title : null;
  return el(
    "div",
    { class: "article", on: { keydown: step } },
    title && paragraphs(title, inside("title"), choose).map((p) => mark(p, "headline")),
    ...paragraphs(text, inside("text"), choose),
  );
}

function mark(element, name) {
  element.classList.add(name);
  return element;
}

/** Between sentences a line break ends a paragraph; inside one it is white space. */
function paragraphs(text, found, choose) {
  const characters = new Characters(text);
  const done = [el("p", { dir: "auto" })];
  const plain = (piece) =>
    piece.split(/\n+/).forEach((line, at) => {
      if (at) done.push(el("p", { dir: "auto" }));
      done.at(-1).append(line);
    });
  let at = 0;
  for (const sentence of found) {
    if (sentence.start < at) continue; // Sentences do not overlap; if they did, the first one stays whole.
    plain(characters.slice(at, sentence.start));
    done.at(-1).append(...marked(characters, sentence, choose));
    at = sentence.end;
  }
  plain(characters.slice(at));
  return done.filter((p) => p.textContent.trim());
}

/** A sentence and the buttons of its pairs. */
function marked(characters, { start, end, pairs }, choose) {
  const buttons = pairs.map((pair) => pairButton(pair, choose));
  const taken = [...new Set(pairs.map((pair) => pair.evidence.stance).filter((stance) => !isNeutral(stance)))];
  const tint = taken.length > 1 ? "mixed" : hue(taken[0] ?? pairs[0].evidence.stance);
  const sentence = el("span", {
    class: `sentence ${tint}`,
    // A click anywhere in the sentence is meant for its first pair that takes a side.
    on: { click: () => (buttons[pairs.findIndex((p) => !isNeutral(p.evidence.stance))] || buttons[0]).click() },
  });
  sentence.append(...withMentions(characters, start, end, pairs));
  const whole = el("span", { class: "evidence" }, sentence, ...buttons.flatMap((button) => ["\u200b", button]));
  return [whole];
}

function withMentions(characters, start, end, pairs) {
  const mentions = pairs
    .map(({ evidence }) => ({ from: evidence.mention_start, to: evidence.mention_end, stance: evidence.stance }))
    .sort((a, b) => a.from - b.from || b.to - a.to);
  const parts = [];
  let at = start;
  for (const { from, to, stance } of mentions) {
    if (from < at || to > end) continue;
    parts.push(characters.slice(at, from), el("u", { class: hue(stance) }, characters.slice(from, to)));
    at = to;
  }
  parts.push(characters.slice(at, end));
  return parts;
}

function pairButton(pair, choose) {
  const { actor, evidence } = pair;
  const chance = evidence.scores[evidence.stance];
  const label = `${actor} ${nameOf(evidence.stance)}, probability ${chance.toFixed(2)}: which words count`;
  const element = el(
    "button",
    { type: "button", class: `pair ${hue(evidence.stance)}`, "aria-label": label, "aria-pressed": "false" },
    el("span", { "aria-hidden": "true" }, `${sign(evidence.stance)} `),
    actor,
  );
  const chosen = () => choose(pair, element);
  element.addEventListener("click", chosen);
  element.addEventListener("focus", chosen);
  element.addEventListener("pointerenter", (event) => event.pointerType === "mouse" && chosen());
  return element;
}

/** The arrow keys go from pair to pair, so that nobody has to press Tab through a long article. */
function step(event) {
  const by = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
  const all = [...event.currentTarget.querySelectorAll(".pair")];
  const at = all.indexOf(document.activeElement);
  if (!by || at < 0 || event.altKey || event.ctrlKey || event.metaKey) return;
  event.preventDefault();
  all[Math.min(all.length - 1, Math.max(0, at + by))].focus();
}
