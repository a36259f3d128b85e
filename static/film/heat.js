// Heatmaps: one picture element per value, scaled up without smoothing.

const here = new URL(import.meta.url).search;
const { cell_text, draw_text } = await import("./symbols.js" + here);
const { colour, css, over, placer, table } = await import("./colours.js" + here);
const { value_at } = await import("./reel.js" + here);

const small = document.createElement("canvas");

/** Draw a heat panel over (0, 0, wide, high) of the context, whose unit is a CSS pixel. */
export function draw_heat(ctx, panel, axis, wide, high, theme) {
  const { n, m } = panel;
  const cell = wide / axis.count;
  ctx.fillStyle = theme.empty;
  ctx.fillRect(0, 0, wide, high);
  small.width = n;
  small.height = m;
  const pen = small.getContext("2d", { willReadFrequently: true });
  const image = pen.createImageData(n, m);
  const odd = fill(image.data, panel, axis, theme);
  pen.putImageData(image, 0, 0);
  ctx.imageSmoothingEnabled = false;
  const left = axis.reverse ? axis.count - panel.start - n : panel.start;
  ctx.drawImage(small, left * cell, 0, n * cell, high);
  if (odd.length) hatch(ctx, odd, axis, cell, high / m, theme);
  if (cell >= 30 && high / m >= 13) numbers(ctx, panel, axis, cell, high / m, theme);
}

function fill(pixels, panel, axis, theme) {
  const { n, m, values } = panel;
  const colours = table(panel, theme);
  const place = placer(panel);
  const odd = [];
  for (let i = 0; i < n; i++) {
    const column = axis.reverse ? n - 1 - i : i;
    for (let row = 0; row < m; row++) {
      const at = place(values[i * m + row]);
      const to = (row * n + column) * 4;
      if (at < 0) {
        pixels[to] = pixels[to + 1] = pixels[to + 2] = 140;
        if (at === -1 && odd.length < 4000) odd.push([i + panel.start, row]);
      } else {
        pixels[to] = colours[at * 3];
        pixels[to + 1] = colours[at * 3 + 1];
        pixels[to + 2] = colours[at * 3 + 2];
      }
      pixels[to + 3] = 255;
    }
  }
  return odd;
}

/** Values that are no numbers any more get diagonal strokes besides the grey. */
function hatch(ctx, odd, axis, cell, tall, theme) {
  ctx.save();
  ctx.strokeStyle = theme.name === "dark" ? "#00000090" : "#ffffffb0";
  ctx.lineWidth = 1;
  ctx.beginPath();
  for (const [index, row] of odd) {
    const x = (axis.reverse ? axis.count - 1 - index : index) * cell;
    ctx.moveTo(x, (row + 1) * tall);
    ctx.lineTo(x + cell, row * tall);
  }
  ctx.stroke();
  ctx.restore();
}

function numbers(ctx, panel, axis, cell, tall, theme) {
  const size = Math.min(12, tall * 0.72, cell * 0.3);
  for (let i = panel.start; i < panel.start + panel.n; i++) {
    const x = ((axis.reverse ? axis.count - 1 - i : i) + 0.5) * cell;
    for (let row = 0; row < panel.m; row++) {
      const value = value_at(panel, i, row);
      ctx.fillStyle = over(colour(panel, value, theme));
      draw_text(ctx, cell_text(value), x, (row + 0.5) * tall + 0.5, { size, align: 0.5, font: theme.font });
    }
  }
}

/** A column of cells with the values of one tick, as in the unrolled graph. */
export function draw_strip(ctx, panel, index, x, y, wide, high, theme, lit = -1) {
  const tall = high / panel.m;
  for (let row = 0; row < panel.m; row++) {
    const value = value_at(panel, index, row);
    const paint = value === undefined ? null : colour(panel, value, theme);
    ctx.fillStyle = paint ? css(paint) : theme.empty;
    // Overlap by a hair, so that no background shines through between cells.
    ctx.fillRect(x, y + row * tall, wide, tall + (row < panel.m - 1 ? 0.5 : 0));
    if (paint && panel.m <= 6 && tall >= 12 && wide >= 30) {
      ctx.fillStyle = over(paint);
      draw_text(ctx, cell_text(value), x + wide / 2, y + (row + 0.5) * tall + 0.5,
        { size: Math.min(11.5, tall * 0.72), align: 0.5, font: theme.font });
    }
  }
  if (lit >= 0 && lit < panel.m) {
    ctx.strokeStyle = theme.marker;
    ctx.lineWidth = 2;
    ctx.strokeRect(x - 1, y + lit * tall, wide + 2, Math.max(tall, 2));
  }
}
