// Work in the field: photos and the report are kept first and sent then, so that a dead spot loses nothing.
import { showOutbox } from "./outbox-strip";
import { copyOf, drop, keep, newKey, send, waitingOf, type Sent, type Waiting } from "./waiting";

const AGAIN = 20_000;

class Field {
  private isSending = false;
  private shown = new Map<string, HTMLElement>();

  constructor(
    private readonly root: Document,
    private readonly strip: HTMLElement,
  ) {}

  get owner(): string {
    return this.strip.dataset.outbox ?? "";
  }

  start(): void {
    this.root.addEventListener("submit", (event) => {
      const form = event.target as HTMLFormElement;
      if (!form.matches("[data-queue]")) return;
      event.preventDefault();
      void this.report(form);
    });
    this.root.addEventListener("change", (event) => {
      const input = event.target as HTMLInputElement;
      const place = input.closest<HTMLElement>("[data-shots]");
      if (place) void this.shoot(input, place);
    });
    window.addEventListener("online", () => void this.flush());
    this.root.body.addEventListener("live-back", () => void this.flush());
    setInterval(() => void this.flush(), AGAIN);
    void this.flush();
  }

  private async report(form: HTMLFormElement): Promise<void> {
    if (!navigator.onLine && !form.reportValidity()) return; // offline nobody else would say it
    const fields = [...new FormData(form)].filter((pair): pair is [string, string] => typeof pair[1] === "string");
    const item = this.item("report", form.action, form.dataset.queue ?? "", form.dataset.queueTitle ?? "");
    item.fields = fields.filter(([name]) => name !== "csrfmiddlewaretoken");
    await keep(item);
    const sent = await this.deliver(item);
    if (sent.outcome === "refused") return this.refuse(form, item, sent);
    localStorage.removeItem(`draft:${form.dataset.draft}`); // it lies in the outbox now, or on the server
    if (sent.next) location.assign(sent.next);
    else form.hidden = true;
    await this.paint();
    this.strip.scrollIntoView({ block: "nearest" });
  }

  /** The form is still open with everything in it: the sentence goes there, nothing waits. */
  private async refuse(form: HTMLFormElement, item: Waiting, sent: Sent): Promise<void> {
    await drop(item.key);
    form.querySelector(".errors")?.remove();
    const said = this.root.createElement("div");
    said.className = "errors";
    said.setAttribute("role", "alert");
    said.textContent = sent.said;
    form.querySelector(".fields")?.prepend(said);
    said.scrollIntoView({ block: "center" });
    await this.paint();
  }

  private async shoot(input: HTMLInputElement, place: HTMLElement): Promise<void> {
    const form = input.form;
    const files = await Promise.all([...(input.files ?? [])].map(copyOf));
    input.value = ""; // each goes by itself, at once or later
    for (const file of files) {
      const item = this.item("photo", place.dataset.shots ?? "", form?.dataset.queue ?? "", file.name);
      item.files = [file];
      item.fields = [["client_key", item.key]];
      await keep(item);
      this.show(item, file, place);
    }
    await this.flush();
  }

  private show(item: Waiting, file: File, place: HTMLElement): void {
    const shot = this.root.createElement("figure");
    const picture = this.root.createElement("img");
    picture.src = URL.createObjectURL(file);
    picture.alt = file.name;
    shot.className = "shot is-waiting";
    shot.append(picture);
    place.prepend(shot);
    this.shown.set(item.key, shot);
  }

  private item(kind: Waiting["kind"], url: string, no: string, title: string): Waiting {
    return { key: newKey(), owner: this.owner, kind, no, title, url, at: Date.now(), fields: [], files: [] };
  }

  private async deliver(item: Waiting): Promise<Sent> {
    const token = JSON.parse(this.root.body.getAttribute("hx-headers") ?? "{}")["X-CSRFToken"] ?? "";
    const sent = await send(item, token);
    if (sent.outcome === "sent") await drop(item.key);
    if (sent.outcome === "refused") await keep({ ...item, refused: sent.said });
    this.strip.dataset.state = sent.outcome;
    const shot = this.shown.get(item.key);
    if (shot && sent.outcome === "sent") shot.className = "shot is-sent";
    if (shot && sent.outcome === "refused") shot.className = "shot is-refused";
    return sent;
  }

  async flush(): Promise<void> {
    if (this.isSending) return;
    this.isSending = true;
    try {
      for (const item of await waitingOf(this.owner)) {
        if (item.refused) continue;
        const { outcome } = await this.deliver(item);
        if (outcome === "later" || outcome === "out") break;
      }
    } finally {
      this.isSending = false;
    }
    await this.paint();
  }

  private async paint(): Promise<void> {
    showOutbox(this.strip, await waitingOf(this.owner), {
      again: () => void this.flush(),
      forget: async (item) => {
        await drop(item.key);
        await this.paint();
      },
    });
  }
}

/** A template goes behind what is there; the first open place is selected, so that typing fills it. */
function fillIn(root: Document, text: string): void {
  const field = root.querySelector<HTMLTextAreaElement>("[name=public_answer]");
  if (!field) return;
  field.value = `${field.value.trimEnd()}${text}`;
  field.dispatchEvent(new Event("input", { bubbles: true }));
  const gap = /【[^【】]*】/.exec(field.value);
  if (!gap) return;
  field.focus();
  field.setSelectionRange(gap.index, gap.index + gap[0].length);
}

export function workInTheField(root: Document): void {
  const strip = root.querySelector<HTMLElement>("[data-outbox]");
  if (!strip) return;
  new Field(root, strip).start();
  root.addEventListener("click", (event) => {
    const chip = (event.target as HTMLElement).closest<HTMLElement>("[data-template]");
    if (chip) fillIn(root, chip.dataset.template ?? "");
  });
}
