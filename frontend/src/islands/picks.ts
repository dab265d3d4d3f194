// How many rows of a list are ticked, said beside the button that acts on them: <span data-picks="已勾选">.
export function countPicks(root: Document): void {
  const paint = () => {
    for (const place of root.querySelectorAll<HTMLElement>("[data-picks]")) {
      const ticked = root.querySelectorAll("input[name=pick]:checked").length;
      place.dataset.said ??= place.textContent ?? "";
      place.textContent = ticked ? `${place.dataset.picks} ${ticked}` : place.dataset.said;
    }
  };
  root.addEventListener("change", paint);
  root.addEventListener("htmx:afterSettle", paint);
  paint();
}
