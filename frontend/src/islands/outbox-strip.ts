// The strip that says what waits on this phone, why, and what can be done about it. Text only: titles are people's words.
import type { Waiting } from "./waiting";

type Acts = { again: () => void; forget: (item: Waiting) => void };

export function showOutbox(strip: HTMLElement, items: Waiting[], acts: Acts): void {
  const [waits = "", refused = "", again = "", open = "", forget = "", photo = "", report = "", out = ""] = (
    strip.dataset.words ?? ""
  ).split("|");
  strip.hidden = items.length === 0;
  strip.parentElement?.classList.toggle("has-strip", !strip.hidden);
  if (strip.hidden) return strip.replaceChildren();
  const head = element("p", `${items.length} ${strip.dataset.state === "out" ? out : waits}`);
  head.setAttribute("role", "status");
  const list = element("ul");
  for (const item of items) {
    const row = element("li", `${item.kind === "photo" ? photo : report} · ${item.title} `);
    if (item.refused) {
      const link = element("a", open) as HTMLAnchorElement;
      link.href = `?case=${encodeURIComponent(item.no)}`;
      row.append(element("strong", `${refused}：${item.refused} `), link, button(forget, () => acts.forget(item)));
    }
    list.append(row);
  }
  strip.replaceChildren(head, button(again, acts.again), list);
}

function element(name: string, text = ""): HTMLElement {
  const made = document.createElement(name);
  made.textContent = text;
  return made;
}

function button(text: string, act: () => void): HTMLElement {
  const made = element("button", text) as HTMLButtonElement;
  made.type = "button";
  made.className = "btn";
  made.addEventListener("click", act);
  return made;
}
