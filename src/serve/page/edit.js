// Corrections on the spot: which words are the mention, which actor it is, and other names of an actor.

import * as api from "./api.js";
import { Characters } from "./characters.js";
import { button, dialog, el, failure, field, toast } from "./dom.js";

async function actorField(value) {
  const actors = await api.get("/v1/actors");
  const list = el("datalist", { id: "actors" }, ...actors.map(({ id, name }) => el("option", { value: id }, name || id)));
  const input = el("input", { list: "actors", value, autocomplete: "off", required: true });
  return { input, list };
}

/** Words as buttons: the first one pressed begins the mention, the next one ends it. */
function wordPicker(unit) {
  const words = new Characters(unit.text).words();
  let [first, last] = [words.findIndex((w) => w.end > unit.start), words.findLastIndex((w) => w.start < unit.end)];
  let half = false;
  const buttons = words.map((word, at) => button(word.text, () => pick(at), {}));
  const pick = (at) => {
    [first, last] = half ? [Math.min(first, at), Math.max(first, at)] : [at, at];
    half = !half;
    draw();
  };
  const draw = () => buttons.forEach((b, at) => b.setAttribute("aria-pressed", String(at >= first && at <= last)));
  draw();
  const element = el("div", { class: "pick", role: "group", "aria-label": "Words of the mention" }, ...buttons);
  return { element, span: () => ({ start: words[first].start, end: words[last].end }) };
}

/** Changes the mention or the actor of a unit; `changed(unit)` gets what it is then. */
export async function editUnit(unit, coder, changed) {
  const { input, list } = await actorField(unit.actor);
  const picker = wordPicker(unit);
  const wrong = el("div");
  const save = async () => {
    try {
      const body = { coder: coder.id, ...picker.span(), actor: input.value.trim() };
      const now = await api.patch(`/v1/units/${unit.id}`, body);
      box.close();
      toast("Mention changed");
      changed(now);
    } catch (problem) {
      wrong.replaceChildren(failure(problem));
    }
  };
  const box = dialog(
    "Edit the mention",
    el("p", { class: "hint" }, "Press the first and the last word of the mention."),
    picker.element,
    field("Actor", input),
    list,
    wrong,
    button("Save", save, { class: "main" }),
  );
}

/** Adds another name of an actor, so that it is found in all articles of the store. */
export async function addAlias(unit) {
  const { input, list } = await actorField(unit.actor);
  const selected = String(getSelection()).trim();
  const alias = el("input", { value: selected || new Characters(unit.text).slice(unit.start, unit.end), required: true });
  const name = el("input", { autocomplete: "off" });
  const wrong = el("div");
  const save = async () => {
    try {
      const body = { actor: input.value.trim(), alias: alias.value.trim() };
      if (name.value.trim()) body.name = name.value.trim();
      const answer = await api.post("/v1/actors", body);
      box.close();
      toast(`${answer.alias} is now ${answer.actor}: ${answer.units} new units`);
    } catch (problem) {
      wrong.replaceChildren(failure(problem));
    }
  };
  const box = dialog(
    "Add a name",
    field("Actor", input, "One of those known, or a new id in small letters."),
    list,
    field("Is also called", alias),
    field("Full name (of a new actor)", name),
    wrong,
    button("Add", save, { class: "main" }),
  );
}
