// Cuts Barlow down to what it is used for: digits and the signs between them (src/styles/tokens.css, unicode-range).
// 6 KB a weight instead of 22: on a slow telephone that is a quarter of a second.
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import subsetFont from "subset-font";

const SIGNS = "0123456789+,-./:%·−";

mkdirSync("src/cut", { recursive: true });
for (const weight of [400, 500, 600]) {
  const whole = readFileSync(`node_modules/@fontsource/barlow/files/barlow-latin-${weight}-normal.woff2`);
  writeFileSync(`src/cut/digits-${weight}.woff2`, await subsetFont(whole, SIGNS, { targetFormat: "woff2" }));
}
