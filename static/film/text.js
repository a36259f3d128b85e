// A text whose letters are ticks: coloured by a unit, by how probable each letter was, or by how
// much the prediction at the cursor owes to it; beside it the letters that are expected next.
// Whatever anybody has typed is shown as text, never as markup.

const here = new URL(import.meta.url).search;
const { brief, spell } = await import("./symbols.js" + here);
const { bar, colour, css, over } = await import("./colours.js" + here);
const { make } = await import("./layout.js" + here);
const { unit_name, value_at } = await import("./reel.js" + here);

const PAINTS = {
  unit: ["a unit", (p) => p.units.length],
  told: ["how probable it was", (p) => p.told],
  share: ["influence, relative", (p) => p.reach],
  reach: ["influence, absolute", (p) => p.reach],
};

/** Build the passage of a reel into its place; act as for the panels. */
export function build_passage(place, view, act) {
  place.replaceChildren();
  const { passage } = view.reel;
  if (!passage) return null;
  const card = { letters: [], keys: {}, paint: passage.paint, done: [] };
  card.text = make("div", "film-letters");
  card.legend = make("div", "film-passage-legend");
  card.choice = make("div", "film-paints");
  card.choice.setAttribute("role", "group");
  card.choice.setAttribute("aria-label", "colour the letters by");
  for (const [name, [label, there]] of Object.entries(PAINTS)) {
    if (!there(passage)) continue;
    const key = make("button", "film-paint", label);
    key.type = "button";
    key.addEventListener("click", () => { card.paint = name; view.wake(); });
    card.choice.append((card.keys[name] = key));
  }
  if (!card.keys[card.paint]) card.paint = Object.keys(card.keys)[0];
  const many = Object.keys(card.keys).length > 1;
  card.title = make("div", "film-side-title", passage.label);
  const head = make("div", "film-passage-head", ...(many ? [make("span", "film-caption", "colour by"), card.choice] : []));
  const left = make("div", "film-passage-left", card.title, head, card.text, card.legend);
  place.append(left);
  if (passage.odds) {
    card.next = make("div", "film-side-title");
    card.guesses = make("div", "film-guesses");
    card.rows = [];
    place.append(make("div", "film-passage-right", card.next, card.guesses));
  }
  listen(card, view, act);
  return card;
}

/** The letters themselves, again whenever the text has changed. */
function set_letters(card, passage) {
  const given = passage.given ?? Infinity;
  const key = `${given} ${passage.text}`;
  if (card.key === key) return;
  card.key = key;
  card.done = [];
  card.letters = [...passage.text].map((letter, i) => {
    const node = make("span", i < given ? "film-letter" : "film-letter film-own", letter === "\n" ? "↵" : letter);
    node.dataset.tick = i;
    node.classList.toggle("film-break", letter === "\n");
    return node;
  });
  card.text.replaceChildren(...card.letters.flatMap((node) => (node.classList.contains("film-break") ? [node, "\n"] : [node])));
}

function listen(card, view, act) {
  let down = false;
  const tick = (event) => {
    const found = card.text.getRootNode().elementFromPoint(event.clientX, event.clientY)?.dataset?.tick;
    return found === undefined ? null : Number(found);
  };
  card.text.addEventListener("pointerdown", (event) => {
    if (event.button) return;
    const at = tick(event);
    down = at !== null;
    if (!down) return;
    act.hold(true);
    act.scrub(at);
  });
  card.text.addEventListener("pointermove", (event) => {
    const at = tick(event);
    if (at === null) return;
    if (down) act.scrub(at);
    else if (event.pointerType === "mouse") act.hover({ tick: at, row: -1, panel: null });
  });
  const up = () => {
    if (down) act.hold(false);
    down = false;
  };
  card.text.addEventListener("pointerup", up);
  card.text.addEventListener("pointercancel", up);
  card.text.addEventListener("pointerleave", () => { up(); act.hover(null); });
}

/** Colours, the cursor and the expected letters. */
export function draw_passage(card, reel, cursor, spot, theme) {
  const { passage } = reel;
  if (!card || !passage) return;
  if (card.title.textContent !== passage.label) card.title.textContent = passage.label;
  set_letters(card, passage);
  for (const [name, key] of Object.entries(card.keys)) key.setAttribute("aria-pressed", String(name === card.paint));
  const tick = Math.min(spot.tick, card.letters.length - 1);
  const style = painter(card.paint, reel, tick, spot, theme);
  card.letters.forEach((node, i) => {
    const [back, front] = style.of(i) ?? ["", ""];
    const mark = i === cursor ? "here" : i === tick && spot.hovering ? "there" : "";
    const key = `${back} ${front} ${mark}`;
    if (card.done[i] === key) return;
    card.done[i] = key;
    Object.assign(node.style, { background: back, color: front });
    node.classList.toggle("film-here", mark === "here");
    node.classList.toggle("film-there", mark === "there");
  });
  show_legend(card, style, theme);
  if (passage.odds) show_guesses(card, reel, tick, theme);
}

function painter(paint, reel, tick, spot, theme) {
  const { passage } = reel;
  const by = (panel, row) => (i) => {
    const value = value_at(panel, i, row);
    if (value === undefined) return null;
    const found = colour(panel, value, theme);
    return [css(found), over(found)];
  };
  if (paint === "told") {
    const panel = reel.find[passage.told];
    return { panel, said: "probability that it was given beforehand", of: by(panel, 0) };
  }
  if (paint === "unit") {
    const panel = passage.units.includes(spot.panel?.key) ? spot.panel : reel.find[passage.units[0]];
    const row = panel === spot.panel && spot.row >= 0 ? spot.row : 0;
    const own = { ...panel, ...span_of(panel, row) };
    return { panel: own, said: `${unit_name(panel, row)} of ${panel.label}`, symbol: panel.symbol, of: by(own, row) };
  }
  const panel = reel.find[passage.reach];
  const at = (i) => (i <= tick && tick - i < panel.m ? value_at(panel, tick, tick - i) : undefined);
  let most = 0;
  for (let i = Math.max(0, tick - panel.m + 1); i <= tick; i++) most = Math.max(most, at(i) || 0);
  const shown = most ? brief(most) : "0";
  const what = `how much log p of the next letter, after t = ${reel.axis.first + tick}, hangs on each`;
  if (paint === "share") {
    const ink = theme.name === "dark" ? "255,122,47" : "213,94,0";
    return {
      said: `${what}; strongest colour = the largest, ${shown} nats`,
      of: (i) => {
        const value = at(i);
        return value === undefined || !most ? null : [`rgba(${ink},${(0.85 * value / most).toFixed(3)})`, ""];
      },
    };
  }
  return {
    panel, said: `${what}; largest ${shown}`, unit: "nats a unit of input",
    of: (i) => {
      const value = at(i);
      if (value === undefined || Number.isNaN(value)) return null;
      const found = colour(panel, value, theme);
      return [css(found), over(found)];
    },
  };
}

/** How far a signed unit goes in this text: its colours tell its letters apart. */
function span_of(panel, row) {
  if (panel.scale !== "signed") return {};
  let most = 0;
  for (let i = 0; i < panel.n; i++) {
    const size = Math.abs(value_at(panel, i + panel.start, row));
    if (Number.isFinite(size)) most = Math.max(most, size);
  }
  return most ? { low: -most, high: most } : {};
}

function show_legend(card, style, theme) {
  const { panel } = style;
  const key = `${style.said} ${panel?.key} ${panel?.low} ${panel?.high} ${theme.name}`;
  if (card.said === key) return;
  card.said = key;
  const said = make("span", "", style.said);
  if (!panel) return card.legend.replaceChildren(said);
  const ramp = make("i", "film-ramp");
  ramp.style.background = bar(panel, theme, "to right");
  const unit = style.unit ? ` ${style.unit}` : "";
  card.legend.replaceChildren(brief(panel.low), ramp, `${brief(panel.high)}${unit}`, said);
  if (style.symbol) said.append(" ", spell(make("span", "film-symbol"), style.symbol));
}

function show_guesses(card, reel, tick, theme) {
  const { passage } = reel;
  const panel = reel.find[passage.odds];
  const letters = [...(passage.guesses[tick] ?? "")];
  const came = [...passage.came][tick] ?? "";
  const after = card.letters[tick]?.textContent ?? "";
  const title = `after “${after === " " ? "␣" : after}” it expects`;
  if (card.next.textContent !== title) card.next.textContent = title;
  while (card.rows.length < panel.m) {
    const row = make("div", "film-guess", make("b"), make("i"), make("span"));
    card.rows.push(row);
    card.guesses.append(row);
  }
  card.rows.forEach((row, k) => {
    const [name, rail, share] = row.children;
    const value = value_at(panel, tick, k) ?? 0;
    name.textContent = letters[k] ?? "";
    rail.style.setProperty("--share", String(value));
    rail.style.setProperty("--ink", letters[k] === came ? theme.marker : theme.cool);
    share.textContent = value >= 0.0005 ? `${(100 * value).toFixed(value < 0.0995 ? 1 : 0)}%` : "< 0.1%";
    row.classList.toggle("film-came", letters[k] === came);
  });
}
