// What holds on every page, asked of the page that is open. Each check returns its faults, one line per element.
const CONTROLS = "a[href], button, input:not([type=hidden]), select, textarea, summary, [role=tab]";
const CJK = /[\u3400-\u9fff]/;
const SPOKEN = ["aria-label", "title", "placeholder", "alt"];

const line = (element) => element.outerHTML.replace(/\s+/g, " ").slice(0, 150);
const isShown = (element) => element.checkVisibility({ visibilityProperty: true }) && !element.closest(".skip, .sr, [inert]");
const controls = () => [...document.querySelectorAll(CONTROLS)].filter(isShown);

// What a finger may hit: a tick or a round button counts with its label.
function boxOf(element) {
  const label = element.matches("[type=checkbox], [type=radio]") ? element.labels[0] : element.closest("label");
  return (label ?? element).getBoundingClientRect();
}

// A link in the middle of a sentence is as high as its line (WCAG 2.5.8 exempts it).
function isInSentence(element) {
  if (element.tagName !== "A" || getComputedStyle(element).display !== "inline") return false;
  const own = element.textContent.trim().length;
  return element.parentElement.textContent.trim().length > own + 1;
}

function isTooSmall(element, least) {
  const box = boxOf(element);
  return box.width > 0 && (box.height < least - 0.5 || box.width < least - 0.5) && !isInSentence(element);
}

const smallTargets = (least) =>
  controls().filter((element) => isTooSmall(element, least)).map((element) => {
    const box = boxOf(element);
    return `${Math.round(box.width)}×${Math.round(box.height)} ${line(element)}`;
  });

const hasRing = (element) => {
  const style = getComputedStyle(element);
  return style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2;
};

// The ring may stand on the element, on the label or frame around it, or on the shape inside it.
function isRinged(element) {
  const around = [element, element.closest("label"), element.closest(".find")].filter(Boolean);
  return around.some(hasRing) || [...element.querySelectorAll("rect, path")].some((shape) => getComputedStyle(shape).strokeWidth === "4px");
}

// Something of what has the focus lies in the window, under nothing that sticks there (WCAG 2.4.11).
function isCovered(element) {
  const box = boxOf(element);
  const points = [[0.5, 0.5], [0.5, 0.1], [0.5, 0.9], [0.1, 0.5], [0.9, 0.5]];
  return points.every(([across, down]) => {
    const hit = document.elementFromPoint(box.left + box.width * across, box.top + box.height * down);
    return !hit || !(hit.contains(element) || element.contains(hit) || hit.closest("label")?.contains(element));
  });
}

// The last key was Tab: what a script focuses now shows its focus as if it had been reached by keyboard.
function badFocus() {
  const faults = [];
  for (const element of controls().filter((each) => !each.disabled)) {
    element.focus();
    if (document.activeElement !== element) continue;
    if (!isRinged(element)) faults.push(`no focus ring: ${line(element)}`);
    else if (isCovered(element)) faults.push(`focus covered: ${line(element)}`);
  }
  document.activeElement?.blur();
  scrollTo(0, 0);
  return faults;
}

// A sentence in another language may name a person or a place as they are called (WCAG 3.1.2 exempts proper names).
const isChinese = (text) => CJK.test(text) && !/[a-z]{3}/i.test(text);
const speaksChinese = (element) => element.closest("[lang]").getAttribute("lang").startsWith("zh");

// Chinese on a page in another language: content, and marked as such, or a word that nobody translated. Options are let
// be: a list of names is marked as a whole, where its field is drawn.
function unmarkedChinese() {
  const faults = [];
  const walker = document.createTreeWalker(document.documentElement, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const parent = walker.currentNode.parentElement;
    if (parent.closest("title, option, script, style, template, textarea") || !isChinese(walker.currentNode.data)) continue;
    if (!speaksChinese(parent)) faults.push(`text: ${walker.currentNode.data.trim().slice(0, 60)}`);
  }
  for (const element of document.querySelectorAll(SPOKEN.map((name) => `[${name}]`).join())) {
    if (speaksChinese(element)) continue;
    SPOKEN.filter((name) => isChinese(element.getAttribute(name) ?? "")).forEach((name) =>
      faults.push(`${name}: ${element.getAttribute(name).slice(0, 60)}`),
    );
  }
  return [...new Set(faults)];
}

const smallText = (least) =>
  [...document.querySelectorAll("main *")]
    .filter((element) => !element.childElementCount && !element.closest("[aria-hidden]") && isShown(element) && element.innerText?.trim())
    .filter((element) => parseFloat(getComputedStyle(element).fontSize) < least)
    .map((element) => `${getComputedStyle(element).fontSize} ${line(element)}`);

const tooWide = () =>
  document.documentElement.scrollWidth <= innerWidth ? [] : [`${document.documentElement.scrollWidth} px wide`];

// What only shows for a moment: a state or a part of an element says nothing about whether a rule is for this page.
const STATES = /::?(hover|focus-visible|focus-within|focus|checked|disabled|before|after|placeholder|backdrop|-webkit-[a-z-]+)\b/g;
const stateless = (selector) =>
  selector.replace(STATES, "").replace(/:[a-z]+\(\s*\)/g, "").replace(/(^|,)\s*(?=,|$)/g, "$1*");

function* styleRules(rules) {
  for (const rule of rules) {
    if (rule.selectorText) yield stateless(rule.selectorText);
    else if (rule.cssRules) yield* styleRules(rule.cssRules);
  }
}

// Rules for something that is on this staff page, in sheets that the page has not loaded.
async function missingSheets(addresses) {
  const faults = [];
  const loaded = [...document.styleSheets].map((sheet) => sheet.href && new URL(sheet.href).pathname);
  if (!addresses.some((each) => loaded.includes(each))) return []; // a page in the citizens' dress has another sheet
  for (const address of addresses.filter((each) => !loaded.includes(each))) {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(await (await fetch(address)).text());
    const worn = [...styleRules(sheet.cssRules)].filter((selector) => document.querySelector(selector));
    if (worn.length) faults.push(`not loaded: ${address}, needed for ${worn.slice(0, 3).join(" and ")}`);
  }
  return faults;
}

globalThis.pageChecks = { missingSheets, smallTargets, badFocus, unmarkedChinese, smallText, tooWide };
