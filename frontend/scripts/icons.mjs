// Makes one SVG sprite of the icons named in icons.txt. Its name carries a hash, so that browsers may keep it for ever.
import { createHash } from "node:crypto";
import { copyFileSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";

const LOOK = 'fill="none" stroke="currentColor" stroke-width="1.75" stroke-linecap="round" stroke-linejoin="round"';

function symbol(name) {
  const svg = readFileSync(`node_modules/lucide-static/icons/${name}.svg`, "utf8");
  const drawing = svg.replace(/^[\s\S]*?<svg[^>]*>/, "").replace(/<\/svg>\s*$/, "").replace(/\s+/g, " ").trim();
  return `<symbol id="i-${name}" viewBox="0 0 24 24" ${LOOK}>${drawing}</symbol>`;
}

const names = readFileSync("icons.txt", "utf8").split("\n").filter(Boolean);
const sprite = `<svg xmlns="http://www.w3.org/2000/svg">${names.map(symbol).join("")}</svg>`;
const hash = createHash("sha256").update(sprite).digest("hex").slice(0, 8);

mkdirSync("public", { recursive: true });
for (const old of readdirSync("public").filter((name) => /^icons\.\w{8}\.svg$/.test(name))) rmSync(`public/${old}`);
writeFileSync(`public/icons.${hash}.svg`, sprite);
copyFileSync("src/mark.svg", "public/mark.svg");
