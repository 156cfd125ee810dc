// How far the labelling is: the coder's own pace, the round, what the labels say so far.

import { progress, percent } from "./bars.js";
import { el, table } from "./dom.js";
import { names, tally } from "./labels.js";

const rows = (pairs) => el("dl", {}, ...pairs.flatMap(([name, value]) => [el("dt", {}, name), el("dd", {}, String(value))]));

/** From the answer of `GET /v1/progress`. */
export function pace(state, coder) {
  const own = state.coders.find((one) => one.id === coder.id);
  const share = state.units ? state.complete / state.units : 0;
  const left = state.round ? [["left in this round", state.round.left]] : [];
  const mine = own ? [["today", own.today], ["in all", own.labels], ["skipped", own.skipped], ["per hour", own.per_hour === null ? "–" : Math.round(own.per_hour)]] : [];
  return el(
    "section",
    { class: "card pace", "aria-label": "Progress" },
    el("h2", {}, coder.name),
    rows([...mine, ...left]),
    el("div", {}, progress(share, "Units with all their labels"), el("p", { class: "hint" }, `${state.complete} of ${state.units} units done, ${state.flagged} flagged`)),
    tally(state.per_label),
    state.estimate && estimate(state.estimate),
  );
}

/** Shares of the labels in everything that was imported, with 95 % intervals by the normal approximation. */
function estimate(shares) {
  const line = (name) => {
    const { share, se } = shares[name];
    return [name, percent(share), se === null ? "–" : `± ${percent(1.96 * se)}`];
  };
  const caption = "Shares in all units, estimated";
  return el(
    "details",
    {},
    el("summary", {}, caption),
    table(caption, [{ name: "label" }, { name: "share", number: true }, { name: "95 %", number: true }], names().filter((n) => shares[n]).map(line)),
    el("p", { class: "hint" }, "From labels weighted by the probability with which their units were drawn."),
  );
}

/** The other coders. */
export function others(state, coder) {
  const rest = state.coders.filter((one) => one.id !== coder.id);
  if (!rest.length) return null;
  return el("p", { class: "hint" }, `Also coding: ${rest.map((one) => `${one.name} (${one.labels})`).join(", ")}`);
}
