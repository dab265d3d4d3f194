// Ctrl K: one box for cases, places, answers, pages and actions. Loaded when somebody first asks for it; without it the
// header's form goes to a page with the same results. What was chosen last stays in this browser until logout.
const RECENT = "recent";
const MOST_RECENT = 6;
const PAUSE = 150;

type Recent = { word: string; note: string; url: string };

class Palette {
  private readonly dialog: HTMLDialogElement;
  private readonly box: HTMLInputElement;
  private readonly list: HTMLElement;
  private readonly count: HTMLElement;
  private asking?: AbortController;
  private timer = 0;
  private at = -1;

  constructor(private readonly form: HTMLFormElement) {
    this.dialog = document.querySelector<HTMLDialogElement>("dialog[data-palette]")!;
    this.box = this.dialog.querySelector("input[name=q]")!;
    this.list = this.dialog.querySelector("[role=listbox]")!;
    this.count = this.dialog.querySelector("[role=status]")!;
    // Only finished text: pinyin on its way to a word is not asked for (islands/ime.ts).
    this.box.addEventListener("settled", () => this.typed());
    this.dialog.addEventListener("keydown", (event) => this.pressed(event));
    this.dialog.addEventListener("click", (event) => this.clicked(event));
    this.list.addEventListener("pointermove", (event) => this.mark(this.options.indexOf(optionOf(event)!)));
  }

  open(): void {
    if (this.dialog.open) return;
    const field = this.form.querySelector<HTMLInputElement>("input[name=q]")!;
    this.box.value = field.value;
    field.value = "";
    this.dialog.showModal();
    this.box.select();
    void this.ask();
  }

  private get options(): HTMLElement[] {
    return [...this.list.querySelectorAll<HTMLElement>("[role=option]")];
  }

  private typed(): void {
    clearTimeout(this.timer);
    this.timer = window.setTimeout(() => void this.ask(), PAUSE);
  }

  private async ask(): Promise<void> {
    this.asking?.abort();
    const { signal } = (this.asking = new AbortController());
    const body = new FormData(this.box.form!);
    const answer = await fetch(this.dialog.dataset.palette!, { method: "POST", body, signal }).catch(() => null);
    if (signal.aborted) return;
    if (!answer?.ok || answer.redirected) return this.say(this.dialog.dataset.lost!);
    const found = await answer.text();
    if (signal.aborted) return;
    this.list.innerHTML = found;
    if (!this.box.value.trim()) this.list.prepend(...recentGroup(this.dialog.dataset.recent!));
    this.mark(this.options.length ? 0 : -1);
    this.count.textContent = this.dialog.dataset.count!.replace("{n}", String(this.options.length));
  }

  private say(words: string): void {
    const line = document.createElement("p");
    line.className = "palette-none";
    line.textContent = words;
    this.list.replaceChildren(line);
    this.mark(-1);
    this.count.textContent = words;
  }

  private mark(at: number): void {
    if (at < 0 && this.options.length) return;
    this.at = at;
    for (const [position, option] of this.options.entries()) option.setAttribute("aria-selected", String(position === at));
    const chosen = this.options[at];
    this.box.setAttribute("aria-activedescendant", chosen?.id ?? "");
    chosen?.scrollIntoView({ block: "nearest" });
  }

  private pressed(event: KeyboardEvent): void {
    // The Enter that picks a pinyin candidate is not ours; old browsers only say 229.
    if (event.isComposing || event.keyCode === 229) return;
    const n = this.options.length;
    const steps: Record<string, number> = { ArrowDown: this.at + 1, ArrowUp: this.at - 1 + n };
    const step = steps[event.key];
    if (step !== undefined && n) this.mark(step % n);
    else if (event.key === "Enter") this.choose(this.options[this.at], event.ctrlKey || event.metaKey);
    else return;
    event.preventDefault();
  }

  private clicked(event: MouseEvent): void {
    if (event.target === this.dialog) return this.dialog.close();
    const option = optionOf(event);
    if (option) remember(option);
  }

  private choose(option: HTMLElement | undefined, beside: boolean): void {
    if (!option) return this.box.form!.submit();
    remember(option);
    if (!(option instanceof HTMLAnchorElement)) return this.box.form!.submit();
    if (beside) window.open(option.href, "_blank", "noopener");
    else location.assign(option.href);
  }
}

function optionOf(event: Event): HTMLElement | null {
  return (event.target as Element).closest<HTMLElement>("[role=option]");
}

function recent(): Recent[] {
  try {
    return JSON.parse(localStorage.getItem(RECENT) ?? "[]") as Recent[];
  } catch {
    return []; // cut off, or written by an older version
  }
}

function remember(option: HTMLElement): void {
  if (!(option instanceof HTMLAnchorElement) || "passing" in option.dataset) return;
  const [word, note] = [option.querySelector("b")!.textContent ?? "", option.querySelector("span")?.textContent ?? ""];
  const url = option.getAttribute("href")!;
  const kept = [{ word, note, url }, ...recent().filter((each) => each.url !== url)].slice(0, MOST_RECENT);
  localStorage.setItem(RECENT, JSON.stringify(kept));
}

function recentGroup(title: string): HTMLElement[] {
  const kept = recent().filter((each) => each.url.startsWith("/"));
  if (!kept.length) return [];
  const group = document.createElement("div");
  const head = document.createElement("p");
  group.setAttribute("role", "group");
  group.setAttribute("aria-labelledby", (head.id = "option-recent"));
  head.setAttribute("role", "presentation");
  head.className = "palette-head";
  head.textContent = title;
  group.append(head, ...kept.map(recentOption));
  return [group];
}

function recentOption({ word, note, url }: Recent, position: number): HTMLElement {
  const [option, name, more] = ["a", "b", "span"].map((tag) => document.createElement(tag)) as [HTMLElement, HTMLElement, HTMLElement];
  for (const [key, value] of Object.entries({ role: "option", tabindex: "-1", "aria-selected": "false", href: url }))
    option.setAttribute(key, value);
  option.id = `option-recent-${position + 1}`;
  [name.textContent, more.textContent] = [word, note];
  name.lang = more.lang = "zh-CN";
  option.append(name, ...(note ? [more] : []));
  return option;
}

const form = document.querySelector<HTMLFormElement>("form[data-finder]")!;
const palette = new Palette(form);
for (const type of ["click", "settled"]) form.addEventListener(type, () => palette.open());
palette.open();
