import { afterEach, expect, test, vi } from "vitest";
import { newKey, send, type Waiting } from "../src/islands/waiting";

const PROBLEM = "application/problem+json";
const item: Waiting = {
  key: "k1",
  owner: "7",
  kind: "photo",
  no: "LJ1",
  title: "a.jpg",
  url: "/cases/LJ1/files/",
  at: Date.now(),
  fields: [["client_key", "k1"]],
  files: [new File(["x"], "a.jpg")],
};

/** What the network answers next; the request it got is kept. */
function answers(answer: () => Response): { sent?: RequestInit } {
  const kept: { sent?: RequestInit } = {};
  vi.stubGlobal("fetch", async (_url: string, request: RequestInit) => {
    kept.sent = request;
    return answer();
  });
  return kept;
}

const json = (status: number, told: object, type = "application/json") =>
  new Response(JSON.stringify(told), { status, headers: { "Content-Type": type } });

afterEach(() => vi.unstubAllGlobals());

test("what the server took is sent", async () => {
  const kept = answers(() => json(201, { said: "ok", next: "/unit/" }));
  expect(await send(item, "token")).toEqual({ outcome: "sent", said: "ok", next: "/unit/" });
  const body = kept.sent?.body as FormData;
  expect([body.get("client_key"), (body.get("files") as File).name, body.get("done_at")]).toEqual(["k1", "a.jpg", null]);
});

test("a refusal is final and says why", async () => {
  answers(() => json(422, { type: "x#file-refused", detail: "不是照片" }, PROBLEM));
  expect(await send(item, "")).toMatchObject({ outcome: "refused", said: "不是照片" });
});

test("no signal, a server in trouble and an odd answer wait for later", async () => {
  answers(() => {
    throw new TypeError("no signal");
  });
  expect((await send(item, "")).outcome).toBe("later");
  answers(() => new Response("<h1>502</h1>", { status: 502 }));
  expect((await send(item, "")).outcome).toBe("later");
  answers(() => json(500, { detail: "x" }, PROBLEM));
  expect((await send(item, "")).outcome).toBe("later");
});

test("a login that is over is neither a success nor a refusal", async () => {
  answers(() => new Response("<form>", { status: 200, headers: { "Content-Type": "text/html" } }));
  expect((await send(item, "")).outcome).toBe("out");
  answers(() => json(403, { type: "about:blank", title: "Forbidden" }, PROBLEM));
  expect((await send(item, "")).outcome).toBe("out");
});

test("what waited says when it was made", async () => {
  const kept = answers(() => json(201, {}));
  const at = Date.now() - 3_600_000;
  await send({ ...item, at }, "");
  expect((kept.sent?.body as FormData).get("done_at")).toBe(new Date(at).toISOString());
});

test("keys are long and never the same", () => {
  const keys = new Set(Array.from({ length: 500 }, newKey));
  expect([keys.size, [...keys][0]?.length]).toEqual([500, 32]);
});
