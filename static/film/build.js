// The parts of the film, built anew only where their shape has changed.

const here = new URL(import.meta.url).search;
const { make } = await import("./layout.js" + here);
const { spell } = await import("./symbols.js" + here);
const { list_terms, term } = await import("./terms.js" + here);
const { build_side } = await import("./side.js" + here);
const { build_panels } = await import("./panels.js" + here);
const { watch_stack } = await import("./pointer.js" + here);
const { build_pictures } = await import("./picture.js" + here);
const { build_space } = await import("./space.js" + here);
const { build_charts } = await import("./chart.js" + here);
const { build_passage } = await import("./text.js" + here);
const { build_scale } = await import("./scale.js" + here);
const { build_sliders } = await import("./sliders.js" + here);

/** Build anew only those parts whose shape has changed. */
export function build(view) {
  const { reel } = view;
  view.root.setAttribute("aria-label", reel.title || "film of the network");
  view.said.replaceChildren(reel.text, list_terms(reel.terms));
  const shape = (name, value) => {
    const text = JSON.stringify(value);
    if (view[`${name}_shape`] === text) return false;
    view[`${name}_shape`] = text;
    return true;
  };
  const outline = reel.panels.map(({ kind, key, label, symbol, definition, scale, group, unit, tall, lines, m }) =>
    [kind, key, label, symbol, definition, scale, group, unit, tall, m, lines?.map((l) => [l.name, l.ink, l.dash])]);
  if (shape("panels", [outline, reel.axis.count, reel.terms])) {
    view.rows.replaceChildren();
    view.stacks = build_panels(view.rows, reel);
    for (const stack of view.stacks) watch_stack(stack, () => view.reel.axis, view.act());
    view.hover = null;
  }
  if (shape("side", [reel.side, outline])) {
    view.right.replaceChildren();
    view.cards = build_side(view.right, reel);
  }
  view.main.classList.toggle("film-two", reel.side.length > 0);
  const held = view.knobs.some((knob) => knob.held);
  if (!held && shape("sliders", reel.sliders.map((s) => ({ ...s, value: 0 })))) {
    view.values = Object.fromEntries(reel.sliders.map((s) => [s.key, s.value]));
    view.knobs = build_sliders(view.sliders, reel, view.values, (live) =>
      view.courier.post({ values: { ...view.values }, live, moves: Date.now() }));
  }
  const written = reel.passage && { ...reel.passage, text: "", came: "", guesses: 0, label: "", given: 0 };
  if (shape("passage", written)) view.letters = build_passage(view.passage, view, view.act());
  if (shape("scale", reel.scale?.label)) view.ruled = build_scale(view.times, reel);
  if (shape("room", reel.space && reel.space.label)) view.room = build_space(view.space, view);
  const charts = (reel.charts ?? []).map(({ label, big, square, hand, hint, stems }) => [label, big, square, hand, hint, stems]);
  if (shape("charts", charts)) view.drawn_charts = build_charts(view.charts, view);
  const hung = (reel.pictures ?? []).map(({ marks, notes, aim, ...rest }) => rest);
  if (shape("pictures", hung)) view.gallery = build_pictures(view.pictures, view, view.act());
  if (shape("scene", [reel.graph ?? Boolean(reel.wiring), reel.terms])) build_scene(view);
  if (reel.wiring && shape("wiring", reel.wiring.boxes.map(({ key, column, floor, aside }) => [key, column, floor, aside]))) {
    // The boxes glide from where they stand now to where the new wiring has them.
    const kept = new Set(reel.wiring.boxes.map((box) => box.key));
    const old = view.before?.wiring ? view.before : null;
    view.gone = old && { reel: old, boxes: old.wiring.boxes.filter((box) => !kept.has(box.key)) };
    view.stood = view.placed;
    view.blend = view.placed ? 0 : 1;
    view.wake();
  }
}

function build_scene(view) {
  const { graph, wiring } = view.reel;
  view.scene.replaceChildren();
  if (wiring) return build_wiring(view);
  if (!graph) return;
  view.rolled = graph.rolled;
  view.morph = graph.rolled ? 0 : 1;
  view.toggle = make("button", "film-toggle", make("span", "", "unrolled"), make("span", "", "rolled"));
  view.toggle.type = "button";
  view.toggle.setAttribute("aria-label", "rolled up: one cell with a loop");
  view.toggle.addEventListener("click", () => view.roll(!view.rolled));
  const names = [graph.x && graph.input_weight, graph.state_weight, graph.output && graph.output_weight].filter(Boolean);
  const { terms } = view.reel;
  const written = names.flatMap((name, i) => [i ? ", " : "", term(name, terms?.[name], "")]);
  const caption = make("div", "film-caption", make("i", "film-cool", "→"), " the same ", ...written, " at every step");
  if (graph.loss && view.reel.axis.turn == null) caption.append(" · ", term("L", terms?.L), " = ", spell(make("span"), graph.loss));
  if (graph.gradient) {
    const { symbol, definition } = view.reel.find[graph.gradient];
    caption.append(make("span", "film-back", make("i", "film-warm", "←"), " ", term(symbol, definition, ""), ", thick = large"));
  }
  view.scene.append(make("div", "film-scene-head", caption, view.toggle), view.canvas);
  show_roll(view);
}

function build_wiring(view) {
  view.rolled = false;
  view.canvas.setAttribute("aria-label", "The wiring as boxes and arrows, values and gradients at the cursor.");
  view.gradient_of = make("span");
  const caption = make("div", "film-caption", make("i", "film-cool", "→"), " forward ",
    make("span", "film-back", make("i", "film-warm", "←"), " gradient of ", view.gradient_of, ", thick = large"));
  view.scene.append(make("div", "film-scene-head", caption), view.canvas);
}

export function show_roll(view) {
  view.toggle.setAttribute("aria-pressed", String(view.rolled));
  view.root.dataset.rolled = String(view.rolled);
  const what = view.rolled ? "The network rolled up" : "The network unrolled over time";
  view.canvas.setAttribute("aria-label", `${what}, values at the cursor.`);
}
