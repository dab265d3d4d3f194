// Keys are written where they act: data-key="Alt+Digit1". Layout-proof, because event.code is the key's place.
// Single keys (data-key="Digit1") never act while typing, and can be switched off (WCAG 2.1.4).
const SIGNS: Record<string, string> = { Enter: "↵", ArrowUp: "↑", ArrowDown: "↓" };
const OFF = "single-keys-off";

export function spell(event: KeyboardEvent): string {
  const held = [event.ctrlKey || event.metaKey ? "Ctrl" : "", event.altKey ? "Alt" : "", event.shiftKey ? "Shift" : ""];
  return [...held.filter(Boolean), event.code.replace("NumpadEnter", "Enter").replace("Numpad", "Digit")].join("+");
}

export function listenForShortcuts(root: Document): void {
  root.addEventListener("keydown", (event) => {
    // The Enter that picks a pinyin candidate must not send the form; old browsers only say 229.
    if (event.isComposing || event.keyCode === 229) return;
    if (act(root, event)) event.preventDefault();
  });
  setUpSheet(root);
}

function act(root: Document, event: KeyboardEvent): boolean {
  const keys = spell(event);
  if (keys === "F1" || (event.key === "?" && !typing(event))) return openSheet(root);
  const isSingle = !event.ctrlKey && !event.altKey && !event.metaKey;
  if (isSingle && (typing(event) || localStorage.getItem(OFF))) return false;
  const place = [...root.querySelectorAll<HTMLElement>(`[data-key~="${CSS.escape(keys)}"]`)].find(isVisible);
  if (!place || (isSingle && ownsKey(event, keys))) return false;
  press(place);
  return true;
}

function press(place: HTMLElement): void {
  if (place.dataset.keySaves) place.closest("form")?.dispatchEvent(new CustomEvent("save-draft"));
  else if (place.matches("textarea, input:not([type=radio], [type=checkbox]), select")) {
    place.focus();
    place.click(); // the search box opens its palette
  } else place.click();
  // Enter on the chosen radio then sends its form, as it does after a click: 2 ↵ dispatches to the second unit.
  if (place.matches("[type=radio]")) place.focus();
}

function typing(event: KeyboardEvent): boolean {
  const field = event.target as HTMLElement;
  return field.matches("textarea, select, input:not([type=radio], [type=checkbox], [type=submit]), [contenteditable]");
}

/** Enter on a focused link or button belongs to that link or button, an arrow on a radio to its group. */
function ownsKey(event: KeyboardEvent, keys: string): boolean {
  const field = event.target as HTMLElement;
  return keys === "Enter" ? field.matches("a, button, summary") : keys.startsWith("Arrow") && field.matches("input");
}

function isVisible(place: HTMLElement): boolean {
  return place.offsetParent !== null || place.matches("input");
}

function openSheet(root: Document): boolean {
  const sheet = root.querySelector<HTMLDialogElement>("dialog[data-shortcuts]");
  if (!sheet) return false;
  const list = sheet.querySelector("dl");
  const rows = [...root.querySelectorAll<HTMLElement>("[data-key][data-key-name]")];
  list?.replaceChildren(...rows.flatMap((place) => row(root, place)));
  if (!sheet.open) sheet.showModal();
  return true;
}

function row(root: Document, place: HTMLElement): HTMLElement[] {
  const [term, meaning] = [root.createElement("dt"), root.createElement("dd")];
  for (const keys of (place.dataset.key ?? "").split(" ")) {
    const key = root.createElement("kbd");
    key.textContent = keys.replace(/Key|Digit/, "").replace(/\+/g, " ").replace(/Enter|ArrowUp|ArrowDown/, (name) => SIGNS[name] ?? name);
    term.append(key, " ");
  }
  meaning.textContent = place.dataset.keyName ?? "";
  return [term, meaning];
}

function setUpSheet(root: Document): void {
  root.querySelector("[data-open-shortcuts]")?.addEventListener("click", () => openSheet(root));
  const box = root.querySelector<HTMLInputElement>("[data-single-keys]");
  if (!box) return;
  box.checked = !localStorage.getItem(OFF);
  box.addEventListener("change", () => (box.checked ? localStorage.removeItem(OFF) : localStorage.setItem(OFF, "1")));
}
