// Curves over the shared axis: linear, or log10 with rails for what lies beyond the scale.

const here = new URL(import.meta.url).search;
const { draw_text, power, tick_text } = await import("./symbols.js" + here);
const { ink } = await import("./colours.js" + here);

const DASHES = { solid: [], dash: [7, 4], dot: [2, 3] };
const FLOOR = -300;
const PLACES = [0.72, 0.5, 0.28, 0.14, 0.86]; // for the name of a rail, the best one first

/** The vertical scale of a panel: place(value) in pixels, labelled ticks, rails in use. */
export function scale_of(panel, high) {
  return panel.log ? log_scale(panel, high) : linear_scale(panel, high);
}

function* all_values(panel) {
  for (const line of panel.lines) {
    yield* line.values;
    for (const edge of line.edges ?? []) yield* edge;
  }
}

function linear_scale(panel, high) {
  let [low, top] = [Infinity, -Infinity];
  for (const v of all_values(panel)) if (Number.isFinite(v)) [low, top] = [Math.min(low, v), Math.max(top, v)];
  if (low > top) [low, top] = [0, 1];
  low = panel.low ?? low;
  top = panel.high ?? top;
  if (top - low < 1e-12 * Math.max(1, Math.abs(top))) [low, top] = [low - 0.5, top + 0.5];
  const pad = panel.lines.length > 1 ? 16 : 8;
  const place = (v) => {
    if (Number.isNaN(v)) return null;
    const share = Math.min(1, Math.max(0, (v - low) / (top - low)));
    return high - pad - share * (high - 2 * pad);
  };
  const rough = (top - low) / 4;
  const unit = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((k) => k * unit).find((k) => k >= rough);
  const ticks = [];
  for (let k = Math.ceil(low / step - 1e-9); k * step <= top + 1e-9 * step; k++) {
    ticks.push({ y: place(k * step), text: tick_text(k * step, step) });
  }
  const value = (y) => low + Math.min(1, Math.max(0, (high - pad - y) / (high - 2 * pad))) * (top - low);
  return { place, value, ticks, rails: [] };
}

function log_scale(panel, high) {
  let [low, top, under, beyond] = [Infinity, -Infinity, false, false];
  for (const v of all_values(panel)) {
    if (v === Infinity) beyond = true;
    else if (v < 1e-300) under = true;
    else if (Number.isFinite(v)) {
      const k = Math.log10(v);
      [low, top] = [Math.min(low, k), Math.max(top, k)];
    }
  }
  if (low > top) [low, top] = [-1, 0];
  low = panel.low > 0 ? Math.log10(panel.low) : low;
  top = panel.high > 0 ? Math.log10(panel.high) : top;
  [low, top] = [Math.floor(low + 1e-9), Math.ceil(top - 1e-9)];
  if (top <= low) top = low + 1;
  const foot = high - (under ? 20 : 7);
  // Names of lines stand above their ends.
  const head = beyond || panel.lines.length > 1 ? 20 : 7;
  const place = (v) => {
    if (Number.isNaN(v)) return null;
    if (v === Infinity) return 8;
    if (v < 1e-300) return high - 8;
    return foot - Math.min(1, Math.max(0, (Math.log10(v) - low) / (top - low))) * (foot - head);
  };
  const room = Math.max(1, Math.floor((foot - head) / 17));
  const step = [1, 2, 3, 4, 5, 10, 20, 50, 100, 200].find((k) => (top - low) / k <= room) ?? 300;
  const ticks = [];
  for (let k = Math.ceil(low / step) * step; k <= top; k += step) {
    ticks.push({ y: foot - ((k - low) / (top - low)) * (foot - head), text: power(k) });
  }
  const rails = [];
  if (under) rails.push({ y: high - 8, text: `below ${power(FLOOR)}` });
  if (beyond) rails.push({ y: 8, text: "beyond float64" });
  return { place, ticks, rails };
}

/** Draw bands, lines, rails and names; the labels of the ticks stand beside the plot or above it. */
export function draw_curves(ctx, panel, axis, wide, high, theme) {
  const { place, ticks, rails } = scale_of(panel, high);
  const cell = wide / axis.count;
  const x_of = (i) => ((axis.reverse ? axis.count - 1 - i : i) + 0.5) * cell;
  ctx.clearRect(0, 0, wide, high);
  ctx.lineWidth = 1;
  ctx.strokeStyle = theme.grid;
  for (const { y } of ticks) stroke_row(ctx, y, wide);
  ctx.strokeStyle = theme.edge;
  for (const { y } of rails) stroke_row(ctx, y, wide, [3, 3]);
  panel.lines.forEach((line, i) => {
    if (line.edges) draw_band(ctx, line, x_of, place, ink(line, i, theme));
  });
  panel.lines.forEach((line, i) => draw_line(ctx, line, x_of, place, ink(line, i, theme), cell / 2));
  for (const { y, text } of rails) {
    ctx.font = `10.5px ${theme.font}`;
    const half = ctx.measureText(text).width / 2 + 4;
    const x = clear_of(panel, x_of, place, y, half, wide);
    ctx.fillStyle = theme.back;
    ctx.fillRect(x - half, y - 7, 2 * half, 14);
    ctx.fillStyle = theme.quiet;
    draw_text(ctx, text, x, y, { size: 10.5, align: 0.5, font: theme.font });
  }
  if (panel.lines.length > 1) draw_names(ctx, panel, axis, x_of, place, wide, high, theme);
}

/** Where on a rail its name stands clear of every line, or where it likes best if none is clear. */
export function clear_of(panel, x_of, place, y, half, wide) {
  const crossed = (x) =>
    panel.lines.some((line) => {
      const near = [...line.values].map((v, i) => [x_of(i + line.start), place(v)]);
      return near.some(([at, level], i) => {
        if (level === null) return false;
        const [other, beside] = near[i + 1]?.[1] == null ? [at, level] : near[i + 1];
        return Math.max(at, other) > x - half && Math.min(at, other) < x + half &&
          Math.max(level, beside) > y - 9 && Math.min(level, beside) < y + 9;
      });
    });
  const places = PLACES.map((share) => Math.min(Math.max(share * wide, half), wide - half));
  return places.find((x) => !crossed(x)) ?? places[0];
}

function stroke_row(ctx, y, wide, dash = []) {
  ctx.setLineDash(dash);
  ctx.beginPath();
  ctx.moveTo(0, Math.round(y) + 0.5);
  ctx.lineTo(wide, Math.round(y) + 0.5);
  ctx.stroke();
  ctx.setLineDash([]);
}

function draw_line(ctx, line, x_of, place, paint, half) {
  ctx.strokeStyle = ctx.fillStyle = paint;
  ctx.lineWidth = 2;
  ctx.lineJoin = ctx.lineCap = "round";
  ctx.setLineDash(DASHES[line.dash] ?? []);
  ctx.beginPath();
  let pen = false;
  line.values.forEach((v, i) => {
    const y = place(v);
    const x = x_of(i + line.start);
    if (y !== null) ctx[pen ? "lineTo" : "moveTo"](line.values.length > 1 ? x : x - half, y);
    // A single value is a level over its whole tick: a point alone can hardly be seen.
    if (y !== null && line.values.length === 1) ctx.lineTo(x + half, y);
    pen = y !== null;
  });
  ctx.stroke();
  ctx.setLineDash([]);
  if (line.values.length > 24) return;
  line.values.forEach((v, i) => {
    const y = place(v);
    if (y === null) return;
    ctx.beginPath();
    ctx.arc(x_of(i + line.start), y, 3, 0, 7);
    ctx.fill();
  });
}

function draw_band(ctx, line, x_of, place, paint) {
  const [low, high] = line.edges;
  ctx.save();
  ctx.globalAlpha = 0.18;
  ctx.fillStyle = paint;
  ctx.beginPath();
  high.forEach((v, i) => ctx.lineTo(x_of(i + line.start), place(v) ?? 0));
  for (let i = low.length - 1; i >= 0; i--) ctx.lineTo(x_of(i + line.start), place(low[i]) ?? 0);
  ctx.fill();
  ctx.restore();
}

/** The name of each line at its right end, moved apart where they would touch. */
function draw_names(ctx, panel, axis, x_of, place, wide, high, theme) {
  const names = panel.lines.map((line, i) => {
    const ends = [line.start, line.start + line.values.length - 1];
    const end = x_of(ends[0]) > x_of(ends[1]) ? ends[0] : ends[1];
    const y = place(line.values[end - line.start]) ?? high / 2;
    const right = x_of(end) + (line.values.length === 1 ? wide / axis.count / 2 : 0);
    return { text: line.name, x: Math.min(right - 4, wide - 4), y: y - 10, paint: ink(line, i, theme) };
  });
  names.sort((a, b) => a.y - b.y);
  names.forEach((name, i) => {
    const above = i ? names[i - 1].y + 13 : 8;
    name.y = Math.max(name.y, above, 8);
  });
  for (let i = names.length - 1, floor = high - 7; i >= 0; i--, floor -= 13) {
    names[i].y = Math.min(names[i].y, floor);
    ctx.fillStyle = names[i].paint;
    draw_text(ctx, names[i].text, names[i].x, names[i].y,
      { size: 11.5, align: 1, bold: true, font: theme.font, halo: theme.back });
  }
}
