// The view of models: train a new one on the labels of the store, see it side by side with the one in use, switch over.

import * as api from "./api.js";
import { progress } from "./bars.js";
import { withoutStore } from "./coder.js";
import { announce, button, el, failure, field, table, toast } from "./dom.js";

const LOOK_SECONDS = 0.7;

export function modelsView(model) {
  const view = el("div", { class: "view models" }, el("h1", {}, "Models"));
  if (!model.store) {
    view.append(withoutStore());
    return view;
  }
  const list = el("section", { "aria-label": "Versions" });
  const state = { left: false };
  view.addEventListener("leave", () => {
    state.left = true;
  }, { once: true });
  const draw = async () => {
    try {
      const models = await api.get("/v1/models");
      list.replaceChildren(...[...models].reverse().map((one) => version(one, activate)));
    } catch (problem) {
      list.replaceChildren(failure(problem));
    }
  };
  const activate = async ({ id, name }) => {
    try {
      await api.post(`/v1/models/${id}/activate`);
      window.dispatchEvent(new Event("modelchange"));
      toast(`${name} is in use`);
      await draw();
    } catch (problem) {
      list.prepend(failure(problem));
    }
  };
  view.append(training(state, draw), list);
  draw();
  return view;
}

/** The form that begins a training, and how far it is. */
function training(state, done) {
  const name = el("input", { id: "model-name", value: `labels-${new Date().toISOString().slice(0, 10)}`, maxlength: "100", required: true });
  const shipped = el("input", { type: "checkbox", checked: true, id: "with-shipped" });
  const said = el("div", { "aria-live": "polite" });
  const start = button("Train", () => {}, { type: "submit", class: "main" });
  const begin = async (event) => {
    event.preventDefault();
    start.disabled = true;
    try {
      const { job } = await api.post("/v1/retrain", { name: name.value.trim(), with_shipped: shipped.checked });
      await follow(job, said, state);
      await done();
    } catch (problem) {
      said.replaceChildren(failure(problem));
    } finally {
      start.disabled = false;
    }
  };
  return el(
    "form",
    { class: "card", on: { submit: begin }, "aria-label": "Train a model" },
    el("h2", {}, "Train on your labels"),
    el("p", { class: "hint" }, "A fifth of the stories is held out, always the same ones; on them the new model is compared with the one in use. It is put to use only when you say so."),
    field("Name", name),
    el("label", { class: "check" }, shipped, "with the training data that the program brings"),
    el("div", { class: "row" }, start),
    said,
  );
}

/** Looks at a job until it has ended or the view is left. */
async function follow(job, place, state) {
  const cancel = button("Cancel", () => api.remove(`/v1/jobs/${job}`).catch((problem) => place.append(failure(problem))));
  const [bar, step] = [el("span", { class: "grow row" }), el("span", { class: "job" })];
  place.replaceChildren(el("div", { class: "row" }, bar, step, cancel));
  while (!state.left) {
    const now = await api.get(`/v1/jobs/${job}`);
    bar.replaceChildren(progress(now.done, "Training"));
    // A live region says each step once.
    const text = [now.step, now.detail].filter(Boolean).join(": ");
    if (step.textContent !== text) step.textContent = text;
    if (now.state !== "running") return ended(now, place);
    await new Promise((resolve) => setTimeout(resolve, 1000 * LOOK_SECONDS));
  }
  return null;
}

function ended(job, place) {
  if (job.state === "failed") {
    place.replaceChildren(failure({ title: "The training failed", detail: job.detail }));
    return;
  }
  const text = job.state === "done" ? "Trained. Compare it below, and activate it if it is better." : "Cancelled; nothing was kept.";
  place.replaceChildren(el("p", { class: "notice" }, text));
  announce(text);
}

/** A version with its comparison. */
function version(model, activate) {
  const { id, name, created, active, items, report } = model;
  const alone = "No labelled story was held out, so it could not be compared. Label sentences of more stories.";
  const facts = [created && String(created).slice(0, 16).replace("T", " "), items && `${items.toLocaleString("en")} items`];
  const use = active ? el("strong", {}, "in use") : button("Activate", () => activate(model), { "aria-label": `Activate ${name}` });
  return el(
    "article",
    { class: `card model${active ? " active" : ""}`, "aria-label": name },
    el("header", {}, el("h2", {}, name), el("span", { class: "facts" }, facts.filter(Boolean).join(" · ")), use),
    report ? comparison(report) : id > 0 && el("p", {}, alone),
  );
}

/** Names and numbers of a report, nested ones with their path. */
export function figures(value, path = []) {
  if (typeof value === "number") return [[path.join(" ").replaceAll("_", " "), value]];
  if (value === null || typeof value !== "object") return [];
  return Object.entries(value).flatMap(([name, inner]) => figures(inner, [...path, name]));
}

function comparison({ old, new: next, difference, n, groups }) {
  const before = new Map(figures(old));
  const show = (value) => (value === undefined || value === null ? "–" : Number.isInteger(value) ? String(value) : value.toFixed(3));
  const line = ([name, value]) => {
    const was = before.get(name);
    return [name, show(was), el("span", { class: value > was ? "better" : null }, show(value))];
  };
  const columns = [{ name: "held out" }, { name: "in use then", number: true }, { name: "this one", number: true }];
  const sure = difference.low > 0 ? "better" : difference.high < 0 ? "worse" : "not told apart";
  const interval = difference.low === null ? "" : ` (95 %: ${show(difference.low)} to ${show(difference.high)})`;
  return el(
    "div",
    {},
    el("p", {}, `Difference in macro-F1 ${show(difference.macro_f1)}${interval}: `, el("strong", {}, sure), ` on ${n} items in ${groups} stories.`),
    table("Side by side", columns, figures(next).map(line)),
  );
}
