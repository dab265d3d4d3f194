// <deadline-clock due="2026-11-21T10:42:00+08:00" soon="3600">23:58</deadline-clock>
// Paints the time that is left.
import { learnServerTime, serverNow } from "./server-time";
import { levelOf, timeLeft } from "./time-left";

class DeadlineClock extends HTMLElement {
  connectedCallback(): void {
    this.paint();
    clocks.add(this);
  }

  disconnectedCallback(): void {
    clocks.delete(this);
  }

  paint(): void {
    const left = Date.parse(this.getAttribute("due") ?? "") - serverNow();
    if (Number.isNaN(left)) return;
    const level = levelOf(left, Number(this.getAttribute("soon") ?? 0) * 1000);
    const text = timeLeft(left, this.getAttribute("day") ?? "天", this.getAttribute("hour") ?? "时");
    const over = level === "over" ? `${this.getAttribute("over") ?? "超"} ` : "";
    if (this.textContent !== over + text) this.textContent = over + text;
    if (this.getAttribute("level") !== level) this.setAttribute("level", level);
  }
}

const clocks = new Set<DeadlineClock>();

export function defineDeadlineClock(): void {
  learnServerTime();
  customElements.define("deadline-clock", DeadlineClock);
  setInterval(() => clocks.forEach((clock) => clock.paint()), 10_000);
}
