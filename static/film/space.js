// State space in three dimensions, turned by a hand, and the spectrum of the point it has picked.

const here = new URL(import.meta.url).search;
const { brief, draw_text } = await import("./symbols.js" + here);
const { clamp, fit, make } = await import("./layout.js" + here);

const TURN_BY = 0.009; // radians for each pixel of a drag
const REACH = 16; // px within which a point is meant
const OUT = { light: ["#0072B2", "#C2500A", "#612F86", "#6E0D21", "#44423e"], dark: ["#56B4E9", "#FF9A52", "#DEB0DB", "#EB6259", "#d8d4cc"] };
const LEGEND = ["stable", "1 way out", "2 ways out", "3 or more", "marginal"];
const MARGINAL = 4; // place in LEGEND and OUT of a point at which no mode grows and one does not fade

/** Two canvases: the space, and the eigenvalues of one point. */
export function build_space(container, view) {
  container.replaceChildren();
  if (!view.reel.space) return null;
  const canvas = make("canvas", "film-space-plot");
  const circle = make("canvas", "film-spectrum");
  canvas.tabIndex = 0;
  canvas.setAttribute("role", "application");
  canvas.setAttribute("aria-label", `${view.reel.space.label}; arrow keys turn it, Enter picks the next point`);
  circle.setAttribute("role", "img");
  circle.setAttribute("aria-label", "eigenvalues of the picked point against the unit circle");
  const title = make("div", "film-side-title", view.reel.space.label);
  const named = make("div", "film-side-title");
  const legend = make("div", "film-space-legend");
  const hint = make("div", "film-caption", "Drag to turn, click a point to see its spectrum.");
  container.append(
    make("figure", "film-space-main", title, canvas, legend, hint),
    make("figure", "film-space-side", named, circle),
  );
  const card = { canvas, circle, named, legend, yaw: -0.6, pitch: 0.35, hover: -1, over: -1, places: [] };
  watch_space(card, view);
  return card;
}

function watch_space(card, view) {
  const { canvas, circle } = card;
  let from = null;
  const at = (event, node) => {
    const box = node.getBoundingClientRect();
    return [event.clientX - box.left, event.clientY - box.top];
  };
  const nearest = (places, [x, y]) => {
    let best = -1;
    let least = REACH;
    for (const place of places) {
      const far = Math.hypot(place.x - x, place.y - y);
      if (far < least) [best, least] = [place.row, far];
    }
    return best;
  };
  canvas.addEventListener("pointerdown", (event) => {
    if (event.button) return;
    canvas.setPointerCapture(event.pointerId);
    from = { x: event.clientX, y: event.clientY, yaw: card.yaw, pitch: card.pitch, moved: false };
  });
  canvas.addEventListener("pointermove", (event) => {
    if (from) {
      const [dx, dy] = [event.clientX - from.x, event.clientY - from.y];
      if (Math.hypot(dx, dy) > 4) from.moved = true;
      if (from.moved) turn(card, from.yaw + dx * TURN_BY, from.pitch + dy * TURN_BY);
    } else card.hover = nearest(card.places, at(event, canvas));
    view.wake();
  });
  const done = (event) => {
    if (from && !from.moved && event.type === "pointerup") {
      const row = nearest(card.places, at(event, canvas));
      const { of } = view.reel.space;
      if (row >= 0) view.pin({ key: of, row });
      view.settle();
    }
    from = null;
  };
  for (const name of ["pointerup", "pointercancel"]) canvas.addEventListener(name, done);
  canvas.addEventListener("pointerleave", () => { card.hover = -1; view.wake(); });
  canvas.addEventListener("keydown", (event) => {
    const { of, names } = view.reel.space;
    if (event.key === "Enter" && names.length) {
      const now = view.pick?.key === of ? view.pick.row : 0;
      const row = (now + (event.shiftKey ? names.length - 1 : 1)) % names.length;
      view.pin({ key: of, row });
      view.live.textContent = `point ${row + 1}: ${names[row]}`;
      return event.preventDefault();
    }
    const [dx, dy] = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[event.key] ?? [0, 0];
    if (!dx && !dy) return;
    turn(card, card.yaw + dx * 0.12, card.pitch + dy * 0.12);
    event.preventDefault();
    event.stopPropagation();
    view.wake();
  });
  circle.addEventListener("pointermove", (event) => {
    card.over = nearest(card.dots ?? [], at(event, circle));
    view.wake();
  });
  circle.addEventListener("pointerleave", () => { card.over = -1; view.wake(); });
}

function turn(card, yaw, pitch) {
  card.yaw = yaw;
  card.pitch = clamp(pitch, -1.5, 1.5);
  card.canvas.dataset.yaw = card.yaw.toFixed(3);
}

/** Draw both at the cursor; ``spot`` says which row is lit. */
export function draw_space(card, reel, cursor, spot, theme) {
  if (!card || !reel.space) return;
  const { space } = reel;
  const wide = card.canvas.parentElement.clientWidth;
  if (!wide) return;
  const high = Math.round(clamp(wide * 0.62, 280, 500));
  const ctx = fit(card.canvas, wide, high);
  card.canvas.style.width = `${wide}px`;
  const picked = spot.panel?.key === space.of && spot.row >= 0 ? spot.row : 0;
  draw_scene(ctx, card, space, cursor, picked, wide, high, theme);
  write_legend(card, space, theme);
  const side = Math.min(card.circle.parentElement.clientWidth, 340);
  if (side > 0) {
    const round = fit(card.circle, side, side);
    card.circle.style.width = `${side}px`;
    draw_spectrum(round, card, space, picked, side, theme);
  }
}

function write_legend(card, space, theme) {
  const walks = space.path_xyz.length > 0;
  const look = theme.name + space.away.join() + space.shapes.slow[0] + walks;
  if (card.look === look) return;
  card.look = look;
  const kinds = [...new Set(space.away.map((_, row) => sort_of(space, row)))].sort();
  const entries = kinds.map((n) => {
    const mark = make("canvas", "film-space-mark");
    const ctx = fit(mark, 16, 16);
    mark.style.width = "16px";
    draw_point(ctx, 8, 8, 5, n, theme);
    const count = space.away.filter((_, row) => sort_of(space, row) === n).length;
    return make("span", "film-entry", mark, `${LEGEND[n]} (${count})`);
  });
  if (space.shapes.slow[0]) {
    const mark = make("canvas", "film-space-mark");
    const ctx = fit(mark, 16, 16);
    mark.style.width = "16px";
    draw_slow(ctx, 8, 8, 5, theme);
    entries.push(make("span", "film-entry", mark, `slow point (${space.shapes.slow[0]})`));
  }
  if (walks) {
    const mark = make("canvas", "film-space-mark");
    draw_now(fit(mark, 16, 16), 8, 8, theme);
    mark.style.width = "16px";
    entries.push(make("span", "film-entry", mark, "state now"));
  }
  card.legend.replaceChildren(...entries);
}

/** A function that puts a row of three numbers on the screen: x, y and depth (-1 back, 1 front). */
function camera(card, space, wide, high) {
  const low = [Infinity, Infinity, Infinity];
  const top = [-Infinity, -Infinity, -Infinity];
  for (const array of [space.points_xyz, space.path_xyz, space.slow_xyz]) {
    for (let i = 0; i < array.length; i++) {
      if (!Number.isFinite(array[i])) continue;
      low[i % 3] = Math.min(low[i % 3], array[i]);
      top[i % 3] = Math.max(top[i % 3], array[i]);
    }
  }
  const middle = low.map((v, i) => (Number.isFinite(v) ? (v + top[i]) / 2 : 0));
  // One scale for all three, so that angles and distances are those of the state space.
  const half = Math.max(1e-9, ...low.map((v, i) => (Number.isFinite(v) ? (top[i] - v) / 2 : 0)));
  const [cy, sy, cp, sp] = [Math.cos(card.yaw), Math.sin(card.yaw), Math.cos(card.pitch), Math.sin(card.pitch)];
  const size = Math.min(wide * 0.5, high * 0.5) / 1.62;
  const put = (a, b, c) => {
    const [x, y, z] = [(a - middle[0]) / half, (b - middle[1]) / half, (c - middle[2]) / half];
    const [u, v] = [x * cy + z * sy, -x * sy + z * cy];
    const depth = (v * cp - y * sp) / 1.75;
    const near = 1 / (1 - 0.16 * depth);
    return { x: wide / 2 + u * size * near, y: high / 2 - (y * cp + v * sp) * size * near, depth };
  };
  return { put, middle, half };
}

function draw_scene(ctx, card, space, cursor, picked, wide, high, theme) {
  const { put, middle, half } = camera(card, space, wide, high);
  ctx.clearRect(0, 0, wide, high);
  draw_frame(ctx, put, middle, half, space.axes, theme);
  ctx.lineJoin = "round";
  const [count, long] = space.shapes.links;
  for (let k = 0; k < count; k++) {
    ctx.strokeStyle = theme.edge;
    ctx.globalAlpha = 0.75;
    ctx.lineWidth = 1.1;
    trail(ctx, put, space.links_xyz, k * long, long);
  }
  ctx.globalAlpha = 1;
  const shown = clamp(cursor - space.start + 1, 0, space.path_xyz.length / 3);
  ctx.strokeStyle = theme.path;
  ctx.lineWidth = 1;
  ctx.globalAlpha = 0.5;
  trail(ctx, put, space.path_xyz, 0, space.path_xyz.length / 3);
  ctx.globalAlpha = 1;
  ctx.strokeStyle = theme.marker;
  ctx.lineWidth = 1.8;
  const tail = Math.max(0, shown - 14);
  trail(ctx, put, space.path_xyz, tail, shown - tail);

  const marks = [];
  for (let row = 0; row * 3 < space.points_xyz.length; row++) {
    marks.push({ row, ...put(...space.points_xyz.subarray(row * 3, row * 3 + 3)) });
  }
  for (let row = 0; row * 3 < space.slow_xyz.length; row++) {
    marks.push({ slow: row, ...put(...space.slow_xyz.subarray(row * 3, row * 3 + 3)) });
  }
  if (shown > 0) marks.push({ now: true, ...put(...space.path_xyz.subarray(shown * 3 - 3, shown * 3)) });
  marks.sort((a, b) => a.depth - b.depth);
  for (const mark of marks) {
    const size = 5.2 * (1 + 0.28 * mark.depth);
    ctx.globalAlpha = 0.72 + 0.28 * clamp(mark.depth + 0.5, 0, 1);
    if (mark.now) draw_now(ctx, mark.x, mark.y, theme);
    else if (mark.slow !== undefined) draw_slow(ctx, mark.x, mark.y, size + 3, theme);
    else {
      if (mark.row === picked) ring(ctx, mark.x, mark.y, size + 5, theme);
      draw_point(ctx, mark.x, mark.y, size, sort_of(space, mark.row), theme);
    }
  }
  ctx.globalAlpha = 1;
  card.places = marks.filter((mark) => mark.row !== undefined);
  // Where each point is drawn, for tests: a hand must know where to go.
  const spots = [...card.places].sort((a, b) => a.row - b.row).map(({ x, y }) => `${x.toFixed(1)},${y.toFixed(1)}`);
  card.canvas.dataset.places = spots.join(";");
  const told = card.hover >= 0 ? card.hover : -1;
  const place = card.places.find((mark) => mark.row === told);
  if (place) note(ctx, place.x, place.y, `${told + 1}: ${space.names[told]}`, wide, theme);
}

function trail(ctx, put, xyz, from, count) {
  ctx.beginPath();
  for (let k = from; k < from + count; k++) {
    const [a, b, c] = [xyz[k * 3], xyz[k * 3 + 1], xyz[k * 3 + 2]];
    if (!Number.isFinite(a + b + c)) continue;
    const { x, y } = put(a, b, c);
    if (k === from) ctx.moveTo(x, y);
    else ctx.lineTo(x, y);
  }
  ctx.stroke();
}

/** The edges of a cube around everything, and the names of its three directions. */
function draw_frame(ctx, put, middle, half, axes, theme) {
  const corner = (i, j, k) => put(middle[0] + half * i, middle[1] + half * j, middle[2] + half * k);
  ctx.strokeStyle = theme.grid;
  ctx.lineWidth = 1;
  for (const [i, j] of [[-1, -1], [-1, 1], [1, -1], [1, 1]]) {
    for (const [a, b] of [[[-1, i, j], [1, i, j]], [[i, -1, j], [i, 1, j]], [[i, j, -1], [i, j, 1]]]) {
      const [p, q] = [corner(...a), corner(...b)];
      ctx.beginPath();
      ctx.moveTo(p.x, p.y);
      ctx.lineTo(q.x, q.y);
      ctx.stroke();
    }
  }
  ctx.fillStyle = theme.quiet;
  const style = { size: 11.5, align: 0.5, font: theme.font };
  const ends = [corner(1.14, -1, -1), corner(-1, 1.14, -1), corner(-1, -1, 1.14)];
  ends.forEach(({ x, y }, i) => draw_text(ctx, axes[i], x, y, style));
}

/** The place in the legend of a point: the number of ways out, at most 3, or MARGINAL. */
function sort_of(space, row) {
  const S = space.shapes.real[1];
  if (space.away[row]) return Math.min(space.away[row], 3);
  return space.growth.subarray(row * S, (row + 1) * S).some((rate) => rate === 0) ? MARGINAL : 0;
}

/** A fixed point: filled where it attracts; with each way out one more side, and hollow. */
function draw_point(ctx, x, y, size, away, theme) {
  const paint = OUT[theme.name][away];
  ctx.beginPath();
  if (away === 0 || away === MARGINAL) ctx.arc(x, y, size, 0, 2 * Math.PI);
  else {
    const sides = away === 1 ? 3 : away === 2 ? 4 : 24;
    const big = away < 3 ? size * 1.25 : size;
    for (let k = 0; k < sides; k++) {
      const angle = -Math.PI / 2 + (2 * Math.PI * k) / sides;
      ctx[k ? "lineTo" : "moveTo"](x + big * Math.cos(angle), y + big * Math.sin(angle));
    }
    ctx.closePath();
  }
  ctx.fillStyle = away === 0 ? paint : theme.back;
  ctx.fill();
  ctx.strokeStyle = paint;
  ctx.lineWidth = 2;
  ctx.stroke();
}

function draw_slow(ctx, x, y, size, theme) {
  ctx.beginPath();
  ctx.moveTo(x, y - size);
  ctx.lineTo(x + size * 0.62, y);
  ctx.lineTo(x, y + size);
  ctx.lineTo(x - size * 0.62, y);
  ctx.closePath();
  ctx.fillStyle = theme.text;
  ctx.fill();
  ctx.strokeStyle = theme.back;
  ctx.lineWidth = 1.2;
  ctx.stroke();
}

function draw_now(ctx, x, y, theme) {
  ctx.beginPath();
  ctx.arc(x, y, 6, 0, 2 * Math.PI);
  ctx.fillStyle = theme.marker;
  ctx.fill();
  ctx.strokeStyle = theme.name === "dark" ? "#000000" : "#ffffff";
  ctx.lineWidth = 2;
  ctx.stroke();
}

function ring(ctx, x, y, size, theme) {
  ctx.beginPath();
  ctx.arc(x, y, size, 0, 2 * Math.PI);
  ctx.strokeStyle = theme.text;
  ctx.lineWidth = 1.6;
  ctx.stroke();
}

function note(ctx, x, y, text, wide, theme) {
  ctx.font = `12.5px ${theme.font}`;
  const long = ctx.measureText(text).width + 14;
  const left = clamp(x - long / 2, 2, wide - long - 2);
  const top = y > 40 ? y - 34 : y + 14;
  ctx.fillStyle = theme.back;
  ctx.strokeStyle = theme.edge;
  ctx.lineWidth = 1;
  ctx.beginPath();
  ctx.roundRect(left, top, long, 22, 5);
  ctx.fill();
  ctx.stroke();
  ctx.fillStyle = theme.text;
  draw_text(ctx, text, left + long / 2, top + 11, { size: 12.5, align: 0.5, font: theme.font });
}

/** Eigenvalues in the plane: inside the unit circle a direction fades, outside it grows. */
function draw_spectrum(ctx, card, space, picked, side, theme) {
  ctx.clearRect(0, 0, side, side);
  const [N, S] = space.shapes.real;
  const name = N ? `Point ${picked + 1}: ${space.names[picked]}` : "No fixed point";
  if (card.named.textContent !== name) card.named.textContent = name;
  card.dots = [];
  if (!N) return;
  const re = space.real_part.subarray(picked * S, (picked + 1) * S);
  const im = space.imag_part.subarray(picked * S, (picked + 1) * S);
  const far = Math.max(1.18, ...re.map((v, k) => Math.hypot(v, im[k]) * 1.12));
  const [middle, scale] = [side / 2, (side / 2 - 16) / far];
  ctx.fillStyle = theme.empty;
  ctx.beginPath();
  ctx.arc(middle, middle, scale, 0, 2 * Math.PI);
  ctx.fill();
  ctx.strokeStyle = theme.grid;
  ctx.lineWidth = 1;
  for (const [a, b, c, d] of [[0, middle, side, middle], [middle, 0, middle, side]]) {
    ctx.beginPath();
    ctx.moveTo(a, b);
    ctx.lineTo(c, d);
    ctx.stroke();
  }
  ctx.strokeStyle = theme.quiet;
  ctx.lineWidth = 1.4;
  ctx.beginPath();
  ctx.arc(middle, middle, scale, 0, 2 * Math.PI);
  ctx.stroke();
  ctx.fillStyle = theme.quiet;
  const small = { size: 11, font: theme.font };
  draw_text(ctx, "Re λ", side - 4, middle + 12, { ...small, align: 1 });
  draw_text(ctx, "Im λ", middle + 5, 9, small);
  draw_text(ctx, "1", middle + scale + 4, middle - 8, small);
  for (let k = 0; k < S; k++) {
    const out = space.growth[picked * S + k] > 0;
    const [x, y] = [middle + re[k] * scale, middle - im[k] * scale];
    ctx.beginPath();
    if (out) ctx.rect(x - 4, y - 4, 8, 8);
    else ctx.arc(x, y, 4, 0, 2 * Math.PI);
    ctx.globalAlpha = 0.9;
    ctx.fillStyle = out ? theme.warm : theme.cool;
    ctx.fill();
    ctx.globalAlpha = 1;
    ctx.strokeStyle = theme.back;
    ctx.lineWidth = 1;
    ctx.stroke();
    card.dots.push({ row: k, x, y });
  }
  const dot = card.dots[card.over];
  if (dot) note(ctx, dot.x, dot.y, mode(re[dot.row], im[dot.row], space.growth[picked * S + dot.row]), side, theme);
}

/** An eigenvalue in words: how fast its direction fades or grows, and how often it turns. */
function mode(re, im, growth) {
  const size = Math.hypot(re, im);
  const turns = Math.abs(im) > 1e-6 ? `, turns once in ${brief((2 * Math.PI) / Math.abs(Math.atan2(im, re)))}` : re < 0 ? ", flips" : "";
  if (growth === 0) return `|λ| = 1: marginal, neither grows nor fades${turns}`;
  return `|λ| = ${brief(size)}: ${growth > 0 ? "grows" : "fades"} e-fold in ${brief(Math.abs(1 / growth))}${turns}`;
}
