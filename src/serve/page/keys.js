// Single keys that act in a view. They rest while something is typed, and can be switched off altogether, because people
// who speak to their computer or press keys by mistake need that (WCAG 2.2, success criterion 2.1.4).

const SWITCH = "stance.keys";
const TYPED = "input:not([type=checkbox]), textarea, select, dialog, [contenteditable]";

export const keysOn = () => localStorage.getItem(SWITCH) !== "off";
export const switchKeys = (on) => localStorage.setItem(SWITCH, on ? "on" : "off");

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
