// Shows the workings of a figure over the committee table. Without this, the figure is a link to the page of its workings.

const dialog = document.createElement("dialog");
dialog.className = "workings-dialog";
dialog.setAttribute("aria-labelledby", "workings-dialog-title");
document.body.append(dialog);

let opener = null;
let latest = 0;

document.addEventListener("click", (event) => {
  const link = event.target.closest("a.figure");
  const plain = event.button === 0 && !(event.ctrlKey || event.metaKey || event.shiftKey || event.altKey);
  if (!link || !plain) return;
  event.preventDefault();
  show(link).catch(() => location.assign(link.href));
});

// A click beside the box falls on the dialog itself.
dialog.addEventListener("click", (event) => {
  if (event.target === dialog) dialog.close();
});
dialog.addEventListener("close", () => opener?.focus());

async function show(link) {
  const number = ++latest;
  link.setAttribute("aria-busy", "true");
  try {
    const response = await fetch(link.href, { headers: { Accept: "text/html" } });
    const page = new DOMParser().parseFromString(await response.text(), "text/html");
    const section = page.getElementById(link.hash.slice(1));
    // Signed out meanwhile, or removed: the page itself says what is the matter.
    if (!response.ok || !section) throw new Error("no workings");
    if (number !== latest) return;
    fill(section, page.querySelector("h1").textContent, link.href);
    opener = link;
    if (!dialog.open) dialog.showModal();
  } finally {
    link.removeAttribute("aria-busy");
  }
}

function fill(section, title, href) {
  const heading = element("h2", "workings-dialog__title", title);
  heading.id = "workings-dialog-title";
  const box = document.importNode(section, true);
  for (const each of [box, ...box.querySelectorAll("[id]")]) each.removeAttribute("id");
  box.removeAttribute("aria-labelledby");
  const close = element("button", "govuk-button", "Close");
  close.type = "button";
  close.addEventListener("click", () => dialog.close());
  const more = element("a", "govuk-link", "All workings and the history of this line");
  more.href = href;
  const actions = element("div", "workings-dialog__actions", "");
  actions.append(close, more);
  dialog.replaceChildren(heading, box, actions);
}

function element(name, className, text) {
  const made = document.createElement(name);
  made.className = className;
  made.textContent = text;
  return made;
}
