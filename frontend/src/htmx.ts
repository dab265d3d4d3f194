// idiomorph's htmx extension looks for a global htmx, so it must be there before that module runs.
import htmx from "htmx.org";

declare global {
  interface Window {
    htmx: typeof htmx;
  }
}

window.htmx = htmx;
