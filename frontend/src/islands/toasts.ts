// Notices stay until somebody closes them; a page in the background also rings the desktop, where that is allowed.
export function showToasts(root: Document): void {
  root.addEventListener("click", (event) => {
    const pressed = event.target as Element;
    if (pressed.closest("[data-close]")) pressed.closest(".toast")?.remove();
    if (pressed.closest("[data-allow-notices]")) void Notification.requestPermission().then(offer);
  });
  root.addEventListener("htmx:afterSwap", (event) => {
    const toast = (event.target as Element).querySelector<HTMLElement>(".toast:not([data-seen])");
    if (!toast) return;
    toast.dataset.seen = "1";
    if (root.hidden && window.Notification?.permission === "granted") new Notification(toast.innerText);
  });
  const offer = () => {
    for (const button of root.querySelectorAll<HTMLElement>("[data-allow-notices]"))
      button.hidden = window.Notification?.permission !== "default";
  };
  offer();
}
