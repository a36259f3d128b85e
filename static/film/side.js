// The right column: bars of one signal at the cursor, and a path in the plane.

const here = new URL(import.meta.url).search;
const { brief, draw_text, spell } = await import("./symbols.js" + here);
const { colour, css } = await import("./colours.js" + here);
const { clamp, fit, make } = await import("./layout.js" + here);
const { value_at } = await import("./reel.js" + here);
const { is_back, twin_of } = await import("./walk.js" + here);

export function build_side(container, reel) {
  return reel.side.map((side) => {
    const panel = side.kind === "bars" ? reel.find[side.of] : null;
    const title = spell(make("div", "film-side-title"), panel ? `${panel.label} ${panel.symbol}` : side.label);
    const canvas = make("canvas", "film-side-plot");
    canvas.setAttribute("role", "img");
    canvas.setAttribute("aria-label", panel ? `${panel.label} at the cursor, as bars` : side.label);
    container.append(make("div", "film-side-panel", title, canvas));
    return { canvas, index: reel.side.indexOf(side) };
  });
}

export function draw_side(cards, reel, cursor, row, theme) {
  for (const card of cards) {
    const side = reel.side[card.index];
    const wide = card.canvas.clientWidth;
    if (!wide) continue;
    const high = side.kind === "bars" ? 150 : Math.round(clamp(wide * 0.85, 180, 300));
    const ctx = fit(card.canvas, wide, high);
    ctx.clearRect(0, 0, wide, high);
    card.hits = side.kind === "bars"
      ? draw_bars(ctx, reel.find[side.of], reel.axis, cursor, row, wide, high, theme, side.grounded)
      : draw_plane(ctx, side, cursor, wide, high, theme);
  }
}

function draw_bars(ctx, panel, axis, cursor, lit, wide, high, theme, grounded) {
  const log = panel.scale === "log";
  const least = grounded ? 0 : Math.min(0, panel.low);
  const [low, top] = log ? [Math.log10(panel.low), Math.log10(panel.high)] : [least, panel.high];
  const [left, foot, head] = [34, high - 20, 8];
  const place = (v) => foot - clamp((v - low) / (top - low), 0, 1) * (foot - head);
  const level = (v) => (log ? Math.log10(Math.max(Math.abs(v), 1e-300)) : v);
  const zero = log ? foot : place(0);
  const each = (wide - left) / panel.m;
  ctx.strokeStyle = theme.grid;
  ctx.lineWidth = 1;
  for (const y of [head, zero, foot]) line(ctx, left, Math.round(y) + 0.5, wide, Math.round(y) + 0.5);
  ctx.fillStyle = theme.quiet;
  const mark = (y, v) => draw_text(ctx, brief(v), left - 5, y, { size: 10.5, align: 1, font: theme.font });
  mark(head + 2, panel.high);
  mark(foot - 2, log ? panel.low : low);
  if (zero > head + 14 && zero < foot - 14) mark(zero, 0);
  // Where names are too long to stand side by side, numbers do.
  const names = panel.rows?.every((name) => String(name).length < 6) ? panel.rows : null;
  for (let row = 0; row < panel.m; row++) {
    const value = value_at(panel, cursor, row)
      ?? (is_back(axis, cursor) ? value_at(panel, twin_of(axis, cursor), row) : undefined);
    const x = left + row * each;
    if (value !== undefined && !Number.isNaN(value)) {
      const y = place(level(value));
      ctx.fillStyle = css(colour(panel, value, theme));
      ctx.strokeStyle = row === lit ? theme.marker : theme.edge;
      ctx.lineWidth = row === lit ? 2 : 0.6;
      const box = [x + each * 0.1, Math.min(y, zero), Math.max(1, each * 0.8), Math.max(1, Math.abs(zero - y))];
      ctx.fillRect(...box);
      ctx.strokeRect(...box);
    }
    const often = Math.ceil(18 / each);
    if (row === lit || (row % often === 0 && (lit < 0 || Math.abs(row - lit) * each > 16))) {
      ctx.fillStyle = row === lit ? theme.marker : theme.quiet;
      draw_text(ctx, String(names?.[row] ?? row + 1), x + each / 2, high - 9,
        { size: 10.5, align: 0.5, bold: row === lit, font: theme.font });
    }
  }
  return { panel, left, each };
}

function line(ctx, x0, y0, x1, y1) {
  ctx.beginPath();
  ctx.moveTo(x0, y0);
  ctx.lineTo(x1, y1);
  ctx.stroke();
}

function draw_plane(ctx, side, cursor, wide, high, theme) {
  const n = side.xy.length / 2;
  let [x0, x1, y0, y1] = [Infinity, -Infinity, Infinity, -Infinity];
  for (const xy of [side.xy, side.ghost]) for (let i = 0; i < xy.length / 2; i++) {
    const [x, y] = [xy[2 * i], xy[2 * i + 1]];
    if (!Number.isFinite(x + y)) continue;
    [x0, x1, y0, y1] = [Math.min(x0, x), Math.max(x1, x), Math.min(y0, y), Math.max(y1, y)];
  }
  for (let i = 0; i < side.arrows.length; i += 4) {
    const [x, y] = [side.arrows[i], side.arrows[i + 1]];
    [x0, x1, y0, y1] = [Math.min(x0, x), Math.max(x1, x), Math.min(y0, y), Math.max(y1, y)];
  }
  if (x0 > x1) return null;
  const [left, foot] = [22, high - 20];
  // One scale for both axes: distances in a phase portrait mean something.
  const scale = Math.min((wide - left - 16) / (x1 - x0 || 1), (foot - 16) / (y1 - y0 || 1));
  const place_x = (x) => (left + wide) / 2 + (x - (x0 + x1) / 2) * scale;
  const place_y = (y) => foot / 2 - (y - (y0 + y1) / 2) * scale;
  const px = (i) => place_x(side.xy[2 * i]);
  const py = (i) => place_y(side.xy[2 * i + 1]);
  ctx.strokeStyle = theme.grid;
  ctx.lineWidth = 1;
  ctx.strokeRect(left + 0.5, 0.5, wide - left - 1, foot - 1);
  const trace = (from, to, paint, thick) => {
    ctx.strokeStyle = paint;
    ctx.lineWidth = thick;
    ctx.lineJoin = "round";
    ctx.beginPath();
    for (let i = from; i <= to; i++) if (Number.isFinite(px(i) + py(i))) ctx.lineTo(px(i), py(i));
    ctx.stroke();
  };
  draw_arrows(ctx, side.arrows, place_x, place_y, theme);
  const now = clamp(cursor - side.start, 0, n - 1);
  ctx.setLineDash([4, 4]);
  ctx.strokeStyle = theme.quiet;
  ctx.beginPath();
  for (let i = 0; i < side.ghost.length / 2; i++) ctx.lineTo(place_x(side.ghost[2 * i]), place_y(side.ghost[2 * i + 1]));
  ctx.stroke();
  ctx.setLineDash([]);
  trace(0, n - 1, theme.path, 1.6);
  trace(0, now, theme.cool, 2);
  dot(ctx, px(0), py(0), 3.5, theme.back, theme.cool);
  if (cursor >= side.start && Number.isFinite(px(now) + py(now))) {
    dot(ctx, px(now), py(now), 5.5, theme.marker, theme.back);
  }
  for (let i = 0; i < side.rests.length; i += 3) {
    const [x, y] = [place_x(side.rests[i]), place_y(side.rests[i + 1])];
    dot(ctx, x, y, 4.5, side.rests[i + 2] > 0.5 ? theme.text : theme.back, theme.text);
  }
  ctx.fillStyle = theme.quiet;
  draw_text(ctx, side.x_label, (left + wide) / 2, high - 9, { size: 11, align: 0.5, font: theme.font });
  ctx.save();
  ctx.translate(10, foot / 2);
  ctx.rotate(-Math.PI / 2);
  draw_text(ctx, side.y_label, 0, 0, { size: 11, align: 0.5, font: theme.font });
  ctx.restore();
  return null;
}

/** Where each place goes in one step. */
function draw_arrows(ctx, arrows, x_of, y_of, theme) {
  ctx.strokeStyle = ctx.fillStyle = theme.quiet;
  ctx.lineWidth = 1;
  ctx.globalAlpha = 0.7;
  for (let i = 0; i < arrows.length; i += 4) {
    const [x, y] = [x_of(arrows[i]), y_of(arrows[i + 1])];
    const [u, v] = [x_of(arrows[i] + arrows[i + 2]), y_of(arrows[i + 1] + arrows[i + 3])];
    if (!Number.isFinite(u + v) || Math.hypot(u - x, v - y) < 0.5) continue;
    line(ctx, x, y, u, v);
    const angle = Math.atan2(v - y, u - x);
    ctx.beginPath();
    ctx.moveTo(u, v);
    for (const turn of [2.6, -2.6]) ctx.lineTo(u + 4 * Math.cos(angle + turn), v + 4 * Math.sin(angle + turn));
    ctx.fill();
  }
  ctx.globalAlpha = 1;
}

function dot(ctx, x, y, radius, fill, edge) {
  ctx.beginPath();
  ctx.arc(x, y, radius, 0, 7);
  ctx.fillStyle = fill;
  ctx.strokeStyle = edge;
  ctx.lineWidth = 1.5;
  ctx.fill();
  ctx.stroke();
}
