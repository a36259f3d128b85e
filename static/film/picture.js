// Pictures: the rows of a heat panel at the cursor as squares of a grid, which a hand may paint,
// and a gallery of stored pictures with the overlap of each.

const here = new URL(import.meta.url).search;
const { decimals, spell } = await import("./symbols.js" + here);
const { colour, css, ink } = await import("./colours.js" + here);
const { clamp, fit, make } = await import("./layout.js" + here);
const { value_at } = await import("./reel.js" + here);
const { Courier } = await import("./sliders.js" + here);

const KEYS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
const BIG = 360; // px of a big picture
const SMALL = 168;
const GALLERY = 20; // more are counted, not drawn

/** Keeps what is being painted until Python's answer has come, and then lets the film run. */
export class Brush {
  constructor(send, started, ended) {
    this.courier = new Courier(send);
    Object.assign(this, { started, ended, held: null, owed: false });
  }

  begin(panel, values) {
    this.held = { key: panel.key, values: Float64Array.from(values, (v) => (v > 0 ? 1 : -1)) };
    this.owed = false;
    this.lay(panel);
    this.started();
  }

  set(panel, cell, value) {
    // The same picture again would be answered by nothing, and the courier would wait for it.
    if (this.held.values[cell] === value) return;
    this.held.values[cell] = value;
    this.lay(panel);
    this.post(true);
  }

  /** Show what the hand has painted, before Python knows of it. */
  lay(panel) {
    panel.values = panel.values.slice();
    panel.values.set(this.held.values, 0);
  }

  post(live) {
    this.courier.post({ values: [...this.held.values], live, moves: Date.now() });
  }

  /** Take a stored picture instead: its number travels as a painting of one square. */
  choose(row) {
    this.held = null;
    this.owed = true;
    this.started();
    this.courier.post({ values: [row], live: false, moves: Date.now() });
  }

  release() {
    this.owed = true;
    this.post(false);
  }

  /** New data has come: what has been painted since stays, and once all is known the film runs. */
  answer(reel) {
    this.courier.answer();
    if (!this.held) {
      if (this.owed && reel) this.ended();
      this.owed = false;
      return;
    }
    const panel = reel?.find[this.held.key];
    if (panel?.m !== this.held.values.length) return void (this.held = null);
    const known = this.held.values.every((v, i) => panel.values[i] === v);
    if (this.owed && known) {
      this.held = null;
      this.owed = false;
      this.ended();
    } else this.lay(panel);
  }
}

/** Lay out all pictures of a reel; act offers hover, pin, and a brush. */
export function build_pictures(container, view, act) {
  container.replaceChildren();
  const cards = view.reel.pictures.map((picture, index) => {
    const gallery = picture.kind === "gallery";
    const title = spell(make("div", "film-side-title"), picture.label);
    const card = { index, node: make("figure", gallery ? "film-gallery" : picture.big ? "film-picture film-big" : "film-picture", title) };
    if (!gallery) card.node.style.flexBasis = `${picture.big ? BIG : SMALL}px`;
    container.append(card.node);
    gallery ? hang(card, view, act) : frame(card, view, act);
    return card;
  });
  container.parentElement.classList.toggle("film-pictured", cards.length > 0);
  return cards;
}

function frame(card, view, act) {
  const picture = view.reel.pictures[card.index];
  const canvas = make("canvas", "film-grid");
  const note = make("figcaption", "film-note");
  Object.assign(card, { canvas, note, at: null });
  canvas.setAttribute("role", picture.hand ? "application" : "img");
  canvas.setAttribute("aria-label", picture.hand ? `${picture.label}: a grid to paint on; arrow keys move, Enter paints` : picture.label);
  card.node.append(canvas, note);
  const wide = () => view.reel.pictures[card.index].wide;
  const panel = () => view.reel.find[view.reel.pictures[card.index].of];
  const cell_of = (event) => {
    const box = canvas.getBoundingClientRect();
    const size = box.width / wide();
    const column = clamp(Math.floor((event.clientX - box.left) / size), 0, wide() - 1);
    const row = clamp(Math.floor((event.clientY - box.top) / size), 0, panel().m / wide() - 1);
    return row * wide() + column;
  };
  const paint = { value: 1, last: -1 };
  const begin = (cell) => {
    const now = Float64Array.from({ length: panel().m }, (_, row) => value_at(panel(), view.cursor, row) ?? -1);
    act.brush.begin(panel(), now);
    paint.value = -act.brush.held.values[cell];
  };
  const touch = (cell) => {
    if (cell === paint.last) return;
    for (const between of line_of_cells(paint.last < 0 ? cell : paint.last, cell, wide())) act.brush.set(panel(), between, paint.value);
    paint.last = cell;
    act.painted();
  };
  canvas.addEventListener("pointermove", (event) => {
    if (paint.busy) return touch(cell_of(event));
    act.hover({ tick: view.cursor, row: cell_of(event), panel: panel(), picture: true });
  });
  canvas.addEventListener("pointerleave", () => paint.busy || act.hover(null));
  if (!picture.hand) return;
  canvas.classList.add("film-hand");
  canvas.tabIndex = 0;
  canvas.addEventListener("pointerdown", (event) => {
    if (event.button) return;
    canvas.setPointerCapture(event.pointerId);
    paint.busy = true;
    paint.last = -1;
    act.hover(null);
    const cell = cell_of(event);
    begin(cell);
    touch(cell);
  });
  const done = () => {
    if (!paint.busy) return;
    paint.busy = false;
    act.brush.release();
  };
  for (const name of ["pointerup", "pointercancel"]) canvas.addEventListener(name, done);
  canvas.addEventListener("keydown", (event) => {
    const [dx, dy] = KEYS[event.key] ?? [0, 0];
    const high = panel().m / wide();
    const at = card.at ?? 0;
    if (dx || dy) {
      card.at = clamp(Math.floor(at / wide()) + dy, 0, high - 1) * wide() + clamp((at % wide()) + dx, 0, wide() - 1);
    } else if (event.key === "Enter" || event.key === " ") {
      begin(at);
      paint.last = -1;
      touch(at);
      act.brush.release();
    } else if (event.key === "Escape") canvas.blur();
    else return;
    event.preventDefault();
    event.stopPropagation();
    act.painted();
    const square = `row ${Math.floor((card.at ?? 0) / wide()) + 1}, column ${((card.at ?? 0) % wide()) + 1}`;
    view.live.textContent = `${square}: ${value_at(panel(), view.cursor, card.at ?? 0) > 0 ? "ink" : "paper"}`;
  });
  canvas.addEventListener("focus", () => {
    if (canvas.matches(":focus-visible")) card.at ??= 0;
    act.painted();
  });
  canvas.addEventListener("blur", () => { card.at = null; act.painted(); });
}

/** The squares that a stroke from one to another touches. */
function line_of_cells(from, to, wide) {
  const [x0, y0, x1, y1] = [from % wide, Math.floor(from / wide), to % wide, Math.floor(to / wide)];
  const count = Math.max(Math.abs(x1 - x0), Math.abs(y1 - y0));
  return Array.from({ length: count + 1 }, (_, k) => {
    const share = count ? k / count : 1;
    return Math.round(y0 + share * (y1 - y0)) * wide + Math.round(x0 + share * (x1 - x0));
  });
}

function hang(card, view, act) {
  const picture = view.reel.pictures[card.index];
  const { names } = picture;
  card.items = names.slice(0, GALLERY).map((name, row) => {
    const canvas = make("canvas", "film-thumb-picture");
    const bar = make("i", "film-match");
    const number = make("span", "film-match-value");
    const button = make("button", "film-memory", canvas, make("span", "film-memory-name", name), make("span", "film-match-rail", bar), number);
    button.type = "button";
    button.title = `${picture.act}: ${name}`;
    button.setAttribute("aria-label", `${name}: ${picture.act}`);
    button.addEventListener("click", () => act.brush.choose(row));
    return { canvas, bar, number, button };
  });
  const rest = names.length - card.items.length;
  const wall = make("div", "film-wall", ...card.items.map((item) => item.button));
  if (rest > 0) wall.append(make("span", "film-more", `and ${rest} more`));
  if (!names.length) wall.append(make("span", "film-more", picture.empty));
  card.node.append(wall);
}

/** What does not depend on the cursor: the stored pictures. */
export function draw_gallery(cards, reel, theme) {
  for (const card of cards.filter((one) => one.items)) {
    const picture = reel.pictures[card.index];
    card.items.forEach(({ canvas, button }, row) => {
      const paint = ink({ ink: picture.inks[row] }, row, theme);
      button.style.setProperty("--ink", paint);
      const side = 48;
      const ctx = fit(canvas, side, side);
      ctx.fillStyle = theme.empty;
      ctx.fillRect(0, 0, side, side);
      ctx.fillStyle = paint;
      const size = side / picture.wide;
      const [count, first] = [picture.wide * picture.wide, row * picture.wide * picture.wide];
      for (let k = 0; k < count; k++) {
        if (picture.images[first + k] <= 0) continue;
        ctx.fillRect((k % picture.wide) * size, Math.floor(k / picture.wide) * size, size + 0.3, size + 0.3);
      }
    });
  }
}

/** Draw every picture as it is at the cursor. */
export function draw_pictures(cards, reel, cursor, spot, theme) {
  for (const card of cards) {
    const picture = reel.pictures[card.index];
    const panel = reel.find[picture.of];
    if (card.items) {
      card.items.forEach((item, row) => show_match(item, value_at(panel, cursor, row), picture.aim === row));
      continue;
    }
    const size = Math.min(card.canvas.parentElement.clientWidth, picture.big ? BIG : SMALL);
    if (!(size > 0)) continue;
    draw_squares(fit(card.canvas, size, (size * panel.m) / (picture.wide * picture.wide)), card, picture, panel, cursor, spot, size, theme);
    card.canvas.style.width = `${size}px`;
    const said = picture.notes?.[Math.min(cursor, picture.notes.length - 1)] ?? "";
    if (card.note.textContent !== said) card.note.textContent = said;
  }
}

function show_match({ bar, number, button }, value, aim) {
  const match = value ?? 0;
  bar.style.setProperty("--from", Math.min(0.5, 0.5 + match / 2));
  bar.style.setProperty("--long", Math.abs(match) / 2);
  const text = decimals(match, 2);
  if (number.textContent !== text) number.textContent = text;
  button.classList.toggle("film-aim", aim);
  button.classList.toggle("film-found", match > 0.995);
}

function draw_squares(ctx, card, picture, panel, cursor, spot, size, theme) {
  const { wide } = picture;
  const each = size / wide;
  const gap = each > 9 ? 1 : 0.5;
  const round = each > 14 ? 3 : 1;
  ctx.clearRect(0, 0, size, size * 2);
  const box = (cell, grow) => [(cell % wide) * each + gap / 2 - grow, Math.floor(cell / wide) * each + gap / 2 - grow, each - gap + 2 * grow, each - gap + 2 * grow];
  for (let cell = 0; cell < panel.m; cell++) {
    const value = value_at(panel, cursor, cell);
    ctx.fillStyle = value === undefined ? theme.empty : css(colour(panel, value, theme));
    ctx.beginPath();
    // Told apart by size as well as by colour.
    ctx.roundRect(...box(cell, value < 0 ? -each * 0.07 : 0), round);
    ctx.fill();
  }
  const ring = (cell, paints) => {
    for (const [paint, thick] of paints) {
      ctx.strokeStyle = paint;
      ctx.lineWidth = thick;
      ctx.beginPath();
      ctx.roundRect(...box(cell, 0), round);
      ctx.stroke();
    }
  };
  const now = picture.marks?.[cursor] ?? -1;
  if (now >= 0) ring(now, [["#000000", 4.5], [theme.marker, 2.5]]);
  if (spot.row >= 0 && spot.rows === panel.m) ring(spot.row, [["#000000", 3.5], ["#ffffff", 1.6]]);
  if (card.at !== null && card.at !== undefined) ring(card.at, [[theme.back, 4], [theme.cool, 2.5]]);
}
