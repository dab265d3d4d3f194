// A template goes behind what is there; the first open place 【…】 is selected, so that typing fills it.
export function fillFromTemplates(root: Document): void {
  root.addEventListener("click", (event) => {
    const chip = (event.target as HTMLElement).closest<HTMLElement>("[data-template]");
    const field = root.querySelector<HTMLTextAreaElement>("[name=public_answer]");
    if (chip && field) fill(field, chip.dataset.template ?? "");
  });
}

function fill(field: HTMLTextAreaElement, text: string): void {
  field.value = `${field.value.trimEnd()}${text}`;
  field.dispatchEvent(new Event("input", { bubbles: true }));
  const gap = /【[^【】]*】/.exec(field.value);
  if (!gap) return;
  field.focus();
  field.setSelectionRange(gap.index, gap.index + gap[0].length);
}
