// Numbers and math symbols as text: plain, in the page, and on a canvas.

const RAISED = { "-": "⁻", 0: "⁰", 1: "¹", 2: "²", 3: "³", 4: "⁴", 5: "⁵", 6: "⁶", 7: "⁷", 8: "⁸", 9: "⁹" };

export const power = (exponent) => "10" + String(exponent).replace(/./g, (c) => RAISED[c] ?? c);

/** A value with at least four significant digits, or words where there is no number. */
export function exact(value) {
  if (value === undefined || value === null) return "–";
  if (Number.isNaN(value)) return "NaN";
  if (!Number.isFinite(value)) return (value < 0 ? "−" : "") + "left the range of float64";
  return figure(value, 4);
}

/** A short value with two significant digits, for axes and norms. */
export function brief(value) {
  if (Number.isNaN(value)) return "NaN";
  if (!Number.isFinite(value)) return value < 0 ? "−∞" : "∞";
  return figure(value, 2);
}

/** A value for a cell of a picture: two decimals where they show two digits of it, never 0 for what is not. */
export function cell_text(value) {
  const size = Math.abs(value);
  if (!(size < 1000) || size < 0.0995) return brief(value);
  return (value < 0 ? "−" : "") + size.toFixed(size < 9.995 ? 2 : size < 99.95 ? 1 : 0);
}

/** A value with so many decimals, or with two digits where these would show fewer of it. */
export function decimals(value, places) {
  const text = Math.abs(value).toFixed(places);
  // One digit is enough where it is the whole value, as on a slider that moves in such steps.
  if (Number(text) !== Math.abs(value) && Math.abs(value) < 10 ** (1 - places)) return brief(value);
  if (Math.abs(value) >= 1e5) return brief(value);
  return (value < 0 ? "−" : "") + text;
}

/** A round number on an axis, with as many digits as tell it from its neighbours a step away. */
export function tick_text(value, step) {
  const size = Math.abs(value);
  if (size < step * 1e-6) return "0";
  if (size >= 1e5 || size < 1e-3) {
    const digits = Math.floor(Math.log10(size) + 1e-9) - Math.floor(Math.log10(step) + 1e-9) + 1;
    return figure(value, Math.min(Math.max(digits, 1), 12));
  }
  const places = Math.max(0, -Math.floor(Math.log10(step) + 1e-9));
  return (value < 0 ? "−" : "") + size.toFixed(Math.min(places, 20));
}

function figure(value, digits) {
  // Rounded first: 0.9996 has its first digit before the point.
  const size = Number(Math.abs(value).toPrecision(digits));
  if (size === 0) return "0";
  if (size >= 1e5 || size < 1e-3) {
    // Of the value itself: the largest numbers, rounded up, are no numbers any more.
    const [head, tail] = Math.abs(value).toExponential(digits - 1).split("e");
    return (value < 0 ? "−" : "") + head + "·" + power(Number(tail));
  }
  const places = Math.max(0, digits - 1 - Math.floor(Math.log10(size)));
  return (value < 0 ? "−" : "") + size.toFixed(places);
}

/** Text in pieces: "h_t" and "W_{xh}" give a lowered piece, "10^k" a raised one. */
export function pieces(text) {
  const found = [];
  const pattern = /([_^])(\{[^}]*\}|.)|([^_^]+)/gu;
  for (const [, sign, script, plain] of text.replaceAll("$", "").matchAll(pattern)) {
    const level = sign === "_" ? -1 : sign === "^" ? 1 : 0;
    found.push({ text: sign ? script.replace(/^\{|\}$/g, "") : plain, level });
  }
  return found;
}

/** "W_xh" means a W with both letters lowered; a lone letter after _ stays as it is. */
export const weight = (name) => name.replace(/_([a-z]{2,})/gu, "_{$1}");

export function spell(node, text) {
  node.replaceChildren();
  for (const { text: part, level } of pieces(weight(text))) {
    const child = level ? document.createElement(level < 0 ? "sub" : "sup") : document.createTextNode("");
    child.textContent = part;
    node.append(child);
  }
  return node;
}

/** Draw text with lowered and raised pieces; returns its width. align: 0 left, 0.5 centre, 1 right. */
export function draw_text(ctx, text, x, y, { size = 12, align = 0, bold = false, font, halo = null }) {
  const parts = pieces(weight(text)).map((part) => {
    ctx.font = `${bold ? "600 " : ""}${part.level ? size * 0.75 : size}px ${font}`;
    return { ...part, font: ctx.font, wide: ctx.measureText(part.text).width };
  });
  const total = parts.reduce((sum, part) => sum + part.wide, 0);
  let at = x - total * align;
  ctx.textAlign = "left";
  ctx.textBaseline = "middle";
  for (const part of parts) {
    ctx.font = part.font;
    const drop = y - part.level * size * 0.32;
    if (halo) {
      ctx.strokeStyle = halo;
      ctx.lineWidth = 3;
      ctx.lineJoin = "round";
      ctx.strokeText(part.text, at, drop);
    }
    ctx.fillText(part.text, at, drop);
    at += part.wide;
  }
  return total;
}
