// <div role="tablist"> with buttons aria-controls="panel": arrow keys move, one panel shows.
export function switchTabs(root: Document): void {
  root.addEventListener("click", (event) => {
    const tab = (event.target as HTMLElement).closest<HTMLElement>("[role=tab]");
    if (tab) show(tab);
  });
  root.addEventListener("keydown", (event) => {
    const tab = event.target as HTMLElement;
    if (!tab.matches("[role=tab]")) return;
    const tabs = [...(tab.closest("[role=tablist]")?.querySelectorAll<HTMLElement>("[role=tab]") ?? [])];
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!step) return;
    const next = tabs[(tabs.indexOf(tab) + step + tabs.length) % tabs.length];
    next?.focus();
    if (next) show(next);
  });
}

function show(tab: HTMLElement): void {
  for (const other of tab.closest("[role=tablist]")?.querySelectorAll<HTMLElement>("[role=tab]") ?? []) {
    const isOn = other === tab;
    other.setAttribute("aria-selected", String(isOn));
    other.tabIndex = isOn ? 0 : -1;
    const panel = document.getElementById(other.getAttribute("aria-controls") ?? "");
    if (panel) panel.hidden = !isOn;
  }
}
