// Single keys that act in a view. They rest while something is typed, and can be switched off altogether, because people
// who speak to their computer or press keys by mistake need that (WCAG 2.2, success criterion 2.1.4).

import { dialog, el } from "./dom.js";
import { names } from "./labels.js";

const SWITCH = "stance.keys";
// A dialog that is being closed is still there for a moment, and has no claim any more.
const TYPED = "input:not([type=checkbox]), textarea, select, dialog[open], [contenteditable]";

const keysOn = () => localStorage.getItem(SWITCH) !== "off";

/** Calls `actions[key]()` until the view is left; `Escape` also leaves a field. */
export function bind(view, actions) {
  const pressed = (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey || event.isComposing || event.repeat) return;
    if (event.target.closest?.(TYPED)) {
      if (event.key === "Escape" && view.contains(event.target)) event.target.blur();
      return;
    }
    const action = actions[event.key] || actions[event.key.toLowerCase()];
    if (!action || !keysOn()) return;
    event.preventDefault();
    action();
  };
  document.addEventListener("keydown", pressed);
  view.addEventListener("leave", () => document.removeEventListener("keydown", pressed), { once: true });
}

/** Shows the keys of the labels and `others`, `[[key, what it does]]`, and the switch. */
export function keyHelp(others) {
  const change = (event) => localStorage.setItem(SWITCH, event.target.checked ? "on" : "off");
  const rows = [...names().map((name, at) => [String(at + 1), name]), ...others];
  const line = ([key, what]) => [el("dt", {}, el("kbd", {}, key)), el("dd", {}, what)];
  const on = el("input", { type: "checkbox", checked: keysOn(), on: { change } });
  dialog("Keys", el("dl", { class: "facts-list" }, ...rows.flatMap(line)), el("label", { class: "check" }, on, "Single keys act"));
}
