// A line that is drawn by hand: the finger sets its values, Python hears of them while it moves.

const here = new URL(import.meta.url).search;
const { clamp, tick_under } = await import("./layout.js" + here);
const { scale_of } = await import("./curves.js" + here);
const { Courier } = await import("./sliders.js" + here);

/** Keeps what is being drawn until Python's answer is no longer older than the hand. */
export class Sketch {
  constructor(send) {
    this.courier = new Courier(send);
    this.held = null;
  }

  /** Does a drag that starts on this card draw? */
  static takes(card) {
    return Boolean(card?.panel.hand);
  }

  /** Set the values between the last and this place of the pointer. */
  move(stack, axis, card, x, y) {
    const { panel, top, tall } = card;
    const [line] = panel.lines;
    const value = scale_of(panel, tall).value(y - top);
    const index = clamp(tick_under(axis, x, stack.wide) - line.start, 0, line.values.length - 1);
    const from = this.held?.key === panel.key ? this.held : { index, value };
    const [a, b] = [from, { index, value }].sort((p, q) => p.index - q.index);
    const values = Float64Array.from(line.values);
    for (let k = a.index; k <= b.index; k++) {
      const share = b.index > a.index ? (k - a.index) / (b.index - a.index) : Number(k === index);
      values[k] = Math.round((a.value + share * (b.value - a.value)) * 100) / 100;
    }
    values[index] = Math.round(value * 100) / 100;
    line.values = values;
    this.held = { key: panel.key, index, value, values };
    this.post(true);
  }

  post(live) {
    if (this.held) this.courier.post({ values: [...this.held.values], live, moves: Date.now() });
  }

  release() {
    this.post(false);
    this.held = null;
  }

  /** New data has come: what the hand has drawn since stays. */
  answer(reel) {
    this.courier.answer();
    const panel = this.held && reel?.find[this.held.key];
    if (panel && panel.lines[0].values.length === this.held.values.length) {
      panel.lines[0].values = this.held.values;
    }
  }
}
