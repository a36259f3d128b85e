// A wiring: boxes for inputs, states and outputs at every step, arrows between them, gradients over it.

const here = new URL(import.meta.url).search;
const { brief, draw_text, spell } = await import("./symbols.js" + here);
const { clamp } = await import("./layout.js" + here);
const { colour, css } = await import("./colours.js" + here);
const { value_at } = await import("./reel.js" + here);
const { draw_strip } = await import("./heat.js" + here);
const { arrow } = await import("./arrow.js" + here);

const [TOP, FOOT, RISE, LEFT] = [44, 46, 34, 92];
const FAINT = 0.16; // how pale an arrow is along which the chosen output sends nothing back

/** Where everything stands, from the reel and the width at hand. */
export function measure_wiring(reel, wide) {
  const { boxes, floors } = reel.wiring;
  const left = wide < 700 ? 4 : LEFT;
  const columns = Math.max(...boxes.map((box) => box.column)) + 1;
  const spacing = Math.min((wide - left) / columns, 170);
  const aside = boxes.some((box) => box.aside);
  const strip = clamp(spacing * (aside ? 0.25 : 0.4), 9, 42);
  const tall = floors.map((_, floor) => {
    const rows = Math.max(1, ...boxes.filter((box) => box.floor === floor).map((box) => reel.find[box.panel].m));
    return clamp(rows * 7, 22, floors.length > 5 ? 52 : 64);
  });
  const feet = [];
  let y = FOOT;
  for (const high of tall) {
    feet.push(y);
    y += high + RISE;
  }
  const high = y - RISE + TOP;
  const start = left + Math.max(0, (wide - left - columns * spacing) / 2);
  const places = Object.fromEntries(boxes.map((box) => [box.key, {
    x: start + (box.column + 0.5 + 0.24 * box.aside) * spacing,
    y: high - feet[box.floor] - tall[box.floor] / 2, of: high,
    w: box.grid ? Math.min(tall[box.floor], spacing - 6) : strip, h: tall[box.floor], seen: 1,
  }]));
  const marks = floors.map((name, floor) => ({ name, y: high - feet[floor] - tall[floor] / 2 }));
  return { wide, high, spacing, start, columns, places, marks, left, wiring: true };
}

const eased = (blend) => (blend < 0.5 ? 2 * blend * blend : 1 - 2 * (1 - blend) ** 2);

/** Places on the way from where boxes stood to where they belong; blend runs from 0 to 1. */
function on_the_way(size, before, blend) {
  const ease = eased(blend);
  const mix = (a, b) => a + (b - a) * ease;
  const places = {};
  for (const [key, goal] of Object.entries(size.places)) {
    const from = before?.[key] && fitted(before[key], size);
    places[key] = from
      ? Object.fromEntries(Object.keys(goal).map((name) => [name, mix(from[name], goal[name])]))
      : { ...goal, seen: before ? ease : 1 };
    places[key].of = size.high;
  }
  return places;
}

/** A place in a picture of another height, so that nothing is cut off on the way. */
const fitted = (place, size) => ({ ...place, y: (place.y / place.of) * size.high });

/** The tick whose column lies under a place. */
export const tick_at = (size, x, count) => clamp(Math.floor((x - size.start) / size.spacing), 0, count - 1);

/** Draw it all; view keeps where the boxes stood, so that they can glide. */
export function draw_wiring(ctx, view, { tick, row, rows }) {
  const { reel, size, theme, cursor, blend } = view;
  const { boxes, links, floors } = reel.wiring;
  const places = (view.placed = on_the_way(size, view.stood, blend));
  view.root.dataset.blend = blend.toFixed(2);
  ctx.clearRect(0, 0, size.wide, size.high);
  column(ctx, size, cursor, theme);
  if (view.gradient_of.title !== reel.wiring.of[cursor]) {
    spell(view.gradient_of, (view.gradient_of.title = reel.wiring.of[cursor]));
  }
  if (size.left === LEFT) {
    ctx.fillStyle = theme.quiet;
    for (const { name, y } of size.marks) {
      name.split("\n").forEach((part, i, all) =>
        draw_text(ctx, part, 0, y + (i - (all.length - 1) / 2) * 14, { size: 11.5, font: theme.font }));
    }
  }
  const flows = reel.wiring.flow_values.subarray(cursor * links.length, (cursor + 1) * links.length);
  const share = shares(reel.wiring);
  const ends = links.map((link) => between(places[boxes[link.source].key], places[boxes[link.target].key]));
  links.forEach((link, i) => {
    const seen = Math.min(places[boxes[link.source].key].seen, places[boxes[link.target].key].seen);
    ctx.globalAlpha = seen * (flows[i] >= 1e-300 || link.dashed ? 0.8 : 0.34);
    ctx.strokeStyle = ctx.fillStyle = link.dashed ? theme.quiet : theme.cool;
    if (link.dashed) ctx.setLineDash([3, 4]);
    const shift = flows[i] >= 1e-300 ? 4 : 0;
    const [x0, y0, x1, y1] = moved(ends[i], shift);
    arrow(ctx, x0, y0, x1, y1, 1.3);
    ctx.setLineDash([]);
  });
  links.forEach((link, i) => {
    if (!(flows[i] >= 1e-300)) return;
    const seen = Math.min(places[boxes[link.source].key].seen, places[boxes[link.target].key].seen);
    const part = share(flows[i]);
    ctx.globalAlpha = seen * (0.45 + 0.55 * part);
    ctx.strokeStyle = ctx.fillStyle = theme.warm;
    const [x0, y0, x1, y1] = moved(ends[i], -4);
    arrow(ctx, x1, y1, x0, y0, (0.8 + 4.2 * part) * clamp(size.spacing / 90, 0.5, 1));
  });
  ctx.globalAlpha = 1;
  if (blend < 1) ghosts(ctx, view, size, theme);
  const hits = [];
  boxes.forEach((box, i) => {
    const place = places[box.key];
    const reach = reel.wiring.reach_values[cursor * boxes.length + i];
    draw_box(ctx, reel, box, place, size, {
      now: box.column === cursor, spoken: reel.wiring.spoken[cursor] === i, reach,
      lit: reel.find[box.panel].m === rows && box.column === tick ? row : -1,
      top: box.floor === floors.length - 1,
    }, theme);
    hits.push({ index: box.column, panel: reel.find[box.panel], x: place.x - place.w / 2, y: place.y - place.h / 2, w: place.w, h: place.h });
  });
  ctx.globalAlpha = 1;
  return hits;
}

/** Boxes that the new wiring has no use for fade where they stood. */
function ghosts(ctx, { gone, stood, blend }, size, theme) {
  for (const box of gone?.boxes ?? []) {
    if (!stood?.[box.key]) continue;
    const place = { ...fitted(stood[box.key], size), seen: 1 - eased(Math.min(1, 1.6 * blend)) };
    draw_box(ctx, gone.reel, { ...box, symbol: "" }, place, size, { reach: NaN, lit: -1 }, theme);
  }
  ctx.globalAlpha = 1;
}

function column(ctx, size, cursor, theme) {
  ctx.fillStyle = theme.empty;
  ctx.globalAlpha = 0.75;
  ctx.beginPath();
  ctx.roundRect(size.start + cursor * size.spacing + 1, 2, size.spacing - 2, size.high - 4, 8);
  ctx.fill();
  ctx.globalAlpha = 1;
}

function draw_box(ctx, reel, box, { x, y, w, h, seen }, size, { now, spoken, reach, lit, top }, theme) {
  const panel = reel.find[box.panel];
  ctx.globalAlpha = seen;
  ctx.fillStyle = theme.back;
  ctx.fillRect(x - w / 2 - 2, y - h / 2 - 2, w + 4, h + 4);
  if (box.grid) draw_picture(ctx, panel, box, x - w / 2, y - h / 2, w, h, theme);
  else draw_strip(ctx, panel, box.column, x - w / 2, y - h / 2, w, h, theme, lit);
  const warm = reach >= 1e-300;
  ctx.strokeStyle = spoken ? theme.marker : warm ? theme.warm : theme.edge;
  ctx.lineWidth = spoken ? 3 : warm ? 1.8 : 1;
  ctx.strokeRect(x - w / 2 - 1.5, y - h / 2 - 1.5, w + 3, h + 3);
  const style = { align: 0.5, font: theme.font, halo: theme.back };
  const room = size.spacing - 4;
  if (box.word) {
    ctx.fillStyle = now || spoken ? theme.text : theme.quiet;
    word(ctx, box.word, x, top ? y - h / 2 - 13 : y + h / 2 + 13, room, { ...style, size: 13, bold: now || spoken }, top);
  }
  if (box.floor === 0 && !Number.isNaN(reach) && room > 26) {
    ctx.fillStyle = warm ? theme.warm : theme.quiet;
    draw_text(ctx, warm ? brief(reach) : "0", x, y + h / 2 + 31, { ...style, size: 11, bold: warm });
  }
  if (now && box.symbol && size.spacing >= 70) {
    ctx.fillStyle = theme.text;
    const beside = x + w / 2 + 6;
    draw_text(ctx, box.symbol, beside, y - h / 2 + 5, { ...style, size: 12, align: 0 });
  }
}

/** Values that are the pixels of a picture. */
function draw_picture(ctx, panel, { column: tick, grid }, x, y, w, h, theme) {
  const [wide, tall] = [w / grid, h / Math.ceil(panel.m / grid)];
  for (let row = 0; row < panel.m; row++) {
    const value = value_at(panel, tick, row);
    ctx.fillStyle = value === undefined ? theme.empty : css(colour(panel, value, theme));
    ctx.fillRect(x + (row % grid) * wide, y + Math.floor(row / grid) * tall, wide + 0.4, tall + 0.4);
  }
}

/** A word where it fits, smaller or cut where it does not. */
function word(ctx, text, x, y, room, style, top) {
  const plain = text.replace(/[_^$]/g, " ");
  ctx.font = `${style.bold ? "600 " : ""}${style.size}px ${style.font}`;
  const wide = ctx.measureText(plain).width;
  const size = clamp((style.size * room) / wide, 9.5, style.size);
  if (wide * (size / style.size) <= room * 1.15) return draw_text(ctx, plain, x, y, { ...style, size });
  ctx.save();
  ctx.translate(x + (top ? 3 : 5), y + (top ? 4 : -4));
  ctx.rotate(top ? -0.7 : 0.7);
  draw_text(ctx, plain.length > 10 ? plain.slice(0, 9) + "…" : plain, 0, 0, { ...style, size: 10, align: 0 });
  ctx.restore();
}

/** From the edge of one box to the edge of another. */
function between(a, b) {
  const [dx, dy] = [b.x - a.x, b.y - a.y];
  const out = (box, gap) => {
    // The line leaves a box where it meets its frame.
    const scale = Math.min((box.w / 2 + gap) / Math.max(1e-9, Math.abs(dx)), (box.h / 2 + gap) / Math.max(1e-9, Math.abs(dy)));
    return Math.min(scale, 0.48);
  };
  const [s, e] = [out(a, 3), out(b, 4)];
  return [a.x + dx * s, a.y + dy * s, b.x - dx * e, b.y - dy * e];
}

/** The same line beside itself, so that both directions can be seen. */
function moved([x0, y0, x1, y1], by) {
  const long = Math.hypot(x1 - x0, y1 - y0) || 1;
  const [nx, ny] = [(-(y1 - y0) / long) * by, ((x1 - x0) / long) * by];
  return [x0 + nx, y0 + ny, x1 + nx, y1 + ny];
}

/** A function norm -> its share (0..1) of what flows anywhere in this wiring, on log10. */
function shares(wiring) {
  if (wiring.scale) return wiring.scale;
  let [low, top] = [Infinity, -Infinity];
  for (const v of wiring.flow_values) {
    if (!(v >= 1e-300) || v === Infinity) continue;
    [low, top] = [Math.min(low, Math.log10(v)), Math.max(top, Math.log10(v))];
  }
  low = Math.max(low, top - 3);
  return (wiring.scale = (v) => (v === Infinity ? 1 : clamp((Math.log10(v) - low) / (top - low || 1), 0, 1)));
}
