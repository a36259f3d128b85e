// The film: takes bytes, keeps what the visitor did, draws; Streamlit calls the default export.

const here = new URL(import.meta.url).search;
const { read_theme } = await import("./colours.js" + here);
const { unpack } = await import("./reel.js" + here);
const { clamp, fit, make } = await import("./layout.js" + here);
const { draw_side } = await import("./side.js" + here);
const { draw_graph, measure } = await import("./graph.js" + here);
const { draw_wiring, measure_wiring } = await import("./wiring.js" + here);
const { draw_panels } = await import("./panels.js" + here);
const { draw_overlay } = await import("./overlay.js" + here);
const { watch_graph } = await import("./pointer.js" + here);
const { Sketch } = await import("./sketch.js" + here);
const { Brush, draw_gallery, draw_pictures } = await import("./picture.js" + here);
const { draw_scale } = await import("./scale.js" + here);
const { draw_space } = await import("./space.js" + here);
const { Hand, draw_charts } = await import("./chart.js" + here);
const { draw_passage } = await import("./text.js" + here);
const { Courier } = await import("./sliders.js" + here);
const { build_controls, place_rail, show_playing, watch_keys } = await import("./controls.js" + here);
const { lines_needed, show_readout, variable } = await import("./readout.js" + here);
const { build, show_roll } = await import("./build.js" + here);
const { follow, tell } = await import("./follow.js" + here);
const { tick_number, tick_said } = await import("./walk.js" + here);
const { advance, glide } = await import("./motion.js" + here);
const { save } = await import("./snapshot.js" + here);

const REST = 300; // ms of stillness after which the server hears of the cursor
const NARROW = 640;
const VIEWS = new WeakMap();

export default async function film({ data, parentElement, setStateValue }, sheet) {
  let view = VIEWS.get(parentElement);
  if (!view) VIEWS.set(parentElement, (view = new Film(parentElement, sheet)));
  view.send = setStateValue;
  await view.dressed;
  view.take(data);
  // Streamlit may run the clean-up of a call that a newer one has overtaken.
  return () => setTimeout(() => {
    if (view.root.isConnected) return;
    view.stop();
    VIEWS.delete(parentElement);
  });
}

class Film {
  constructor(parent, sheet) {
    this.values = {};
    this.knobs = [];
    this.stacks = [];
    this.cards = [];
    this.told = [];
    this.still = matchMedia("(prefers-reduced-motion: reduce)");
    Object.assign(this, { cursor: 0, position: 0, morph: 1, blend: 1, phase: 0, speed: 1, visible: true });
    this.root = make("div", "film");
    this.root.tabIndex = 0;
    this.root.setAttribute("role", "group");
    for (const part of ["trouble", "said", "sliders", "scene", "times", "passage", "pictures", "space", "charts", "main", "live"]) {
      this.root.append((this[part] = make("div", `film-${part}`)));
    }
    this.left = make("div", "film-left");
    this.right = make("div", "film-right");
    this.reading = make("div", "film-reading");
    this.rows = make("div", "film-rows");
    this.bar = make("div", "film-controls");
    this.left.append(this.reading, this.rows, this.bar);
    this.main.append(this.left, this.right);
    this.live.setAttribute("aria-live", "polite");
    this.dressed = dress(parent, sheet);
    parent.append(this.root);
    const act = this.act();
    this.controls = build_controls(this.bar, act);
    this.canvas = make("canvas", "film-graph");
    this.canvas.setAttribute("role", "img");
    watch_graph(this.canvas, this, act);
    watch_keys(this.root, () => this.reel?.axis ?? { count: 1 }, act);
    this.courier = new Courier((value) => this.send("sliders", value));
    this.sketch = new Sketch((value) => this.send("sketch", value));
    this.hand = new Hand((value) => this.send("sketch", value));
    this.gallery = [];
    this.brush = new Brush((value) => this.send("sketch", value), () => this.go(0), () => this.still.matches || this.run(true));
    this.sizes = new ResizeObserver(() => this.resize());
    this.sizes.observe(this.root);
    this.sight = new IntersectionObserver(([entry]) => {
      this.visible = entry.isIntersecting;
      if (this.visible) this.wake();
    });
    this.sight.observe(this.root);
  }

  act() {
    return {
      toggle: () => this.run(!this.playing),
      step: (by) => this.go(this.cursor + by),
      scrub: (tick) => this.go(tick),
      speed: (factor) => (this.speed = factor),
      hold: (held) => { this.held = held; this.settle(); },
      hover: (spot) => { this.hover = spot?.outside ? null : spot; this.wake(); this.settle(); },
      click: (spot) => this.click(spot),
      row: (by) => this.walk(by),
      unpin: () => this.pin(null),
      save: (kind) => this.reel && save(this, kind).catch((error) => {
        this.trouble.textContent = `This picture cannot be saved: ${error.message}.`;
      }),
      draw: (stack, card, x, y) => { this.sketch.move(stack, this.reel.axis, card, x, y); this.draw(); },
      drawn: () => this.sketch.release(),
      brush: this.brush,
      painted: () => this.wake(),
    };
  }

  /** New bytes: keep cursor, pick, play and thumbs, and draw. */
  take(data) {
    this.courier.answer();
    try {
      const reel = unpack(data);
      // While this script loads, Streamlit may call it with the newer data first.
      if (reel.serial < this.serial) return;
      this.serial = reel.serial;
      this.trouble.textContent = "";
      const theme = read_theme(this.root);
      const known = this.reel?.version === reel.version;
      if (known && JSON.stringify(theme) === JSON.stringify(this.theme)) return;
      [this.before, this.theme] = [this.reel, theme];
      this.reel = known ? this.reel : reel;
      this.root.dataset.theme = theme.name;
      this.sketch.answer(this.reel);
      this.brush.answer(this.reel);
      this.hand.answer();
      build(this);
      follow(this);
      this.draw();
    } catch (error) {
      this.trouble.textContent = `This film cannot be drawn: ${error.message}.`;
      this.root.dataset.version ??= "none"; // it stands, if only to say so
    }
  }

  /** Everything anew: after new data, a new size or a new theme. */
  draw() {
    const { reel, theme, root } = this;
    const wide = root.clientWidth;
    if (!reel || !wide) return;
    const start = performance.now();
    this.drawn_wide = wide;
    const narrow = wide < NARROW;
    root.classList.toggle("film-narrow", narrow);
    root.classList.toggle("film-broad", wide >= 900);
    draw_panels(this.stacks, reel, theme, narrow);
    draw_gallery(this.gallery, reel, theme);
    // Groups side by side share one scrubber, from the first plot to the last.
    const base = this.left.getBoundingClientRect();
    const boxes = this.stacks.map((stack) => stack.overlay.getBoundingClientRect());
    const from = boxes.length ? Math.min(...boxes.map((box) => box.left)) - base.left : 0;
    const to = boxes.length ? Math.max(...boxes.map((box) => box.right)) - base.left : base.width;
    place_rail(this.controls, reel.axis, from, to - from);
    root.style.setProperty("--head", `${header_height()}px`);
    this.reading.style.minHeight = `${lines_needed(reel, wide) * 19 + 8}px`;
    if (reel.graph) this.size = measure(reel, this.scene.clientWidth);
    else this.size = reel.wiring && measure_wiring(reel, this.scene.clientWidth);
    this.move();
    this.drawn_ms = performance.now() - start;
    root.dataset.drawMs = this.drawn_ms.toFixed(2);
    for (const node of [root, ...root.querySelectorAll("canvas")]) node.dataset.version = reel.version;
  }

  /** Only what depends on the cursor and the pointer. */
  move() {
    const { reel, theme } = this;
    const start = performance.now();
    const spot = this.spot();
    const pick = this.pick && { row: this.pick.row, rows: reel.find[this.pick.key].m };
    for (const stack of this.stacks) draw_overlay(stack, reel.axis, this.cursor, spot, pick, theme);
    if (this.size) {
      const ctx = fit(this.canvas, this.size.wide, this.size.high);
      const { position, morph, cursor } = this;
      this.hits = this.size.wiring
        ? draw_wiring(ctx, this, spot)
        : draw_graph(ctx, reel, this.size, { position, morph, cursor, ...spot }, theme);
    }
    draw_side(this.cards, reel, this.cursor, spot.row, theme);
    draw_scale(this.ruled, reel, this.cursor, theme, this.root.classList.contains("film-narrow"));
    draw_passage(this.letters, reel, this.cursor, spot, theme);
    draw_pictures(this.gallery, reel, this.cursor, spot, theme);
    draw_space(this.room, reel, this.cursor, spot, theme);
    draw_charts(this.drawn_charts, this, theme);
    show_readout(this.reading, reel, spot, theme);
    this.show_time();
    this.root.dataset.moveMs = (performance.now() - start).toFixed(2);
  }

  show_time() {
    const { axis } = this.reel;
    const text = tick_said(axis, this.cursor, variable(axis), true);
    const { scrubber, time } = this.controls;
    if (scrubber.valueAsNumber !== this.cursor) scrubber.value = this.cursor;
    if (time.textContent !== text) {
      time.textContent = text;
      scrubber.setAttribute("aria-valuetext", text);
    }
    this.mark();
  }

  /** What tests and benchmarks can see of the state. */
  mark() {
    this.root.dataset.cursor = tick_number(this.reel.axis, this.cursor);
    this.root.dataset.playing = String(Boolean(this.playing));
  }

  spot() {
    const pinned = this.pick ? this.reel.find[this.pick.key] : null;
    const on = this.hover && this.hover.row >= 0;
    const panel = on ? this.reel.find[this.hover.panel.key] : pinned;
    const row = on ? this.hover.row : (this.pick?.row ?? -1);
    const tick = this.hover && !this.hover.picture ? Math.min(this.hover.tick, this.reel.axis.count - 1) : this.cursor;
    return { tick, row, rows: panel?.m, panel, hovering: Boolean(this.hover) };
  }

  go(tick) {
    if (!this.reel) return;
    this.run(false);
    this.cursor = clamp(Math.round(tick), 0, this.reel.axis.count - 1);
    this.mark();
    this.wake();
    this.settle();
  }

  run(playing) {
    if (!this.reel || this.playing === playing) return;
    this.playing = playing;
    this.phase = 0;
    if (playing && this.cursor === this.reel.axis.count - 1) this.cursor = this.position = 0;
    this.mark();
    show_playing(this.controls, playing);
    this.wake();
    this.settle();
  }

  roll(rolled) {
    this.rolled = rolled;
    show_roll(this);
    this.wake();
  }

  click(spot) {
    if (!spot.outside && spot.row >= 0) {
      const { key } = spot.panel;
      const same = this.pick?.key === key && this.pick.row === spot.row;
      this.pin(same ? null : { key, row: spot.row });
      if (same) return;
    }
    this.go(spot.tick);
  }

  /** Pin the row above or below the pinned one, through all heatmaps from top to bottom. */
  walk(by) {
    const rows = (this.reel?.panels ?? []).filter((panel) => panel.kind === "heat" && panel.tall > 0)
      .flatMap(({ key, m }) => Array.from({ length: m }, (_, row) => ({ key, row })));
    const now = rows.findIndex(({ key, row }) => key === this.pick?.key && row === this.pick.row);
    if (!rows.length) return;
    this.pin(rows[now < 0 ? (by > 0 ? 0 : rows.length - 1) : clamp(now + by, 0, rows.length - 1)]);
    this.settle();
  }

  pin(pick) {
    if (!this.reel || (!pick && !this.pick)) return;
    this.pick = pick;
    tell(this, "pick", pick && [pick.key, pick.row]);
    this.wake();
  }

  /** Once all is quiet, tell Python the cursor and a screen reader the numbers. */
  settle() {
    clearTimeout(this.resting);
    if (this.playing || this.held) return;
    this.resting = setTimeout(() => {
      if (!this.root.isConnected || !this.reel) return;
      const now = tick_number(this.reel.axis, this.cursor);
      if (this.sent !== now) tell(this, "cursor", (this.sent = now));
      const words = [...this.reading.children].filter((part) => part.className !== "film-hint");
      this.live.textContent = words.map((part) => part.textContent).join("; ");
    }, REST);
  }

  wake() {
    if (!this.frame) this.frame = requestAnimationFrame((now) => this.turn(now));
  }

  turn(now) {
    this.frame = 0;
    if (!this.reel || !this.root.isConnected) return;
    const seconds = clamp((now - (this.last_turn ?? now)) / 1000, 0, 0.1);
    if (this.playing) advance(this, seconds);
    const busy = glide(this, seconds);
    try {
      this.move();
    } catch (error) {
      this.trouble.textContent = `This film cannot be drawn: ${error.message}.`;
      return;
    }
    this.last_turn = busy || this.playing ? now : undefined;
    if ((busy || this.playing) && this.visible) this.wake();
  }

  resize() {
    if (this.reel && this.root.clientWidth !== this.drawn_wide) this.draw();
  }

  stop() {
    cancelAnimationFrame(this.frame);
    clearTimeout(this.resting);
    this.courier.stop();
    this.sketch.courier.stop();
    this.brush.courier.stop();
    this.hand.courier.stop();
    this.sizes.disconnect();
    this.sight.disconnect();
    this.root.remove();
  }
}

/** How far Streamlit's bar with the navigation reaches over the scrolling page. */
function header_height() {
  const header = document.querySelector('[data-testid="stHeader"]');
  return header?.textContent ? header.getBoundingClientRect().height : 0;
}

/** Link the style sheet and wait for it, since the layout depends on it. */
function dress(parent, sheet) {
  if (!sheet) return Promise.resolve();
  const link = document.createElement("link");
  Object.assign(link, { rel: "stylesheet", href: sheet });
  const done = new Promise((resolve) => (link.onload = link.onerror = resolve));
  parent.append(link);
  return done;
}
