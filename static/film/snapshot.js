// The film as it stands, as a file: PNG by pixels, SVG by shapes and letters.

const here = new URL(import.meta.url).search;
const { Scribe, escaped } = await import("./scribe.js" + here);

const SHEET_MARGIN = 16;
const LEFT_OUT = ".film-controls, .film-sliders, .film-toggle, .film-said, .film-tip, .film-live, .film-hint, button, select, input";

/** Save what the visitor sees; kind is "png" or "svg". */
export async function save(view, kind) {
  const sheet = lay_out(view);
  const blob = kind === "svg" ? as_shapes(view, sheet) : await as_pixels(sheet);
  const link = Object.assign(document.createElement("a"), { href: URL.createObjectURL(blob), download: `${file_name(view.reel)}.${kind}` });
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10000);
}

const file_name = ({ title }) => `unrolled ${title || "film"}`.replace(/[^\p{L}\p{N}]+/gu, "-").replace(/-+$/, "").toLowerCase().slice(0, 80);

/** Every box, letter and canvas of the film with its place on the sheet. */
function lay_out(view) {
  const base = view.root.getBoundingClientRect();
  const style = getComputedStyle(view.root);
  const sheet = { items: [], back: view.theme.back, wide: base.width + 2 * SHEET_MARGIN, high: 0 };
  const top = view.reel.title ? 30 : 0;
  const place = (box) => ({ x: box.left - base.left + SHEET_MARGIN, y: box.top - base.top + SHEET_MARGIN + top, w: box.width, h: box.height });
  const walk = (node) => {
    if (node.nodeType === Node.TEXT_NODE) return put_lines(node, place, sheet.items);
    if (node.nodeType !== Node.ELEMENT_NODE || node.matches(LEFT_OUT)) return undefined;
    const [look, spot] = [getComputedStyle(node), place(node.getBoundingClientRect())];
    if (look.display === "none" || look.visibility === "hidden") return undefined;
    if (node.tagName === "CANVAS") return spot.w && spot.h && sheet.items.push({ canvas: node, ...spot });
    if (spot.w && spot.h) put_box(look, spot, sheet.items);
    node.childNodes.forEach(walk);
    return undefined;
  };
  view.root.childNodes.forEach(walk);
  // What is left out at the top, such as the sliders, leaves no gap.
  const rise = Math.min(...sheet.items.map((item) => item.top ?? item.y)) - SHEET_MARGIN - top;
  for (const item of sheet.items) item.y -= rise;
  sheet.high = Math.max(...sheet.items.map((item) => item.y + (item.h ?? 6))) + SHEET_MARGIN;
  if (top) sheet.items.push({ text: view.reel.title, x: SHEET_MARGIN, y: SHEET_MARGIN + 15, font: `600 17px ${style.fontFamily}`, ink: style.color });
  return sheet;
}

function put_box(look, spot, items) {
  const stops = look.backgroundImage.startsWith("linear-gradient") && look.backgroundImage.match(/rgba?\([^)]*\)|#[0-9a-f]+/gi);
  if (stops?.length > 1) items.push({ ...spot, stops, up: /to top|0deg/.test(look.backgroundImage), across: /to right|90deg/.test(look.backgroundImage) });
  else if (!/^(transparent|rgba\(.*, 0\))$/.test(look.backgroundColor)) items.push({ ...spot, ink: look.backgroundColor });
  const border = parseFloat(look.borderTopWidth);
  if (border) {
    if (look.borderBottomStyle !== "none" && parseFloat(look.borderBottomWidth)) items.push({ ...spot, edge: look.borderTopColor, thick: border });
    else items.push({ x: spot.x, y: spot.y, w: spot.w, h: border, line: look.borderTopStyle, ink: look.borderTopColor });
  }
}

/** The lines of a text node, each where the browser has broken it. */
function put_lines(node, place, items) {
  if (!node.data.trim()) return;
  const look = getComputedStyle(node.parentElement);
  const ruler = document.createElement("canvas").getContext("2d");
  const font = `${look.fontStyle} ${look.fontWeight} ${look.fontSize} ${look.fontFamily}`;
  ruler.font = font;
  const { fontBoundingBoxAscent: above, fontBoundingBoxDescent: below } = ruler.measureText("x");
  let line = null;
  for (const word of node.data.matchAll(/\S+\s*/g)) {
    const range = document.createRange();
    range.setStart(node, word.index);
    range.setEnd(node, word.index + word[0].trimEnd().length);
    const spot = place(range.getBoundingClientRect());
    if (!spot.w) continue;
    if (line && Math.abs(line.top - spot.y) < 2) [line.text, line.long] = [line.text + word[0], spot.x + spot.w - line.x];
    else items.push((line = { text: word[0], long: spot.w, x: spot.x, top: spot.y, y: spot.y + (spot.h - above - below) / 2 + above, font, ink: look.color }));
  }
}

/** From where to where a gradient runs, in parts of its box. */
const way = ({ across, up }) => (across ? [0, 0, 1, 0] : up ? [0, 1, 0, 0] : [0, 0, 0, 1]);

function as_pixels({ items, back, wide, high }) {
  const ratio = Math.max(2, window.devicePixelRatio || 1);
  const canvas = Object.assign(document.createElement("canvas"), { width: Math.round(wide * ratio), height: Math.round(high * ratio) });
  const ctx = canvas.getContext("2d");
  ctx.scale(ratio, ratio);
  ctx.fillStyle = back;
  ctx.fillRect(0, 0, wide, high);
  for (const item of items) {
    const { x, y, w, h } = item;
    ctx.fillStyle = item.ink ?? "#000";
    if (item.canvas) ctx.drawImage(item.canvas, x, y, w, h);
    else if (item.text) [ctx.font, ctx.textBaseline] = [item.font, "alphabetic"], ctx.fillText(item.text.trimEnd(), x, y);
    else if (item.edge) [ctx.strokeStyle, ctx.lineWidth] = [item.edge, item.thick], ctx.strokeRect(x, y, w, h);
    else {
      if (item.stops) {
        ctx.fillStyle = ctx.createLinearGradient(...way(item).map((at, k) => (k % 2 ? y + at * h : x + at * w)));
        item.stops.forEach((stop, k) => ctx.fillStyle.addColorStop(k / (item.stops.length - 1), stop));
      }
      ctx.fillRect(x, y, w, h);
    }
  }
  return new Promise((done, fail) => canvas.toBlob((blob) => (blob ? done(blob) : fail(new Error("the picture is too large"))), "image/png"));
}

function as_shapes(view, { items, back, wide, high }) {
  const drawn = items.filter((item) => item.canvas);
  for (const { canvas } of drawn) canvas.scribe = new Scribe(canvas);
  try {
    view.draw();
  } finally {
    for (const item of drawn) [item.shapes, item.canvas.scribe] = [item.canvas.scribe.shapes, undefined];
    view.draw();
  }
  let gradients = "";
  const parts = items.map((item, k) => {
    const { x, y, w, h } = item;
    const spot = `x="${x}" y="${y}" width="${w}" height="${h}"`;
    if (item.canvas) return `<svg ${spot} viewBox="0 0 ${w} ${h}">${item.shapes.join("")}</svg>`;
    if (item.text) return `<text x="${x}" y="${y}"${item.long ? ` textLength="${item.long}" lengthAdjust="spacingAndGlyphs"` : ""} style="font:${escaped(item.font)}" fill="${escaped(item.ink)}">${escaped(item.text.trimEnd())}</text>`;
    if (item.edge) return `<rect ${spot} fill="none" stroke="${escaped(item.edge)}" stroke-width="${item.thick}"/>`;
    if (!item.stops) return `<rect ${spot} fill="${escaped(item.ink)}"/>`;
    const stops = item.stops.map((stop, n) => `<stop offset="${n / (item.stops.length - 1)}" stop-color="${escaped(stop)}"/>`);
    const [x1, y1, x2, y2] = way(item);
    gradients += `<linearGradient id="g${k}" x1="${x1}" y1="${y1}" x2="${x2}" y2="${y2}">${stops.join("")}</linearGradient>`;
    return `<rect ${spot} fill="url(#g${k})"/>`;
  });
  const head = `<svg xmlns="http://www.w3.org/2000/svg" width="${wide}" height="${high}" viewBox="0 0 ${wide} ${high}">`;
  const sheet = `${head}<defs>${gradients}</defs><rect width="100%" height="100%" fill="${escaped(back)}"/>${parts.join("\n")}</svg>\n`;
  return new Blob([sheet], { type: "image/svg+xml" });
}
