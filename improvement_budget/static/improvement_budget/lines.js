/* The table of inputs, better with a script: it moves like a spreadsheet, shows figures while one types, and saves each row
   by itself. Every figure comes from the server, whose rules are the only ones; without this file the form is sent whole. */

import { fold, reveal } from "./sheet/folding.js";
import { watchMenus } from "./sheet/menus.js";

const form = document.querySelector("[data-entry]");
const announce = document.querySelector("[data-announce]");
const token = () => form.querySelector("[name=csrfmiddlewaretoken]").value;
const rowOf = (element) => element.closest?.("[data-row]");
const PREVIEW_AFTER = 250; // milliseconds without typing
const waiting = new Map(); // row key -> timer of its preview
const saving = new Map(); // row key -> promise of its save

const cells = (row) => [...row.querySelectorAll("[data-cell]")];
const valueOf = (cell) => (cell.type === "checkbox" ? cell.checked : cell.value);
const remember = (row) => cells(row).forEach((cell) => { cell.dataset.was = String(valueOf(cell)); });
const isChanged = (row) => cells(row).some((cell) => cell.dataset.was !== String(valueOf(cell)));
const isTyped = (cell) => cell.dataset.was !== String(valueOf(cell));
const isPreviewed = (cell) => cell.dataset.previewed !== undefined && cell.value === cell.dataset.previewed;
const isFigure = (name) => name === "full_year" || /^y\d{4}$/.test(name);

function state(row, text, kind = "") {
  const place = row.querySelector("[data-state]");
  place.textContent = text;
  place.className = `row-state${kind ? ` row-state--${kind}` : ""}`;
}

function dataOf(row) {
  const data = new FormData();
  row.querySelectorAll("input").forEach((input) => {
    // A figure that the preview put there was not typed: the server is sent what it last showed itself.
    if (input.dataset.previewed !== undefined && input.value === input.dataset.previewed) data.append(input.name, input.dataset.was);
    else if (input.type !== "checkbox" || input.checked) data.append(input.name, input.value);
  });
  data.append("csrfmiddlewaretoken", token());
  return data;
}

async function send(address, data) {
  const response = await fetch(address, { method: "POST", body: data, headers: { Accept: "application/json" } });
  if (response.redirected || !response.headers.get("Content-Type")?.includes("json")) throw new Error(String(response.status));
  return { status: response.status, answer: await response.json() };
}

function showTotals(totals, provisional) {
  for (const [key, figures] of Object.entries(totals)) {
    const body = form.querySelector(`[data-totals="${key}"]`);
    if (!body) continue;
    for (const [name, text] of Object.entries(figures)) {
      const cell = body.querySelector(`[data-total="${name}"]`);
      if (!cell) continue;
      cell.textContent = text;
      cell.classList.toggle("preview", provisional);
    }
  }
}

async function preview(row) {
  const key = row.dataset.row;
  try {
    const { status, answer } = await send(form.dataset.preview, dataOf(row));
    if (status !== 200 || saving.has(key) || !row.isConnected) return;
    for (const [name, text] of Object.entries(answer.figures[key] ?? {})) {
      const cell = row.querySelector(`[data-cell="${name}"]`);
      if (!cell || cell === document.activeElement || (isTyped(cell) && cell.value !== cell.dataset.previewed)) continue;
      if (cell.value === text) continue;
      cell.value = text;
      cell.dataset.previewed = text;
    }
    showTotals(answer.totals, true);
  } catch {
    /* The figures come with the save; nothing typed is lost. */
  }
}

async function save(row) {
  const key = row.dataset.row;
  if (saving.has(key)) await saving.get(key);
  if (!row.isConnected || !isChanged(row)) return;
  clearTimeout(waiting.get(key));
  const sent = new Map(cells(row).map((cell) => [cell, String(valueOf(cell))]));
  state(row, "Saving …");
  const work = send(window.location.href, dataOf(row))
    .then(({ status, answer }) => settle(row, key, sent, status, answer))
    .catch(() => {
      state(row, "Not saved: no connection or signed out", "failed");
      announce.textContent = "Not saved. What you typed is kept; try Save all.";
    })
    .finally(() => saving.delete(key));
  saving.set(key, work);
  await work;
}

function settle(row, key, sent, status, answer) {
  const later = cells(row).filter((cell) => sent.get(cell) !== String(valueOf(cell))); // typed while it was being saved
  const focus = row.contains(document.activeElement) ? document.activeElement : null;
  showTotals(answer.totals, false);
  document.querySelector("[data-last-change]").innerHTML = answer.undo;
  const { said } = answer;
  announce.textContent = `${row.querySelector("[data-cell=title]").value || "Row"}: ${said}`;
  const html = answer.rows[key];
  if (html === undefined) {
    cells(row).filter(isPreviewed).forEach((cell) => { cell.value = cell.dataset.was; });
    state(row, said, status === 200 ? "saved" : "failed");
    return;
  }
  const fresh = [...new DOMParser().parseFromString(`<table>${html}</table>`, "text/html").querySelectorAll("[data-row]")];
  row.replaceWith(...fresh);
  fresh.forEach(remember);
  // A row that was refused counts as changed until it is saved.
  if (status !== 200) cells(fresh[0]).forEach((cell) => { cell.dataset.was = "\u0000"; });
  state(fresh[0], said, status === 200 ? "saved" : "failed");
  later.forEach((cell) => keep(cell, fresh[0]));
  if (focus) goOn(focus, later.length ? fresh[0] : document);
  if (later.length && status === 200 && !focus) save(fresh[0]);
}

function keep(cell, row) {
  const now = row.querySelector(`[data-cell="${cell.dataset.cell}"]`);
  if (!now) return;
  if (cell.type === "checkbox") now.checked = cell.checked;
  else now.value = cell.value;
  now.dispatchEvent(new Event("input", { bubbles: true }));
}

function goOn(from, place) {
  const cell = place === document ? document.getElementById(from.id) : place.querySelector(`[data-cell="${from.dataset.cell}"]`);
  cell?.focus();
  if (cell && from.type === "text") cell.setSelectionRange(from.selectionStart, from.selectionEnd);
}

function neighbour(cell, step) {
  const column = cell.dataset.cell;
  const all = [...form.querySelectorAll(`[data-cell="${column}"]`)];
  return all[all.indexOf(cell) + step];
}

function go(cell) {
  if (!cell) return false;
  cell.focus();
  if (cell.select && cell.type !== "checkbox") cell.select();
  return true;
}

form?.addEventListener("keydown", (event) => {
  const cell = event.target;
  if (!cell.dataset?.cell || event.ctrlKey || event.metaKey || event.altKey) return;
  const beside = (step) => {
    const inRow = cells(rowOf(cell)).filter((each) => each.offsetParent !== null);
    return inRow[inRow.indexOf(cell) + step];
  };
  const whole = cell.type === "checkbox" || cell.selectionStart === 0 && cell.selectionEnd === cell.value.length;
  const moves = {
    Enter: () => neighbour(cell, event.shiftKey ? -1 : 1),
    ArrowDown: () => (cell.list && !whole ? null : neighbour(cell, 1)),
    ArrowUp: () => (cell.list && !whole ? null : neighbour(cell, -1)),
    ArrowRight: () => (whole || cell.selectionStart === cell.value.length ? beside(1) : null),
    ArrowLeft: () => (whole || cell.selectionEnd === 0 ? beside(-1) : null),
  };
  if (event.key === "Escape") {
    if (cell.type === "checkbox") cell.checked = cell.dataset.was === "true";
    else if (cell.dataset.was !== "\u0000") cell.value = cell.dataset.was;
    cell.dispatchEvent(new Event("input", { bubbles: true }));
    return;
  }
  const move = moves[event.key];
  if (!move) return;
  const target = move();
  if (event.key === "Enter") event.preventDefault(); // never send the whole form from a cell
  if (go(target)) event.preventDefault();
  else if (event.key === "Enter") save(rowOf(cell));
});

form?.addEventListener("input", (event) => {
  const row = rowOf(event.target);
  if (!row) return;
  state(row, isChanged(row) ? "Not saved yet" : "");
  clearTimeout(waiting.get(row.dataset.row));
  waiting.set(row.dataset.row, setTimeout(() => preview(row), PREVIEW_AFTER));
});

form?.addEventListener("focusout", (event) => {
  const row = rowOf(event.target);
  // Leaving a row in conflict must not replace theirs: that is a choice, made with a button.
  if (row && !row.contains(event.relatedTarget) && isChanged(row) && !row.querySelector(".conflict")) save(row);
});

form?.addEventListener("submit", async (event) => {
  // Figures that a preview put into cells were not typed: they go as they were shown.
  form.querySelectorAll("[data-previewed]").forEach((cell) => {
    if (cell.value === cell.dataset.previewed) cell.value = cell.dataset.was;
  });
  if (saving.size === 0) return;
  event.preventDefault();
  const button = event.submitter;
  const known = form.querySelectorAll("tr.conflict").length;
  await Promise.allSettled([...saving.values()]);
  // A conflict that came to light just now has been seen by nobody: sending the form would replace theirs.
  const conflicts = form.querySelectorAll("tr.conflict");
  if (conflicts.length > known) conflicts[0].scrollIntoView({ block: "center" });
  else form.requestSubmit(button);
});

window.addEventListener("beforeunload", (event) => {
  if (saving.size || [...(form?.querySelectorAll("[data-row]") ?? [])].some((row) => isChanged(row)) && !form.dataset.sent) event.preventDefault();
});
form?.addEventListener("submit", (event) => { if (!event.defaultPrevented) form.dataset.sent = "yes"; });

form?.querySelectorAll("[data-row]").forEach(remember);

const sheet = document.querySelector("[data-sheet]");
if (sheet) {
  fold(sheet);
  watchMenus(sheet);
  /* After moving, duplicating or removing a line, the address names the cell where the person was. */
  const arrive = () => {
    const cell = /^#\w+-\w+$/.test(window.location.hash) && document.querySelector(window.location.hash);
    if (!cell || !sheet.contains(cell) || !cell.dataset.cell) return;
    reveal(sheet, cell);
    go(cell);
  };
  window.addEventListener("hashchange", arrive);
  arrive();
}
