// Krippendorff's alpha with its intervals: over all, per actor, and each label against the rest.

import { el, svg, table } from "./dom.js";

const number = (value) => (value === null || value === undefined ? "–" : value.toFixed(3));

/** From the answer of `GET /v1/agreement`. */
export function agreement({ overall, by_actor: actors, by_label: labels }) {
  const rows = [
    row("all", overall),
    ...labels.map((one) => row(`${one.label} against the rest`, one)),
    ...actors.map((one) => row(one.actor ?? "texts without an actor", one)),
  ];
  const columns = [
    { name: "units of" },
    { name: "alpha", number: true },
    { name: "95 % interval", number: true },
    { name: "0 to 1" },
    { name: "units", number: true },
    { name: "labels", number: true },
  ];
  return el(
    "section",
    { "aria-label": "Agreement" },
    el("h2", {}, "Agreement"),
    el("p", { class: "hint" }, "Krippendorff's alpha for nominal data. 1 is perfect, 0 is what chance gives; intervals are drawn again over units."),
    table("Agreement", columns, rows),
  );
}

function row(name, { alpha, low, high, units, labels }) {
  const known = low !== null && low !== undefined;
  const range = known ? `${number(low)} to ${number(high)}` : "–";
  return [name, number(alpha), range, known ? interval(alpha, low, high) : "", String(units), String(labels)];
}

/** A point and its interval on a line from 0 to 1; what lies below 0 is drawn at 0. */
function interval(alpha, low, high) {
  const x = (value) => 4 + 168 * Math.min(1, Math.max(0, value));
  return svg(
    "svg",
    { viewBox: "0 0 176 18", class: "interval", "aria-hidden": "true" },
    svg("line", { x1: x(0), x2: x(1), y1: 9, y2: 9, class: "axis" }),
    ...[0, 0.5, 1].map((at) => svg("line", { x1: x(at), x2: x(at), y1: 5, y2: 13, class: "axis" })),
    svg("line", { x1: x(low), x2: x(high), y1: 9, y2: 9, class: "range" }),
    svg("circle", { cx: x(alpha), cy: 9, r: 4, class: "point" }),
  );
}
