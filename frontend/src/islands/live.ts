// The socket carries only "case N changed". Lists fetch their own rows again, so permission stays with the views.
import { serverNow } from "./server-time";

const SILENCE = 45_000; // the server says something every 20 s; twice missed means the link is dead
const SLOWEST = 30_000;
const POLL = 10_000; // without a socket pages look again by themselves
const SIGNED_OUT = 4401;

/** Doubling waits with jitter: 1,700 operators reconnect in the same second after a restart. */
export function waitBefore(attempt: number, chance: () => number = Math.random): number {
  return Math.min(SLOWEST, 1000 * 2 ** attempt) * (0.7 + 0.6 * chance());
}

/** At most one call in `pause()` ms, and always one after the last wish: what came in between is not lost. */
export function paced(act: () => void, pause: () => number): () => void {
  let isPausing = false;
  let isWanted = false;
  const go = () => {
    isPausing = isWanted;
    if (!isWanted) return;
    isWanted = false;
    act();
    setTimeout(go, pause());
  };
  return () => {
    isWanted = true;
    if (!isPausing) go();
  };
}

type Link = "live" | "lost" | "out";
type Line = { type: string; cases?: [number, number, string[]][]; here?: number[]; spread?: number };

class LiveLink {
  private socket?: WebSocket;
  private attempt = 0;
  private silence = 0;
  private heardAt = 0; // server time of the last line before the link was lost
  private spread = 0; // how long all pages together may take to look again, by what the server says of their number
  private doing = "viewing";
  private readonly look = paced(
    () => setTimeout(() => this.tell("case-changed"), this.spread * Math.random()),
    () => 1000 + 2 * this.spread,
  );

  constructor(
    private readonly body: HTMLElement,
    private readonly address: string,
  ) {
    setInterval(() => body.dataset.link === "lost" && this.tell("live-back"), POLL);
    body.addEventListener("input", (event) => {
      if (this.doing === "editing" || !(event.target as Element).closest("form[data-draft]")) return;
      this.doing = "editing";
      this.sayHere();
    });
    // A fragment that would be the login page: nobody is logged in any more.
    body.addEventListener("htmx:responseError", (event) => {
      if ((event as CustomEvent<{ xhr: XMLHttpRequest }>).detail.xhr.status === 401) this.show("out");
    });
  }

  open(): void {
    this.socket = new WebSocket(this.address);
    this.socket.addEventListener("open", () => this.opened());
    this.socket.addEventListener("message", (event) => this.heard(JSON.parse(String(event.data)) as Line));
    this.socket.addEventListener("close", (event) => this.closed(event.code));
  }

  private opened(): void {
    this.attempt = 0;
    this.show("live");
    this.sayHere();
    this.listen();
    if (!this.heardAt) return;
    this.tell("live-back");
    this.fetch(`missed/?since=${Math.round(this.heardAt)}`);
    this.heardAt = 0;
  }

  private heard({ type, cases = [], here = [], spread }: Line): void {
    this.listen();
    if (type === "look-again") this.tell("live-back");
    if (type === "call-changed" || type === "job-changed") this.tell(type);
    for (const id of here) this.tell(`here-${id}`);
    const wanted = this.body.dataset.notices?.split(" ") ?? [];
    for (const [id, , acts] of cases) {
      this.tell(`case-${id}`);
      for (const act of acts) if (wanted.includes(act)) this.fetch(`notice/${id}/${act}/`);
    }
    this.spread = spread ?? this.spread;
    if (cases.length) this.look();
  }

  private closed(code: number): void {
    clearTimeout(this.silence);
    if (code === SIGNED_OUT) return this.show("out");
    this.heardAt ||= this.listenedAt;
    this.show("lost");
    this.sayHere();
    setTimeout(() => this.open(), waitBefore(this.attempt++));
  }

  private listenedAt = serverNow();

  /** A dead link closes without a word; silence is the only sign of it. */
  private listen(): void {
    this.listenedAt = serverNow();
    clearTimeout(this.silence);
    this.silence = window.setTimeout(() => this.socket?.close(), SILENCE);
  }

  /** Which case is on the screen, and whether somebody writes: for the others who look at it. */
  private sayHere(): void {
    const place = this.body.querySelector<HTMLElement>("[data-here]");
    if (!place) return;
    const isOpen = this.socket?.readyState === WebSocket.OPEN;
    place.querySelector("input")!.value = isOpen ? "" : this.doing; // without a socket, the fetching says it
    if (isOpen) this.socket!.send(JSON.stringify({ here: Number(place.dataset.here), doing: this.doing }));
  }

  private tell(what: string): void {
    this.body.dispatchEvent(new CustomEvent(what));
  }

  private fetch(path: string): void {
    void window.htmx.ajax("get", `/live/${path}`, { target: "#toasts", swap: "afterbegin" });
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
