// The intake form: fields that belong to one way of handling, merging into a similar case and answering from the base with one key.
export function enhanceIntake(root: Document): void {
  root.addEventListener("change", (event) => {
    const radio = event.target as HTMLInputElement;
    if (radio.matches("[data-shows]")) show(root, radio.dataset.shows ?? "");
  });
  root.addEventListener("click", (event) => {
    const button = (event.target as HTMLElement).closest<HTMLElement>("[data-merge]");
    if (button) mergeInto(root, button.dataset.merge ?? "");
    const cite = (event.target as HTMLElement).closest<HTMLElement>("[data-cite]");
    if (cite) answerWith(root, cite);
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

// A ready answer becomes the answer of this case; what is changed in it afterwards is the operator's own.
function answerWith(root: Document, cite: HTMLElement): void {
  const radio = root.querySelector<HTMLInputElement>("[data-shows=answer]");
  if (!radio) return;
  radio.checked = true;
  fill(root, "knowledge", cite.dataset.cite ?? "");
  fill(root, "basis", cite.dataset.citeBasis ?? "");
  fill(root, "answer", cite.dataset.citeAnswer ?? "");
  show(root, "answer");
  root.querySelector<HTMLElement>("[name=answer]")?.focus();
}

function fill(root: Document, name: string, value: string): void {
  const field = root.querySelector<HTMLInputElement | HTMLTextAreaElement>(`#intake [name=${name}]`);
  if (field) field.value = value;
}
