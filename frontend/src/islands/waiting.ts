// What a phone could not send yet. It lies in IndexedDB under a key of its own; the server takes the same key once, so
// an answer that was lost on the way back costs a second sending and no second row.
export type Waiting = {
  key: string;
  owner: string;
  kind: "photo" | "report";
  no: string;
  title: string;
  url: string;
  at: number;
  fields: [string, string][];
  files: File[];
  refused?: string;
};
export type Sent = { outcome: "sent" | "refused" | "later" | "out"; said: string; next: string };

const STORE = "waiting";
const LATE = 60_000; // a report that waited longer says when it was made

function open(): Promise<IDBDatabase> {
  return new Promise((resolve, reject) => {
    const asked = indexedDB.open("field", 1);
    asked.onupgradeneeded = () => asked.result.createObjectStore(STORE, { keyPath: "key" });
    asked.onsuccess = () => resolve(asked.result);
    asked.onerror = () => reject(asked.error);
  });
}

async function ask<T>(mode: IDBTransactionMode, what: (store: IDBObjectStore) => IDBRequest<T>): Promise<T> {
  const database = await open();
  return new Promise((resolve, reject) => {
    const work = database.transaction(STORE, mode);
    const asked = what(work.objectStore(STORE));
    work.oncomplete = () => resolve(asked.result);
    work.onerror = work.onabort = () => reject(work.error);
  });
}

export const keep = (item: Waiting) => ask("readwrite", (store) => store.put(item));
export const drop = (key: string) => ask("readwrite", (store) => store.delete(key));

/** One person's things, in the order they were made: a shared phone shows nobody else's. */
export async function waitingOf(owner: string): Promise<Waiting[]> {
  const items = await ask<Waiting[]>("readonly", (store) => store.getAll());
  return items.filter((item) => item.owner === owner).sort((a, b) => a.at - b.at);
}

export async function send(item: Waiting, token: string): Promise<Sent> {
  const body = new FormData();
  for (const [name, value] of item.fields) body.append(name, value);
  for (const file of item.files) body.append("files", file, file.name);
  if (Date.now() - item.at > LATE) body.set("done_at", new Date(item.at).toISOString());
  const headers = { "X-CSRFToken": token, Accept: "application/json" };
  try {
    return await judge(await fetch(item.url, { method: "POST", body, headers }));
  } catch {
    return { outcome: "later", said: "", next: "" }; // no signal
  }
}

async function judge(answer: Response): Promise<Sent> {
  const isJson = (answer.headers.get("Content-Type") ?? "").includes("json");
  // The login page instead of an answer, or a token of the session before: nothing is wrong with what waits.
  if (answer.ok && !isJson) return { outcome: "out", said: "", next: "" };
  const told = isJson ? ((await answer.json()) as Record<string, string>) : {};
  if (answer.ok) return { outcome: "sent", said: told.said ?? "", next: told.next ?? "" };
  if (answer.status === 403 && told.type === "about:blank") return { outcome: "out", said: "", next: "" };
  const isFinal = answer.status >= 400 && answer.status < 500 && told.detail;
  return { outcome: isFinal ? "refused" : "later", said: told.detail ?? "", next: "" };
}

/** A key nobody else has; randomUUID is missing where the page came over plain HTTP. */
export function newKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** The camera's file may vanish from the disk before it is sent: keep its bytes. */
export async function copyOf(file: File): Promise<File> {
  return new File([await file.arrayBuffer()], file.name, { type: file.type });
}
