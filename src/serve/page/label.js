// The view that labels: one unit at a time, by keys or buttons, with undo; nothing that was decided is ever lost.

import * as api from "./api.js";
import { askForCoder, currentCoder, forgetCoder, withoutStore } from "./coder.js";
import { openCodebook } from "./codebook.js";
import { announce, button, el, failure, field, key, toast } from "./dom.js";
import { addAlias, editUnit } from "./edit.js";
import { exporting, importing, settings } from "./importing.js";
import { bind, keyHelp } from "./keys.js";
import { hue, names, nameOf, sign } from "./labels.js";
import * as outbox from "./outbox.js";
import { others, pace } from "./pace.js";
import { actorName, aloud, inContext } from "./unit.js";

const RETRY_SECONDS = 3;
const KEYS = [
  ["s", "skip"],
  ["f", "flag"],
  ["u", "undo"],
  ["n", "note"],
  ["e", "edit the mention"],
  ["a", "add a name of an actor"],
  ["c", "codebook"],
  ["Esc", "out of the note"],
];
const WHY = {
  "nothing imported": "Nothing is imported yet. Import articles or sentences below.",
  "all labelled by you": "Everything that was drawn is labelled by you. Import more, or adjudicate.",
  "waiting for others": "The rest is with other coders now. Look again in some minutes.",
};

export function labelView(model) {
  const view = el("div", { class: "view label" }, el("h1", {}, "Label"));
  if (!model.store) {
    view.append(withoutStore());
    return view;
  }
  const begin = (coder) => view.replaceChildren(el("h1", {}, "Label"), new Labelling(view, coder).element);
  const ask = (problem) => view.append(...[problem && failure(problem), askForCoder(begin)].filter(Boolean));
  currentCoder().then((coder) => (coder ? begin(coder) : ask()), ask);
  return view;
}

/** The work of one coder in one tab. */
class Labelling {
  constructor(view, coder) {
    this.coder = coder;
    this.unit = null;
    this.busy = false;
    /** Labels of this tab that can be undone, newest last: `{client, label, unit, body}`. */
    this.done = [];
    this.place = el("div", { class: "place" });
    this.unsent = el("p", { class: "unsent", role: "status", hidden: true });
    this.side = el("div", { class: "side-notes" });
    this.element = el("div", { class: "two" }, el("div", {}, this.unsent, this.place), this.aside());
    bind(view, this.keys());
    view.addEventListener("leave", () => clearTimeout(this.retry), { once: true });
    // Time is only counted while the page is seen.
    document.addEventListener("visibilitychange", () => this.clock(document.hidden));
    this.sendThenNext();
  }

  keys() {
    const labels = Object.fromEntries(names().map((name, at) => [String(at + 1), () => this.decide(name)]));
    return {
      ...labels,
      s: () => this.decide(null),
      f: () => this.flag(),
      u: () => this.undo(),
      n: () => this.note?.focus(),
      e: () => this.edit(),
      a: () => this.alias(),
      c: () => this.guarded(openCodebook),
      "?": () => keyHelp(KEYS),
    };
  }

  aside() {
    const change = () => {
      forgetCoder();
      location.reload();
    };
    return el(
      "aside",
      { "aria-label": "Progress and store" },
      this.side,
      el(
        "div",
        { class: "row" },
        button(["Codebook", key("c")], () => this.guarded(openCodebook), { class: "quiet" }),
        button(["Keys", key("?")], () => keyHelp(KEYS), { class: "quiet" }),
        button("Another coder", change, { class: "quiet" }),
      ),
      el("details", { id: "store" }, el("summary", {}, "Import, export, sampling"),
        importing(() => this.unit ? this.progress() : this.next()), exporting(), settings()),
    );
  }

  /** Runs something that may fail, and says so where the unit is. */
  async guarded(work) {
    try {
      return await work();
    } catch (problem) {
      this.place.prepend(failure(problem));
      return null;
    }
  }

  async next() {
    const answer = await api.get(`/v1/next?coder=${this.coder.id}`);
    if (answer.unit) this.show(answer.unit);
    else this.rest(answer.why);
    this.progress();
  }

  /** Nobody waits for it: the next key counts as soon as the unit is there. */
  async progress() {
    try {
      const state = await api.get("/v1/progress");
      this.side.replaceChildren(...[pace(state, this.coder), others(state, this.coder)].filter(Boolean));
    } catch (problem) {
      // What cannot be reached is said where labels are sent.
      if (!problem.passing) this.side.replaceChildren(failure(problem));
    }
  }

  rest(why) {
    this.unit = null;
    const text = WHY[why] || why || "There is nothing to label.";
    const undo = this.done.length > 0 && button(["Undo", key("u")], () => this.undo());
    this.place.replaceChildren(el("div", { class: "card" }, el("h2", {}, "Nothing to label now"), el("p", {}, text),
      el("div", { class: "row" }, button("Look again", () => this.guarded(() => this.next())), undo)));
    if (why === "nothing imported") document.getElementById("store").open = true;
    announce(text);
  }

  clock(stopped) {
    const now = performance.now();
    if (this.since !== null && this.since !== undefined) this.spent += now - this.since;
    this.since = stopped ? null : now;
  }

  /** Shows a unit; `before` is the label that was undone. */
  show(unit, before = null) {
    this.unit = unit;
    [this.spent, this.since] = [0, performance.now()];
    this.flagged = before?.flagged ?? false;
    this.note = el("textarea", { id: "note", rows: "2", value: before?.note ?? "", maxlength: "2000" });
    const choice = (name, at) =>
      button([`${sign(name)} ${name}`, key(at + 1)], () => this.decide(name), {
        class: `choice ${hue(name)}`,
        "aria-keyshortcuts": String(at + 1),
      });
    this.flagButton = button(["Flag", key("f")], () => this.flag(), { "aria-pressed": String(this.flagged), "aria-keyshortcuts": "f" });
    const act = (name, letter, run, attributes = {}) => button([name, key(letter)], run, { "aria-keyshortcuts": letter, ...attributes });
    const was = before && el("p", { class: "hint" }, `Was: ${before.skipped ? "skipped" : nameOf(before.stance)}`);
    this.place.replaceChildren(
      el(
        "section",
        { class: "card unit", "aria-label": "Unit", "data-unit": unit.id },
        ...inContext(unit).filter(Boolean),
        el("p", { class: "asked" }, "What is the stance of ", el("b", {}, actorName(unit)), "?"),
        was,
        el("div", { class: "choices", role: "group", "aria-label": "Stance" }, ...names().map(choice)),
        el(
          "div",
          { class: "row actions" },
          act("Skip", "s", () => this.decide(null)),
          this.flagButton,
          act("Undo", "u", () => this.undo(), { disabled: !this.done.length }),
          act("Edit mention", "e", () => this.edit(), { disabled: unit.actor === null }),
          act("Add a name", "a", () => this.alias(), { disabled: unit.actor === null }),
        ),
        el("div", { class: "note" }, field("Note", this.note, "Key n; Escape goes back to the keys.")),
      ),
    );
    announce(aloud(unit));
  }

  flag() {
    if (!this.unit) return;
    this.flagged = !this.flagged;
    this.flagButton.setAttribute("aria-pressed", String(this.flagged));
    announce(this.flagged ? "Flagged" : "Not flagged");
  }

  edit() {
    if (this.unit?.actor) this.guarded(() => editUnit(this.unit, this.coder, (unit) => this.show(unit)));
  }

  alias() {
    if (this.unit?.actor) this.guarded(() => addAlias(this.unit));
  }

  /** Keeps the label, then sends it; `null` skips. */
  async decide(stance) {
    if (!this.unit || this.busy) return;
    this.clock(document.hidden);
    const body = {
      client: api.clientId(),
      unit: this.unit.id,
      coder: this.coder.id,
      stance,
      skipped: stance === null,
      flagged: this.flagged,
      note: this.note.value.trim(),
      seconds: Math.round(this.spent / 100) / 10,
    };
    outbox.keep("/v1/labels", body);
    this.done.push({ client: body.client, label: null, unit: this.unit, body });
    await this.sendThenNext();
  }

  /** Sends what waits and goes on; where the program cannot be reached, tries again until it can. */
  async sendThenNext() {
    this.busy = true;
    clearTimeout(this.retry);
    try {
      const refused = await outbox.flush((body, answer) => this.acknowledged(body, answer));
      this.unsent.hidden = true;
      await this.next();
      for (const { body, problem } of refused) this.place.prepend(this.notTaken(body, problem));
    } catch (problem) {
      this.waitFor(problem);
    } finally {
      this.busy = false;
    }
  }

  acknowledged(body, answer) {
    const own = this.done.find((one) => one.client === body.client);
    if (own) own.label = answer.label;
  }

  notTaken(body, problem) {
    this.done = this.done.filter((one) => one.client !== body.client);
    return failure({ title: "A label was not taken", detail: `${body.stance ?? "skip"} for unit ${body.unit}: ${problem.detail}`, help: problem.help });
  }

  waitFor(problem) {
    const count = outbox.waiting().length;
    const kept = count ? `${count} ${count === 1 ? "label is" : "labels are"} kept in this browser and will be sent. ` : "";
    this.unsent.textContent = `${problem.title}: ${problem.detail} ${kept}Trying again …`;
    this.unsent.hidden = false;
    if (problem.passing === false) return;
    this.retry = setTimeout(() => this.sendThenNext(), 1000 * RETRY_SECONDS);
  }

  async undo() {
    if (this.busy || !this.done.length) return;
    this.busy = true;
    const last = this.done.at(-1);
    try {
      let { unit } = last;
      if (!outbox.withdraw(last.client)) {
        ({ unit } = await api.post(`/v1/labels/${last.label}/withdraw`, { coder: this.coder.id }));
      }
      this.done.pop();
      this.show(unit, last.body);
      toast("Taken back");
      this.progress();
    } catch (problem) {
      this.place.prepend(failure(problem));
    } finally {
      this.busy = false;
    }
  }
}
