// The unrolled network: a window of steps around the cursor, or one cell with a loop.

const here = new URL(import.meta.url).search;
const { brief, draw_text } = await import("./symbols.js" + here);
const { clamp } = await import("./layout.js" + here);
const { draw_strip } = await import("./heat.js" + here);
const { line_at } = await import("./reel.js" + here);
const { is_back, step_at, tick_number, twin_of } = await import("./walk.js" + here);
const { arrow } = await import("./arrow.js" + here);
const { draw_loss } = await import("./loss.js" + here);

const [PAD, TOP, RISE, BRIDGE] = [6, 40, 36, 36];
const AHEAD = 0.28; // how pale a step is that has not been reached

/** All sizes of the picture, from the reel and the width at hand. */
export function measure(reel, wide) {
  const { graph, axis } = reel;
  const states = graph.states.map((key) => reel.find[key]);
  const input = graph.x ? reel.find[graph.x] : null;
  const output = graph.output ? reel.find[graph.output] : null;
  const rows = Math.max(...states.map((panel) => panel.m));
  const strip = rows <= 6 ? (wide < 600 ? 36 : 44) : 22;
  const node = states.length * (strip + 4) - 4 + 2 * PAD;
  const tall = clamp(rows * 17, 48, 92);
  const low = input ? clamp(input.m * 17, 18, 60) : 0;
  const shown = clamp(Math.floor(wide / (node + 62)), 3, 9);
  const words = axis.words ? 16 : 0;
  const under = input ? RISE + low + 20 + words : 8;
  const up = output ? clamp(output.m * 17, 18, 60) : 0;
  const top = TOP + (output ? up + RISE + 8 : 0) + (axis.turn == null ? 0 : BRIDGE);
  return { states, input, output, strip, node, tall, low, up, top, shown, spacing: wide / shown, wide,
    back: graph.back.map((key) => reel.find[key]), node_pad: PAD, high: top + tall + 2 * PAD + under };
}

/** Draw it; position is the (gliding) cursor, morph runs from 0 rolled to 1 unrolled. */
export function draw_graph(ctx, reel, size, { position, morph, cursor, tick, row, rows }, theme) {
  const { graph, axis } = reel;
  const last = axis.turn ?? axis.count - 1;
  const half = Math.min((size.shown - 1) / 2, last / 2);
  const middle = clamp(step_at(axis, position), half, last - half);
  // Rolled up there is no place for the loss: its tick shows the last state.
  const now = Math.min(step_at(axis, cursor), morph < 1 && axis.turn != null ? last - 1 : last);
  const back = is_back(axis, cursor);
  const pale = (k) => (axis.turn != null && !back && k > now ? AHEAD : 1);
  const x_of = (k) => size.wide / 2 + (k - middle) * size.spacing * morph;
  const hits = [];
  ctx.clearRect(0, 0, size.wide, size.high);
  const from = Math.max(0, Math.floor(middle - size.shown / 2 - 1));
  const to = Math.min(last, Math.ceil(middle + size.shown / 2 + 1));
  const strength = gradient_scale(reel, cursor);
  const fade = (k) => {
    const x = x_of(k);
    const edge = clamp((Math.min(x, size.wide - x) + size.spacing * 0.1) / (size.spacing * 0.35), 0, 1);
    return (k === now ? 1 : morph) * (from > 0 || to < last || morph < 1 ? edge : 1);
  };
  for (let k = from; k < Math.min(to, (axis.turn ?? Infinity) - 1); k++) {
    ctx.globalAlpha = Math.min(fade(k), fade(k + 1)) * morph * pale(k + 1);
    if (ctx.globalAlpha > 0.02) draw_between(ctx, x_of(k), x_of(k + 1), k, graph, size, strength, theme);
  }
  const order = [];
  for (let k = from; k <= to; k++) if (k !== now && k !== axis.turn) order.push(k);
  if (now >= from && now <= to && now !== axis.turn) order.push(now);
  for (const k of order) {
    ctx.globalAlpha = fade(k) * pale(k);
    if (ctx.globalAlpha < 0.02) continue;
    const lit = (panel) => (panel.m === rows && (step_at(axis, tick) === k || k === now) ? row : -1);
    step(ctx, x_of(k), k, reel, size, { now: k === now, back, swept: back && k >= now }, lit, hits, theme);
  }
  if (axis.turn != null && morph > 0.02) {
    draw_loss(ctx, reel, size, { x_of, from, to, now, cursor, alpha: morph }, theme, hits);
  }
  if (graph.loss && axis.turn == null && morph > 0.5 && to === last) {
    ctx.globalAlpha = fade(last) * morph;
    draw_end(ctx, x_of(last), size, graph.loss_reads_last, theme);
  }
  // The loop closes when the steps have come together.
  ctx.globalAlpha = clamp(1 - 3 * morph, 0, 1);
  if (ctx.globalAlpha > 0.02) loop(ctx, size, graph, strength?.(now), theme);
  ctx.globalAlpha = 1;
  return hits;
}

/** The loss as a node behind the last state, with an arrow where it reads that state. */
function draw_end(ctx, x, size, reads, theme) {
  const [side, y, radius] = [x + size.node / 2, size.top + PAD + size.tall / 2, 10];
  const middle = Math.min(side + 28, size.wide - radius - 2);
  ctx.strokeStyle = ctx.fillStyle = theme.cool;
  if (reads && middle - radius - side > 6) arrow(ctx, side + 2, y, middle - radius - 1, y, 1.6);
  ctx.fillStyle = theme.back;
  ctx.strokeStyle = theme.edge;
  ctx.lineWidth = 1.2;
  ctx.beginPath();
  ctx.arc(middle, y, radius, 0, 7);
  ctx.fill();
  ctx.stroke();
  ctx.fillStyle = theme.text;
  draw_text(ctx, "L", middle, y, { size: 12.5, align: 0.5, bold: true, font: theme.font });
}

function step(ctx, x, k, reel, size, { now, back, swept }, lit, hits, theme) {
  const { input, output, strip, node, tall, low, up, top } = size;
  const states = swept ? size.back : size.states;
  const number = tick_number(reel.axis, k);
  const index = back ? twin_of(reel.axis, k) : k;
  ctx.fillStyle = theme.back;
  ctx.strokeStyle = now ? theme.marker : swept ? theme.warm : theme.edge;
  ctx.lineWidth = now ? 2.5 : 1.2;
  ctx.beginPath();
  ctx.roundRect(x - node / 2, top, node, tall + 2 * PAD, 7);
  ctx.fill();
  ctx.stroke();
  const ink = now ? theme.text : theme.quiet;
  states.forEach((panel, i) => {
    const left = x - node / 2 + PAD + i * (strip + 4);
    draw_strip(ctx, panel, swept ? index : k, left, top + PAD, strip, tall, theme, lit(panel));
    hits.push({ index, panel, x: left, y: top + PAD, w: strip, h: tall });
    ctx.fillStyle = ink;
    if (swept && i) return; // one name for all, as a derivative's is long
    const name = swept && states.length > 1 ? "∂L/∂s" : panel.symbol.replace(/_.*$/, "");
    draw_text(ctx, `${name}_{${number}}`, swept ? x : left + strip / 2, top - 12,
      { size: 13, align: 0.5, bold: now, font: theme.font, halo: theme.back });
  });
  if (output && k >= output.start && k < output.start + output.n) {
    const crown = top - 26 - RISE - up + 8;
    ctx.strokeStyle = ctx.fillStyle = theme.cool;
    arrow(ctx, x, top - 24, x, crown + up + 3, 1.6);
    ctx.fillStyle = theme.quiet;
    draw_text(ctx, reel.graph.output_weight, x + 6, crown + up + 15, { size: 11, font: theme.font });
    strip_of(ctx, output, k, x - strip / 2, crown, strip, up, theme, lit(output), hits, index);
    ctx.fillStyle = ink;
    draw_text(ctx, `${output.symbol.replace(/_.*$/, "")}_{${number}}`, x, crown - 10,
      { size: 13, align: 0.5, bold: now, font: theme.font });
  }
  if (!input || k < input.start || k >= input.start + input.n) return;
  const foot = top + tall + 2 * PAD;
  const head = foot + RISE;
  ctx.strokeStyle = ctx.fillStyle = theme.cool;
  arrow(ctx, x, head - 3, x, foot + 3, 1.6);
  ctx.fillStyle = theme.quiet;
  draw_text(ctx, reel.graph.input_weight, x + 6, foot + RISE / 2 + 2, { size: 11, font: theme.font });
  strip_of(ctx, input, k, x - strip / 2, head, strip, low, theme, lit(input), hits, index);
  ctx.fillStyle = ink;
  draw_text(ctx, `${input.symbol.replace(/_.*$/, "")}_{${number}}`, x, head + low + 11,
    { size: 13, align: 0.5, bold: now, font: theme.font });
  const word = reel.axis.words?.[k];
  if (word) draw_text(ctx, `${word}`.replace(/[_^]/g, " "), x, head + low + 28, { size: 12.5, align: 0.5, bold: now, font: theme.font });
}

/** A framed strip of one panel at one tick, which can be pointed at. */
function strip_of(ctx, panel, k, x, y, wide, tall, theme, lit, hits, index = k) {
  draw_strip(ctx, panel, k, x, y, wide, tall, theme, lit);
  ctx.strokeStyle = theme.edge;
  ctx.lineWidth = 1;
  ctx.strokeRect(x, y, wide, tall);
  hits.push({ index, panel, x, y, w: wide, h: tall });
}

function draw_between(ctx, left, right, k, graph, size, strength, theme) {
  const [a, b] = [left + size.node / 2 + 4, right - size.node / 2 - 4];
  if (b - a < 8) return;
  const y = size.top + PAD + size.tall / 2 + (strength ? -13 : 0);
  ctx.strokeStyle = ctx.fillStyle = theme.cool;
  arrow(ctx, a, y, b, y, 2);
  ctx.fillStyle = theme.quiet;
  if (b - a > 28) {
    draw_text(ctx, graph.state_weight, (a + b) / 2, y - 11,
      { size: 11, align: 0.5, font: theme.font });
  }
  const pull = strength?.(k);
  if (pull) backward(ctx, a, b, y + 22, pull, theme);
}

function backward(ctx, a, b, y, { share, norm }, theme) {
  ctx.strokeStyle = ctx.fillStyle = theme.warm;
  if (norm < 1e-300) ctx.setLineDash([1, 3]);
  arrow(ctx, b, y, a, y, 1 + 5 * share);
  ctx.setLineDash([]);
  draw_text(ctx, brief(norm), (a + b) / 2, y + 13, { size: 10.5, align: 0.5, font: theme.font, halo: theme.back });
}

/** A function step -> gradient norm and its share (0..1) of the film's range, on log10. */
function gradient_scale(reel, cursor) {
  const line = reel.graph.gradient ? reel.find[reel.graph.gradient].lines[0] : null;
  if (!line) return null;
  let [low, top] = [Infinity, -Infinity];
  for (const v of line.values) {
    if (!(v >= 1e-300) || v === Infinity) continue;
    [low, top] = [Math.min(low, Math.log10(v)), Math.max(top, Math.log10(v))];
  }
  low = Math.max(low, top - 12);
  return (k) => {
    const index = twin_of(reel.axis, k);
    const norm = index > cursor && reel.axis.turn != null ? undefined : line_at(line, index);
    if (norm === undefined) return null;
    const share = norm >= 1e-300 ? clamp((Math.log10(norm) - low) / (top - low || 1), 0, 1) : 0;
    return { norm, share: norm === Infinity ? 1 : share };
  };
}

function loop(ctx, size, graph, pull, theme) {
  const x = size.wide / 2;
  const side = size.node / 2;
  const y = size.top + PAD + size.tall / 2;
  const [out, over] = [44, size.top - 30];
  ctx.strokeStyle = ctx.fillStyle = theme.cool;
  ctx.lineWidth = 2;
  ctx.lineJoin = "round";
  ctx.beginPath();
  ctx.moveTo(x + side + 4, y);
  ctx.arcTo(x + side + out, y, x + side + out, over, 14);
  ctx.arcTo(x + side + out, over, x, over, 14);
  ctx.arcTo(x - side - out, over, x - side - out, y, 14);
  ctx.arcTo(x - side - out, y, x - side, y, 14);
  ctx.lineTo(x - side - 10, y);
  ctx.stroke();
  arrow(ctx, x - side - 14, y, x - side - 4, y, 2);
  ctx.fillStyle = theme.quiet;
  draw_text(ctx, graph.state_weight, x + side + out + 8, (y + over) / 2 + 4, { size: 13, font: theme.font });
  if (pull) {
    ctx.fillStyle = theme.warm;
    draw_text(ctx, `gradient ${brief(pull.norm)}`, x + side + out + 8, (y + over) / 2 + 26, { size: 11.5, font: theme.font });
  }
}
