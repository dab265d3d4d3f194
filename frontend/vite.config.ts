import { defineConfig } from "vite";

const SCRIPTS = ["main", "citizen", "board", "palette", "guide", "unit", "callback"].map((name) => `src/${name}.ts`);
// Sheets that a page asks for by name: {% sheet "work" %}.
const SHEETS = ["staff", "work", "figures", "manage", "login"].map((name) => `src/styles/${name}.css`);

export default defineConfig({
  base: "/static/",
  build: {
    manifest: "manifest.json",
    outDir: "dist",
    // Offices still run Chromium 100-ish browsers (奇安信, 360); Vite's own default is newer than that.
    target: ["chrome100", "firefox102", "safari15"],
    assetsInlineLimit: 0,
    // htmx can evaluate expressions in attributes; we switch that off by its own setting and by the CSP.
    rolldownOptions: { checks: { eval: false }, input: [...SCRIPTS, ...SHEETS] },
  },
});
