// When the board looks again. The counters are brought up to date every second (backend/schedule.py), so a change that
// the socket tells of at once can be seen in them a moment later.
const COUNTED = 1_100;
const DAY = 24 * 60 * 60 * 1000;
const QUIET_HOUR = 4; // a screen on a wall loads itself anew when nobody looks: new code, no memory that grows
const TRY_AGAIN = 5 * 60 * 1000;

export function stayFresh(body: HTMLElement): void {
  let isWaiting = false;
  body.addEventListener("case-changed", () => {
    if (isWaiting) return;
    isWaiting = true;
    setTimeout(() => {
      isWaiting = false;
      body.querySelector("#board-live")?.dispatchEvent(new CustomEvent("board-look"));
    }, COUNTED);
  });
  if (body.querySelector(".is-wall")) setTimeout(() => void loadAnew(), untilQuiet(new Date()));
}

/** Milliseconds until the next quiet hour. */
export function untilQuiet(now: Date): number {
  const next = new Date(now);
  next.setHours(QUIET_HOUR, 0, 0, 0);
  return next.getTime() - now.getTime() + (next > now ? 0 : DAY);
}

/** Only when the server answers: a wall must keep its last picture rather than show an error page. */
async function loadAnew(): Promise<void> {
  const answer = await fetch("/healthz").catch(() => undefined);
  if (answer?.ok) location.reload();
  else setTimeout(() => void loadAnew(), TRY_AGAIN);
}
