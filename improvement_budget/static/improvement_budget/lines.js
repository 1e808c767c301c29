/* The table of inputs, better with a script: it moves like a spreadsheet, shows figures while one types, and saves each row
   by itself. Without this file it is a form that is sent whole. */
import { changedRows, form, go, isChanged, isPreviewed, rowOf, sheet, wasIn } from "./sheet/cells.js";
import { useClipboard } from "./sheet/clipboard.js";
import { fold, reveal } from "./sheet/folding.js";
import { watchMenus } from "./sheet/menus.js";
import { move } from "./sheet/moving.js";
import { isUnsaved, usePanel } from "./sheet/panel.js";
import { watchPresence } from "./sheet/presence.js";
import { isSaving, previewSoon, saved, saveOnLeaving, state, whenShown } from "./sheet/saving.js";
import { useHistory } from "./sheet/undoing.js";
import { addEdges, watchWidths } from "./sheet/widths.js";

let column = "title"; // where the person is, so that moving a row does not lose it

/* After moving, duplicating or removing a line, the address names the cell where the person was. */
function arrive() {
  const cell = /^#\w+-\w+$/.test(window.location.hash) && document.querySelector(window.location.hash);
  if (!cell || !sheet.contains(cell) || !cell.dataset.cell) return;
  reveal(sheet, cell);
  go(cell);
}

async function submit(event) {
  // Figures that a preview put into cells were not typed: they go as they were shown.
  form.querySelectorAll("[data-previewed]").forEach((cell) => { if (isPreviewed(cell)) cell.value = wasIn(cell); });
  if (!isSaving()) {
    const place = Object.assign(document.createElement("input"), { type: "hidden", name: "column", value: column });
    form.append(place);
    form.dataset.sent = "yes";
    return;
  }
  event.preventDefault();
  const known = form.querySelectorAll("tr.conflict").length;
  await saved();
  // A conflict that came to light just now has been seen by nobody: sending the form would replace theirs.
  const conflicts = form.querySelectorAll("tr.conflict");
  if (conflicts.length > known) conflicts[0].scrollIntoView({ block: "center" });
  else form.requestSubmit(event.submitter?.isConnected ? event.submitter : null);
}

if (form) {
  const begin = () => { fold(sheet); addEdges(); };
  whenShown(begin);
  begin();
  watchWidths();
  watchMenus(sheet);
  move();
  useClipboard();
  useHistory();
  usePanel();
  watchPresence();
  form.addEventListener("focusin", (event) => { column = event.target.dataset?.cell ?? column; });
  form.addEventListener("input", (event) => {
    const row = rowOf(event.target);
    if (!row) return;
    if (event.isTrusted) delete event.target.dataset.pasted;
    state(row, isChanged(row) ? "Not saved yet" : "");
    previewSoon(row);
  });
  form.addEventListener("focusout", saveOnLeaving);
  form.addEventListener("submit", submit);
  window.addEventListener("beforeunload", (event) => {
    if (isSaving() || isUnsaved() || (changedRows().length && !form.dataset.sent)) event.preventDefault();
  });
  window.addEventListener("hashchange", arrive);
  arrive();
}
