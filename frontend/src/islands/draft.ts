// Keeps what was typed in this browser, so that a reload, a dead server or an expired session loses nothing.
// Drafts carry personal data: they belong to one login, die after a shift, and are all cleared at logout.
const PREFIX = "draft:";
const SHIFT = 12 * 3600_000;
const PAUSE = 600;

type Draft = { at: number; fields: [string, string][] };

export function keepDrafts(root: Document): void {
  forgetOld();
  const done = root.querySelector<HTMLElement>("[data-draft-done]")?.dataset.draftDone;
  if (done) localStorage.removeItem(PREFIX + done);
  for (const form of root.querySelectorAll<HTMLFormElement>("form[data-draft]")) keep(form);
  for (const form of root.querySelectorAll<HTMLFormElement>("form[data-forget-drafts]")) {
    form.addEventListener("submit", forgetAll);
  }
}

function keep(form: HTMLFormElement): void {
  const key = PREFIX + form.dataset.draft;
  // A form that came back with errors already shows the newer text.
  if (!form.dataset.bound) restore(form, key);
  let timer = 0;
  form.addEventListener("input", () => {
    clearTimeout(timer);
    timer = window.setTimeout(() => save(form, key), PAUSE);
  });
  form.addEventListener("save-draft", () => save(form, key));
}

function save(form: HTMLFormElement, key: string): void {
  const fields: [string, string][] = [];
  for (const [name, value] of new FormData(form)) {
    if (typeof value === "string" && name !== "csrfmiddlewaretoken") fields.push([name, value]);
  }
  localStorage.setItem(key, JSON.stringify({ at: Date.now(), fields } satisfies Draft));
  const note = form.querySelector<HTMLElement>("[data-draft-note]");
  if (note) note.textContent = `${clock()} ${note.dataset.draftNote ?? ""}`;
}

function restore(form: HTMLFormElement, key: string): void {
  const draft = read(key);
  if (!draft) return;
  for (const [name, value] of draft.fields) put(form, name, value);
  form.dispatchEvent(new CustomEvent("settled", { bubbles: true }));
}

function put(form: HTMLFormElement, name: string, value: string): void {
  for (const field of form.querySelectorAll<HTMLInputElement>(`[name="${CSS.escape(name)}"]`)) {
    if (field.type === "radio" || field.type === "checkbox") field.checked = field.value === value;
    else if (field.type !== "file") field.value = value;
  }
}

function read(key: string): Draft | null {
  try {
    return JSON.parse(localStorage.getItem(key) ?? "null") as Draft | null;
  } catch {
    return null; // written by an older version, or cut off: as good as no draft
  }
}

function ours(): string[] {
  return Object.keys(localStorage).filter((key) => key.startsWith(PREFIX));
}

function forgetOld(): void {
  for (const key of ours()) if (Date.now() - (read(key)?.at ?? 0) > SHIFT) localStorage.removeItem(key);
}

function forgetAll(): void {
  for (const key of ours()) localStorage.removeItem(key);
}

function clock(): string {
  return new Date().toTimeString().slice(0, 5);
}
