// The error summary takes the focus, so that a screen reader starts there and the first Tab reaches the first link.
export function focusErrors(root: Document): void {
  const look = () => root.querySelector<HTMLElement>("[data-errors]:not([data-seen])");
  const take = () => {
    const summary = look();
    if (!summary) return;
    summary.dataset.seen = "1";
    summary.focus();
  };
  take();
  root.addEventListener("htmx:afterSettle", take);
}
