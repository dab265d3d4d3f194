// The socket carries only "case N changed". Lists fetch their own rows again, so permission stays with the views.
const SILENCE = 45_000; // the server says something every 20 s; twice missed means the link is dead
const SLOWEST = 30_000;
const SIGNED_OUT = 4401;

/** Doubling waits with jitter: 1,700 operators reconnect in the same second after a restart. */
export function waitBefore(attempt: number, chance: () => number = Math.random): number {
  return Math.min(SLOWEST, 1000 * 2 ** attempt) * (0.7 + 0.6 * chance());
}

type Link = "live" | "lost" | "out";

class LiveLink {
  private socket?: WebSocket;
  private attempt = 0;
  private silence = 0;
  private wasLost = false;

  constructor(
    private readonly body: HTMLElement,
    private readonly address: string,
  ) {}

  open(): void {
    this.socket = new WebSocket(this.address);
    this.socket.addEventListener("open", () => this.opened());
    this.socket.addEventListener("message", (event) => this.heard(String(event.data)));
    this.socket.addEventListener("close", (event) => this.closed(event.code));
  }

  private opened(): void {
    this.attempt = 0;
    this.show("live");
    this.listen();
    if (this.wasLost) this.body.dispatchEvent(new CustomEvent("live-back"));
    this.wasLost = false;
  }

  private heard(data: string): void {
    this.listen();
    const message = JSON.parse(data) as { type: string; id?: number; v?: number };
    if (message.type === "case-changed") {
      this.body.dispatchEvent(new CustomEvent("case-changed", { detail: { id: message.id, v: message.v } }));
    }
  }

  private closed(code: number): void {
    clearTimeout(this.silence);
    if (code === SIGNED_OUT) return this.show("out");
    this.wasLost = true;
    this.show("lost");
    setTimeout(() => this.open(), waitBefore(this.attempt++));
  }

  /** A dead link closes without a word; silence is the only sign of it. */
  private listen(): void {
    clearTimeout(this.silence);
    this.silence = window.setTimeout(() => this.socket?.close(), SILENCE);
  }

  private show(link: Link): void {
    this.body.dataset.link = link;
    const word = this.body.dataset[`word${link[0]!.toUpperCase()}${link.slice(1)}`] ?? "";
    for (const place of this.body.querySelectorAll("[data-live-word]")) place.textContent = word;
  }
}

export function goLive(body: HTMLElement): void {
  const path = body.dataset.live;
  if (!path) return;
  const scheme = location.protocol === "https:" ? "wss" : "ws";
  new LiveLink(body, `${scheme}://${location.host}${path}`).open();
}
