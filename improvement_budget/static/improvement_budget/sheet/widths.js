/* A column is made wider at the edge of its heading with a pointer, or in one of its cells with Alt+Shift and an arrow. The server
   keeps the width for this person. */
import { form, say, sheet } from "./cells.js";
import { current } from "./moving.js";
import { send } from "./saving.js";

const NARROWEST = 40;
const WIDEST = 900;
const STEP = 8;
const KEPT_AFTER = 400; // milliseconds without a further step
const own = new CSSStyleSheet();
const widths = new Map(); // column -> width, of those that were changed on this page
let waiting = null;

const heading = (column) => sheet.querySelector(`thead th[data-column="${column}"]`);
const unit = () => parseFloat(getComputedStyle(document.documentElement).fontSize) / 16;
const widthOf = (column) => widths.get(column) ?? Math.round(heading(column).getBoundingClientRect().width / unit());

function show(column, width) {
  widths.set(column, Math.round(Math.max(NARROWEST, Math.min(WIDEST, width))));
  const rules = [...widths].map(([name, px]) => {
    const place = [...heading(name).parentElement.children].indexOf(heading(name)) + 1;
    return `.sheet .entry tr:not(.phase, .team, .conflict) > :nth-child(${place}) { flex: none; width: ${px / 16}rem; }`;
  });
  own.replaceSync(`@media (min-width: 40.0625em) { ${rules.join(" ")} }`);
}

function keep(column) {
  const data = new FormData();
  data.append("column", column);
  data.append("width", widths.get(column));
  data.append("csrfmiddlewaretoken", form.querySelector("[name=csrfmiddlewaretoken]").value);
  send(form.dataset.width, data).then(({ answer }) => say(`${heading(column).textContent.trim()}: ${answer.said}`))
    .catch(() => say("Width not saved: no connection or signed out"));
}

function drag(event) {
  const edge = event.target.closest(".column-edge");
  if (!edge || event.button !== 0) return;
  event.preventDefault();
  const { column } = edge.parentElement.dataset;
  const [from, width] = [event.clientX, widthOf(column)];
  const move = (now) => show(column, width + (now.clientX - from) / unit());
  edge.setPointerCapture(event.pointerId);
  edge.addEventListener("pointermove", move);
  edge.addEventListener("lostpointercapture", () => {
    edge.removeEventListener("pointermove", move);
    if (widths.has(column)) keep(column);
  }, { once: true });
}

function step(event) {
  const cell = current();
  if (!cell || !event.altKey || !event.shiftKey || !["ArrowLeft", "ArrowRight"].includes(event.key)) return;
  event.preventDefault(); // Alt and an arrow would leave the page
  const { cell: column } = cell.dataset;
  show(column, widthOf(column) + (event.key === "ArrowRight" ? STEP : -STEP));
  clearTimeout(waiting);
  waiting = setTimeout(() => keep(column), KEPT_AFTER);
}

/* Gives each heading an edge that can be dragged. */
export function addEdges() {
  for (const place of sheet.querySelectorAll("thead th")) {
    const edge = document.createElement("span");
    edge.className = "column-edge";
    edge.setAttribute("aria-hidden", "true");
    place.append(edge);
  }
}

export function watchWidths() {
  document.adoptedStyleSheets = [...document.adoptedStyleSheets, own];
  sheet.addEventListener("pointerdown", drag);
  form.addEventListener("keydown", step);
}
