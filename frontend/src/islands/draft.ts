// Keeps what was typed: at once in this browser, every few seconds on the server, so that a reload, a dead server, an
// expired session or another machine loses nothing. Drafts carry personal data: they belong to one login, the browser's
// copies die after a shift and are all cleared at logout.
const PREFIX = "draft:";
const SHIFT = 12 * 3600_000;
const PAUSE = 600;
const SAVE = 3000;
// What belongs to the page and not to what was typed; the same list stands in frontend/drafting.py.
const NOT_KEPT = /^(csrfmiddlewaretoken|version|seen|next|from|row|call|draft|(pick|mine|theirs|merge)-.*)$/;

type Fields = [string, string][];
/** `version`: the server's saving that this goes on from; `isOpen`: typed since, and not sent. */
type Draft = { at: number; fields: Fields; version: number; isOpen: boolean };
type Kept = { version: number; fields: Fields };

let isForgotten = false;

export function keepDrafts(root: Document): void {
  forgetOld();
  const cookie = /(?:^|; )draft_done="?([^";]+)/.exec(root.cookie)?.[1];
  if (cookie) root.cookie = "draft_done=; path=/; max-age=0";
  const done = cookie ?? root.querySelector<HTMLElement>("[data-draft-done]")?.dataset.draftDone;
  if (done) localStorage.removeItem(PREFIX + done);
  const address = root.body.dataset.drafts;
  const forms = [...root.querySelectorAll<HTMLFormElement>("form[data-draft]")].map((form) => new Form(form, address));
  for (const form of root.querySelectorAll<HTMLFormElement>("form[data-forget-drafts]")) {
    form.addEventListener("submit", () => {
      isForgotten = true; // leaving the page must not write again what was just cleared
      [...ours(), "recent"].forEach((key) => localStorage.removeItem(key)); // recent: palette.ts
    });
  }
  if (address && forms.length) void catchUp(forms, address);
}

/** What another machine, or a session that ended, left on the server. */
async function catchUp(forms: Form[], address: string): Promise<void> {
  const query = new URLSearchParams(forms.map((form) => ["place", form.place]));
  const answer = await fetch(`${address}kept/?${query}`).catch(() => null);
  if (!answer?.ok || answer.redirected) return;
  const found = (await answer.json()) as Record<string, Kept>;
  for (const form of forms) form.meet(found[form.place]);
}

class Form {
  readonly place: string;
  private readonly key: string;
  private version = 0;
  private isOpen = false;
  private soon = 0;
  private later = 0;
  private saving?: AbortController;

  constructor(
    private readonly form: HTMLFormElement,
    private readonly address?: string,
  ) {
    this.key = PREFIX + form.dataset.draft;
    this.place = form.dataset.draft!.replace(/^\d+:/, "");
    // What was not sent comes back from the draft. A browser would also put back what was, and somebody sends it twice.
    if (address) form.autocomplete = "off";
    const mine = read(this.key);
    this.version = mine?.version ?? 0;
    this.isOpen = mine?.isOpen ?? false;
    // A form that came back with errors already shows the newer text.
    if (mine && !form.dataset.bound) this.put(mine.fields);
    form.addEventListener("input", () => this.typed());
    form.addEventListener("save-draft", () => {
      this.here();
      void this.there();
    });
    form.addEventListener("submit", () => {
      this.isOpen = false; // what the server has after this is at least as new
      this.here();
      clearTimeout(this.soon);
      clearTimeout(this.later);
      this.later = 0;
      this.saving?.abort();
      // Back button, where the browser kept the whole page: what it shows may be taken by now.
      addEventListener("pageshow", (event) => event.persisted && location.reload(), { once: true });
    });
    addEventListener("pagehide", () => this.isOpen && this.here());
  }

  meet(theirs?: Kept): void {
    if (!theirs || theirs.version <= this.version) return;
    if (this.isOpen && JSON.stringify(this.fields()) !== JSON.stringify(theirs.fields)) return void this.there();
    this.version = theirs.version;
    if (!this.form.dataset.bound) this.put(theirs.fields);
  }

  private typed(): void {
    this.isOpen = true;
    clearTimeout(this.soon);
    this.soon = window.setTimeout(() => this.here(), PAUSE);
    if (!this.later) this.later = window.setTimeout(() => void this.there(), SAVE);
  }

  private here(): void {
    this.store();
    this.note("draftNote");
  }

  private store(): void {
    const { version, isOpen } = this;
    if (isForgotten) return;
    localStorage.setItem(this.key, JSON.stringify({ at: Date.now(), fields: this.fields(), version, isOpen } satisfies Draft));
  }

  private async there(): Promise<void> {
    this.later = 0;
    if (!this.address) return;
    const body = new URLSearchParams({ draft_version: String(this.version) });
    for (const [name, value] of new FormData(this.form)) if (typeof value === "string") body.append(name, value);
    const { signal } = (this.saving = new AbortController());
    const answer = await fetch(`${this.address}save/`, { method: "POST", body, signal }).catch(() => null);
    if (answer?.status === 409) {
      this.version = Number(answer.headers.get("Draft-Version"));
      this.form.querySelector("[data-collision]")?.remove();
      this.form.insertAdjacentHTML("afterbegin", await answer.text());
    } else if (answer?.ok && !answer.redirected) {
      this.version = ((await answer.json()) as Kept).version;
      this.note("draftKept");
    }
    if (this.isOpen) this.store();
  }

  private note(which: "draftNote" | "draftKept"): void {
    const note = this.form.querySelector<HTMLElement>("[data-draft-note]");
    if (note) note.textContent = `${new Date().toTimeString().slice(0, 5)} ${note.dataset[which] ?? ""}`;
  }

  private fields(): Fields {
    const typed = [...new FormData(this.form)].filter(([name, value]) => typeof value === "string" && !NOT_KEPT.test(name));
    return typed as Fields;
  }

  private put(fields: Fields): void {
    for (const [name, value] of fields) {
      for (const field of this.form.querySelectorAll<HTMLInputElement>(`[name="${CSS.escape(name)}"]`)) {
        if (field.type === "radio" || field.type === "checkbox") field.checked = field.value === value;
        else if (field.type !== "file") field.value = value;
      }
    }
    this.form.dispatchEvent(new CustomEvent("settled", { bubbles: true }));
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
