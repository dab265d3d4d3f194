// <entry-clock>00:00</entry-clock>: how long this call has been written down, from the first keystroke.
class EntryClock extends HTMLElement {
  private since = 0;

  connectedCallback(): void {
    document.addEventListener("input", () => (this.since ||= Date.now()), { once: true });
    setInterval(() => this.paint(), 1000);
  }

  private paint(): void {
    if (!this.since) return;
    const seconds = Math.floor((Date.now() - this.since) / 1000);
    const pad = (n: number) => String(n).padStart(2, "0");
    this.textContent = `${pad(Math.floor(seconds / 60))}:${pad(seconds % 60)}`;
  }
}

export function defineEntryClock(): void {
  customElements.define("entry-clock", EntryClock);
}
