// The suggested category fills an empty field, and is exchanged while typing goes on; what a person chose stays.
// Who chose is kept in the hidden field [data-picked-by], so that it survives a reload with the rest of the draft.
export function adoptSuggestions(root: Document): void {
  root.addEventListener("click", (event) => {
    const pick = (event.target as HTMLElement).closest<HTMLElement>("[data-pick]");
    if (pick) choose(root, pick, "hand");
  });
  root.addEventListener("change", (event) => {
    const field = event.target as HTMLSelectElement;
    if (field.matches("[data-picked]")) mark(root, field, "hand");
  });
  root.addEventListener("htmx:afterSettle", () => {
    const field = root.querySelector<HTMLSelectElement>("[data-picked]");
    if (!field) return;
    const best = root.querySelector<HTMLElement>("[data-pick][data-sure]");
    if (best && chosenBy(root)?.value !== "hand") choose(root, best, "suggestion");
    else show(root, field);
  });
}

function chosenBy(root: Document): HTMLInputElement | null {
  return root.querySelector<HTMLInputElement>("[data-picked-by]");
}

function choose(root: Document, pick: HTMLElement, by: "hand" | "suggestion"): void {
  const field = root.querySelector<HTMLSelectElement>("[data-picked]");
  if (!field) return;
  field.value = pick.dataset.pick ?? "";
  mark(root, field, by);
  // Units and deadline follow from the category: ask again, and keep the draft.
  if (by === "hand") field.dispatchEvent(new Event("input", { bubbles: true }));
}

function mark(root: Document, field: HTMLSelectElement, by: "hand" | "suggestion"): void {
  const kept = chosenBy(root);
  if (kept) kept.value = by;
  show(root, field);
}

function show(root: Document, field: HTMLSelectElement): void {
  for (const pick of root.querySelectorAll<HTMLElement>("[data-pick]")) {
    pick.setAttribute("aria-pressed", String(pick.dataset.pick === field.value));
  }
}
