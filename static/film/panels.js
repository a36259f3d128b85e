// The stacked panels: gutter with name and colour bar left, plot right, tick numbers below.

const here = new URL(import.meta.url).search;
const { brief, draw_text, spell } = await import("./symbols.js" + here);
const { term } = await import("./terms.js" + here);
const { bar, ink } = await import("./colours.js" + here);
const { centre, fit, make, panel_height } = await import("./layout.js" + here);
const { tick_name } = await import("./walk.js" + here);
const { draw_heat } = await import("./heat.js" + here);
const { draw_curves, scale_of } = await import("./curves.js" + here);

const TALL = 100; // px from which on a heat panel has its rows numbered
const DASH_STYLE = { solid: "solid", dash: "dashed", dot: "dotted" };

/** Consecutive panels of one group make a stack; groups that follow each other share a row. */
export function build_panels(container, reel) {
  const stacks = [];
  let row = null;
  for (const panel of reel.panels) {
    if (!panel.tall) continue; // there only for the graph and the read-out
    let stack = stacks.at(-1);
    if (!stack || stack.group !== panel.group) {
      if (!row || !panel.group || !stack?.group) container.append((row = make("div", "film-row")));
      stack = build_stack(panel.group);
      row.append(stack.node);
      stacks.push(stack);
    }
    const card = build_card(panel);
    stack.body.append(card.node);
    stack.cards.push(card);
  }
  for (const stack of stacks) stack.body.append(stack.overlay);
  return stacks;
}

function build_stack(group) {
  const body = make("div", "film-body");
  const overlay = make("canvas", "film-overlay");
  overlay.setAttribute("aria-hidden", "true");
  const ruler = make("canvas", "film-ruler");
  ruler.setAttribute("aria-hidden", "true");
  const node = make("section", "film-stack", ...(group ? [make("div", "film-group", group)] : []), body, ruler);
  return { group, node, body, overlay, ruler, cards: [] };
}

function build_card(panel) {
  const canvas = make("canvas", "film-plot");
  canvas.setAttribute("role", "img");
  canvas.setAttribute("aria-label", `${panel.label} over time`);
  const symbol = term(panel.symbol, panel.definition);
  const name = make("div", "film-name", make("span", "film-label", panel.label), " ", symbol);
  const gutter = make("div", "film-gutter", name);
  const card = { key: panel.key, canvas, node: make("div", "film-panel", gutter, canvas), gutter };
  if (panel.kind === "heat") {
    [card.low, card.high, card.bar] = [make("span", "film-low"), make("span", "film-high"), make("i", "film-bar")];
    gutter.append((card.ramp = make("div", "film-scale", card.low, card.bar, card.high)));
    gutter.append((card.marks = make("div", "film-marks")));
  } else {
    if (panel.unit) name.append(make("span", "film-unit", ` ${panel.unit}`));
    card.legend = make("div", "film-legend");
    card.marks = make("div", "film-marks");
    gutter.append(card.legend, card.marks);
  }
  return card;
}

/** Draw every panel and note where it lies, for the overlay and the pointer. */
export function draw_panels(stacks, reel, theme, narrow) {
  for (const stack of stacks) {
    for (const card of stack.cards) {
      card.panel = reel.find[card.key];
      card.tall = panel_height(card.panel, narrow);
      if (card.panel.kind === "heat") label_heat(card, theme, narrow);
      else label_curves(card, theme, narrow);
      card.canvas.style.height = `${card.tall}px`;
    }
    stack.narrow = narrow;
    stack.wide = stack.cards[0].canvas.clientWidth;
    if (!stack.wide) continue;
    for (const card of stack.cards) {
      const ctx = fit(card.canvas, stack.wide, card.tall);
      if (card.panel.kind === "heat") draw_heat(ctx, card.panel, reel.axis, stack.wide, card.tall, theme);
      else draw_curves(ctx, card.panel, reel.axis, stack.wide, card.tall, theme);
      card.top = card.canvas.offsetTop;
    }
    stack.left = stack.cards[0].canvas.offsetLeft;
    stack.high = stack.body.clientHeight;
    Object.assign(stack.overlay.style, { left: `${stack.left}px`, width: `${stack.wide}px` });
    draw_ruler(stack, reel.axis, theme);
  }
}

function label_heat(card, theme, narrow) {
  const { panel } = card;
  const direction = narrow ? "to right" : "to top";
  const look = `${panel.scale} ${theme.name} ${direction}`;
  // Writing the same style again would cost a layout for each new picture.
  if (card.look !== look) card.bar.style.background = bar(panel, theme, direction);
  card.look = look;
  // A long name makes the gutter taller than the plot; the scale stays as tall as the plot.
  const tall = narrow ? "" : `${card.tall}px`;
  if (card.ramp.style.height !== tall) card.ramp.style.height = tall;
  // A panel of one or two rows has room for one line.
  const flat = !narrow && card.tall < 28;
  const ends = panel.scale === "signed" ? `±${brief(panel.high)}` : `${brief(panel.low)}–${brief(panel.high)}`;
  say(card.low, flat ? "" : brief(panel.low));
  say(card.high, flat ? ends : brief(panel.high));
  const marks = narrow ? [] : row_marks(panel, card.tall);
  card.gutter.classList.toggle("film-numbered", marks.length > 0);
  mark_rows(card, marks);
}

/** The numbers of rows that a tall panel has room for; none where names do not end in one each. */
function row_marks({ m, rows }, tall) {
  if (tall < TALL) return [];
  const names = Array.from({ length: m }, (_, row) => String(rows?.[row] ?? row + 1));
  const heads = new Set(names.map((name) => name.replace(/\d+$/, "")));
  if (heads.size > 1 || !/\d$/.test(names[0])) return [];
  const numbers = names.map((name) => Number(name.match(/\d+$/)[0]));
  const often = [1, 2, 5, 10, 20, 50, 100].find((k) => (k * tall) / m >= 16) ?? 200;
  return numbers.flatMap((number, row) =>
    number % often ? [] : [{ y: ((row + 0.5) * tall) / m, text: String(number) }]);
}

function mark_rows(card, marks) {
  const written = JSON.stringify(marks);
  if (written === card.written) return;
  card.written = written;
  card.marks.replaceChildren(...marks.map(({ y, text }) => {
    const mark = make("span", "", text);
    mark.style.top = `${y}px`;
    return mark;
  }));
}

function label_curves(card, theme, narrow) {
  const { panel } = card;
  const look = theme.name + narrow;
  if (card.look !== look) {
    const entries = panel.lines.map((line, i) => {
      const swatch = make("i", "film-swatch");
      swatch.style.borderTop = `2px ${DASH_STYLE[line.dash]} ${ink(line, i, theme)}`;
      return make("span", "film-entry", swatch, term(line.name, line.definition, "film-line"));
    });
    card.legend.replaceChildren(...(panel.lines.length > 1 ? entries : []));
    card.look = look;
  }
  const ticks = narrow ? [] : scale_of(panel, card.tall).ticks;
  mark_rows(card, ticks);
}

function say(node, text) {
  if (node.textContent !== text) node.textContent = text;
}

function draw_ruler(stack, axis, theme) {
  const cell = stack.wide / axis.count;
  let ctx = stack.ruler.getContext("2d");
  ctx.font = `12px ${theme.font}`;
  const words = axis.group_words?.[stack.group] ?? axis.words;
  const widest = Math.max(0, ...(words ?? []).map((word) => ctx.measureText(word).width));
  const level = widest + 6 <= cell;
  const high = 20 + (words ? (level ? 18 : Math.min(64, widest * 0.72 + 14)) : 0) + 16;
  stack.ruler.style.marginLeft = `${stack.left}px`;
  stack.ruler.style.width = `${stack.wide}px`;
  ctx = fit(stack.ruler, stack.wide, high);
  ctx.clearRect(0, 0, stack.wide, high);
  ctx.fillStyle = theme.quiet;
  ctx.strokeStyle = theme.edge;
  const style = { size: 11, align: 0.5, font: theme.font };
  const often = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000].find((k) => (k / axis.stride) * cell >= 34) ?? 2000;
  for (let i = 0; i < axis.count; i++) {
    const name = tick_name(axis, i);
    const turns = i === axis.turn;
    // Around the turn there is room for the loss alone.
    if (!turns && (name % often || Math.abs(i - (axis.turn ?? Infinity)) * cell < 20)) continue;
    const x = centre(axis, i, stack.wide);
    ctx.fillRect(x - 0.5, 0, 1, 4);
    const wide = ctx.measureText(name).width;
    draw_text(ctx, name, Math.min(Math.max(x, wide / 2), stack.wide - wide / 2), 12, { ...style, bold: turns });
  }
  draw_words(ctx, axis, words, stack.wide, level, style);
  if (axis.turn == null) return draw_text(ctx, axis.label, stack.wide / 2, high - 7, { ...style, size: 11.5 });
  ctx.fillStyle = theme.cool;
  draw_text(ctx, `${axis.label}, forward →`, stack.wide * 0.25, high - 7, { ...style, size: 11.5 });
  ctx.fillStyle = theme.warm;
  draw_text(ctx, `${axis.label}, on the way back →`, stack.wide * 0.75, high - 7, { ...style, size: 11.5 });
}

function draw_words(ctx, axis, words, wide, level, style) {
  const often = level ? 1 : Math.ceil(13 / (wide / axis.count));
  words?.forEach((word, i) => {
    if (!word || i % often) return;
    const x = centre(axis, i, wide);
    const plain = word.replace(/[_^$]/g, " ");
    if (level) return draw_text(ctx, plain, x, 29, { ...style, size: 12 });
    ctx.save();
    ctx.translate(x + 3, 24);
    ctx.rotate(-Math.PI / 4);
    draw_text(ctx, plain, 0, 0, { ...style, size: 12, align: 1 });
    ctx.restore();
  });
}
