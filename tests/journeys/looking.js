// Looks at a page from inside; stands in every page of a journey, behind axe-core as `loadAxe`.
//
// Most of axe-core's time goes to the contrast of texts, and most texts look like others that were readable before: the
// head, the menu, the foot. These are passed over; whatever else axe-core looks for, it looks for on the whole page.
const CONTRAST = "color-contrast";
const TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
const LETTERS = ["color", "fontSize", "fontWeight", "textShadow", "webkitTextFillColor", "webkitTextStroke"];
const GROUND = [
  "backgroundColor", "backgroundImage", "backgroundClip", "opacity", "filter", "mixBlendMode", "position", "zIndex",
];
const BY_SIZE = ["target-size", "scrollable-region-focusable", "link-in-text-block"];
const NAMED = "a, button, label, legend, summary, th, td, h1, h2, h3, h4, h5, h6, [role]";
const texts = new Map();
let visible = new Set();
let changed = true;

const facts = (style, names) => names.map((name) => style[name]).join("|");
const isThere = (element) => element.checkVisibility({ visibilityProperty: true });
const shows = (box) => box.width > 1 && box.height > 1 && box.right > 0 && box.bottom > 0;
const meets = (one, other) =>
  one.left < other.right && other.left < one.right && one.top < other.bottom && other.top < one.bottom;
const holds = (one, other) =>
  one.left <= other.left && one.right >= other.right && one.top <= other.top && one.bottom >= other.bottom;
const says = (element) =>
  element.matches("input, select, textarea") ||
  [...element.childNodes].some((node) => node.nodeType === Node.TEXT_NODE && node.data.trim());

// The looks of all texts: their letters, and what is painted where they stand, from the back to the front.
function findTexts() {
  texts.clear();
  const seen = [...document.querySelectorAll("html, body, body *")]
    .filter(isThere)
    .map((element) => ({ element, box: element.getBoundingClientRect(), style: getComputedStyle(element) }))
    .filter(({ box }) => shows(box));
  const nothing = facts(getComputedStyle(document.head), GROUND);
  const grounds = seen.map((one) => ({ ...one, facts: facts(one.style, GROUND) })).filter((one) => one.facts !== nothing);
  for (const { element, box, style } of seen.filter(({ element }) => says(element))) {
    const below = grounds.filter((one) => meets(one.box, box));
    const told = below.map((one) => `${holds(one.box, box) ? "on" : "beside"} ${one.facts}`);
    const look = [facts(style, LETTERS), ...told].join("\n");
    texts.set(look, [...(texts.get(look) || []), element]);
  }
  return [...texts.keys()];
}

// Where elements came into sight or left it since the last look: what they stand in may have lost its name.
function placesOfChange() {
  const before = visible;
  visible = new Set([...document.querySelectorAll("*")].filter(isThere));
  const moved = [...visible, ...before].filter((one) => visible.has(one) !== before.has(one));
  const holders = moved.map((one) => one.parentElement || one);
  return [...new Set(holders.map((one) => one.closest(NAMED) || one))];
}

// What axe-core has against the page, contrast aside. Where only the window changed its size since the last look, what
// depends on that: a few rules, and the places of change.
async function judge() {
  const page = { resultTypes: ["violations"], preload: false };
  const all = { ...page, runOnly: { type: "tag", values: TAGS }, rules: { [CONTRAST]: { enabled: false } } };
  const include = placesOfChange();
  const found = await axe.run(document, changed ? all : { ...page, runOnly: BY_SIZE });
  const there = changed || !include.length ? { violations: [] } : await axe.run({ include }, all);
  changed = false;
  return [...found.violations, ...there.violations];
}

// What axe-core has against the page, which of the new looks of texts are readable, and what is wider than the window.
// WCAG 2.2 AA with the size of targets, which axe-core leaves out unless it is named, and its advice beyond that.
async function look(fresh) {
  if (!window.axe) loadAxe();
  const violations = await judge();
  const elements = fresh.flatMap((one) => texts.get(one));
  if (!elements.length) return { violations, readable: [], wide: tooWide() };
  const contrast = { runOnly: [CONTRAST], resultTypes: ["violations", "passes"], elementRef: true, preload: false };
  const found = await axe.run({ include: elements }, contrast);
  const passed = new Set(found.passes.flatMap(({ nodes }) => nodes.map(({ element }) => element)));
  for (const { nodes } of found.violations) nodes.forEach((node) => delete node.element);
  const readable = fresh.filter((one) => texts.get(one).every((element) => passed.has(element)));
  return { violations: [...violations, ...found.violations], readable, wide: tooWide() };
}

// What stands outside of the window: anything where the page can be scrolled sideways, else entries of a menu that can,
// which only the desks' long ones may.
function tooWide() {
  const { clientWidth, scrollWidth } = document.documentElement;
  return [...document.querySelectorAll(scrollWidth > clientWidth ? "body *" : "body:not(.desk) .nav2 a")]
    .filter((one) => one.getBoundingClientRect().right > clientWidth + 1)
    .map((one) => `${one.tagName} ${one.className} ${one.textContent.trim().slice(0, 40)}`).slice(0, 5);
}

document.addEventListener("securitypolicyviolation", (event) =>
  console.error(`Content Security Policy: ${event.violatedDirective} ${event.blockedURI} ${event.sourceFile}`));
const everything = { subtree: true, childList: true, attributes: true, characterData: true };
new MutationObserver(() => (changed = true)).observe(document, everything);
window.eyes = { findTexts, look };
