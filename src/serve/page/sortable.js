// A table that is sorted by any column and shown a page at a time, so that a hundred thousand rows stay usable.

import { announce, button, el } from "./dom.js";

const PAGE = 50;

function compare(a, b) {
  if (a === b) return 0;
  if (a === null || a === undefined || a === "") return 1;
  if (b === null || b === undefined || b === "") return -1;
  return typeof a === "number" ? a - b : String(a).localeCompare(String(b), undefined, { numeric: true });
}

/** `columns` are `{name, value(row), show?(row), number?}`; `open(row)` is called for the row's first cell. */
export function sortable(caption, columns, open) {
  const state = { rows: [], column: null, down: false, page: 0 };
  const body = el("tbody");
  const foot = el("div", { class: "pages" });
  const heads = columns.map((column) => {
    const sort = button(column.name, () => by(column), { class: "sort" });
    return el("th", { scope: "col", class: column.number ? "number" : null, "aria-sort": "none" }, sort);
  });
  const by = (column) => {
    state.down = state.column === column ? !state.down : Boolean(column.number);
    state.column = column;
    state.page = 0;
    heads.forEach((head, at) => {
      const own = columns[at] === column;
      head.setAttribute("aria-sort", own ? (state.down ? "descending" : "ascending") : "none");
    });
    announce(`Sorted by ${column.name}, ${state.down ? "descending" : "ascending"}`);
    draw();
  };
  const ordered = () => {
    const { column, down, rows } = state;
    if (!column) return rows;
    return [...rows].sort((a, b) => {
      const order = compare(column.value(a), column.value(b));
      return down ? -order : order;
    });
  };
  const draw = () => {
    const rows = ordered();
    const pages = Math.max(1, Math.ceil(rows.length / PAGE));
    state.page = Math.min(state.page, pages - 1);
    body.replaceChildren(...rows.slice(state.page * PAGE, (state.page + 1) * PAGE).map(line));
    const turn = (by) => {
      state.page += by;
      draw();
    };
    const range = `${state.page + 1} of ${pages} pages, ${rows.length.toLocaleString("en")} rows`;
    const back = button("Back", () => turn(-1), { disabled: state.page === 0 });
    const on = button("Next", () => turn(1), { disabled: state.page === pages - 1 });
    foot.replaceChildren(...(pages > 1 ? [back, el("span", {}, range), on] : [el("span", {}, `${rows.length} rows`)]));
  };
  const line = (row) => {
    const cells = columns.map((column, at) => {
      const shown = column.show ? column.show(row) : column.value(row);
      const kind = column.number ? "number" : null;
      if (at) return el("td", { class: kind }, shown ?? "");
      return el("th", { scope: "row" }, button(shown, () => open(row), { class: "link" }));
    });
    return el("tr", {}, ...cells);
  };
  const element = el(
    "div",
    {},
    el(
      "div",
      { class: "table", tabindex: "0", role: "group", "aria-label": caption },
      el("table", {}, el("caption", { class: "unseen" }, caption), el("thead", {}, el("tr", {}, ...heads)), body),
    ),
    foot,
  );
  const set = (rows) => {
    state.rows = rows;
    draw();
  };
  return { element, set };
}
