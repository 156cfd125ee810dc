// The view that reads: takes articles in, has them classified, shows one of them or the table of all.

import * as api from "./api.js";
import { progress } from "./bars.js";
import { batch, saving } from "./batch.js";
import { announce, button, el, failure, field } from "./dom.js";
import { articles, dropped, named } from "./files.js";
import { reading } from "./reading.js";

/** About so many characters go into one request of a batch: few requests, and none near the limit of a body. */
const PORTION = 500_000;

/** The view; it keeps what it shows while other views are open. */
export function readView() {
  const out = el("div", { class: "results" });
  const start = (work) => run(out, work);
  const view = el("div", { class: "view read" }, el("h1", {}, "Who supports, who opposes?"), input(start), out);
  acceptDrops(view, (files) => start((shown) => readFiles(files, shown)));
  return view;
}

function input(start) {
  const text = el("textarea", { id: "text", rows: "8", placeholder: "Paste an article here", dir: "auto" });
  // Pasted text goes the way of a file, so that its headline and date are found in the same way.
  const pasted = () => [{ name: "pasted.txt", file: new Blob([text.value]) }];
  const readText = () => text.value.trim() && start((shown) => readFiles(pasted(), shown));
  text.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) readText();
  });
  const example = async () => {
    const response = await fetch("/assets/example.txt");
    text.value = await response.text();
    readText();
  };
  const choose = (attributes, label) => {
    const chosen = el("input", { type: "file", multiple: true, class: "unseen", tabindex: "-1", "aria-hidden": "true", ...attributes });
    chosen.addEventListener("change", () => {
      const files = named(chosen.files);
      if (files.length) start((shown) => readFiles(files, shown));
      chosen.value = "";
    });
    return [chosen, button(label, () => chosen.click())];
  };
  return el(
    "section",
    { class: "input", "aria-label": "New articles" },
    field("Article", text, "Or drop files or folders anywhere on this page. Nothing leaves this computer's program."),
    el(
      "div",
      { class: "row" },
      button("Read", readText, { class: "main", title: "Ctrl+Enter" }),
      ...choose({ id: "files" }, "Choose files"),
      ...choose({ id: "folder", webkitdirectory: true }, "Choose a folder"),
      button("Example", () => example().catch((problem) => start(() => Promise.reject(problem)))),
    ),
  );
}

function acceptDrops(view, taken) {
  const over = (on) => view.classList.toggle("dropping", on);
  view.addEventListener("dragover", (event) => {
    event.preventDefault();
    over(true);
  });
  view.addEventListener("dragleave", (event) => event.relatedTarget && view.contains(event.relatedTarget) || over(false));
  view.addEventListener("drop", async (event) => {
    event.preventDefault();
    over(false);
    const files = await dropped(event.dataTransfer);
    if (files.length) taken(files);
  });
}

let running = null;

/** One piece of work at a time: what was begun before is given up. `work` shows elements by the function it gets, which
 * also has the `signal` of giving up and `next(work)` for what follows from a press on what is shown. */
async function run(out, work) {
  running?.abort();
  const own = new AbortController();
  running = own;
  const shown = (...elements) => {
    if (!own.signal.aborted) out.replaceChildren(...elements.filter(Boolean));
  };
  shown.signal = own.signal;
  shown.next = (following) => run(out, following);
  try {
    await work(shown);
  } catch (problem) {
    if (problem.name !== "AbortError") shown(failure(problem));
    else if (running === own) out.replaceChildren(el("p", { class: "notice" }, "Stopped."));
  } finally {
    if (running === own) running = null;
  }
}

async function readOne(source, shown, back = null) {
  shown(el("p", { class: "notice" }, "Reading …"));
  const report = await api.post("/v1/explain", source, shown.signal);
  const view = reading(source, report);
  shown(back, view, saving([withoutWords(report)]));
  if (view.getBoundingClientRect().top > innerHeight / 2) view.scrollIntoView();
  const taken = report.actors.length;
  announce(`Read: ${taken} ${taken === 1 ? "actor" : "actors"}`);
}

/** A report as `predict` gives it: what each word adds is for the screen. */
function withoutWords(report) {
  const evidence = ({ contributions, bias, logit, ...rest }) => rest;
  return { ...report, actors: report.actors.map((actor) => ({ ...actor, evidence: actor.evidence.map(evidence) })) };
}

async function readFiles(files, shown) {
  const [sources, read, refused] = [[], [], []];
  let answered = 0;
  const bar = el("div", { class: "row" });
  const stop = button("Stop", () => running?.abort());
  const say = () => {
    const done = sources.length ? answered / sources.length : 0;
    bar.replaceChildren(progress(done, "Articles read"), `${answered} of ${sources.length} articles`, stop);
  };
  shown(bar);
  const note = (one) => refused.push(one);
  let portion = [];
  let size = 0;
  const send = async () => {
    const body = portion.map((source) => `${JSON.stringify(source)}\n`).join("");
    [portion, size] = [[], 0];
    for await (const answer of api.lines("/v1/predict", body, "application/x-ndjson", shown.signal)) {
      // Answers come in the order of the articles.
      const source = sources[answered];
      answered += 1;
      if (answer.error) note({ name: source.id, problem: answer.error });
      else read.push({ source, report: answer });
      if (answered % 20 === 0) say();
    }
    say();
  };
  for await (const source of articles(files, note, shown.signal)) {
    sources.push(source);
    portion.push(source);
    size += source.text.length;
    if (size > PORTION) await send();
  }
  if (sources.length === 1 && !refused.length) return readOne(sources[0], shown);
  if (portion.length) await send();
  showBatch(read, refused.length > 0 && notRead(refused, !read.length), shown);
  return announce(`Read ${read.length} articles, ${refused.length} not`);
}

/** The table of a batch, and from there one article and back. */
function showBatch(read, skipped, shown) {
  const sources = new Map(read.map(({ source, report }) => [report, source]));
  const open = (report) =>
    shown.next(async (inner) => {
      const row = document.activeElement;
      const back = button("← All articles", () => {
        inner(skipped, table);
        row.focus();
      }, { class: "quiet" });
      await readOne(sources.get(report), inner, back);
      back.focus();
    });
  const table = read.length > 0 && batch([...sources.keys()], open);
  shown(skipped, table);
}

function notRead(refused, open) {
  const line = ({ name, problem }) => el("li", {}, el("b", {}, name), " ", problem.detail || problem.title, " ", problem.help || "");
  return el(
    "details",
    { class: "failure", open },
    el("summary", {}, `${refused.length} could not be read`),
    el("ul", {}, ...refused.slice(0, 200).map(line)),
  );
}
