// Which words of a sentence pushed which way, and by how much: contributions of a linear model, which with the bias sum
// to the score of the label before the softmax.

import { Characters } from "./characters.js";
import { numbers, shares, signed, withSign } from "./bars.js";
import { el } from "./dom.js";
import { chip, hue } from "./labels.js";

const SHOWN = 12;

/** What is shown about a pair. `text` is the field in which its offsets count. */
export function words({ actor, evidence }, text) {
  const { contributions } = evidence;
  return el(
    "div",
    { class: `words-of ${hue(evidence.stance)}` },
    el("h3", {}, actor, " ", chip(evidence.stance)),
    shares(evidence.scores),
    numbers(evidence.scores),
    evidence.set && el("p", { class: "hint" }, `May be: ${evidence.set.join(", ")}`),
    contributions ? explained(evidence, text) : el("p", { class: "hint", lang: "en" }, evidence.text),
  );
}

function explained(evidence, text) {
  const { contributions, bias, logit } = evidence;
  const sum = contributions.reduce((total, one) => total + one.value, 0);
  const largest = contributions.reduce((most, one) => Math.max(most, Math.abs(one.value)), 0);
  const ordered = [...contributions].sort((a, b) => Math.abs(b.value) - Math.abs(a.value));
  const rest = ordered.slice(SHOWN);
  const row = (one) =>
    el(
      "tr",
      {},
      el("th", { scope: "row" }, one.text, el("code", {}, one.feature)),
      el("td", { class: "number" }, withSign(one.value)),
      el("td", {}, signed(one.value, largest)),
    );
  return [
    tinted(evidence, text),
    el("p", { class: "hint" }, "Solid underline: speaks for it. Dotted: speaks against it. The thicker, the more."),
    el(
      "table",
      { class: "contributions" },
      el("caption", { class: "unseen" }, `What speaks for and against ${evidence.stance}`),
      el("thead", { class: "unseen" }, el("tr", {}, ...["words", "adds", "bar"].map((n) => el("th", { scope: "col" }, n)))),
      el("tbody", {}, ...ordered.slice(0, SHOWN).map(row)),
    ),
    rest.length > 0 &&
      el("p", { class: "hint" }, `${rest.length} more add ${withSign(rest.reduce((t, one) => t + one.value, 0))}.`),
    el("p", { class: "sum" }, `words ${withSign(sum)}, bias ${withSign(bias)}: score ${withSign(logit)}`),
  ];
}

/** What each word adds: a contribution read off several words is shared among them. */
export function perWord(words, contributions) {
  const values = words.map(() => 0);
  for (const { start, end, value } of contributions) {
    const covered = words.flatMap((word, at) => (word.start < end && start < word.end ? [at] : []));
    for (const at of covered) values[at] += value / covered.length;
  }
  return values;
}

function tinted(evidence, text) {
  const characters = new Characters(text);
  const found = characters.words(evidence.start, evidence.end);
  const values = perWord(found, evidence.contributions);
  const largest = Math.max(...values.map(Math.abs), 1e-9);
  const parts = [];
  let at = evidence.start;
  found.forEach((word, index) => {
    const value = values[index];
    const strength = Math.abs(value) / largest;
    const kind = strength < 0.08 ? "even" : value > 0 ? "more" : "less";
    const isMention = word.start >= evidence.mention_start && word.end <= evidence.mention_end;
    parts.push(characters.slice(at, word.start));
    parts.push(
      el(
        "span",
        {
          class: `word ${kind}${isMention ? " mention" : ""}`,
          title: withSign(value),
          style: { "--strength": strength.toFixed(2) },
        },
        word.text,
      ),
    );
    at = word.end;
  });
  parts.push(characters.slice(at, evidence.end));
  return el("p", { class: "tinted", dir: "auto" }, ...parts);
}
