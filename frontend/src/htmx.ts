// idiomorph's htmx extension looks for a global htmx, so it must be there before that module runs.
import htmx from "htmx.org";

declare global {
  interface Window {
    htmx: typeof htmx;
  }
}

// Under `default-src 'self'` nothing may be evaluated and no style element may be inserted. Refusals (422) and
// conflicts (409) come with their page, so they are shown like any answer.
Object.assign(htmx.config, {
  allowEval: false,
  includeIndicatorStyles: false,
  selfRequestsOnly: true,
  historyCacheSize: 0,
  responseHandling: [
    { code: "204", swap: false },
    { code: "[23]..", swap: true },
    { code: "409", swap: true },
    { code: "422", swap: true },
    { code: "[45]..", swap: false, error: true },
  ],
});
window.htmx = htmx;
