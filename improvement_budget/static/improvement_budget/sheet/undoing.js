/* Ctrl+Z and Ctrl+Y go through the server's history, step by step; Alt with keys moves, copies and inserts rows. */
import { changedRows, columns, form, giveBack, isTyped, rowOf, say } from "./cells.js";
import { current, isEdited } from "./moving.js";
import { refresh, saveTogether, saved, send } from "./saving.js";

let last = Promise.resolve();

async function step(which, column) {
  await saveTogether(changedRows().filter((row) => !row.querySelector(".conflict")));
  await saved();
  const asked = document.querySelector(`[data-last-change] [data-${which}]`);
  if (!asked) { say(which === "undo" ? "Nothing to undo" : "Nothing to redo"); return; }
  const { answer } = await send(asked.action, new FormData(asked));
  if (answer.ask) { asked.submit(); return; } // a page asks first
  await refresh(answer.line && `l${answer.line}-${column}`);
  say(which === "redo" && answer.said === "The change was undone." ? "The change was made again." : answer.said);
}

function press(verb, cell) {
  const line = /^l(\d+)$/.exec(rowOf(cell).dataset.row);
  if (!line) return;
  const button = Object.assign(document.createElement("button"), { name: "do", value: `${verb}:${line[1]}`, hidden: true });
  form.append(button);
  form.requestSubmit(button);
}

const ACTS = { ArrowUp: "up", ArrowDown: "down", Enter: "insert" };

function actOf(event) {
  if (event.shiftKey) return event.key === "ArrowDown" ? "duplicate" : undefined;
  return ACTS[event.key];
}

export function useHistory() {
  document.addEventListener("keydown", (event) => {
    const cell = current();
    const key = event.key.toLowerCase();
    if (event.altKey && cell && actOf(event)) { event.preventDefault(); press(actOf(event), cell); return; }
    if (!(event.ctrlKey || event.metaKey) || event.altKey || !["z", "y"].includes(key)) return;
    if (document.activeElement?.matches("input, textarea") && !cell) return; // another input undoes its own
    if (cell && isEdited(cell)) return;
    event.preventDefault();
    const which = key === "y" || event.shiftKey ? "redo" : "undo";
    if (which === "undo" && cell && isTyped(cell)) { giveBack(cell); cell.select?.(); return; }
    const column = cell?.dataset.cell ?? columns()[0];
    last = last.then(() => step(which, column)).catch(() => say("Not undone: no connection or signed out"));
  });
}
