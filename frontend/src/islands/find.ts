// The header's search box opens the palette (palette.ts), which is fetched then and not before. Where that fails, the
// box is a form that leads to a page with the same results.
export function fetchPalette(root: Document): void {
  const form = root.querySelector<HTMLFormElement>("form[data-finder]");
  const fetchIt = () => void import(/* @vite-ignore */ form!.dataset.finder!).catch(() => null);
  for (const type of ["click", "settled"]) form?.addEventListener(type, fetchIt, { once: true });
}
