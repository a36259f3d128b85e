// Live sliders and their courier: one request in flight, the newest value wins.

const here = new URL(import.meta.url).search;
const { make } = await import("./layout.js" + here);
const { decimals } = await import("./symbols.js" + here);
const { term } = await import("./terms.js" + here);

const GAP = 32; // ms between requests, as long as the server answers quickly
const PATIENCE = 2500; // ms after which an answer counts as lost

/** Sends the newest value only; answer() frees the way for the next. */
export class Courier {
  constructor(send) {
    Object.assign(this, { send, waiting: null, sent_at: -Infinity, gap: GAP, busy: false, timer: null, log: [] });
  }

  post(value) {
    this.waiting = value;
    this.go();
  }

  answer() {
    // A busy server is asked less often: a class of thirty shares it.
    if (this.busy) this.gap = Math.min(250, Math.max(GAP, 1.5 * (performance.now() - this.sent_at)));
    this.busy = false;
    this.go();
  }

  go() {
    if (this.waiting === null) return;
    clearTimeout(this.timer);
    const now = performance.now();
    const wait = this.busy ? this.sent_at + PATIENCE - now : this.sent_at + this.gap - now;
    if (wait > 0) {
      this.timer = setTimeout(() => {
        if (performance.now() - this.sent_at >= PATIENCE) this.busy = false;
        this.go();
      }, wait + 1);
      return;
    }
    const value = this.waiting;
    [this.waiting, this.busy, this.sent_at] = [null, true, now];
    this.log = [...this.log.filter((entry) => now - entry.now < PATIENCE), { now, value }];
    this.send(value);
  }

  get idle() {
    return this.waiting === null && (!this.busy || performance.now() - this.sent_at > PATIENCE);
  }

  /** True for a value that was sent lately and has been overtaken by a newer one. */
  is_stale(key, value) {
    const now = performance.now();
    return this.log.slice(0, -1).some((entry) => entry.value.values[key] === value && now - entry.now < PATIENCE)
      && this.log.at(-1).value.values[key] !== value;
  }

  stop() {
    clearTimeout(this.timer);
    this.waiting = null;
  }
}

const to_place = (slider, value) => (slider.log ? Math.log10(value) : value);
const from_place = (slider, place) => (slider.log ? 10 ** place : place);

/** Build the sliders; post(values, live) is called on every move. */
export function build_sliders(container, reel, values, post) {
  const knobs = reel.sliders.map((slider) => build_knob(slider, values, post));
  container.replaceChildren(...knobs.map((knob) => knob.node));
  return knobs;
}

function build_knob(slider, values, post) {
  const input = make("input", "film-range film-thumb");
  const [low, high] = [to_place(slider, slider.low), to_place(slider, slider.high)];
  // A log range ends exactly where it should: whole steps may miss the upper end.
  Object.assign(input, { type: "range", min: low, max: high, step: slider.log ? "any" : slider.step });
  input.dataset.slider = slider.key;
  input.setAttribute("aria-label", slider.label);
  const output = make("output", "film-value");
  const name = make("span", "film-slider-name", slider.label, " ", term(slider.symbol, slider.definition));
  const head = make("span", "film-slider-head", name, output);
  const marks = make("span", "film-stops");
  const knob = { slider, input, node: make("label", "film-slider", head, input, marks), held: false, known: slider.value };
  for (const [value, text] of slider.marks) {
    const stop = make("span", "film-stop", text);
    stop.style.setProperty("--at", (to_place(slider, value) - low) / (high - low));
    marks.append(stop);
  }
  if (!slider.marks.length) marks.remove();
  knob.show = (value) => {
    input.value = to_place(slider, value);
    knob.label(value);
  };
  knob.label = (value) => {
    const text = decimals(value, slider.digits);
    const name = slider.top && value >= slider.high ? slider.top : text;
    output.textContent = name;
    input.setAttribute("aria-valuetext", name);
    input.style.setProperty("--fill", (to_place(slider, value) - low) / (high - low));
  };
  const read = () => {
    const place = slider.log ? low + Math.round((input.valueAsNumber - low) / slider.step) * slider.step : input.valueAsNumber;
    const value = Math.min(slider.high, Math.max(slider.low, from_place(slider, place)));
    return slider.digits ? value : Math.round(value);
  };
  input.addEventListener("pointerdown", () => {
    knob.held = true;
    keep_room();
  });
  input.addEventListener("input", () => {
    values[slider.key] = read();
    knob.label(values[slider.key]);
    post(knob.held);
  });
  const release = () => {
    if (!knob.held) return;
    knob.held = false;
    knob.show(values[slider.key]);
    post(false);
  };
  for (const name of ["pointerup", "pointercancel", "change", "blur"]) input.addEventListener(name, release);
  if (slider.log) input.addEventListener("keydown", (event) => step_log(event, knob, values, post));
  knob.show(values[slider.key]);
  return knob;
}

/** What waits below until the thumb rests keeps its height, so that the page does not jump. */
function keep_room() {
  clearTimeout(keep_room.over);
  const waiting = [...document.querySelectorAll('[class*="st-key-at_rest"]')];
  for (const { style } of waiting) style.minHeight = "";
  for (const below of waiting) below.style.minHeight = `${below.offsetHeight}px`;
  const over = () => {
    keep_room.over = setTimeout(() => waiting.forEach(({ style }) => (style.minHeight = "")), PATIENCE);
  };
  addEventListener("pointerup", over, { once: true });
  addEventListener("pointercancel", over, { once: true });
}

/** Arrow keys on a log slider: with step "any" browsers would choose a step of their own. */
function step_log(event, { slider, show }, values, post) {
  const way = { ArrowRight: 1, ArrowUp: 1, ArrowLeft: -1, ArrowDown: -1, PageUp: 10, PageDown: -10 }[event.key];
  if (!way) return;
  event.preventDefault();
  const now = values[slider.key];
  let next = 10 ** (Math.log10(now) + way * slider.step);
  // Where only whole numbers count, a key moves by one at least.
  if (!slider.digits) next = way > 0 ? Math.max(now + 1, Math.round(next)) : Math.min(now - 1, Math.round(next));
  values[slider.key] = Math.min(slider.high, Math.max(slider.low, next));
  show(values[slider.key]);
  post(false);
}
