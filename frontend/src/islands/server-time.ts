// The server's time: the PC's clock at a shared desk is often wrong.
let serverAhead = 0; // milliseconds, server minus this machine

export const serverNow = (): number => Date.now() + serverAhead;

export function learnServerTime(): void {
  const now = Number(document.documentElement.dataset.serverNow);
  if (now) serverAhead = now - Date.now();
  // A page from the back-forward cache carries an old moment, so ask the next answers' Date header instead.
  document.addEventListener("htmx:afterRequest", (event) => {
    const date = (event as CustomEvent<{ xhr: XMLHttpRequest }>).detail.xhr.getResponseHeader("Date");
    if (date) serverAhead = Date.parse(date) - Date.now();
  });
}
