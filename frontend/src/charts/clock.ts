// The day and the time on the board, by the server's clock.
import { serverNow } from "../islands/server-time";

const ZONE = { timeZone: "Asia/Shanghai" };

export function readable(): void {
  const place = document.querySelector("board-clock");
  const numbers = new Intl.DateTimeFormat("sv-SE", { ...ZONE, dateStyle: "short", timeStyle: "medium" }); // 2026-11-20 17:06:32
  const weekday = new Intl.DateTimeFormat(document.documentElement.lang, { ...ZONE, weekday: "short" });
  const paint = () => {
    const now = serverNow();
    place!.textContent = numbers.format(now).replace(" ", ` ${weekday.format(now)} `);
  };
  if (place) setInterval(paint, 1000);
}
