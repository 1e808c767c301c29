/* Rows are saved by themselves and shown as the server stored them. Every figure comes from the server, whose rules are the only ones. */
import { cells, form, giveBack, go, isChanged, isPreviewed, isTyped, put, rowOf, say, sheet, valueOf, wasIn } from "./cells.js";

const PREVIEW_AFTER = 100; // milliseconds without typing
const waiting = new Map(); // row key -> timer of its preview
const saving = new Map(); // row key -> promise of its save
const token = () => form.querySelector("[name=csrfmiddlewaretoken]").value;
const replacements = new WeakMap(); // row -> the row that stands in its place
let began = () => {};

/* What is to be done each time the table is put in place. */
export const whenShown = (work) => { began = work; };
export const inPlaceOf = (row) => (row.isConnected || !replacements.has(row) ? row : inPlaceOf(replacements.get(row)));
export const isSaving = () => saving.size > 0;
export const saved = () => Promise.allSettled([...saving.values()]);

export function state(row, text, kind = "") {
  const place = row.querySelector("[data-state]");
  place.textContent = text;
  place.className = `row-state${kind ? ` row-state--${kind}` : ""}`;
}

function dataOf(rows) {
  const data = new FormData();
  for (const input of rows.flatMap((row) => [...row.querySelectorAll("input")])) {
    // A figure that the preview put there was not typed: the server is sent what it last showed itself.
    if (input.dataset.pasted !== undefined) data.append(input.name, input.dataset.pasted);
    else if (isPreviewed(input)) data.append(input.name, wasIn(input));
    else if (input.type !== "checkbox" || input.checked) data.append(input.name, input.value);
  }
  data.append("columns", form.elements.columns.value);
  data.append("csrfmiddlewaretoken", token());
  return data;
}

export async function send(address, data) {
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

export function previewSoon(row) {
  clearTimeout(waiting.get(row.dataset.row));
  waiting.set(row.dataset.row, setTimeout(() => preview(row), PREVIEW_AFTER));
}

async function preview(row) {
  const key = row.dataset.row;
  try {
    const { status, answer } = await send(form.dataset.preview, dataOf([row]));
    if (status !== 200 || saving.has(key) || !row.isConnected) return;
    for (const [name, text] of Object.entries(answer.figures[key] ?? {})) {
      const cell = row.querySelector(`[data-cell="${name}"]`);
      if (!cell || cell === document.activeElement || (isTyped(cell) && !isPreviewed(cell)) || cell.value === text) continue;
      cell.value = text;
      cell.dataset.previewed = text;
    }
    showTotals(answer.totals, true);
  } catch {
    /* The figures come with the save; nothing typed is lost. */
  }
}

export const save = (row) => (row.isConnected ? saveTogether([row]) : Promise.resolve());

/* Saves rows in one act: all of them or none. Resolves to whether they were saved. */
export async function saveTogether(rows) {
  await Promise.allSettled(rows.map((row) => saving.get(row.dataset.row)));
  const changed = rows.filter((row) => row.isConnected && isChanged(row));
  if (!changed.length) return true;
  const sent = new Map(changed.flatMap(cells).map((cell) => [cell, String(valueOf(cell))]));
  changed.forEach((row) => { clearTimeout(waiting.get(row.dataset.row)); state(row, "Saving …"); });
  const work = send(window.location.href, dataOf(changed))
    .then(({ status, answer }) => settle(changed, sent, status, answer))
    .catch(() => {
      changed.forEach((row) => state(row, "Not saved: no connection or signed out", "failed"));
      say("Not saved. What you typed is kept; try Save all.");
      return false;
    })
    .finally(() => changed.forEach((row) => saving.delete(row.dataset.row)));
  changed.forEach((row) => saving.set(row.dataset.row, work));
  return work;
}

function showAround(answer) {
  showTotals(answer.totals, false);
  document.querySelector("[data-last-change]").innerHTML = answer.undo;
}

/* A row that was saved from beside the table, as it is stored now; what is typed in its cells and not saved yet stays. */
export function showStored(row, answer) {
  showAround(answer);
  replaceRow(row, new Map(cells(row).filter((cell) => !isTyped(cell)).map((cell) => [cell, String(valueOf(cell))])), 200, answer);
}

function settle(rows, sent, status, answer) {
  showAround(answer);
  const called = rows.length > 1 ? `${rows.length} rows` : rows[0].querySelector("[data-cell=title]").value || "Row";
  say(`${called}: ${answer.said}`);
  rows.forEach((row) => replaceRow(row, sent, status, answer));
  return status === 200;
}

function replaceRow(row, sent, status, { said, rows }) {
  const html = rows[row.dataset.row];
  const kind = status === 200 ? "saved" : "failed";
  if (html === "") { row.remove(); return; }
  if (html === undefined) {
    cells(row).forEach((cell) => { delete cell.dataset.pasted; });
    cells(row).filter(isPreviewed).forEach(giveBack);
    state(row, said, kind);
    return;
  }
  const later = cells(row).filter((cell) => sent.get(cell) !== String(valueOf(cell))); // typed while it was being saved
  const focus = row.contains(document.activeElement) ? document.activeElement : null;
  const fresh = [...new DOMParser().parseFromString(`<table>${html}</table>`, "text/html").querySelectorAll("[data-row]")];
  row.replaceWith(...fresh);
  replacements.set(row, fresh[0]);
  // A row that was refused counts as changed until it is saved.
  if (status !== 200) cells(fresh[0]).forEach((cell) => { cell.dataset.was = "\u0000"; });
  state(fresh[0], said, kind);
  later.forEach((cell) => keep(cell, fresh[0]));
  if (focus) goOn(focus, later.length ? fresh[0] : document);
  if (later.length && status === 200 && !focus) save(fresh[0]);
}

function keep(cell, row) {
  const now = row.querySelector(`[data-cell="${cell.dataset.cell}"]`);
  if (!now) return;
  if (cell.type === "checkbox") { now.checked = cell.checked; now.dispatchEvent(new Event("input", { bubbles: true })); }
  else put(now, cell.value);
}

function goOn(from, place) {
  const cell = place === document ? document.getElementById(from.id) : place.querySelector(`[data-cell="${from.dataset.cell}"]`);
  cell?.focus();
  if (cell && from.type === "text") cell.setSelectionRange(from.selectionStart, from.selectionEnd);
}

/* Puts the whole table in place as it is stored now; what is typed and not saved yet stays. */
export async function refresh(focusOn) {
  const address = new URL(window.location.href);
  address.searchParams.delete("above");
  address.hash = "";
  const response = await fetch(address, { headers: { Accept: "text/html" } });
  if (!response.ok || response.redirected) throw new Error(String(response.status));
  const page = new DOMParser().parseFromString(await response.text(), "text/html");
  const unsaved = [...sheet.querySelectorAll("[data-row]")].filter(isChanged);
  sheet.querySelector("table").replaceWith(page.querySelector("[data-sheet] table"));
  document.querySelector("[data-last-change]").replaceChildren(...page.querySelector("[data-last-change]").childNodes);
  window.history.replaceState(null, "", address);
  began();
  for (const row of unsaved) {
    const now = sheet.querySelector(`[data-row="${row.dataset.row}"]`);
    if (now) cells(row).filter(isTyped).forEach((cell) => keep(cell, now));
  }
  if (focusOn) go(document.getElementById(focusOn));
}

/* Leaving a row saves it. A row in conflict is not saved so: replacing theirs is a choice, made with a button. */
export function saveOnLeaving(event) {
  const row = rowOf(event.target);
  if (row && !row.contains(event.relatedTarget) && isChanged(row) && !row.querySelector(".conflict")) save(row);
}
