// Charts: a ground, arrows, lines and marks in a plane, dots that run along, and handles for a hand.

const here = new URL(import.meta.url).search;
const { brief, draw_text, spell, tick_text } = await import("./symbols.js" + here);
const { css, table } = await import("./colours.js" + here);
const { clamp, fit, make } = await import("./layout.js" + here);
const { Courier } = await import("./sliders.js" + here);

const DASHES = { solid: [], dash: [7, 5], dot: [1.5, 4] };
const NOWHERE = 255;
const KEYS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] };
const KIND = { stable: ["#0072B2", "#56B4E9"], saddle: ["#C2500A", "#FF9A52"], source: ["#612F86", "#DEB0DB"] };

/** Keeps where a hand has put the handles until Python's answer has come. */
export class Hand {
  constructor(send) {
    this.courier = new Courier(send);
    this.held = null;
  }

  /** The handles of a chart as pairs: where the hand has them, else where Python has. */
  of(reel, index) {
    if (this.held?.index === index) return this.held.places;
    const flat = reel.charts[index].handle_xy;
    return Array.from({ length: flat.length / 2 }, (_, k) => [flat[2 * k], flat[2 * k + 1]]);
  }

  put(index, places, live) {
    // What changes nothing would be answered by nothing.
    const same = JSON.stringify(places) === JSON.stringify(this.held?.places);
    if (same && this.held.live === live) return;
    this.held = { index, places, live, owed: !live };
    this.courier.post({ values: [index, ...places.flat()], live, moves: Date.now() });
  }

  answer() {
    this.courier.answer();
    if (this.held?.owed && this.courier.idle) this.held = null;
  }
}

export function build_charts(container, view) {
  container.replaceChildren();
  view.root.classList.toggle("film-charted", view.reel.charts.length > 0);
  view.root.classList.toggle("film-charted-wide", view.reel.charts.some((chart) => chart.big && !chart.square));
  const rest = make("div", "film-chart-rest");
  const cards = view.reel.charts.map((chart, index) => {
    const canvas = make("canvas", "film-chart-plot");
    const keys = chart.hand && !chart.most && "Arrow keys move a handle, Enter takes the next.";
    canvas.setAttribute("role", chart.hand ? "application" : "img");
    canvas.setAttribute("aria-label", [chart.label, chart.hint, keys].filter(Boolean).join(". ").replace(/\.\. /g, ". "));
    const legend = make("div", "film-chart-legend");
    const title = spell(make("div", "film-side-title"), chart.label);
    const figure = make("figure", chart.big ? "film-chart film-chart-big" : "film-chart", title, canvas, legend);
    if (chart.hint) figure.append(make("div", "film-caption", chart.hint));
    (chart.big ? container : rest).append(figure);
    const card = { index, canvas, legend, hover: null, cross: null, grip: -1 };
    watch_chart(card, view);
    return card;
  });
  if (rest.childElementCount) container.append(rest);
  return cards;
}

function watch_chart(card, view) {
  const { canvas, index } = card;
  const chart = () => view.reel.charts[index];
  const at = (event) => {
    const box = canvas.getBoundingClientRect();
    return [event.clientX - box.left, event.clientY - box.top];
  };
  const round = ([x, y]) => {
    const { x: [a, b], y: [c, d] } = chart();
    return [clamp(x, a, b), clamp(y, c, d)].map((v) => Math.round(v * 1000) / 1000);
  };
  const nearest = (list, [x, y], reach) => {
    let best = -1;
    list.forEach(([px, py], k) => {
      const far = Math.hypot(px - x, py - y);
      if (far < reach) [best, reach] = [k, far];
    });
    return best;
  };
  const on_screen = (places) => places.map(([x, y]) => [card.map.px(x), card.map.py(y)]);
  const grip_at = (event) =>
    chart().hand ? nearest(on_screen(view.hand.of(view.reel, index)), at(event), event.pointerType === "mouse" ? 13 : 26) : -1;
  let from = null;
  canvas.addEventListener("touchstart", (event) => {
    const box = canvas.getBoundingClientRect();
    const [touch] = event.touches;
    const place = [touch.clientX - box.left, touch.clientY - box.top];
    // A finger on a handle moves it; anywhere else it scrolls the page.
    if (chart().hand && nearest(on_screen(view.hand.of(view.reel, index)), place, 26) >= 0) event.preventDefault();
  }, { passive: false });
  canvas.addEventListener("pointerdown", (event) => {
    if (event.button || !card.map) return;
    from = { place: at(event), grip: grip_at(event), moved: false };
    if (from.grip >= 0) canvas.setPointerCapture(event.pointerId);
    card.grip = from.grip;
  });
  canvas.addEventListener("pointermove", (event) => {
    if (!card.map) return;
    const [x, y] = at(event);
    if (from && Math.hypot(x - from.place[0], y - from.place[1]) > 4) from.moved = true;
    if (from?.moved && from.grip >= 0) {
      const places = view.hand.of(view.reel, index).map((place) => [...place]);
      places[from.grip] = round([card.map.x(x), card.map.y(y)]);
      view.hand.put(index, places, true);
    } else if (!from) {
      const k = nearest(card.spots?.map((spot) => [spot.x, spot.y]) ?? [], [x, y], 14);
      card.hover = k >= 0 ? card.spots[k] : null;
      canvas.style.cursor = grip_at(event) >= 0 ? "grab" : chart().hand && chart().most ? "crosshair" : "";
    }
    view.wake();
  });
  const done = (event) => {
    if (!from) return;
    const places = view.hand.of(view.reel, index).map((place) => [...place]);
    if (from.grip >= 0 && from.moved) view.hand.put(index, places, false);
    else if (event.type === "pointerup" && !from.moved && chart().hand && chart().most) {
      const [x, y] = at(event);
      if (from.grip >= 0) drop(view, index, from.grip);
      else if (card.map.inside(x, y)) add(view, index, round([card.map.x(x), card.map.y(y)]));
    } else if (event.type === "pointerup" && !from.moved) {
      const [x, y] = at(event);
      const k = nearest(card.spots?.map((spot) => [spot.x, spot.y]) ?? [], [x, y], 20);
      card.hover = k >= 0 ? card.spots[k] : null;
    }
    from = null;
    card.grip = -1;
    view.wake();
  };
  for (const name of ["pointerup", "pointercancel"]) canvas.addEventListener(name, done);
  canvas.addEventListener("pointerleave", () => { card.hover = null; view.wake(); });
  if (!chart().hand) return;
  canvas.tabIndex = 0;
  canvas.classList.add("film-chart-hand");
  canvas.addEventListener("focus", () => {
    if (!canvas.matches(":focus-visible")) return;
    card.cross = view.hand.of(view.reel, index)[0]?.slice() ?? [0, 0];
    card.active = 0;
    view.wake();
  });
  canvas.addEventListener("blur", () => { card.cross = null; view.wake(); });
  canvas.addEventListener("keydown", (event) => {
    const [dx, dy] = KEYS[event.key] ?? [0, 0];
    const { x: [a, b], y: [c, d], most } = chart();
    const places = view.hand.of(view.reel, index).map((place) => [...place]);
    card.cross ??= places[0]?.slice() ?? [(a + b) / 2, (c + d) / 2];
    if (dx || dy) {
      const part = event.shiftKey ? 10 : 50;
      card.cross = round([card.cross[0] + (dx * (b - a)) / part, card.cross[1] + (dy * (d - c)) / part]);
      if (!most && places.length) {
        places[(card.active ?? 0) % places.length] = card.cross;
        view.hand.put(index, places, false);
      }
    } else if (event.key === "Enter" || event.key === " ") {
      if (most) add(view, index, round(card.cross));
      else {
        card.active = ((card.active ?? 0) + 1) % Math.max(1, places.length);
        card.cross = places[card.active]?.slice() ?? card.cross;
      }
    } else if ((event.key === "Delete" || event.key === "Backspace") && most && places.length) {
      const far = places.map(([x, y]) => Math.hypot(x - card.cross[0], y - card.cross[1]));
      drop(view, index, far.indexOf(Math.min(...far)));
    } else if (event.key === "Escape") canvas.blur();
    else return;
    event.preventDefault();
    event.stopPropagation();
    view.live.textContent = `${card.cross.map(brief).join(", ")}; ${view.hand.of(view.reel, index).length} handles`;
    view.wake();
  });
}

function add(view, index, place) {
  const { most } = view.reel.charts[index];
  const places = view.hand.of(view.reel, index).map((one) => [...one]);
  if (places.length >= most) places.shift();
  view.hand.put(index, [...places, place], false);
}

function drop(view, index, k) {
  const places = view.hand.of(view.reel, index).map((one) => [...one]);
  places.splice(k, 1);
  view.hand.put(index, places, false);
}

/** Draw every chart; the dots that run stand at the cursor, between two ticks while it plays. */
export function draw_charts(cards, view, theme) {
  for (const card of cards ?? []) {
    const chart = view.reel.charts[card.index];
    const box = card.canvas.parentElement.clientWidth;
    if (!box) continue;
    const room = Math.max(360, window.innerHeight - 170);
    const wide = chart.square ? Math.min(box, chart.big ? Math.min(640, room) : 300) : box;
    const high = chart.square ? wide : Math.round(clamp(wide * (chart.big ? 0.66 : 0.86), 240, chart.big ? 480 : 300));
    const ctx = fit(card.canvas, wide, high);
    card.canvas.style.width = `${wide}px`;
    ctx.clearRect(0, 0, wide, high);
    const places = view.hand.of(view.reel, card.index);
    card.canvas.dataset.handles = JSON.stringify(places);
    draw_chart(ctx, card, chart, places, view, wide, high, theme);
    write_legend(card, chart, theme);
  }
}

function frame_of(chart, wide, high) {
  const left = chart.y_label ? 40 : 26;
  const foot = high - (chart.x_label ? 34 : 18);
  const [top, right] = [8, wide - 10];
  let [w, h] = [right - left, foot - top];
  if (chart.square) {
    // One scale for both axes: angles and distances mean something.
    const { x: [a, b], y: [c, d] } = chart;
    const scale = Math.min(w / (b - a), h / (d - c));
    [w, h] = [scale * (b - a), scale * (d - c)];
  }
  return { left, top: foot - h, right: left + w, foot, w, h };
}

const ink_of = (ink, theme) => (ink === "text" ? theme.text : ink === "quiet" ? theme.quiet : ink[theme.name === "dark" ? 1 : 0]);

function draw_chart(ctx, card, chart, places, view, wide, high, theme) {
  const { left, top, right, foot, w, h } = frame_of(chart, wide, high);
  const { x: [a, b], y: [c, d] } = chart;
  const px = (x) => left + ((x - a) / (b - a)) * w;
  const py = (y) => foot - ((y - c) / (d - c)) * h;
  card.map = {
    px, py, x: (p) => a + ((p - left) / w) * (b - a), y: (p) => c + ((foot - p) / h) * (d - c),
    inside: (x, y) => x >= left && x <= right && y >= top && y <= foot,
  };
  ctx.save();
  ctx.beginPath();
  ctx.rect(left, top, w, h);
  ctx.clip();
  if (chart.ground) draw_ground(ctx, card, chart.ground, left, top, w, h, theme);
  ctx.restore();
  draw_axes(ctx, chart, { left, top, right, foot, px, py }, high, theme);
  ctx.save();
  ctx.beginPath();
  ctx.rect(left, top, w, h);
  ctx.clip();
  if (chart.circle) draw_circle(ctx, px, py, theme);
  if (chart.arrows) draw_arrows(ctx, chart, { left, foot, w, h }, theme);
  const now = view.cursor + (view.playing ? clamp(view.phase, 0, 0.999) : 0);
  for (const stroke of chart.strokes) draw_stroke(ctx, stroke, now, px, py, theme);
  if (chart.stems) for (const [k, place] of places.entries()) draw_stem(ctx, place, k, chart, px, py, theme);
  ctx.restore();
  card.spots = [];
  for (const mark of chart.marks) {
    const [x, y] = [px(mark.x), py(mark.y)];
    if (!card.map.inside(x, y) && mark.shape !== "ring") continue;
    draw_mark(ctx, mark, x, y, chart.big ? 6.5 : 4.6, theme);
    if (mark.note) card.spots.push({ x, y, note: mark.note });
    if (mark.label) {
      ctx.fillStyle = theme.text;
      const flip = x > right - 8 * mark.label.length;
      draw_text(ctx, mark.label, x + (flip ? -11 : 11), chart.big ? y - 13 : y + 14, { size: 12, align: flip ? 1 : 0, font: theme.font, halo: theme.back, bold: true });
    }
  }
  for (const stroke of chart.strokes) if (stroke.start !== null) draw_runner(ctx, stroke, now, px, py, card.map, theme);
  places.forEach(([x, y], k) => draw_handle(ctx, px(x), py(y), k, chart, card.grip === k, right, py(0), theme));
  if (card.cross) draw_cross(ctx, px(card.cross[0]), py(card.cross[1]), theme);
  if (card.hover) draw_note(ctx, card.hover, wide, theme);
}

function draw_ground(ctx, card, ground, left, top, w, h, theme) {
  const key = `${theme.name}`;
  if (card.painted !== ground.codes || card.painted_in !== key) {
    const small = document.createElement("canvas");
    [small.width, small.height] = [ground.columns, ground.rows];
    const pen = small.getContext("2d");
    const image = pen.createImageData(ground.columns, ground.rows);
    const ramp = ground.kind === "log" ? table({ scale: "log" }, theme) : null;
    const tints = ground.inks.map((ink) => rgb(ink_of(ink, theme)));
    for (let row = 0; row < ground.rows; row++) {
      for (let column = 0; column < ground.columns; column++) {
        const code = ground.codes[(ground.rows - 1 - row) * ground.columns + column];
        const to = (row * ground.columns + column) * 4;
        const paint = ramp ? [0, 1, 2].map((i) => ramp[Math.round((Math.min(code, 250) / 250) * 255) * 3 + i]) : tints[code];
        if (code === NOWHERE || !paint) continue;
        image.data.set([...paint, ramp ? 255 : theme.name === "dark" ? 62 : 44], to);
      }
    }
    pen.putImageData(image, 0, 0);
    [card.small, card.painted, card.painted_in] = [small, ground.codes, key];
  }
  ctx.imageSmoothingEnabled = true;
  ctx.drawImage(card.small, left, top, w, h);
}

const rgb = (hex) => [1, 3, 5].map((i) => parseInt(hex.slice(i, i + 2), 16));

/** Round numbers along an axis, few enough to be read. */
function ticks(low, high, most) {
  const raw = (high - low) / most;
  const ten = 10 ** Math.floor(Math.log10(raw));
  const step = [1, 2, 5, 10].map((m) => m * ten).find((s) => s >= raw * 0.999);
  const found = [];
  for (let k = Math.ceil(low / step - 1e-9); k * step <= high + 1e-9 * step; k++) found.push(Math.abs(k) < 1e-9 ? 0 : k * step);
  return found.map((v) => [v, tick_text(v, step)]);
}

function draw_axes(ctx, chart, { left, top, right, foot, px, py }, high, theme) {
  const over = chart.ground?.kind === "log";
  ctx.lineWidth = 1;
  const style = { size: 11, font: theme.font };
  for (const [x, text] of ticks(...chart.x, Math.max(2, Math.floor((right - left) / (chart.big ? 72 : 42))))) {
    const at = Math.round(px(x)) + 0.5;
    ctx.strokeStyle = theme.grid;
    ctx.globalAlpha = over ? 0.25 : x === 0 ? 1 : 0.6;
    line(ctx, at, top, at, foot);
    ctx.globalAlpha = 1;
    ctx.fillStyle = theme.quiet;
    draw_text(ctx, text, at, foot + 10, { ...style, align: 0.5 });
  }
  for (const [y, text] of ticks(...chart.y, Math.max(2, Math.floor((foot - top) / (chart.big ? 56 : 38))))) {
    const at = Math.round(py(y)) + 0.5;
    ctx.strokeStyle = theme.grid;
    ctx.globalAlpha = over ? 0.25 : y === 0 ? 1 : 0.6;
    line(ctx, left, at, right, at);
    ctx.globalAlpha = 1;
    ctx.fillStyle = theme.quiet;
    draw_text(ctx, text, left - 5, at, { ...style, align: 1 });
  }
  ctx.strokeStyle = theme.edge;
  ctx.strokeRect(left + 0.5, top + 0.5, right - left - 1, foot - top - 1);
  ctx.fillStyle = theme.text;
  if (chart.x_label) draw_text(ctx, chart.x_label, (left + right) / 2, high - 8, { size: 12.5, align: 0.5, font: theme.font });
  if (chart.y_label) {
    ctx.save();
    ctx.translate(8, (top + foot) / 2);
    ctx.rotate(-Math.PI / 2);
    draw_text(ctx, chart.y_label, 0, 0, { size: 12.5, align: 0.5, font: theme.font });
    ctx.restore();
  }
}

function line(ctx, x0, y0, x1, y1) {
  ctx.beginPath();
  ctx.moveTo(x0, y0);
  ctx.lineTo(x1, y1);
  ctx.stroke();
}

function draw_circle(ctx, px, py, theme) {
  const [x, y, r] = [px(0), py(0), px(1) - px(0)];
  ctx.beginPath();
  ctx.arc(x, y, r, 0, 2 * Math.PI);
  ctx.globalAlpha = 0.12;
  ctx.fillStyle = theme.cool;
  ctx.fill();
  ctx.globalAlpha = 1;
  ctx.strokeStyle = theme.quiet;
  ctx.lineWidth = 1.4;
  ctx.stroke();
}

function draw_arrows(ctx, chart, { left, foot, w, h }, theme) {
  const { arrows: n, arrow_xy: field } = chart;
  const sizes = [];
  for (let k = 0; k < n * n; k++) {
    const size = Math.hypot(field[2 * k], field[2 * k + 1]);
    if (Number.isFinite(size)) sizes.push(size);
  }
  sizes.sort((p, q) => p - q);
  const most = sizes[Math.floor(sizes.length * 0.92)] || 1;
  const cell = Math.min(w, h) / n;
  ctx.strokeStyle = ctx.fillStyle = theme.quiet;
  ctx.lineWidth = 1.1;
  for (let row = 0; row < n; row++) for (let column = 0; column < n; column++) {
    const k = 2 * (row * n + column);
    const size = Math.hypot(field[k], field[k + 1]);
    if (!(size > 1e-12) || !Number.isFinite(size)) continue;
    const share = Math.min(1, size / most);
    const long = cell * 0.86 * Math.cbrt(share);
    const [ux, uy] = [field[k] / size, -field[k + 1] / size];
    const [x, y] = [left + ((column + 0.5) / n) * w, foot - ((row + 0.5) / n) * h];
    const [x1, y1] = [x + (ux * long) / 2, y + (uy * long) / 2];
    ctx.globalAlpha = 0.3 + 0.4 * share;
    line(ctx, x - (ux * long) / 2, y - (uy * long) / 2, x1 - ux * 2, y1 - uy * 2);
    head(ctx, x1, y1, ux, uy, Math.min(5, 1.6 + long * 0.2));
  }
  ctx.globalAlpha = 1;
}

function head(ctx, x, y, ux, uy, size) {
  ctx.beginPath();
  ctx.moveTo(x, y);
  ctx.lineTo(x - ux * size - uy * size * 0.55, y - uy * size + ux * size * 0.55);
  ctx.lineTo(x - ux * size + uy * size * 0.55, y - uy * size - ux * size * 0.55);
  ctx.closePath();
  ctx.fill();
}

function draw_stroke(ctx, stroke, now, px, py, theme) {
  const { xy, n } = stroke;
  ctx.strokeStyle = ctx.fillStyle = ink_of(stroke.ink, theme);
  if (stroke.dash === "dots") {
    ctx.globalAlpha = stroke.alpha;
    ctx.beginPath();
    for (let k = 0; k < n; k++) ctx.rect(px(xy[2 * k]) - stroke.wide / 2, py(xy[2 * k + 1]) - stroke.wide / 2, stroke.wide, stroke.wide);
    ctx.fill();
    ctx.globalAlpha = 1;
    return;
  }
  ctx.lineJoin = "round";
  ctx.lineCap = "round";
  const runs = stroke.start !== null;
  ctx.lineWidth = stroke.wide;
  ctx.globalAlpha = runs ? stroke.alpha * 0.35 : stroke.alpha;
  ctx.setLineDash(DASHES[stroke.dash]);
  trail(ctx, xy, 0, n, px, py);
  ctx.setLineDash([]);
  if (runs) {
    const shown = clamp(Math.floor(now) - stroke.start + 1, 0, n);
    ctx.globalAlpha = stroke.alpha;
    trail(ctx, xy, 0, shown, px, py);
  }
  ctx.globalAlpha = 1;
  if (stroke.arrow && n > 3) mark_way(ctx, xy, n, px, py, stroke, theme);
}

function trail(ctx, xy, from, to, px, py) {
  ctx.beginPath();
  let open = false;
  for (let k = from; k < to; k++) {
    const [x, y] = [xy[2 * k], xy[2 * k + 1]];
    if (!Number.isFinite(x + y)) { open = false; continue; }
    if (open) ctx.lineTo(px(x), py(y));
    else ctx.moveTo(px(x), py(y));
    open = true;
  }
  ctx.stroke();
}

/** An arrow head half-way along a line, so that it is seen which way it goes. */
function mark_way(ctx, xy, n, px, py, stroke, theme) {
  const points = [];
  for (let k = 0; k < n; k++) if (Number.isFinite(xy[2 * k] + xy[2 * k + 1])) points.push([px(xy[2 * k]), py(xy[2 * k + 1])]);
  let whole = 0;
  for (let k = 1; k < points.length; k++) whole += Math.hypot(points[k][0] - points[k - 1][0], points[k][1] - points[k - 1][1]);
  if (!(whole > 24)) return;
  let gone = 0;
  for (let k = 1; k < points.length; k++) {
    const [dx, dy] = [points[k][0] - points[k - 1][0], points[k][1] - points[k - 1][1]];
    const long = Math.hypot(dx, dy);
    gone += long;
    if (gone > Math.min(whole * 0.5, 110) && long > 0.01) {
      ctx.fillStyle = ink_of(stroke.ink, theme);
      const way = stroke.arrow === "back" ? -1 : 1;
      return head(ctx, points[k][0], points[k][1], (way * dx) / long, (way * dy) / long, 9);
    }
  }
}

function draw_runner(ctx, stroke, now, px, py, map, theme) {
  const { xy, n } = stroke;
  const paint = ink_of(stroke.ink, theme);
  const k = Math.floor(clamp(now - stroke.start, 0, n - 1));
  const share = clamp(now - stroke.start - k, 0, 1);
  ctx.fillStyle = paint;
  if (stroke.dots !== false) for (let i = 0; i <= k; i++) {
    const [x, y] = [px(xy[2 * i]), py(xy[2 * i + 1])];
    if (!map.inside(x, y)) continue;
    ctx.beginPath();
    ctx.arc(x, y, 1.9, 0, 7);
    ctx.fill();
  }
  const next = Math.min(k + 1, n - 1);
  const [x, y] = [0, 1].map((i) => xy[2 * k + i] + share * (xy[2 * next + i] - xy[2 * k + i]));
  if (!Number.isFinite(x + y) || now < stroke.start || now > stroke.start + n - 0.5 || !map.inside(px(x), py(y))) return;
  ctx.beginPath();
  ctx.arc(px(x), py(y), 5.5, 0, 7);
  ctx.fillStyle = paint;
  ctx.fill();
  ctx.strokeStyle = theme.name === "dark" ? "#000000" : "#ffffff";
  ctx.lineWidth = 1.8;
  ctx.stroke();
}

function draw_mark(ctx, mark, x, y, size, theme) {
  const paint = mark.ink ? ink_of(mark.ink, theme) : ink_of(KIND[mark.shape] ?? "text", theme);
  ctx.strokeStyle = paint;
  ctx.lineWidth = 2.2;
  ctx.fillStyle = mark.shape === "stable" || mark.shape === "dot" || mark.shape === "diamond" ? paint : theme.back;
  ctx.beginPath();
  if (mark.shape === "cross") {
    ctx.moveTo(x - size, y - size);
    ctx.lineTo(x + size, y + size);
    ctx.moveTo(x - size, y + size);
    ctx.lineTo(x + size, y - size);
    return ctx.stroke();
  }
  const sides = { saddle: 3, source: 4, diamond: 4 }[mark.shape];
  if (!sides) ctx.arc(x, y, mark.shape === "dot" ? size * 0.62 : mark.shape === "ring" ? size * 1.3 : size, 0, 2 * Math.PI);
  for (let k = 0; k < (sides ?? 0); k++) {
    const angle = -Math.PI / 2 + (2 * Math.PI * k) / sides;
    ctx[k ? "lineTo" : "moveTo"](x + size * 1.28 * Math.cos(angle), y + size * 1.28 * Math.sin(angle));
  }
  if (sides) ctx.closePath();
  if (mark.shape !== "ring") ctx.fill();
  if (mark.shape === "stable" || mark.shape === "diamond") {
    ctx.strokeStyle = theme.name === "dark" ? "#000000" : "#ffffff";
    ctx.lineWidth = 1.4;
  }
  ctx.stroke();
  if (!mark.turns) return;
  ctx.strokeStyle = paint;
  ctx.lineWidth = 1.6;
  for (const begin of [0.35, 0.35 + Math.PI]) {
    ctx.beginPath();
    ctx.arc(x, y, size * 1.85, begin, begin + 1.9);
    ctx.stroke();
  }
}

function draw_stem(ctx, [x, y], k, chart, px, py, theme) {
  const [x0, y0, x1, y1] = [px(0), py(0), px(x), py(y)];
  const long = Math.hypot(x1 - x0, y1 - y0);
  ctx.strokeStyle = ctx.fillStyle = ink_of(chart.inks[k % chart.inks.length], theme);
  ctx.lineWidth = 2.4;
  line(ctx, x0, y0, x1, y1);
  if (long > 16) head(ctx, x1 - ((x1 - x0) / long) * 5, y1 - ((y1 - y0) / long) * 5, (x1 - x0) / long, (y1 - y0) / long, 11);
}

function draw_handle(ctx, x, y, k, chart, held, right, origin, theme) {
  const paint = ink_of(chart.inks[k % (chart.inks.length || 1)] ?? "text", theme);
  ctx.beginPath();
  ctx.arc(x, y, held ? 9 : 6.5, 0, 2 * Math.PI);
  ctx.fillStyle = theme.back;
  ctx.fill();
  ctx.lineWidth = 2.4;
  ctx.strokeStyle = paint;
  ctx.stroke();
  ctx.beginPath();
  ctx.arc(x, y, held ? 4 : 2.6, 0, 2 * Math.PI);
  ctx.fillStyle = paint;
  ctx.fill();
  const name = chart.handle_names[k];
  if (!name) return;
  ctx.fillStyle = theme.text;
  const flip = x > right - 12 - 7 * name.length;
  // A name at the left of its handle stands on the side to which its arrow does not point back.
  const low = flip && chart.stems && y > origin;
  draw_text(ctx, name, x + (flip ? (chart.stems ? 4 : -9) : 9), y + (low ? 17 : chart.stems && flip ? -17 : -12), { size: 12, align: flip ? 1 : 0, font: theme.font, halo: theme.back, bold: true });
}

function draw_cross(ctx, x, y, theme) {
  ctx.strokeStyle = theme.marker;
  ctx.lineWidth = 1.8;
  line(ctx, x - 12, y, x + 12, y);
  line(ctx, x, y - 12, x, y + 12);
}

function draw_note(ctx, { x, y, note }, wide, theme) {
  ctx.font = `12.5px ${theme.font}`;
  const lines = note.split("\n");
  const long = Math.max(...lines.map((text) => ctx.measureText(text).width)) + 16;
  const tall = lines.length * 17 + 8;
  const left = clamp(x - long / 2, 2, Math.max(2, wide - long - 2));
  const top = y > tall + 16 ? y - tall - 14 : y + 16;
  ctx.fillStyle = theme.back;
  ctx.strokeStyle = theme.edge;
  ctx.lineWidth = 1;
  ctx.beginPath();
  ctx.roundRect(left, top, long, tall, 6);
  ctx.fill();
  ctx.stroke();
  ctx.fillStyle = theme.text;
  lines.forEach((text, k) => draw_text(ctx, text, left + 8, top + 13 + 17 * k, { size: 12.5, font: theme.font }));
}

/** What the lines and marks are called, once for each name. */
function write_legend(card, chart, theme) {
  const named = new Map();
  for (const stroke of chart.strokes) if (stroke.name && !named.has(stroke.name)) named.set(stroke.name, { stroke });
  for (const mark of chart.marks) if (mark.name && !named.has(mark.name)) named.set(mark.name, { mark });
  const label = chart.ground?.label ?? "";
  const look = JSON.stringify([theme.name, label, chart.ground?.span, [...named].map(([name, { stroke, mark }]) => [name, stroke?.ink, stroke?.dash, mark?.shape, mark?.ink])]);
  if (card.look === look) return;
  card.look = look;
  const entries = [...named].map(([name, { stroke, mark }]) => {
    const node = make("canvas", "film-space-mark");
    const ctx = fit(node, 22, 16);
    node.style.width = "22px";
    if (mark) draw_mark(ctx, { ...mark, turns: false }, 11, 8, 4.6, theme);
    else {
      if (chart.ground?.kind === "log") {
        ctx.fillStyle = "#f1a35d";
        ctx.fillRect(0, 0, 22, 16);
      }
      ctx.strokeStyle = ink_of(stroke.ink, theme);
      ctx.globalAlpha = Math.max(0.6, stroke.alpha);
      ctx.lineWidth = Math.max(1.6, stroke.wide);
      ctx.setLineDash((DASHES[stroke.dash] ?? [2, 3]).map((v) => v * 0.75));
      line(ctx, 1, 8, 21, 8);
    }
    return make("span", "film-entry", node, spell(make("span"), name));
  });
  if (chart.ground?.kind === "log") {
    const ramp = make("i", "film-ramp");
    const colours = table({ scale: "log" }, theme);
    ramp.style.background = `linear-gradient(to right, ${[0, 64, 128, 191, 255].map((k) => css(colours.subarray(3 * k, 3 * k + 3))).join(",")})`;
    const [low, high] = chart.ground.span.map((v) => brief(10 ** v));
    entries.push(make("span", "film-entry", `${label} ${low} `, ramp, ` ${high}`));
  } else if (label) entries.push(make("span", "film-entry", label));
  card.legend.replaceChildren(...entries);
}
