// 运行态势: charts, a clock, and figures that keep up with the city. Without this file the page is tables and links.
import "./styles/components/board.css";
import { readable } from "./charts/clock";
import type { Pictures } from "./charts/draw";
import { stayFresh } from "./charts/fresh";

const board = document.querySelector<HTMLElement>("#main")!;
const charts = import("./charts/draw");
let shown = "";

const patterns = (): boolean => localStorage.getItem("patterns") === "1";

async function redraw(): Promise<void> {
  const said = document.querySelector<HTMLElement>("#board-data")!.dataset["pictures"]!;
  const wanted = `${said}${patterns()}`;
  if (wanted === shown) return;
  shown = wanted;
  (await charts).draw(JSON.parse(said) as Pictures, patterns());
  board.dataset["drawn"] = "yes";
}

async function download(code: string): Promise<void> {
  const still = document.querySelector<SVGSVGElement>(`[data-still="${code}"]`);
  const address = still ? await (await import("./charts/still")).stillOf(still) : (await charts).pictureOf(code);
  if (!address) return;
  const link = document.createElement("a");
  link.href = address;
  link.download = `board-${code}.png`;
  link.click();
}

/** Buttons that only a script can serve are hidden until there is one; a refresh brings some of them anew. */
function showButtons(): void {
  for (const button of document.querySelectorAll<HTMLElement>("[data-patterns], [data-print], [data-picture-of]")) {
    button.hidden = button.dataset["pictureOf"] === "bars";
  }
  document.querySelector("[data-patterns]")?.setAttribute("aria-pressed", String(patterns()));
}

document.addEventListener("click", (event) => {
  const button = (event.target as Element).closest<HTMLElement>("button");
  if (!button) return;
  if (button.dataset["pictureOf"]) void download(button.dataset["pictureOf"]);
  if ("print" in button.dataset) window.print();
  if ("patterns" in button.dataset) {
    localStorage.setItem("patterns", patterns() ? "0" : "1");
    showButtons();
    void redraw();
  }
});

document.body.addEventListener("htmx:afterRequest", () => {
  showButtons();
  void redraw();
});
readable();
stayFresh(document.body);
showButtons();
void redraw();
