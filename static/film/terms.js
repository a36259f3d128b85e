// What a symbol means: shown on hover, keyboard focus and tap, and listed in the text equivalent.

const here = new URL(import.meta.url).search;
const { make } = await import("./layout.js" + here);
const { spell } = await import("./symbols.js" + here);

const EDGE = 8; // px between a tooltip and the edge of the window
let numbered = 0;

/** A symbol as an element; with a definition it can be pointed at, focused and tapped. */
export function term(symbol, definition, name = "film-symbol") {
  const node = spell(make("span", name), symbol);
  if (!definition) return node;
  node.classList.add("film-term");
  node.tabIndex = 0;
  node.setAttribute("role", "button");
  node.setAttribute("aria-label", `${symbol}: ${definition}`);
  node.addEventListener("mouseenter", () => show(node, definition));
  node.addEventListener("mouseleave", () => node.getRootNode().activeElement === node || hide(node));
  node.addEventListener("focus", () => show(node, definition));
  node.addEventListener("blur", () => hide(node));
  node.addEventListener("click", (event) => {
    event.preventDefault(); // inside of a label a click would go on to its slider
    event.stopPropagation();
    node.focus({ preventScroll: true });
    show(node, definition);
  });
  node.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    event.stopPropagation();
    hide(node);
  });
  return node;
}

/** The list for those who cannot see the picture. */
export function list_terms(terms) {
  const rows = Object.entries(terms ?? {}).flatMap(([symbol, said]) => [make("dt", "", symbol), make("dd", "", said)]);
  return rows.length ? make("dl", "film-terms", ...rows) : "";
}

function show(node, definition) {
  const root = node.closest(".film");
  let tip = root.querySelector(".film-tip");
  if (!tip) {
    tip = make("div", "film-tip");
    tip.id = `film-tip-${(numbered += 1)}`;
    tip.setAttribute("role", "tooltip");
    root.append(tip);
  }
  spell(tip, definition);
  tip.hidden = false;
  node.setAttribute("aria-describedby", tip.id);
  const [box, own] = [node.getBoundingClientRect(), tip.getBoundingClientRect()];
  const below = box.bottom + 6 + own.height < window.innerHeight;
  const left = Math.max(EDGE, Math.min(box.left, window.innerWidth - own.width - EDGE));
  Object.assign(tip.style, { left: `${left}px`, top: `${below ? box.bottom + 6 : box.top - own.height - 6}px` });
}

function hide(node) {
  const tip = node.closest(".film")?.querySelector(".film-tip");
  if (tip) tip.hidden = true;
  node.removeAttribute("aria-describedby");
}
