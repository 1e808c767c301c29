/* Phases and teams of the table are folded and opened by their headings, and stay so while the window is open. */

const KEPT = `folded ${window.location.pathname}`;
const folded = new Set(JSON.parse(sessionStorage.getItem(KEPT) ?? "[]"));

/* The bodies under a heading: those of a phase up to its total, those of a team up to the next heading. */
function under(heading) {
  const body = heading.closest("tbody");
  const isPhase = body.id !== "";
  const found = [];
  for (let next = body.nextElementSibling; next; next = next.nextElementSibling) {
    if (next.dataset.totals !== undefined || next.id || (!isPhase && next.dataset.in)) break;
    if (!isPhase && next.querySelector("tr.blank")) break; // the empty row is the phase's
    found.push(next);
  }
  return found;
}

/* A team that is folded stays so when its phase is opened. */
function show(headings) {
  headings.forEach((heading) => under(heading).forEach((body) => { body.hidden = false; }));
  for (const heading of headings) {
    const closed = folded.has(heading.dataset.fold);
    heading.querySelector("button").setAttribute("aria-expanded", String(!closed));
    if (closed) under(heading).forEach((body) => { body.hidden = true; });
  }
}

export function fold(table) {
  const headings = [...table.querySelectorAll("[data-fold]")];
  for (const heading of headings) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "fold";
    button.append(...heading.childNodes);
    heading.append(button);
    button.addEventListener("click", () => {
      if (!folded.delete(heading.dataset.fold)) folded.add(heading.dataset.fold);
      sessionStorage.setItem(KEPT, JSON.stringify([...folded]));
      show(headings);
    });
  }
  show(headings);
}

/* Opens what hides a row, where a link or a message leads to it. */
export function reveal(table, element) {
  const headings = [...table.querySelectorAll("[data-fold]")];
  const body = element.closest("tbody");
  if (!body?.hidden) return;
  headings.filter((heading) => under(heading).includes(body)).forEach((heading) => folded.delete(heading.dataset.fold));
  show(headings);
}
