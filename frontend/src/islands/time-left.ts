const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

export type Level = "fine" | "soon" | "over";

export function levelOf(left: number, soon: number): Level {
  if (left < 0) return "over";
  return left <= soon ? "soon" : "fine";
}

/** Hours and minutes below one day, days and hours above, the same words as frontend/deadlines.py writes. */
export function timeLeft(left: number, dayWord: string, hourWord: string): string {
  const span = Math.abs(left);
  if (span >= DAY) return `${Math.floor(span / DAY)}${dayWord}${Math.floor((span % DAY) / HOUR)}${hourWord}`;
  const pad = (n: number) => String(n).padStart(2, "0");
  return `${pad(Math.floor(span / HOUR))}:${pad(Math.floor((span % HOUR) / MINUTE))}`;
}
