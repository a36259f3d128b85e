// The loss at the end of the unrolled network, and the line by which it reads the states it looks at.

const here = new URL(import.meta.url).search;
const { brief, draw_text } = await import("./symbols.js" + here);
const { line_at } = await import("./reel.js" + here);
const { is_back, twin_of } = await import("./walk.js" + here);
const { arrow } = await import("./arrow.js" + here);

const [BUS, STUB, HALF] = [58, 24, 28];
const PALE = 0.28;

/** What the loss injects at a step, undefined where it does not look. */
export function local_error(reel, k) {
  const line = reel.find[reel.graph.gradient]?.lines[reel.graph.local];
  const norm = line && line_at(line, twin_of(reel.axis, k));
  return norm === 0 || Number.isNaN(norm) ? undefined : norm;
}

/** Draw the loss at x_of(turn) and its line to the states; now is the step, cursor the tick. */
export function draw_loss(ctx, reel, size, { x_of, from, to, now, cursor, alpha }, theme, hits) {
  const { axis } = reel;
  const back = is_back(axis, cursor);
  const [y, foot] = [size.top - BUS, size.top - STUB];
  const looks = [];
  for (let k = 0; k < axis.turn; k++) if (local_error(reel, k) !== undefined) looks.push(k);
  const paint = back ? theme.warm : theme.cool;
  ctx.lineJoin = "round";
  for (const k of looks) {
    if (k < from || k > to) continue;
    ctx.strokeStyle = ctx.fillStyle = paint;
    ctx.globalAlpha = alpha * (back ? (k >= now ? 1 : PALE) : k <= now ? 1 : PALE);
    if (!back) arrow(ctx, x_of(k), foot, x_of(k), y, 1.6);
    else arrow(ctx, x_of(k), y, x_of(k), foot, 2);
    if (back && k >= now) {
      draw_text(ctx, brief(local_error(reel, k)), x_of(k) + 8, (y + foot) / 2 + 1, { size: 10.5, font: theme.font, halo: theme.back });
    }
  }
  const x = x_of(axis.turn);
  const middle = size.top + size.node_pad + size.tall / 2;
  ctx.globalAlpha = alpha * (cursor >= axis.turn ? 1 : PALE);
  ctx.strokeStyle = ctx.fillStyle = paint;
  if (looks.length) {
    ctx.lineWidth = 1.6;
    ctx.beginPath();
    ctx.moveTo(Math.max(x_of(looks[0]), -20), y);
    ctx.lineTo(x, y);
    ctx.lineTo(x, middle - HALF - 2);
    ctx.stroke();
    if (!back) arrow(ctx, x, y, x, middle - HALF - 2, 1.6);
  }
  ctx.fillStyle = theme.back;
  ctx.strokeStyle = cursor === axis.turn ? theme.marker : back ? theme.warm : theme.edge;
  ctx.lineWidth = cursor === axis.turn ? 2.5 : 1.2;
  ctx.beginPath();
  ctx.arc(x, middle, HALF, 0, 7);
  ctx.fill();
  ctx.stroke();
  ctx.fillStyle = theme.text;
  draw_text(ctx, "L", x, middle - 7, { size: 15, align: 0.5, bold: true, font: theme.font });
  draw_text(ctx, reel.graph.loss, x, middle + 11, { size: 11.5, align: 0.5, font: theme.font });
  ctx.fillStyle = theme.quiet;
  draw_text(ctx, "loss", x, middle + HALF + 13, { size: 12, align: 0.5, font: theme.font });
  hits.push({ index: axis.turn, panel: null, x: x - HALF, y: middle - HALF, w: 2 * HALF, h: 2 * HALF });
}
