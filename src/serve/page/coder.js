// Who is coding: a name, kept in this browser, known to the store by a number.

import * as api from "./api.js";
import { button, el, failure, field } from "./dom.js";

const NAME = "stance.coder";

/** The coder of this browser, or null; asks the store for its number. */
export async function currentCoder() {
  const name = localStorage.getItem(NAME);
  return name ? api.post("/v1/coders", { name }) : null;
}

export const forgetCoder = () => localStorage.removeItem(NAME);

/** Asks for the name and calls `known(coder)`. */
export function askForCoder(known) {
  const names = el("datalist", { id: "coders" });
  const name = el("input", { id: "coder", list: "coders", autocomplete: "off", maxlength: "100", required: true });
  const wrong = el("div");
  const enter = async (event) => {
    event.preventDefault();
    if (!name.value.trim()) return name.focus();
    try {
      const coder = await api.post("/v1/coders", { name: name.value.trim() });
      localStorage.setItem(NAME, coder.name);
      known(coder);
    } catch (problem) {
      wrong.replaceChildren(failure(problem));
    }
  };
  api
    .get("/v1/coders")
    .then((coders) => names.replaceChildren(...coders.map((coder) => el("option", { value: coder.name }))))
    .catch(() => {}); // Only suggestions are missing; entering the name says what is wrong.
  return el(
    "form",
    { class: "card", on: { submit: enter } },
    el("h2", {}, "Who is coding?"),
    field("Your name", name, "It is stored with each label. The same name is the same coder."),
    names,
    wrong,
    button("Begin", () => {}, { type: "submit", class: "main" }),
  );
}

/** What stands in place of the views that need a store if there is none. */
export function withoutStore() {
  return el(
    "div",
    { class: "card" },
    el("h2", {}, "No store is open"),
    el("p", {}, "Labels are kept in a file that you name. Stop the program and start it again with"),
    el("pre", {}, el("code", {}, "stance serve --store labels.sqlite")),
    el("p", {}, "The file is made if it is not there. Reading works without."),
  );
}
