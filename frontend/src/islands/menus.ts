/* Menus made of <details>: one is open at a time; a click elsewhere or Escape closes it and gives the focus back. */
const OPEN = "details:is(.me, .more, .own-shift)[open]";

export function closeMenus(): void {
  document.addEventListener("click", (event) => closeAllBut(event.target as Node));
  document.addEventListener("keydown", (event) => {
    const menu = event.key === "Escape" ? document.querySelector<HTMLDetailsElement>(OPEN) : null;
    if (!menu) return;
    menu.open = false;
    menu.querySelector("summary")?.focus();
  });
}

function closeAllBut(target: Node): void {
  for (const menu of document.querySelectorAll<HTMLDetailsElement>(OPEN)) if (!menu.contains(target)) menu.open = false;
}
