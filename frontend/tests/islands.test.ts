import { expect, test, vi } from "vitest";
import { paced, waitBefore } from "../src/islands/live";
import { levelOf, timeLeft } from "../src/islands/time-left";

const HOUR = 3_600_000;

test("less than a day is shown in hours and minutes", () => {
  expect(timeLeft(23 * HOUR + 58 * 60_000, "天", "时")).toBe("23:58");
});

test("more than a day is shown in days and hours", () => {
  expect(timeLeft(4 * 24 * HOUR + 22 * HOUR, "天", "时")).toBe("4天22时");
});

test("a deadline that has passed is over, one within the warning is soon", () => {
  expect([levelOf(-1, HOUR), levelOf(HOUR / 2, HOUR), levelOf(2 * HOUR, HOUR)]).toEqual(["over", "soon", "fine"]);
});

test("waits double, stay under half a minute and are never the same for everybody", () => {
  expect(waitBefore(0, () => 0)).toBe(700);
  expect(waitBefore(3, () => 0.5)).toBe(8000);
  expect(waitBefore(20, () => 1)).toBeCloseTo(39_000);
});

test("a thousand changes are looked at once a pause, and the last one is not lost", () => {
  vi.useFakeTimers();
  let [changes, seen, looks] = [0, 0, 0];
  const act = () => {
    seen = changes;
    looks += 1;
  };
  const look = paced(act, () => 1000);
  while (changes < 1000) {
    changes += 1;
    look();
    vi.advanceTimersByTime(10);
  }
  vi.advanceTimersByTime(2000);
  vi.useRealTimers();
  expect([seen, looks]).toEqual([1000, 11]);
});
