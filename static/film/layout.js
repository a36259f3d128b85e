// Sizes: canvases that are crisp on every screen, and the height of each panel.

/** Give a canvas its size in CSS pixels; returns a context that draws in them. */
export function fit(canvas, wide, high) {
  if (canvas.scribe) return canvas.scribe.begin(); // the drawing is wanted as shapes
  const ratio = window.devicePixelRatio || 1;
  const [w, h] = [Math.max(1, Math.round(wide * ratio)), Math.max(1, Math.round(high * ratio))];
  if (canvas.width !== w || canvas.height !== h) [canvas.width, canvas.height] = [w, h];
  canvas.style.height = `${high}px`;
  const ctx = canvas.getContext("2d");
  ctx.setTransform(w / wide, 0, 0, h / high, 0, 0);
  return ctx;
}

export function panel_height(panel, narrow) {
  if (panel.kind === "curves") return Math.round(panel.tall * (narrow ? 116 : 128));
  return Math.max(16, Math.round(panel.tall * Math.min(84, 12 + 15 * panel.m)));
}

export function make(tag, name, ...children) {
  const node = document.createElement(tag);
  if (name) node.className = name;
  node.append(...children);
  return node;
}

/** Centre of a tick, and the tick under a place, on an axis this wide. */
export const centre = (axis, index, wide) =>
  ((axis.reverse ? axis.count - 1 - index : index) + 0.5) * (wide / axis.count);

export function tick_under(axis, x, wide) {
  const column = Math.min(axis.count - 1, Math.max(0, Math.floor((x / wide) * axis.count)));
  return axis.reverse ? axis.count - 1 - column : column;
}

export const clamp = (value, low, high) => Math.min(Math.max(value, low), high);
