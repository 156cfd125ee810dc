// Where the page begins: asks which model is in use, and shows the view that the address names.

import * as api from "./api.js";
import { adjudicateView } from "./adjudicate.js";
import { announce, el, failure } from "./dom.js";
import { setLabels } from "./labels.js";
import { labelView } from "./label.js";
import { modelsView } from "./models.js";
import { readView } from "./read.js";

const VIEWS = { read: readView, label: labelView, adjudicate: adjudicateView, models: modelsView };
const TITLES = { read: "Read", label: "Label", adjudicate: "Adjudicate", models: "Models" };
const made = new Map();

/** Asks for the model and takes over its labels; the views ask again when another model is put to use. */
async function takeModel() {
  const model = await api.get("/v1/model");
  setLabels(model);
  document.getElementById("model").textContent = model.proposition || model.name;
  return model;
}

function show(model) {
  const wanted = location.hash.slice(1);
  if (wanted === "main") return; // The link that skips to the content.
  const name = VIEWS[wanted] ? wanted : "read";
  // Views that other coders change are made anew; what was read stays.
  if (!made.has(name) || name !== "read") made.set(name, VIEWS[name](model));
  const main = document.getElementById("main");
  main.firstElementChild?.dispatchEvent(new Event("leave"));
  main.replaceChildren(made.get(name));
  for (const link of document.querySelectorAll("nav a")) {
    if (link.hash === `#${name}`) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
  }
  document.title = `${TITLES[name]} · stance`;
}

async function begin() {
  const main = document.getElementById("main");
  try {
    let model = await takeModel();
    show(model);
    window.addEventListener("hashchange", () => {
      show(model);
      if (location.hash !== "#main") announce(document.title);
    });
    window.addEventListener("modelchange", async () => {
      model = await takeModel();
      made.delete("read");
    });
  } catch (problem) {
    main.replaceChildren(el("h1", {}, "stance"), failure(problem));
  }
}

begin();
