// Shows the headroom while lines are chosen. Without this, the button "Work out headroom" shows the page again with it.

const WORK_OUT_AFTER = 300; // milliseconds without a key

const form = document.querySelector("[data-choosing]");
const panel = document.querySelector("[data-panel]");
const status = document.querySelector("[data-said]");
const rows = [...document.querySelectorAll("[data-row]")];
let timer = 0;
let latest = 0;

const tick = (row) => row.querySelector("[name=pick]");
const boxes = (row) => [...row.querySelectorAll("input:not([name=pick])")];

form?.addEventListener("input", (event) => {
  const row = event.target.closest("[data-row]");
  if (!row) return;
  if (event.target !== tick(row)) {
    if (event.target.value.trim()) tick(row).checked = true;
  } else if (!event.target.checked) {
    boxes(row).forEach((box) => { box.value = ""; });
  }
  nameButton(row.closest("[data-section]"));
  soon();
});

form?.addEventListener("click", (event) => {
  const button = event.target.closest("[data-whole], [data-work-out]");
  if (!button) return;
  event.preventDefault();
  if (button.matches("[data-whole]")) {
    const section = button.closest("[data-section]");
    const checked = !allTicked(section);
    section.querySelectorAll("[data-row]").forEach((row) => {
      if (!tick(row)) return;
      tick(row).checked = checked;
      if (!checked) boxes(row).forEach((box) => { box.value = ""; });
    });
    nameButton(section);
  }
  workOut();
});

function allTicked(section) {
  return [...section.querySelectorAll("[name=pick]")].every((each) => each.checked);
}

function nameButton(section) {
  const button = section.querySelector("[data-whole]");
  if (button) button.firstChild.data = `${allTicked(section) ? "Untick" : "Tick"} the whole phase`;
}

function soon() {
  clearTimeout(timer);
  timer = setTimeout(workOut, WORK_OUT_AFTER);
}

async function workOut() {
  clearTimeout(timer);
  const number = ++latest;
  try {
    const response = await fetch(form.dataset.headroom, { method: "POST", body: new FormData(form), headers: { Accept: "application/json" } });
    if (!response.headers.get("Content-Type")?.includes("json")) throw new Error(String(response.status));
    const answer = await response.json();
    if (number === latest) show(answer);
  } catch {
    if (number === latest) status.textContent = "The headroom could not be worked out. What you chose is kept: save to try again.";
  }
}

function show(answer) {
  panel.innerHTML = answer.panel;
  status.textContent = panel.querySelector("p").textContent;
  for (const row of rows) {
    const { takes = {}, error = "" } = answer.rows[row.dataset.row] ?? {};
    row.querySelectorAll("[data-takes]").forEach((cell) => {
      cell.textContent = takes[cell.dataset.takes] ? `draws ${takes[cell.dataset.takes]}` : "";
    });
    row.querySelector("[data-error]").textContent = error;
    row.classList.toggle("wrong", Boolean(error));
    if (error) tick(row)?.setAttribute("aria-invalid", "true");
    else tick(row)?.removeAttribute("aria-invalid");
  }
}
