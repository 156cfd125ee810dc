// Many articles: a table of stances that is sorted and filtered, charts, and everything to save.

import { percent } from "./bars.js";
import { actorChart, overTime, perActor, timeChart } from "./charts.js";
import { button, el, field, table } from "./dom.js";
import { csv, jsonLines, png, save, standalone } from "./download.js";
import { chip, names, nameOf, tally } from "./labels.js";
import { stanceFilter } from "./reading.js";
import { sortable } from "./sortable.js";

const COLUMNS = [
  { name: "article", value: (row) => row.report.title || row.report.id },
  { name: "date", value: (row) => row.report.date ?? "" },
  { name: "outlet", value: (row) => row.report.outlet ?? "" },
  { name: "actor", value: (row) => row.actor.actor },
  { name: "stance", value: (row) => names().indexOf(row.actor.stance), show: (row) => chip(row.actor.stance) },
  { name: "confidence", number: true, value: (row) => row.actor.confidence, show: (row) => percent(row.actor.confidence) },
  { name: "sentences", value: (row) => row.actor.evidence.length, show: (row) => tally(row.actor.counts) },
];

/** `reports` as `POST /v1/predict` gives them; `open(report)` shows one article. */
export function batch(reports, open) {
  const rows = reports.flatMap((report) => report.actors.map((actor) => ({ report, actor })));
  const chosen = { actor: "", stances: new Set() };
  const list = sortable("Stances of all articles", COLUMNS, (row) => open(row.report));
  const charts = el("div", { class: "charts" });
  const draw = () => {
    const left = rows.filter(
      ({ actor }) =>
        (!chosen.actor || actor.actor === chosen.actor) && (!chosen.stances.size || chosen.stances.has(actor.stance)),
    );
    list.set(left);
    charts.replaceChildren(...drawn(left));
  };
  const actors = [...new Set(rows.map(({ actor }) => actor.actor))].sort();
  const select = el(
    "select",
    { on: { change: () => { chosen.actor = select.value; draw(); } } },
    el("option", { value: "" }, `all ${actors.length} actors`),
    ...actors.map((actor) => el("option", { value: actor }, actor)),
  );
  draw();
  const none = rows.length ? null : el("p", { class: "notice" }, "No actor was found in these articles.");
  return el(
    "section",
    { class: "batch", "aria-label": "Articles" },
    el("h2", {}, `${reports.length.toLocaleString("en")} articles`),
    el("div", { class: "row controls" }, field("Actor", select), stanceFilter(chosen.stances, draw)),
    none,
    charts,
    list.element,
    saving(reports),
  );
}

function drawn(rows) {
  if (!rows.length) return [];
  const actors = perActor(rows);
  const times = overTime(rows);
  const charts = [figure("Stances per actor", "stances-per-actor", actorChart(actors), actors, "actor")];
  if (times.length > 1) charts.push(figure("Over time", "stances-over-time", timeChart(times), times, "time"));
  return charts;
}

function figure(title, name, chart, bars, kind) {
  const labels = [...names(), "withheld"].filter((label) => bars.some((bar) => bar.counts[label]));
  const columns = [{ name: kind }, ...labels.map((label) => ({ name: label, number: true }))];
  const numbers = bars.map((bar) => [bar.name, ...labels.map((label) => String(bar.counts[label] || 0))]);
  return el(
    "figure",
    {},
    el("figcaption", {}, el("h3", {}, title)),
    chart,
    el(
      "div",
      { class: "row" },
      button("Save as SVG", () => save(`${name}.svg`, standalone(chart), "image/svg+xml"), { class: "quiet" }),
      button("Save as PNG", async () => save(`${name}.png`, await png(chart)), { class: "quiet" }),
    ),
    el("details", {}, el("summary", {}, "The numbers"), table(title, columns, numbers)),
  );
}

/** Buttons that save the reports. */
export function saving(reports) {
  return el(
    "div",
    { class: "row saving", role: "group", "aria-label": "Save" },
    button("Save as CSV", () => save("stances.csv", csv(reports), "text/csv;charset=utf-8")),
    button("Save as JSON Lines", () => save("stances.jsonl", jsonLines(reports), "application/x-ndjson")),
  );
}
