import type { AcceptedPlugin } from "postcss";
import { defineConfig } from "vite";

const SCRIPTS = ["main", "citizen", "board", "palette", "guide", "unit", "callback", "transfer"].map((name) => `src/${name}.ts`);
// Sheets that a page asks for by name: {% sheet "work" %}.
const SHEETS = ["staff", "work", "figures", "manage", "login"].map((name) => `src/styles/${name}.css`);

const DARK = '[data-theme="dark"]';
/** Who chose neither light nor dark gets what the system says: what is dark, once more under its media query. */
const followSystem: AcceptedPlugin = {
  postcssPlugin: "follow-system",
  OnceExit(root, { AtRule }) {
    root.walkRules((rule) => {
      if (!rule.selector.includes(DARK)) return;
      const system = new AtRule({ name: "media", params: "(prefers-color-scheme: dark)" });
      rule.after(system.append(rule.clone({ selector: rule.selector.replaceAll(DARK, '[data-theme="auto"]') })));
    });
  },
};

export default defineConfig({
  base: "/static/",
  css: { postcss: { plugins: [followSystem] } },
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
