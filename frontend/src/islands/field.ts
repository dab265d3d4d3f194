// Work in the field: photos and the report are kept first and sent then, so that a dead spot loses nothing.
import { showOutbox } from "./outbox-strip";
import { markShot, showShot } from "./shots";
import { copyOf, drop, keep, newKey, send, waitingOf, type Sent, type Waiting } from "./waiting";

const AGAIN = 20_000;

class Field {
  private isSending = false;

  constructor(private readonly strip: HTMLElement) {}

  start(): void {
    document.addEventListener("submit", (event) => {
      const form = event.target as HTMLFormElement;
      if (!form.matches("[data-queue]")) return;
      event.preventDefault();
      void this.report(form);
    });
    document.addEventListener("change", (event) => {
      const input = event.target as HTMLInputElement;
      const place = input.closest<HTMLElement>("[data-shots]");
      if (place) void this.shoot(input, place);
    });
    window.addEventListener("online", () => void this.flush());
    document.body.addEventListener("live-back", () => void this.flush());
    setInterval(() => void this.flush(), AGAIN);
    void this.flush();
  }

  private async report(form: HTMLFormElement): Promise<void> {
    if (!navigator.onLine && !form.reportValidity()) return; // offline nobody else would say it
    const item = this.item("report", form.action, form, form.dataset.queueTitle ?? "");
    for (const [name, value] of new FormData(form)) {
      if (typeof value === "string" && name !== "csrfmiddlewaretoken") item.fields.push([name, value]);
    }
    await keep(item);
    const sent = await this.deliver(item);
    if (sent.outcome === "refused") return this.refuse(form, item, sent);
    localStorage.removeItem(`draft:${form.dataset.draft}`); // it lies in the outbox now, or on the server
    if (sent.next) return location.assign(sent.next);
    form.hidden = true;
    await this.paint();
    this.strip.scrollIntoView({ block: "center" });
  }

  /** The form is still open with everything in it: the sentence goes there, nothing waits. */
  private async refuse(form: HTMLFormElement, item: Waiting, sent: Sent): Promise<void> {
    await drop(item.key);
    form.querySelector(".errors")?.remove();
    const said = document.createElement("div");
    said.className = "errors";
    said.setAttribute("role", "alert");
    said.textContent = sent.said;
    form.querySelector(".fields")?.prepend(said);
    said.scrollIntoView({ block: "center" });
    await this.paint();
  }

  private async shoot(input: HTMLInputElement, place: HTMLElement): Promise<void> {
    const files = await Promise.all([...(input.files ?? [])].map(copyOf));
    input.value = ""; // each goes by itself, at once or later
    for (const file of files) {
      const item = this.item("photo", place.dataset.shots ?? "", input.form, file.name);
      item.files = [file];
      item.fields = [["client_key", item.key]];
      await keep(item);
      showShot(item.key, file, place);
    }
    await this.flush();
  }

  private item(kind: Waiting["kind"], url: string, form: HTMLFormElement | null, title: string): Waiting {
    const [owner, no] = [this.strip.dataset.outbox ?? "", form?.dataset.queue ?? ""];
    return { key: newKey(), owner, kind, no, title, url, at: Date.now(), fields: [], files: [] };
  }

  private async deliver(item: Waiting): Promise<Sent> {
    const token = JSON.parse(document.body.getAttribute("hx-headers") ?? "{}")["X-CSRFToken"] ?? "";
    const sent = await send(item, token);
    if (sent.outcome === "sent") await drop(item.key);
    if (sent.outcome === "refused") {
      await keep({ ...item, refused: sent.said });
      // Opened again, its form shows what was written.
      const draft = { at: Date.now(), fields: item.fields, version: 0, isOpen: true };
      if (item.kind === "report") localStorage.setItem(`draft:${item.owner}:report:${item.no}`, JSON.stringify(draft));
    }
    this.strip.dataset.state = sent.outcome;
    markShot(item.key, sent.outcome);
    return sent;
  }

  private async flush(): Promise<void> {
    if (this.isSending) return;
    this.isSending = true;
    try {
      for (const item of await waitingOf(this.strip.dataset.outbox ?? "")) {
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
    const items = await waitingOf(this.strip.dataset.outbox ?? "");
    const forget = async (item: Waiting) => {
      await drop(item.key);
      await this.paint();
    };
    showOutbox(this.strip, items, { again: () => void this.flush(), forget });
  }
}

export function workInTheField(root: Document): void {
  const strip = root.querySelector<HTMLElement>("[data-outbox]");
  if (strip) new Field(strip).start();
}
