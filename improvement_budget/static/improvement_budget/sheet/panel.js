/* What a row cannot show, beside it: the line's own form, or what was said of a cell. In a narrow window it covers the table.
   Escape closes it and goes back to the cell it was opened from. */
import { cellIn, form, go, isChanged, rowOf, say } from "./cells.js";
import { closeMenu, lineAddress } from "./menus.js";
import { current } from "./moving.js";
import { inPlaceOf, refresh, saveTogether, showStored } from "./saving.js";

const panel = document.querySelector("[data-panel]");
const room = window.matchMedia("(min-width: 48em) and (min-height: 34em)");
let from = null; // the row and column it was opened from
let last = null; // the row and column that had the focus last
let shown = ""; // what stood in its fields when they came
let warned = false; // whether the person was told that something is not saved

const typed = () => {
  const own = panel.querySelector("form");
  return own ? new URLSearchParams(new FormData(own)).toString() : "";
};

export const isUnsaved = () => panel.open && typed() !== shown;

function fill(html) {
  const page = new DOMParser().parseFromString(html, "text/html");
  if (!page.getElementById("panel-title")) throw new Error("not a panel"); // signed out meanwhile
  panel.replaceChildren(...page.body.childNodes);
  shown = typed();
  warned = false;
}

function back() {
  const row = inPlaceOf(from.row);
  go(cellIn(row, from.column) ?? cellIn(row, "title"));
}

function close() {
  if (isUnsaved() && !warned) {
    warned = true;
    say("Not saved: choose Save, or close again to leave it as it was");
    return;
  }
  panel.close();
  panel.replaceChildren();
  back();
}

/* Opens an address beside a row. What is typed in the row is saved first: the panel shows what is stored. */
export async function openBeside(row, column, addressOf) {
  if (isUnsaved()) { say("Save or close what is open beside the table first"); return; }
  if (isChanged(row) && !(await saveTogether([row]))) { say("Correct what is marked in the row first"); return; }
  const stored = inPlaceOf(row);
  const address = lineAddress(stored);
  if (!address) { say("Type the title of the line first"); return; }
  const response = await fetch(addressOf(address), { headers: { Accept: "text/html" } });
  if (!response.ok) throw new Error(String(response.status));
  fill(await response.text());
  from = { row: stored, column };
  if (panel.open) panel.close();
  if (room.matches) panel.show(); else panel.showModal();
  (panel.querySelector("form :is(input, select, textarea):not([type=hidden])") ?? panel.querySelector("#panel-title")).focus();
}

export const failed = () => say("Not opened: no connection or signed out");

function details(address) {
  address.searchParams.set("in", "panel");
  return address;
}

/* Of a line's workings only what was said of one cell. */
const historyOf = (column) => (address) => {
  const workings = new URL("workings/", address);
  workings.search = new URLSearchParams({ in: "panel", cell: column });
  return workings;
};

async function submit(event) {
  event.preventDefault();
  const own = event.target;
  const response = await fetch(own.action, { method: "POST", body: new FormData(own), headers: { Accept: "text/html" } });
  if (!response.headers.get("Content-Type")?.includes("json")) {
    fill(await response.text());
    (panel.querySelector(".govuk-error-summary a, [role=alert]") ?? panel.querySelector("#panel-title")).focus();
    say("Not saved: correct what is marked");
    return;
  }
  const answer = await response.json();
  shown = typed();
  const row = inPlaceOf(from.row);
  const key = row.dataset.row;
  close();
  if (answer.rows[key] === undefined) await refresh(`${key}-${from.column}`);
  else { showStored(row, answer); back(); }
  say(answer.said);
}

export function usePanel() {
  panel.addEventListener("submit", (event) => submit(event).catch(() => say("Not saved: no connection or signed out")));
  panel.addEventListener("cancel", (event) => { event.preventDefault(); close(); });
  panel.addEventListener("click", (event) => { if (event.target.closest("[data-close]")) close(); });
  panel.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || panel.matches(":modal")) return;
    event.preventDefault();
    close();
  });
  panel.addEventListener("input", () => { warned = false; });
  form.addEventListener("keydown", (event) => {
    const cell = current();
    if (!["F2", "F4"].includes(event.key) || !event.shiftKey || !cell) return;
    event.preventDefault();
    event.stopPropagation();
    const column = cell.dataset.cell;
    openBeside(rowOf(cell), column, event.key === "F2" ? details : historyOf(column)).catch(failed);
  }, true);
  form.addEventListener("focusin", (event) => {
    if (event.target.dataset?.cell) last = { row: rowOf(event.target), column: event.target.dataset.cell };
  });
  form.addEventListener("click", (event) => {
    const link = event.target.closest("a[data-details], a[data-history]");
    if (!link || event.button !== 0 || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    const row = rowOf(link);
    closeMenu();
    const column = last && inPlaceOf(last.row) === row ? last.column : "title";
    openBeside(row, column, link.dataset.history === undefined ? details : historyOf(column)).catch(() => window.location.assign(link.href));
  });
}
