// What goes into the store and comes out of it: articles, items, exports of other tools; settings of the sampling.

import * as api from "./api.js";
import { button, el, failure, field, toast } from "./dom.js";
import { save } from "./download.js";
import { named } from "./files.js";

const KINDS = {
  auto: "whatever it is",
  articles: "articles",
  items: "labelled or unlabelled items (JSON Lines)",
  "label-studio": "a Label Studio export",
  doccano: "a doccano export",
  prodigy: "a Prodigy export",
};

/** Takes files into the store; `done()` is called after them. */
export function importing(done) {
  const kind = el("select", { id: "kind" }, ...Object.entries(KINDS).map(([value, name]) => el("option", { value }, name)));
  const files = el("input", { type: "file", multiple: true, id: "import" });
  const owner = el("input", { id: "owner", autocomplete: "off", maxlength: "100" });
  const said = el("div", { "aria-live": "polite" });
  const take = async () => {
    for (const { name, file } of named(files.files)) {
      said.append(await imported(name, file, kind.value, owner.value.trim()));
    }
    files.value = "";
    done();
  };
  return el(
    "section",
    { "aria-label": "Import" },
    el("h2", {}, "Import"),
    field("Files", files),
    field("They hold", kind),
    field("Labels in them are by", owner, "Where the files do not say so; left empty, a coder with the file's name."),
    button("Import", take),
    said,
  );
}

async function imported(name, file, kind, coder) {
  const query = new URLSearchParams({ name, kind, coder });
  try {
    const { articles, units, labels, known, skipped } = await api.postBytes(`/v1/import?${query}`, file);
    const counts = `${name}: ${articles} articles, ${units} units, ${labels} labels; ${known} were known`;
    const lines = skipped.slice(0, 100).map(({ line, detail }) => el("li", {}, line ? `line ${line}: ${detail}` : detail));
    const left = skipped.length > 0 && el("details", {}, el("summary", {}, `${skipped.length} skipped`), el("ul", {}, ...lines));
    return el("div", { class: "notice" }, counts, left);
  } catch (problem) {
    return failure({ title: name, detail: problem.detail || problem.message, help: problem.help });
  }
}

/** How units are drawn. */
export function settings() {
  const number = (id, attributes) => el("input", { id, type: "number", ...attributes });
  const coders = number("coders-per-unit", { min: "1", max: "100" });
  const size = number("round-size", { min: "1", max: "100000" });
  const share = number("uniform-share", { min: "0.001", max: "1", step: "any" });
  const wrong = el("div");
  const store = async () => {
    const body = { coders_per_unit: +coders.value, round_size: +size.value, uniform_share: +share.value };
    try {
      await api.put("/v1/settings", body);
      wrong.replaceChildren();
      toast("Settings saved");
    } catch (problem) {
      wrong.replaceChildren(failure(problem));
    }
  };
  api
    .get("/v1/settings")
    .then((now) => [coders.value, size.value, share.value] = [now.coders_per_unit, now.round_size, now.uniform_share])
    .catch((problem) => wrong.replaceChildren(failure(problem)));
  return el(
    "section",
    { "aria-label": "Sampling" },
    el("h2", {}, "Sampling"),
    field("Coders per unit", coders, "With two or more, disagreements are adjudicated."),
    field("Units per round", size),
    field("Drawn uniformly", share, "Above 0, up to 1. The rest is drawn where the model is unsure."),
    wrong,
    button("Save settings", store),
  );
}

/** Saves the labels as items of the codebook. */
export function exporting() {
  const wrong = el("div");
  const fetched = async (adjudicated, name) => {
    try {
      save(name, await api.blob(`/v1/export?adjudicated=${adjudicated}`));
    } catch (problem) {
      wrong.replaceChildren(failure(problem));
    }
  };
  return el(
    "section",
    { "aria-label": "Export" },
    el("h2", {}, "Export"),
    el(
      "div",
      { class: "row" },
      button("All labels", () => fetched(false, "labels.jsonl")),
      button("Adjudicated items", () => fetched(true, "adjudicated.jsonl")),
    ),
    wrong,
  );
}
