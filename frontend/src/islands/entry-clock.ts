// <entry-clock>00:00</entry-clock>: how long this call has been spoken, as the call strip says ([data-talk], seconds: from,
// until); without a telephone system, how long it has been written down, from the first keystroke.
import { serverNow } from "./server-time";

class EntryClock extends HTMLElement {
  private since = 0;

  connectedCallback(): void {
    document.addEventListener("input", () => (this.since ||= serverNow()), { once: true });
    setInterval(() => this.paint(), 1000);
  }

  private paint(): void {
    const call = document.querySelector<HTMLElement>("#last-cases")?.dataset;
    const phone = document.querySelector<HTMLInputElement>("#id_phone");
    if (phone) phone.placeholder = call?.number ?? "";
    const [from, until] = (call?.talk ?? "").split(" ").map((seconds) => Number(seconds) * 1000);
    const since = from || this.since;
    if (!since) return;
    const seconds = Math.max(0, Math.floor(((until || serverNow()) - since) / 1000));
    const pad = (n: number) => String(n).padStart(2, "0");
    this.textContent = `${pad(Math.floor(seconds / 60))}:${pad(seconds % 60)}`;
  }
}

export function defineEntryClock(): void {
  customElements.define("entry-clock", EntryClock);
}
