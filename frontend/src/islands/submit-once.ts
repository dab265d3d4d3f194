// A second click while the first is on its way does nothing. (The server's idempotency key holds even without this.)
export function submitOnce(root: Document): void {
  root.addEventListener("submit", (event) => {
    const form = event.target as HTMLFormElement;
    if (form.method === "get" || form.method === "dialog" || "download" in form.dataset) return; // those stay on the page
    if (form.dataset.busy) return event.preventDefault();
    // Wait one turn: a disabled button would not be sent with the form.
    setTimeout(() => busy(form, !event.defaultPrevented || form.matches("[hx-post]")));
  });
  root.addEventListener("htmx:afterRequest", (event) => release(event.target));
  // Back button: the page comes from the cache as it was left, busy.
  window.addEventListener("pageshow", () => root.querySelectorAll("form[data-busy]").forEach(release));
}

function busy(form: HTMLFormElement, on: boolean): void {
  if (on) form.dataset.busy = "1";
  else delete form.dataset.busy;
  for (const button of form.querySelectorAll("button:not([type=button])")) {
    if (on) button.setAttribute("aria-disabled", "true");
    else button.removeAttribute("aria-disabled");
  }
}

function release(target: EventTarget | Element | null): void {
  const form = (target as Element | null)?.closest?.("form");
  if (form) busy(form, false);
}
