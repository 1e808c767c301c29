/* The acts of a row open inside the window: above the row where there is no room below; Escape or a click elsewhere closes them. */

export function watchMenus(sheet) {
  const open = () => sheet.querySelectorAll(".row-menu[open]");
  sheet.addEventListener("toggle", (event) => {
    const menu = event.target;
    if (!menu.classList?.contains("row-menu")) return;
    menu.classList.remove("row-menu--up");
    if (!menu.open) return;
    open().forEach((other) => { other.open = other === menu; });
    const acts = menu.querySelector(".row-menu__acts").getBoundingClientRect();
    const foot = sheet.querySelector(".sheet__foot")?.getBoundingClientRect().height ?? 0;
    menu.classList.toggle("row-menu--up", acts.bottom > sheet.getBoundingClientRect().bottom - foot);
  }, true);
  sheet.addEventListener("keydown", (event) => {
    const menu = event.target.closest(".row-menu[open]");
    if (event.key !== "Escape" || !menu) return;
    menu.open = false;
    menu.querySelector("summary").focus();
    event.stopPropagation();
  }, true);
  document.addEventListener("click", (event) => open().forEach((menu) => { if (!menu.contains(event.target)) menu.open = false; }));
}
