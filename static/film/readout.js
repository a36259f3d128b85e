// The read-out: every signal of one unit at one tick, in numbers.

const here = new URL(import.meta.url).search;
const { exact, spell } = await import("./symbols.js" + here);
const { colour, css, ink } = await import("./colours.js" + here);
const { make } = await import("./layout.js" + here);
const { line_at, unit_name, value_at } = await import("./reel.js" + here);
const { is_back, tick_said, twin_of } = await import("./walk.js" + here);

const TOUCH = matchMedia("(hover: none)");
const POINT = "point at a square to read it, click to pin its row";
const TAP = "tap a square to read it and pin its row";

/** What stands in the light: {tick, row, rows, panel}; row -1 means no unit. */
export function show_readout(node, reel, spot, theme) {
  const word = word_at(reel.axis, spot.tick);
  const where = tick_said(reel.axis, spot.tick, variable(reel.axis)) + (word ? ` “${word}”` : "");
  const groups = new Set(reel.panels.map((panel) => panel.group)).size > 1;
  const prefix = (panel) => (groups && panel.group ? `${panel.group} ` : "");
  const named = spot.panel && spot.row >= 0 ? `${unit_name(spot.panel, spot.row)}, ${where}` : where;
  const [back, twin] = [is_back(reel.axis, spot.tick), twin_of(reel.axis, spot.tick)];
  const items = [];
  const twice = names_twice(reel);
  for (const panel of reel.panels) {
    if (panel.kind === "heat" && spot.row >= 0 && panel.m === spot.rows) {
      const value = value_at(panel, spot.tick, spot.row) ?? (back ? value_at(panel, twin, spot.row) : undefined);
      if (value === undefined && spot.tick === reel.axis.turn) continue; // the loss has no units
      items.push(item(prefix(panel) + spelled(panel), panel.symbol, value, value === undefined ? theme.empty : css(colour(panel, value, theme))));
    }
    if (panel.kind === "curves") {
      panel.lines.forEach((line, i) => {
        const value = line_at(line, spot.tick) ?? (back ? line_at(line, twin) : undefined);
        if (value === undefined) return;
        const own = panel.lines.length > 1;
        const [name, symbol] = own ? line_said(panel, line, twice) : [spelled(panel), panel.symbol];
        items.push(item(prefix(panel) + name, symbol, value, ink(line, i, theme)));
      });
    }
  }
  const bare = spot.row < 0 && reel.panels.some((panel) => panel.kind === "heat" && panel.tall);
  const hint = bare ? [make("span", "film-hint", TOUCH.matches ? TAP : POINT)] : [];
  node.replaceChildren(make("strong", "", named), ...items, ...hint);
  return node.textContent;
}

/** What a panel without a symbol is called beside its number: its label. */
const spelled = (panel) => (panel.symbol ? "" : panel.label);

/** The names that lines of several panels bear, each with the panels' symbols. */
function names_twice(reel) {
  const bearers = new Map();
  for (const panel of reel.panels) {
    if (panel.kind !== "curves" || panel.lines.length < 2) continue;
    for (const { name } of panel.lines) bearers.set(name, [...(bearers.get(name) ?? []), panel.symbol]);
  }
  return new Map([...bearers].filter(([, symbols]) => symbols.length > 1));
}

/** Name and symbol of a line; where other panels have a line of that name, what tells it apart. */
function line_said(panel, { name }, twice) {
  const symbols = twice.get(name);
  if (!symbols) return [name, ""];
  const telling = panel.symbol && new Set(symbols).size === symbols.length;
  return telling ? [`${name} `, panel.symbol] : [`${panel.label}: ${name}`, ""];
}

/** The word that was read at a tick, or those of all groups where they differ. */
function word_at({ words, group_words }, tick) {
  const read = group_words ? Object.values(group_words).map((own) => own[tick]) : [words?.[tick]];
  return [...new Set(read)].filter(Boolean).join("” and “");
}

/** The short name of the axis: "step t" gives t, "lag T − t (steps)" gives lag. */
export const variable = ({ label }) => label.replace(/^(step|time) (?=\S)/, "").split(/[ (]/)[0];

/** How many lines the read-out may take, so that nothing jumps when it fills. */
export function lines_needed(reel, wide) {
  const twice = names_twice(reel);
  const letters = reel.panels.flatMap((panel) => {
    const one = panel.kind === "heat" || panel.lines.length < 2;
    if (one) return [(panel.symbol || panel.label).length];
    return panel.lines.map((line) => line_said(panel, line, twice).join("").length);
  });
  const need = letters.reduce((sum, count) => sum + 88 + 7 * count, 170);
  return Math.min(6, Math.ceil(need / wide));
}

function item(name, symbol, value, paint) {
  const chip = make("i", "film-chip");
  chip.style.background = paint;
  return make("span", "film-item", chip, spell(make("span"), name), spell(make("span", "film-symbol"), symbol), " ", make("b", "", exact(value)));
}
