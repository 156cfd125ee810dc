// One article as it is read: the text, a bar per actor, filters, and the words of the sentence that is looked at.

import { article } from "./article.js";
import { numbers, percent, shares } from "./bars.js";
import { announce, button, el } from "./dom.js";
import { chip, hue, isNeutral, nameOf, names, sign, tally } from "./labels.js";
import { words } from "./words.js";

/** So many actors are shown at first. */
const FIRST = 12;

/** Actors that take sides in most sentences first. */
export function byWeight(actors) {
  const sides = (actor) => actor.evidence.filter((one) => !isNeutral(one.stance)).length;
  return [...actors].sort((a, b) => sides(b) - sides(a) || b.evidence.length - a.evidence.length);
}

/** An article with its report, as `POST /v1/explain` gives it. */
export function reading(source, report) {
  const chosen = { actors: new Set(), stances: new Set() };
  const text = el("div", { class: "text" });
  const panel = el("aside", { class: "words", "aria-label": "Which words count", "aria-live": "off" });
  let pressed = null;

  const choose = (pair, element) => {
    if (pressed === element) return;
    pressed?.setAttribute("aria-pressed", "false");
    element.setAttribute("aria-pressed", "true");
    pressed = element;
    const within = pair.evidence.field === "title" ? report.title : (report.text ?? source.text);
    panel.replaceChildren(words(pair, within), button("Close", close, { class: "quiet close" }));
    panel.classList.add("open");
  };
  const close = () => {
    panel.replaceChildren(el("p", { class: "hint" }, hint));
    panel.classList.remove("open");
    pressed?.setAttribute("aria-pressed", "false");
    // Focus would open it again.
    pressed = null;
  };
  const shows = (actor, stance) =>
    (!chosen.actors.size || chosen.actors.has(actor)) && (!chosen.stances.size || chosen.stances.has(stance));
  const draw = () => {
    text.replaceChildren(article(source, report, { shows, choose }));
    const left = text.querySelectorAll(".pair").length;
    announce(`${left} marked ${left === 1 ? "place" : "places"}`);
  };
  panel.append(el("p", { class: "hint" }, hint));
  panel.addEventListener("keydown", (event) => event.key === "Escape" && close());
  draw();
  return el(
    "section",
    { class: "reading", "aria-label": report.title || source.title || report.id || "Article" },
    heading(source, report),
    actorList(report, chosen.actors, draw),
    report.actors.length > 0 && stanceFilter(chosen.stances, draw),
    el("div", { class: "columns" }, text, panel),
  );
}

const hint = "Point at a sign behind a sentence, or go to it with Tab and the arrow keys, to see which words count.";

function heading(source, report) {
  const title = report.title || source.title || report.id || "Article";
  const facts = [report.date || source.date, report.outlet || source.outlet].filter(Boolean).join(" · ");
  const none = "No actor was found in this text, so there is nothing to say about it.";
  return [
    el("h2", { dir: "auto" }, title),
    facts && el("p", { class: "facts" }, facts),
    !report.actors.length && el("p", { class: "notice" }, none),
  ];
}

/** A button that takes a value into a set and out again. */
function toggle(set, value, changed, attributes, ...content) {
  const element = button(content, () => {
    const on = !set.has(value);
    if (on) set.add(value);
    else set.delete(value);
    element.setAttribute("aria-pressed", String(on));
    changed();
  }, { "aria-pressed": String(set.has(value)), ...attributes });
  return element;
}

/** Buttons that show the sentences of one or more labels only. */
export function stanceFilter(set, changed) {
  const one = (name) => toggle(set, name, changed, { class: `toggle ${hue(name)}` }, `${sign(name)} ${name}`);
  return el("div", { class: "filter", role: "group", "aria-label": "Show only" }, "Show only ", ...names().map(one));
}

function actorList(report, set, changed) {
  const one = (actor) => {
    const label = `${actor.actor}: ${nameOf(actor.stance)}, confidence ${percent(actor.confidence)}. Show only this actor`;
    return el(
      "li",
      {},
      toggle(set, actor.actor, changed, { class: "actor", "aria-label": label }, el("b", {}, actor.actor), chip(actor.stance)),
      shares(actor.scores),
      el("div", { class: "row" }, numbers(actor.scores), el("span", { class: "sentences" }, tally(actor.counts), el("span", { class: "word-sentences" }, " sentences"))),
    );
  };
  if (!report.actors.length) return null;
  const items = byWeight(report.actors).map(one);
  const rest = items.slice(FIRST);
  for (const item of rest) item.hidden = true;
  const more = button(`Show all ${items.length} actors`, () => {
    for (const item of rest) item.hidden = false;
    rest[0].querySelector("button").focus();
    more.remove();
  });
  return el(
    "section",
    { class: "actors", "aria-label": "Actors" },
    el("ul", {}, ...items),
    rest.length > 0 && more,
  );
}
