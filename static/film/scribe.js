// A drawing context that writes SVG: whatever draws on a canvas draws shapes here.

const CIRCLE = 2 * Math.PI;
const cents = (x) => Math.round(x * 100) / 100;
export const escaped = (text) =>
  String(text).replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`);
const FRESH = {
  fillStyle: "#000", strokeStyle: "#000", lineWidth: 1, globalAlpha: 1, font: "10px sans-serif",
  textAlign: "start", textBaseline: "alphabetic", lineJoin: "miter", lineCap: "butt", dash: [],
  matrix: [1, 0, 0, 1, 0, 0],
};
const ANCHORS = { start: "start", left: "start", center: "middle", right: "end", end: "end" };

export class Scribe {
  constructor(canvas) {
    this.canvas = canvas;
    this.ruler = document.createElement("canvas").getContext("2d");
    this.begin();
  }

  /** A new sheet, as fit() asks for one. */
  begin() {
    Object.assign(this, FRESH, { shapes: [], d: "", stack: [] });
    return this;
  }

  save() {
    this.stack.push(Object.fromEntries(Object.keys(FRESH).map((key) => [key, this[key]])));
  }
  restore() { Object.assign(this, this.stack.pop()); }
  transform(a, b, c, d, e, f) {
    const [A, B, C, D, E, F] = this.matrix;
    this.matrix = [A * a + C * b, B * a + D * b, A * c + C * d, B * c + D * d, A * e + C * f + E, B * e + D * f + F];
  }
  translate(x, y) { this.transform(1, 0, 0, 1, x, y); }
  scale(x, y) { this.transform(x, 0, 0, y, 0, 0); }
  rotate(angle) { this.transform(Math.cos(angle), Math.sin(angle), -Math.sin(angle), Math.cos(angle), 0, 0); }
  setTransform() { this.matrix = FRESH.matrix; } // the only one set is that of the screen's pixels
  setLineDash(dash) { this.dash = dash; }
  measureText(text) {
    this.ruler.font = this.font;
    return this.ruler.measureText(text);
  }

  place(x, y) {
    const [a, b, c, d, e, f] = this.matrix;
    return `${cents(a * x + c * y + e)} ${cents(b * x + d * y + f)}`;
  }
  get size() { return Math.hypot(this.matrix[0], this.matrix[1]); }

  beginPath() { [this.d, this.at] = ["", null]; }
  moveTo(x, y) { this.d += `M${this.place(x, y)}`; this.at = [x, y]; }
  lineTo(x, y) { this.d += `${this.d ? "L" : "M"}${this.place(x, y)}`; this.at = [x, y]; }
  closePath() { this.d += "Z"; }
  quadraticCurveTo(cx, cy, x, y) { this.d += `Q${this.place(cx, cy)} ${this.place(x, y)}`; this.at = [x, y]; }
  bezierCurveTo(ax, ay, bx, by, x, y) { this.d += `C${this.place(ax, ay)} ${this.place(bx, by)} ${this.place(x, y)}`; this.at = [x, y]; }
  rect(x, y, w, h) { this.d += `M${this.place(x, y)}L${this.place(x + w, y)}L${this.place(x + w, y + h)}L${this.place(x, y + h)}Z`; }
  roundRect(x, y, w, h, radius) {
    const r = Math.min(Number(Array.isArray(radius) ? radius[0] : radius) || 0, Math.abs(w) / 2, Math.abs(h) / 2);
    this.moveTo(x + r, y);
    for (const [ax, ay, bx, by] of [[x + w, y, x + w, y + h], [x + w, y + h, x, y + h], [x, y + h, x, y], [x, y, x + w, y]]) {
      this.arcTo(ax, ay, bx, by, r);
    }
    this.closePath();
  }
  arc(x, y, r, from, to, back = false) {
    const turn = back ? from - to : to - from;
    const start = [x + r * Math.cos(from), y + r * Math.sin(from)];
    if (this.d) this.lineTo(...start);
    else this.moveTo(...start);
    // An arc that ends where it began is drawn in two halves.
    const whole = turn >= CIRCLE - 1e-6;
    const stops = whole ? [from + Math.PI, from + CIRCLE] : [back ? from - (((turn % CIRCLE) + CIRCLE) % CIRCLE) : from + (((turn % CIRCLE) + CIRCLE) % CIRCLE)];
    const R = cents(r * this.size);
    for (const stop of stops) {
      const wide = !whole && ((turn % CIRCLE) + CIRCLE) % CIRCLE > Math.PI ? 1 : 0;
      this.d += `A${R} ${R} 0 ${wide} ${back ? 0 : 1} ${this.place(x + r * Math.cos(stop), y + r * Math.sin(stop))}`;
    }
    this.at = [x + r * Math.cos(to), y + r * Math.sin(to)];
  }
  ellipse(x, y, rx, ry, angle, from, to) {
    this.save();
    this.translate(x, y);
    this.rotate(angle);
    const points = Array.from({ length: 25 }, (_, k) => from + ((to - from) * k) / 24);
    points.forEach((t, k) => this[k ? "lineTo" : "moveTo"](rx * Math.cos(t), ry * Math.sin(t)));
    this.restore();
  }
  /** A corner rounded off, as the canvas does it: tangent to both sides. */
  arcTo(ax, ay, bx, by, r) {
    const [x, y] = this.at ?? [ax, ay];
    const [u, v] = [[x - ax, y - ay], [bx - ax, by - ay]];
    const [p, q] = [Math.hypot(...u), Math.hypot(...v)];
    const cross = (u[0] * v[1] - u[1] * v[0]) / (p * q || 1);
    if (!r || !p || !q || Math.abs(cross) < 1e-9) return this.lineTo(ax, ay);
    const half = Math.acos(Math.max(-1, Math.min(1, (u[0] * v[0] + u[1] * v[1]) / (p * q)))) / 2;
    const far = r / Math.tan(half);
    const end = [ax + (v[0] / q) * far, ay + (v[1] / q) * far];
    this.lineTo(ax + (u[0] / p) * far, ay + (u[1] / p) * far);
    const R = cents(r * this.size);
    this.d += `A${R} ${R} 0 0 ${cross < 0 ? 1 : 0} ${this.place(...end)}`;
    this.at = end;
  }

  ink(what, style) { return `${what}="${escaped(style)}"${this.globalAlpha < 1 ? ` ${what}-opacity="${cents(this.globalAlpha)}"` : ""}`; }
  pen() {
    const dash = this.dash.length ? ` stroke-dasharray="${this.dash.join(" ")}"` : "";
    return `fill="none" ${this.ink("stroke", this.strokeStyle)} stroke-width="${cents(this.lineWidth * this.size)}" stroke-linejoin="${this.lineJoin}" stroke-linecap="${this.lineCap}"${dash}`;
  }
  fill() { if (this.d) this.shapes.push(`<path d="${this.d}" ${this.ink("fill", this.fillStyle)}/>`); }
  stroke() { if (this.d) this.shapes.push(`<path d="${this.d}" ${this.pen()}/>`); }
  box(x, y, w, h, draw) {
    const kept = [this.d, this.at];
    this.d = "";
    this.rect(x, y, w, h);
    draw.call(this);
    [this.d, this.at] = kept;
  }
  fillRect(x, y, w, h) { this.box(x, y, w, h, this.fill); }
  strokeRect(x, y, w, h) { this.box(x, y, w, h, this.stroke); }
  clearRect() {} // a sheet begins empty, and nothing is cleared in the middle of a drawing
  clip() {}
  write(text, x, y, how) {
    const [a, b, c, d] = this.matrix;
    const turned = `matrix(${[a, b, c, d].map(cents).join(" ")} ${this.place(x, y)})`;
    const rise = { middle: "central", top: "hanging", hanging: "hanging", bottom: "text-after-edge" }[this.textBaseline] ?? "auto";
    const long = cents(this.measureText(text).width);
    this.shapes.push(`<text transform="${turned}" textLength="${long}" lengthAdjust="spacingAndGlyphs" style="font:${escaped(this.font)}" text-anchor="${ANCHORS[this.textAlign]}" dominant-baseline="${rise}" ${how}>${escaped(text)}</text>`);
  }
  fillText(text, x, y) { this.write(text, x, y, this.ink("fill", this.fillStyle)); }
  strokeText(text, x, y) { this.write(text, x, y, this.pen()); }
  drawImage(image, x, y, w = image.width, h = image.height) {
    const smooth = this.imageSmoothingEnabled === false ? ' style="image-rendering:pixelated"' : "";
    const [left, top] = this.place(x, y).split(" ");
    this.shapes.push(`<image href="${image.toDataURL()}" x="${left}" y="${top}" width="${cents(w * this.size)}" height="${cents(h * this.size)}" preserveAspectRatio="none"${smooth}/>`);
  }
}
