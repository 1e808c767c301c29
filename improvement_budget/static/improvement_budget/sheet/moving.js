/* Moving and choosing cells as in a spreadsheet: a chosen cell is replaced by typing, edited after F2 or a second click; Shift
   chooses a range. While a cell is edited, the keys are its own. */
import { cellIn, cells, columns, form, giveBack, go, isTyped, rowOf, say, sheet, shownRows } from "./cells.js";
import { save } from "./saving.js";

const PAGE = 12; // rows of Page up and Page down
let anchor = null; // where a range begins; it ends at the cell that has the focus

export const isEdited = (cell) => cell.dataset.edited !== undefined;
export const current = () => (document.activeElement?.dataset?.cell ? document.activeElement : null);

const edit = (cell) => { if (cell.type !== "checkbox") { cell.dataset.edited = ""; unmark(); } };
const leave = (cell) => { delete cell.dataset.edited; };

function unmark() {
  anchor = null;
  sheet.querySelectorAll(".in-range").forEach((cell) => cell.classList.remove("in-range"));
}

/* The chosen cells as rows of cells: a range, or the one cell. */
export function chosen() {
  const cell = current();
  if (!cell) return [];
  const rows = shownRows();
  const names = columns();
  const ends = [anchor?.isConnected ? anchor : cell, cell];
  const [top, bottom] = ends.map((end) => rows.indexOf(rowOf(end))).sort((a, b) => a - b);
  const [left, right] = ends.map((end) => names.indexOf(end.dataset.cell)).sort((a, b) => a - b);
  return rows.slice(top, bottom + 1).map((row) => names.slice(left, right + 1).map((name) => cellIn(row, name)));
}

function extend(from, to) {
  if (!to) return;
  const start = anchor?.isConnected ? anchor : from;
  go(to);
  anchor = start;
  sheet.querySelectorAll(".in-range").forEach((cell) => cell.classList.remove("in-range"));
  const range = chosen();
  range.flat().forEach((cell) => cell?.classList.add("in-range"));
  say(`${range.length} ${range.length === 1 ? "row" : "rows"} by ${range[0].length} chosen`);
}

function below(cell, step) {
  const rows = shownRows();
  const last = rows.indexOf(rowOf(cell)) + step;
  const found = rows[Math.max(0, Math.min(rows.length - 1, last))];
  for (let at = rows.indexOf(found); rows[at]; at += Math.sign(step)) {
    const next = cellIn(rows[at], cell.dataset.cell);
    if (next) return next === cell ? null : next;
  }
  return null;
}

function beside(cell, step) {
  const inRow = cells(rowOf(cell));
  return inRow[inRow.indexOf(cell) + step];
}

/* To the edge of what is filled, as Ctrl and an arrow do. */
function edge(cell, next) {
  let found = cell;
  const first = next(cell);
  if (!first) return null;
  const filled = (each) => each.type === "checkbox" || each.value !== "";
  const through = filled(cell) && filled(first);
  for (let at = first; at; at = next(at)) {
    if (through && !filled(at)) break;
    found = at;
    if (!through && filled(at)) break;
  }
  return found;
}

function ends(cell, event) {
  const rows = shownRows();
  const row = cells(event.ctrlKey ? rows.at(event.key === "Home" ? 0 : -1) : rowOf(cell));
  return row.at(event.key === "Home" ? 0 : -1);
}

const STEPS = {
  ArrowDown: (cell) => below(cell, 1),
  ArrowUp: (cell) => below(cell, -1),
  ArrowRight: (cell) => beside(cell, 1),
  ArrowLeft: (cell) => beside(cell, -1),
};

function target(cell, event) {
  if (event.key === "Enter") return below(cell, event.shiftKey ? -1 : 1);
  if (isEdited(cell)) return undefined;
  if (event.key === "Home" || event.key === "End") return ends(cell, event);
  if (event.key === "PageDown" || event.key === "PageUp") return below(cell, event.key === "PageDown" ? PAGE : -PAGE);
  const step = STEPS[event.key];
  if (!step) return undefined;
  // The list of teams is gone through with the arrows while one types.
  if (cell.list && isTyped(cell) && event.key.length > 7 && !event.ctrlKey && /Up|Down/.test(event.key)) return undefined;
  return event.ctrlKey || event.metaKey ? edge(cell, step) : step(cell);
}

function escape(cell) {
  if (isTyped(cell)) giveBack(cell);
  leave(cell);
  unmark();
  go(cell);
}

function onKey(event) {
  const cell = event.target;
  if (!cell.dataset?.cell || event.altKey || event.isComposing) return;
  if (event.key === "Escape") { escape(cell); return; }
  if (event.key === "F2") { event.preventDefault(); edit(cell); cell.setSelectionRange?.(cell.value.length, cell.value.length); return; }
  const to = target(cell, event);
  if (to === undefined) return;
  event.preventDefault(); // Enter never sends the whole form from a cell
  if (event.shiftKey && event.key !== "Enter") { extend(cell, to); return; }
  leave(cell);
  unmark();
  if (!go(to) && event.key === "Enter") save(rowOf(cell));
}

export function move() {
  form.addEventListener("keydown", onKey);
  form.addEventListener("focusin", (event) => {
    if (!event.target.dataset?.cell) return;
    if (!sheet.querySelector(".in-range")) anchor = null;
  });
  form.addEventListener("focusout", (event) => { if (event.target.dataset?.cell) leave(event.target); });
  form.addEventListener("input", (event) => { if (event.isTrusted && event.target.dataset?.cell) unmark(); });
  form.addEventListener("mousedown", (event) => {
    const cell = event.target;
    if (!cell.dataset?.cell || cell.type === "checkbox" || event.button !== 0) return;
    const here = current();
    if (event.shiftKey && here && here !== cell) { event.preventDefault(); extend(here, cell); return; }
    unmark();
    if (here === cell) { edit(cell); return; }
    event.preventDefault(); // the first click chooses the cell, the second puts the cursor into it
    go(cell);
  });
  form.addEventListener("dblclick", (event) => { if (event.target.dataset?.cell) edit(event.target); });
}
