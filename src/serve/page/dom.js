// Elements without markup in strings: whatever comes from an article or a person goes in as text and is never parsed.

const SVG = "http://www.w3.org/2000/svg";

/** An element. `on` holds listeners, `style` custom properties and widths; true stands for an empty attribute, and what
 * is null or false is left out. */
export function el(name, attributes = {}, ...children) {
  return fill(document.createElement(name), attributes, children);
}

/** The same in the namespace of SVG. */
export function svg(name, attributes = {}, ...children) {
  return fill(document.createElementNS(SVG, name), attributes, children);
}

function fill(element, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (name === "on") {
      for (const [event, listener] of Object.entries(value)) element.addEventListener(event, listener);
    } else if (name === "style") {
      // Through the object model, which the content security policy allows; an attribute it would refuse.
      for (const [property, text] of Object.entries(value)) element.style.setProperty(property, text);
    } else if (name === "value") {
      element.value = value;
    } else if (value === true) {
      element.setAttribute(name, "");
    } else if (value !== false && value !== null && value !== undefined) {
      element.setAttribute(name, value);
    }
  }
  element.append(...children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}

/** A button that does something here; `attributes` as for `el`. */
export function button(label, click, attributes = {}) {
  return el("button", { type: "button", on: { click }, ...attributes }, label);
}

/** A key as it is shown on a button. */
export const key = (name) => el("kbd", { "aria-hidden": "true" }, name);

/** A form field with its label above it. */
export function field(label, control, hint = null) {
  const note = hint && el("span", { class: "hint" }, hint);
  return el("label", { class: "field" }, el("span", { class: "name" }, label), control, note);
}

/** A modal dialog that is gone once it is closed, and gives the focus back to where it was. */
export function dialog(title, ...content) {
  const back = document.activeElement;
  const close = button("Close", () => box.close(), { class: "quiet" });
  const box = el(
    "dialog",
    { "aria-label": title },
    el("header", {}, el("h2", {}, title), close),
    el("div", { class: "body", tabindex: "0" }, ...content),
  );
  box.addEventListener("close", () => {
    box.remove();
    if (back && back.isConnected) back.focus();
  });
  document.body.append(box);
  box.showModal();
  return box;
}

/** Says something to those who do not see it; `aloud` interrupts. */
export function announce(text, aloud = false) {
  const place = document.getElementById(aloud ? "alert" : "status");
  place.textContent = "";
  // The same words twice are read again only if the region was empty in between.
  requestAnimationFrame(() => {
    place.textContent = text;
  });
}

let fading = 0;

/** Says something for a few seconds at the foot of the page, and aloud. */
export function toast(text) {
  const place = document.getElementById("toast");
  place.textContent = text;
  place.hidden = false;
  announce(text);
  clearTimeout(fading);
  fading = setTimeout(() => {
    place.hidden = true;
  }, 4000);
}

/** An error as a box that says what happened and the way out. */
export function failure(problem) {
  announce(`${problem.title}: ${problem.detail || problem.message || ""}`, true);
  return el(
    "div",
    { class: "failure" },
    el("strong", {}, problem.title || "That went wrong"),
    el("p", {}, problem.detail || problem.message || String(problem)),
    problem.help && el("p", {}, problem.help),
  );
}

/** A table with a caption for those who do not see it; each column is `{name, number}`. */
export function table(caption, columns, rows) {
  const kind = (at) => (columns[at].number ? "number" : null);
  const head = columns.map((column, at) => el("th", { scope: "col", class: kind(at) }, column.name));
  const cells = (row) =>
    row.map((cell, at) =>
      at ? el("td", { class: kind(at) }, cell) : el("th", { scope: "row", class: kind(at) }, cell),
    );
  return el(
    "div",
    { class: "table", tabindex: "0", role: "group", "aria-label": caption },
    el(
      "table",
      {},
      el("caption", { class: "unseen" }, caption),
      el("thead", {}, el("tr", {}, ...head)),
      el("tbody", {}, ...rows.map((row) => el("tr", {}, ...cells(row)))),
    ),
  );
}
