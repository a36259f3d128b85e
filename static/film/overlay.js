// What moves above the panels: the time cursor, the lit squares, the pinned row.

const here = new URL(import.meta.url).search;
const { ink } = await import("./colours.js" + here);
const { centre, fit } = await import("./layout.js" + here);
const { draw_text } = await import("./symbols.js" + here);
const { scale_of } = await import("./curves.js" + here);
const { lasts, line_at } = await import("./reel.js" + here);
const { is_back, twin_of } = await import("./walk.js" + here);

const TICK_ROOM = 32; // what the labels of a scale need where they stand within the plot

/** Draw all marks of a stack; spot is the square in the light: {tick, row, rows}. */
export function draw_overlay(stack, axis, cursor, spot, pick, theme) {
  if (!stack.wide) return;
  const ctx = fit(stack.overlay, stack.wide, stack.high);
  ctx.clearRect(0, 0, stack.wide, stack.high);
  const cell = stack.wide / axis.count;
  const x = centre(axis, cursor, stack.wide);
  for (const card of stack.cards) {
    if (pick && card.panel.m === pick.rows) mark_row(ctx, card, pick.row, axis, cell, theme);
  }
  if (axis.turn != null) veil(ctx, stack, x + cell / 2, theme);
  draw_cursor(ctx, stack, x, cell);
  if (stack.narrow) label_ticks(ctx, stack, x, cell, theme);
  if (is_back(axis, cursor)) draw_guide(ctx, stack, centre(axis, twin_of(axis, cursor), stack.wide), theme);
  if (spot.hovering) draw_guide(ctx, stack, centre(axis, spot.tick, stack.wide), theme);
  // The same step is lit in both directions, once it has been reached.
  const twin = twin_of(axis, spot.tick);
  for (const tick of new Set([spot.tick, spot.hovering || twin <= cursor ? twin : spot.tick])) {
    const at = centre(axis, tick, stack.wide);
    for (const card of stack.cards) {
      if (card.panel.kind === "curves") dots(ctx, card, tick, at, theme);
      else if (spot.row >= 0 && card.panel.m === spot.rows && lasts(card.panel, tick)) mark_cell(ctx, card, spot.row, at, cell);
    }
  }
}

/** What the walk has not yet reached is pale. */
function veil(ctx, stack, x, theme) {
  ctx.fillStyle = theme.back;
  ctx.globalAlpha = 0.72;
  for (const { top, tall } of stack.cards) ctx.fillRect(x, top - 1, stack.wide - x, tall + 2);
  ctx.globalAlpha = 1;
}

function draw_cursor(ctx, stack, x, cell) {
  const [first, last] = [stack.cards[0], stack.cards.at(-1)];
  // Where names stand between the panels, the cursor leaves them free.
  const spans = first.top > 8
    ? stack.cards.map((card) => [card.top - 1, card.top + card.tall + 1])
    : [[first.top + 1, last.top + last.tall - 1]];
  // Wide cells carry numbers: frame them instead of crossing them out.
  const wide = cell >= 12 ? cell : 0;
  ctx.lineJoin = "round";
  for (const [paint, thick] of [["#000000", wide ? 4 : 5], ["#ffffff", wide ? 2 : 2.5]]) {
    ctx.strokeStyle = paint;
    ctx.lineWidth = thick;
    for (const [top, foot] of spans) {
      if (wide) ctx.strokeRect(x - wide / 2, top, wide, foot - top);
      else ctx.strokeRect(x, top + (thick === 5 ? 0 : 1.25), 0, foot - top - (thick === 5 ? 0 : 2.5));
    }
  }
}

/** The labels of the scales; beside the cursor where it would cover them. */
function label_ticks(ctx, stack, x, cell, theme) {
  const half = cell >= 12 ? cell / 2 : 0;
  const at = x - half < TICK_ROOM ? x + half + 5 : 3;
  ctx.fillStyle = theme.quiet;
  for (const card of stack.cards) {
    if (card.panel.kind !== "curves") continue;
    for (const { y, text } of scale_on(card).ticks) {
      draw_text(ctx, text, at, card.top + y, { size: 10.5, font: theme.font, halo: theme.back });
    }
  }
}

function draw_guide(ctx, stack, x, theme) {
  ctx.strokeStyle = theme.text;
  ctx.globalAlpha = 0.45;
  ctx.lineWidth = 1;
  ctx.setLineDash([2, 3]);
  ctx.beginPath();
  ctx.moveTo(x, stack.cards[0].top);
  ctx.lineTo(x, stack.cards.at(-1).top + stack.cards.at(-1).tall);
  ctx.stroke();
  ctx.setLineDash([]);
  ctx.globalAlpha = 1;
}

function mark_row(ctx, card, row, axis, cell, theme) {
  const { start, n } = card.panel;
  const tall = card.tall / card.panel.m;
  const left = (axis.reverse ? axis.count - start - n : start) * cell;
  const y = card.top + row * tall;
  ctx.strokeStyle = theme.marker;
  ctx.lineWidth = 1.5;
  ctx.strokeRect(left + 0.75, y - 0.5, n * cell - 1.5, Math.max(tall, 2) + 1);
}

function mark_cell(ctx, card, row, x, cell) {
  const tall = card.tall / card.panel.m;
  const [w, h] = [Math.max(cell, 6), Math.max(tall, 6)];
  const y = card.top + (row + 0.5) * tall;
  for (const [paint, thick] of [["#000000", 3.5], ["#ffffff", 1.6]]) {
    ctx.strokeStyle = paint;
    ctx.lineWidth = thick;
    ctx.strokeRect(x - w / 2, y - h / 2, w, h);
  }
}

function dots(ctx, card, tick, x, theme) {
  const { place } = scale_on(card);
  card.panel.lines.forEach((line, i) => {
    const value = line_at(line, tick);
    const y = value === undefined ? null : place(value);
    if (y === null) return;
    ctx.beginPath();
    ctx.arc(x, card.top + y, 4.5, 0, 7);
    ctx.fillStyle = ink(line, i, theme);
    ctx.strokeStyle = theme.back;
    ctx.lineWidth = 1.8;
    ctx.fill();
    ctx.stroke();
  });
}

function scale_on(card) {
  const { values } = card.panel.lines[0];
  const { tall } = card;
  if (card.scale?.values !== values || card.scale.tall !== tall) {
    card.scale = { ...scale_of(card.panel, tall), values, tall };
  }
  return card.scale;
}
