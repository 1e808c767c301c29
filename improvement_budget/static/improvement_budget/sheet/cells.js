/* The cells of the table of inputs: what stands in them, what was typed, and which row and column they are in. */

export const form = document.querySelector("[data-entry]");
export const sheet = document.querySelector("[data-sheet]");
export const rowOf = (element) => element?.closest?.("[data-row]");
export const cells = (row) => [...row.querySelectorAll("[data-cell]")];
export const valueOf = (cell) => (cell.type === "checkbox" ? cell.checked : cell.value);
/* What the server wrote into a cell; of a row that was refused something that nobody can type, so that it counts as typed. */
export const wasIn = (cell) => cell.dataset.was ?? (cell.type === "checkbox" ? String(cell.defaultChecked) : cell.defaultValue);
export const isTyped = (cell) => wasIn(cell) !== String(valueOf(cell)) || cell.dataset.pasted !== undefined;
export const isChanged = (row) => cells(row).some(isTyped);
export const isPreviewed = (cell) => cell.dataset.previewed !== undefined && cell.value === cell.dataset.previewed;
export const changedRows = () => [...form.querySelectorAll("[data-row]")].filter(isChanged);

/* Rows in sight, in their order: not those of a folded phase or team. */
export const shownRows = () => [...sheet.querySelectorAll("[data-row]")].filter((row) => !row.hidden);
export const columns = () => cells(sheet.querySelector("tr.blank").closest("[data-row]")).map((cell) => cell.dataset.cell);
export const cellIn = (row, column) => row.querySelector(`[data-cell="${column}"]`);

/* The rows of the same phase from this one on; the last is the empty one. */
export function restOfPhase(row) {
  const found = [];
  for (let next = row; next && next.dataset.totals === undefined; next = next.nextElementSibling) {
    if (next.dataset.row !== undefined && !next.hidden) found.push(next);
  }
  return found;
}

export function textOf(cell) {
  if (cell.type === "checkbox") return cell.checked ? "Yes" : "";
  return cell.value;
}

/* Puts a text into a cell as if it were typed. What a tick means is read by the server, like everything else. */
export function put(cell, text) {
  if (cell.type === "checkbox") {
    if (text === textOf(cell)) return;
    cell.checked = text.trim() !== "";
    cell.dataset.pasted = text;
  } else {
    cell.value = text;
  }
  cell.dispatchEvent(new Event("input", { bubbles: true }));
}

export function giveBack(cell) {
  if (cell.dataset.was === "\u0000") return;
  delete cell.dataset.pasted;
  if (cell.type === "checkbox") cell.checked = cell.defaultChecked;
  else cell.value = cell.defaultValue;
  cell.dispatchEvent(new Event("input", { bubbles: true }));
}

export function go(cell) {
  if (!cell) return false;
  cell.focus();
  if (cell.select && cell.type !== "checkbox") cell.select();
  return true;
}

const announced = document.querySelector("[data-announce]");
export const say = (text) => { announced.textContent = text; };
