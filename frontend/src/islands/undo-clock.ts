// <undo-clock until="…">: the seconds in which a step can be undone. When they are over, its strip leaves the page.
import { serverNow } from "./server-time";

class UndoClock extends HTMLElement {
  private timer = 0;

  connectedCallback(): void {
    this.timer = window.setInterval(() => this.paint(), 250);
    this.paint();
  }

  disconnectedCallback(): void {
    clearInterval(this.timer);
  }

  private paint(): void {
    const left = Math.ceil((Date.parse(this.getAttribute("until") ?? "") - serverNow()) / 1000);
    if (left > 0) this.textContent = ` ${left}`;
    else this.leave();
  }

  private leave(): void {
    const strip = this.closest("[data-until-gone]");
    strip?.parentElement?.classList.remove("has-strip");
    strip?.remove();
  }
}

export function defineUndoClock(): void {
  customElements.define("undo-clock", UndoClock);
}
