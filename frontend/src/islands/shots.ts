// The photos of a report as the clerk sees them: each with its state, from the moment the shutter closed.
import type { Sent } from "./waiting";

const shown = new Map<string, HTMLElement>();
const LOOKS: Record<Sent["outcome"], string> = { sent: "is-sent", refused: "is-refused", later: "is-waiting", out: "is-waiting" };

export function showShot(key: string, file: File, place: HTMLElement): void {
  const shot = document.createElement("figure");
  const picture = document.createElement("img");
  picture.src = URL.createObjectURL(file);
  picture.alt = file.name;
  shot.className = "shot is-waiting";
  shot.append(picture);
  place.prepend(shot);
  shown.set(key, shot);
}

export function markShot(key: string, outcome: Sent["outcome"]): void {
  const shot = shown.get(key);
  if (shot) shot.className = `shot ${LOOKS[outcome]}`;
}
