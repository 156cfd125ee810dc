// The view that settles disagreements: who said what, a decision by key, and how far the coders agree.

import * as api from "./api.js";
import { agreement } from "./agreement.js";
import { askForCoder, currentCoder, withoutStore } from "./coder.js";
import { openCodebook } from "./codebook.js";
import { announce, button, el, failure, field, key, toast } from "./dom.js";
import { exporting } from "./importing.js";
import { bind } from "./keys.js";
import { chip, hue, names, sign } from "./labels.js";
import { actorName, aloud, inContext } from "./unit.js";

export function adjudicateView(model) {
  const view = el("div", { class: "view adjudicate" }, el("h1", {}, "Adjudicate"));
  if (!model.store) {
    view.append(withoutStore());
    return view;
  }
  const begin = (coder) => view.replaceChildren(el("h1", {}, "Adjudicate"), ...new Adjudication(view, coder).elements);
  const ask = (problem) => view.append(...[problem && failure(problem), askForCoder(begin)].filter(Boolean));
  currentCoder().then((coder) => (coder ? begin(coder) : ask()), ask);
  return view;
}

class Adjudication {
  constructor(view, coder) {
    this.coder = coder;
    this.units = [];
    this.at = 0;
    this.busy = false;
    this.place = el("div", { class: "place" });
    this.list = el("ol", { class: "queue" });
    this.count = el("h2", {}, "Disagreements");
    this.numbers = el("div");
    this.elements = [
      el(
        "div",
        { class: "two" },
        this.place,
        el("aside", { class: "card", "aria-label": "Disagreements" }, this.count, this.list),
      ),
      this.numbers,
      exporting(),
    ];
    const labels = Object.fromEntries(names().map((name, at) => [String(at + 1), () => this.decide(name)]));
    bind(view, {
      ...labels,
      j: () => this.go(this.at + 1),
      k: () => this.go(this.at - 1),
      n: () => this.note?.focus(),
      c: () => openCodebook().catch((problem) => this.place.prepend(failure(problem))),
    });
    this.load();
  }

  async load() {
    try {
      this.units = await api.get("/v1/disagreements");
      this.go(Math.max(0, this.units.findIndex((unit) => !unit.decision)));
      this.numbers.replaceChildren(agreement(await api.get("/v1/agreement")));
    } catch (problem) {
      this.place.replaceChildren(failure(problem));
    }
  }

  /** Shows the unit at a place in the list. */
  go(at) {
    const open = this.units.filter((unit) => !unit.decision).length;
    this.count.textContent = `${open} of ${this.units.length} open`;
    if (!this.units.length) {
      const text = "No disagreements. They appear where two or more coders gave the same unit different labels.";
      this.place.replaceChildren(el("div", { class: "card" }, el("p", {}, text)));
      return;
    }
    this.at = Math.min(this.units.length - 1, Math.max(0, at));
    this.list.replaceChildren(...this.units.map((unit, index) => this.entry(unit, index)));
    this.show(this.units[this.at]);
  }

  entry(unit, index) {
    const state = unit.decision ? chip(unit.decision.stance) : "open";
    const current = index === this.at ? "true" : null;
    return el("li", {}, button([el("b", {}, unit.actor ?? "text"), " ", state, el("small", {}, unit.text)], () => this.go(index), { "aria-current": current }));
  }

  show(unit) {
    this.note = el("textarea", { rows: "2", value: unit.decision?.note ?? "", maxlength: "2000" });
    const given = ({ coder, stance, note, flagged }) =>
      el("li", {}, el("b", {}, coder.name ?? coder), " ", stance === null ? "skipped" : chip(stance), flagged && " ⚑ flagged", note && el("span", { class: "hint" }, note));
    const choice = (name, at) =>
      button([`${sign(name)} ${name}`, key(at + 1)], () => this.decide(name), {
        class: `choice ${hue(name)}`,
        "aria-keyshortcuts": String(at + 1),
        "aria-pressed": String(unit.decision?.stance === name),
      });
    this.place.replaceChildren(
      el(
        "section",
        { class: "card unit", "aria-label": "Disagreement", "data-unit": unit.id },
        ...inContext(unit).filter(Boolean),
        el("p", { class: "asked" }, "The stance of ", el("b", {}, actorName(unit)), " is"),
        el("ul", { class: "given", "aria-label": "Labels given" }, ...unit.labels.map(given)),
        el("div", { class: "choices", role: "group", "aria-label": "Decision" }, ...names().map(choice)),
        el(
          "div",
          { class: "row actions" },
          button(["Before", key("k")], () => this.go(this.at - 1), { disabled: this.at === 0 }),
          button(["Next", key("j")], () => this.go(this.at + 1), { disabled: this.at === this.units.length - 1 }),
        ),
        el("div", { class: "note" }, field("Reason", this.note, "Key n; Escape goes back to the keys.")),
      ),
    );
    announce(aloud(unit));
  }

  async decide(stance) {
    const unit = this.units[this.at];
    if (!unit || this.busy) return;
    this.busy = true;
    const body = { client: api.clientId(), unit: unit.id, coder: this.coder.id, stance, note: this.note.value.trim() };
    try {
      await api.post("/v1/decisions", body);
      unit.decision = { stance, note: body.note, coder: this.coder.name };
      toast(`Decided: ${stance}`);
      const next = this.units.findIndex((other, at) => at > this.at && !other.decision);
      this.go(next < 0 ? this.at : next);
    } catch (problem) {
      this.place.prepend(failure(problem));
    } finally {
      this.busy = false;
    }
  }
}
