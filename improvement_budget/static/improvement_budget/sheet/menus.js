/* The acts of a row: one menu, put beside the button that opened it. It opens inside the window, above the row where there is no
   room below; Escape or a click elsewhere closes it. */

const pattern = document.querySelector("[data-menu]");
let menu = null; // the one that is open
let opener = null;

function close() {
  if (!menu) return;
  menu.closest("[data-row]")?.classList.remove("entry-row--open");
  menu.remove();
  opener.removeAttribute("aria-expanded");
  menu = null;
}

/* The menu as the server wrote it for line 0, for this line. */
function menuOf(line) {
  const made = document.importNode(pattern.content.firstElementChild, true);
  made.querySelectorAll("a").forEach((link) => { link.setAttribute("href", link.getAttribute("href").replace("/lines/0/", `/lines/${line}/`)); });
  made.querySelectorAll("button").forEach((button) => { button.value = button.value.replace(/0$/, line); });
  return made;
}

function open(button, sheet) {
  const again = opener === button && menu;
  close();
  if (again) return;
  opener = button;
  menu = menuOf(button.value.split(":")[1]);
  button.setAttribute("aria-expanded", "true");
  button.closest("[data-row]").classList.add("entry-row--open");
  button.after(menu);
  const foot = sheet.querySelector(".sheet__foot")?.getBoundingClientRect().height ?? 0;
  menu.classList.toggle("row-menu--up", menu.getBoundingClientRect().bottom > sheet.getBoundingClientRect().bottom - foot);
}

export const closeMenu = close;

/* The address of a row's line; nothing for a row that is none yet. */
export function lineAddress(row) {
  const line = /^l(\d+)$/.exec(row.dataset.row);
  return line && new URL(menuOf(line[1]).querySelector("[data-details]").href);
}

export function watchMenus(sheet) {
  sheet.addEventListener("click", (event) => {
    const button = event.target.closest(".row-more");
    if (!button) return;
    event.preventDefault();
    open(button, sheet);
  });
  sheet.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !menu || (!menu.contains(event.target) && event.target !== opener)) return;
    close();
    opener.focus();
    event.stopPropagation();
  }, true);
  document.addEventListener("click", (event) => { if (menu && event.target !== opener && !menu.contains(event.target)) close(); });
}
