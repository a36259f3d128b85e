// An axis of times on a log scale: a dot for what was measured, a bar for its spread, a tick for the formula.

const here = new URL(import.meta.url).search;
const { brief, draw_text } = await import("./symbols.js" + here);
const { clamp, fit, make } = await import("./layout.js" + here);
const { tick_number } = await import("./walk.js" + here);

const [SCALE_ROW, SCALE_HEAD, SCALE_FOOT] = [30, 10, 42];

export function build_scale(place, reel) {
  place.replaceChildren();
  if (!reel.scale) return null;
  const canvas = make("canvas", "film-times-plot");
  canvas.setAttribute("role", "img");
  const key = make("div", "film-caption",
    make("b", "film-key-dot", "●"), " measured, bar: its spread   ", make("b", "film-key-tick", "│"), " formula");
  place.append(make("div", "film-times-head", make("span", "film-side-title", reel.scale.label), key), canvas);
  return canvas;
}

export function draw_scale(canvas, reel, cursor, theme, narrow) {
  const { scale } = reel;
  if (!canvas || !scale || !canvas.parentNode.clientWidth) return;
  const wide = canvas.parentNode.clientWidth;
  const row = narrow ? SCALE_ROW + 14 : SCALE_ROW;
  const high = SCALE_HEAD + row * scale.marks.length + SCALE_FOOT;
  const ctx = fit(canvas, wide, high);
  ctx.clearRect(0, 0, wide, high);
  const left = narrow ? 14 : 268;
  const right = wide - 72;
  const [a, b] = [Math.log10(scale.low), Math.log10(scale.high)];
  const x_of = (v) => left + clamp((Math.log10(Math.max(v, 1e-9)) - a) / (b - a), 0, 1) * (right - left);
  const foot = high - SCALE_FOOT;
  const text = (what, x, y, more) => draw_text(ctx, what, x, y, { size: 12, font: theme.font, ...more });
  scale_ground(ctx, scale, x_of, foot, { narrow, right, theme, text });
  const now = tick_number(reel.axis, cursor);
  if (now > 0) {
    ctx.strokeStyle = theme.marker;
    ctx.lineWidth = 1.5;
    scale_line(ctx, x_of(now), SCALE_HEAD - 6, foot);
    ctx.fillStyle = theme.marker;
    text(`t = ${now}`, x_of(now), foot + 30, { align: 0.5, bold: true });
  }
  scale.marks.forEach((mark, i) => draw_mark(ctx, mark, scale, x_of, SCALE_HEAD + row * (i + 0.5), { narrow, wide, right, theme, text }));
  canvas.setAttribute("aria-label", `${scale.label}: ${scale.marks.map((mark) => mark_said(mark, scale)).join("; ")}.`);
}

function mark_said(mark, scale) {
  const measured = mark.measured === null ? `more than ${scale.reach}` : brief(mark.measured);
  return `${mark.name}: measured ${measured}, formula ${mark.formula === null ? "never" : brief(mark.formula)}`;
}

function scale_ground(ctx, scale, x_of, foot, { narrow, right, theme, text }) {
  ctx.lineWidth = 1;
  for (let power = Math.floor(Math.log10(scale.low)); power <= Math.log10(scale.high) + 1e-9; power++) {
    for (const k of [1, 2, 3, 4, 5, 6, 7, 8, 9]) {
      const value = k * 10 ** power;
      if (value < scale.low * 0.999 || value > scale.high * 1.001) continue;
      ctx.strokeStyle = k === 1 ? theme.edge : theme.grid;
      scale_line(ctx, x_of(value), SCALE_HEAD - 4, foot);
      ctx.fillStyle = theme.quiet;
      if (k === 1 || (!narrow && (k === 2 || k === 5))) text(brief(value), x_of(value), foot + 11, { size: 11, align: 0.5 });
    }
  }
  // What was not followed so long could not be measured.
  const from = x_of(scale.reach);
  ctx.fillStyle = theme.empty;
  ctx.globalAlpha = 0.7;
  ctx.fillRect(from, SCALE_HEAD - 4, right - from, foot - SCALE_HEAD + 4);
  ctx.globalAlpha = 1;
}

function draw_mark(ctx, mark, scale, x_of, y, { narrow, wide, right, theme, text }) {
  const ink = mark.ink[theme.name === "dark" ? 1 : 0];
  ctx.fillStyle = theme.text;
  if (narrow) text(mark.name, 14, y - 14, { size: 12 });
  else text(mark.name, 0, y, { size: 13 });
  ctx.fillStyle = ctx.strokeStyle = ink;
  ctx.globalAlpha = 0.32;
  const [from, to] = [x_of(mark.low ?? scale.reach), mark.high === null ? right : x_of(mark.high)];
  if (mark.low !== null) ctx.fillRect(from, y - 5, Math.max(to - from, 2), 10);
  ctx.globalAlpha = 1;
  const place = x_of(mark.measured ?? scale.reach);
  if (mark.measured === null) scale_arrow(ctx, place + 8, y);
  else {
    ctx.beginPath();
    ctx.arc(place, y, 6, 0, 7);
    ctx.fill();
  }
  ctx.strokeStyle = theme.text;
  ctx.lineWidth = 2;
  if (mark.formula !== null && mark.formula <= scale.high * 1.001) scale_line(ctx, x_of(mark.formula), y - 10, y + 10);
  else {
    ctx.fillStyle = theme.text;
    scale_arrow(ctx, right + 2, y, true);
  }
  ctx.fillStyle = theme.quiet;
  const value = mark.measured === null ? `> ${scale.reach}` : brief(mark.measured);
  text(value, wide - 2, y, { align: 1, size: 12.5 });
}

function scale_line(ctx, x, top, foot) {
  ctx.beginPath();
  ctx.moveTo(Math.round(x) + 0.5, top);
  ctx.lineTo(Math.round(x) + 0.5, foot);
  ctx.stroke();
}

function scale_arrow(ctx, x, y, hollow = false) {
  ctx.beginPath();
  ctx.moveTo(x, y - 6);
  ctx.lineTo(x + 10, y);
  ctx.lineTo(x, y + 6);
  ctx.closePath();
  if (hollow) ctx.stroke();
  else ctx.fill();
}
