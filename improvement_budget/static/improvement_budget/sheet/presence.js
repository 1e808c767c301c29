/* A page that is looked at says so, and in which row the person is; it shows who else is there, and at which rows. */
import { form, rowOf, sheet } from "./cells.js";
import { send } from "./saving.js";

const EVERY = 15000; // milliseconds
const SOON = 700; // after going to another row
const place = document.querySelector("[data-here]");
let row = null; // the key of the row the person is in
let waiting = null;

const lineOf = (key) => /^l(\d+)$/.exec(key ?? "")?.[1] ?? "";

function show({ said, rows }) {
  if (place.textContent.trim() !== said) place.textContent = said;
  sheet.querySelectorAll(".row-here").forEach((mark) => mark.remove());
  for (const [line, name] of rows) {
    const mark = Object.assign(document.createElement("span"), { className: "row-here", textContent: `${name} is here` });
    sheet.querySelector(`[data-row="l${line}"] th`)?.append(mark);
  }
}

async function beat() {
  clearTimeout(waiting);
  waiting = setTimeout(beat, EVERY);
  if (document.hidden) return;
  const data = new FormData();
  data.append("line", lineOf(row));
  data.append("csrfmiddlewaretoken", form.querySelector("[name=csrfmiddlewaretoken]").value);
  try {
    show((await send(form.dataset.presence, data)).answer);
  } catch {
    /* Signed out or no connection: the next save says so. */
  }
}

function soon() {
  clearTimeout(waiting);
  waiting = setTimeout(beat, SOON);
}

export function watchPresence() {
  soon();
  form.addEventListener("focusin", (event) => {
    const now = rowOf(event.target)?.dataset.row;
    if (now === row) return;
    row = now;
    soon();
  });
  document.addEventListener("visibilitychange", () => { if (!document.hidden) soon(); });
}
