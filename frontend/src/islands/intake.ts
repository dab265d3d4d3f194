// The intake form: fields that belong to one way of handling, and merging into a similar case with one key.
export function enhanceIntake(root: Document): void {
  root.addEventListener("change", (event) => {
    const radio = event.target as HTMLInputElement;
    if (radio.matches("[data-shows]")) show(root, radio.dataset.shows ?? "");
  });
  root.addEventListener("click", (event) => {
    const button = (event.target as HTMLElement).closest<HTMLElement>("[data-merge]");
    if (button) mergeInto(root, button.dataset.merge ?? "");
  });
}

function show(root: Document, way: string): void {
  for (const part of root.querySelectorAll<HTMLElement>("[data-shown-by]")) part.hidden = part.dataset.shownBy !== way;
}

function mergeInto(root: Document, id: string): void {
  const lead = root.querySelector<HTMLInputElement>("input[name=lead]");
  const radio = root.querySelector<HTMLInputElement>("[data-shows=merge]");
  if (!lead || !radio) return;
  lead.value = id;
  radio.checked = true;
  radio.focus();
  show(root, "merge");
}
