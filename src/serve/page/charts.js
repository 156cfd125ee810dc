// Charts of a batch as SVG: articles per stance for each actor, and over time. Colours come from the style sheet, signs
// stand in the legend, and every number is in the table below the chart.

import { svg } from "./dom.js";
import { hue, names, nameOf, sign } from "./labels.js";

/** As wide as there is room, so that letters have about their size on the screen. */
const room = () => (innerWidth < 600 ? 320 : 540);
const MOST_ACTORS = 15;
const MOST_BINS = 60;
const ROW = 26;

/** How many articles have each stance, for each value of `by(article, actor)`: `[{name, counts, total}]`. */
export function counted(rows, by) {
  const found = new Map();
  for (const row of rows) {
    const name = by(row);
    if (name === null) continue;
    if (!found.has(name)) found.set(name, { name, counts: {}, total: 0 });
    const one = found.get(name);
    const stance = nameOf(row.actor.stance);
    one.counts[stance] = (one.counts[stance] || 0) + 1;
    one.total += 1;
  }
  return [...found.values()];
}

/** The actors of most articles, largest first. */
export function perActor(rows) {
  return counted(rows, (row) => row.actor.actor).sort((a, b) => b.total - a.total).slice(0, MOST_ACTORS);
}

/** Articles over time, in days, months or years: the shortest of which no more than can be told apart lie between the
 * first date and the last. Spans without articles are there too, so that distances are those of time. */
export function overTime(rows) {
  const dated = rows.filter((row) => DATE.test(row.report.date || ""));
  if (!dated.length) return [];
  const dates = dated.map((row) => DATE.exec(row.report.date)[0]).sort();
  const shortest = Math.min(...dates.map((date) => date.length));
  const lengths = [10, 7, 4].filter((length) => length <= shortest);
  const spans = lengths.map((length) => between(dates[0].slice(0, length), dates.at(-1).slice(0, length)));
  const names = spans.find((span) => span.length <= MOST_BINS) || [...new Set(dates.map((date) => date.slice(0, 4)))];
  const found = new Map(counted(dated, (row) => row.report.date.slice(0, names[0].length)).map((bin) => [bin.name, bin]));
  return names.map((name) => found.get(name) || { name, counts: {}, total: 0 });
}

/** A year, with month and day if they are there. */
const DATE = /^[12]\d{3}(-(0[1-9]|1[0-2])(-(0[1-9]|[12]\d|3[01]))?)?/;

/** All days, months or years from one to another, both included; no more than are needed to see that they are too many. */
function between(first, last) {
  const names = [first];
  while (names.at(-1) < last && names.length <= MOST_BINS) {
    const [year, month = 1, day = 1] = names.at(-1).split("-").map(Number);
    const next = { 10: [year, month - 1, day + 1], 7: [year, month, 1], 4: [year + 1, 0, 1] }[first.length];
    names.push(new Date(Date.UTC(...next)).toISOString().slice(0, first.length));
  }
  return names;
}

const shown = () => [...names(), "withheld"];
const look = (name) => (name === "withheld" ? "none" : hue(name));

function legend(bars, y) {
  const used = shown().filter((name) => bars.some((bar) => bar.counts[name]));
  let x = 0;
  return used.map((name) => {
    const label = `${name === "withheld" ? "?" : sign(name)} ${name}`;
    const group = svg(
      "g",
      { transform: `translate(${x} ${y})` },
      svg("rect", { width: 12, height: 12, y: -10, class: `fill ${look(name)}` }),
      svg("text", { x: 17, class: "axis" }, label),
    );
    x += 40 + 8 * label.length;
    return group;
  });
}

function frame(title, height, ...content) {
  return svg(
    "svg",
    { viewBox: `0 0 ${room()} ${height}`, role: "img", "aria-label": title, class: "chart" },
    svg("title", {}, title),
    ...content,
  );
}

const summary = (bar) => shown().filter((name) => bar.counts[name]).map((name) => `${bar.counts[name]} ${name}`).join(", ");

/** A bar to the right for each actor. */
export function actorChart(bars) {
  const left = room() < 400 ? 95 : 130;
  const most = Math.max(1, ...bars.map((bar) => bar.total));
  const width = (count) => (count * (room() - left - 40)) / most;
  const rows = bars.map((bar, at) => {
    let x = left;
    const y = 34 + at * ROW;
    const parts = shown().filter((name) => bar.counts[name]).map((name) => {
      const part = svg("rect", { x, y, width: width(bar.counts[name]), height: ROW - 9, class: `fill ${look(name)}` });
      x += width(bar.counts[name]);
      return part;
    });
    return svg(
      "g",
      {},
      svg("title", {}, `${bar.name}: ${summary(bar)}`),
      svg("text", { x: left - 8, y: y + 13, "text-anchor": "end", class: "label" }, shortened(bar.name, left < 100 ? 12 : 17)),
      ...parts,
      svg("text", { x: x + 6, y: y + 13, class: "axis" }, String(bar.total)),
    );
  });
  return frame("Articles per actor, by stance", 40 + bars.length * ROW, ...legend(bars, 14), ...rows);
}

const shortened = (text, most) => (text.length > most ? `${text.slice(0, most - 1)}…` : text);

/** A column for each span of time. */
export function timeChart(bars) {
  const [top, height, foot] = [34, 190, 26];
  const most = Math.max(1, ...bars.map((bar) => bar.total));
  const step = Math.min(60, (room() - 40) / bars.length);
  const tall = (count) => (count * height) / most;
  // As many names as there is room for.
  const every = Math.ceil((8 * bars[0].name.length) / step);
  const columns = bars.map((bar, at) => {
    const x = 36 + at * step;
    let y = top + height;
    const parts = shown().filter((name) => bar.counts[name]).map((name) => {
      const part = tall(bar.counts[name]);
      y -= part;
      return svg("rect", { x, y, width: Math.max(1, step - 4), height: part, class: `fill ${look(name)}` });
    });
    const fits = x + 8 * bar.name.length <= room();
    const named = at % every === 0 && fits && svg("text", { x, y: top + height + 18, class: "axis" }, bar.name);
    return svg("g", {}, svg("title", {}, `${bar.name}: ${summary(bar)}`), ...parts, named);
  });
  const line = (y) => svg("line", { x1: 32, x2: room(), y1: y, y2: y, class: "rule" });
  const scale = [
    line(top + height),
    line(top),
    svg("text", { x: 28, y: top + 5, "text-anchor": "end", class: "axis" }, String(most)),
    svg("text", { x: 28, y: top + height + 4, "text-anchor": "end", class: "axis" }, "0"),
  ];
  return frame("Articles over time, by stance", top + height + foot, ...legend(bars, 14), ...scale, ...columns);
}
