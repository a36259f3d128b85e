// Packed bytes into a reel: header, and arrays as plain or typed arrays of numbers.

const KINDS = {
  float32: Float32Array, float64: Float64Array, uint8: Uint8Array,
};

export function unpack(data) {
  if (!(data instanceof Uint8Array) || data.length < 8) throw new Error("no bytes arrived");
  const length = new DataView(data.buffer, data.byteOffset, 4).getUint32(0, true);
  if (length > data.length - 4) throw new Error("the header is cut off");
  const reel = JSON.parse(new TextDecoder().decode(data.subarray(4, 4 + length)));
  // A copy, because typed views need an aligned start.
  const body = data.slice(4 + length).buffer;
  const arrays = {};
  for (const [name, blob] of Object.entries(reel.blobs)) {
    const size = blob.shape.reduce((a, b) => a * b, 1);
    const raw = new KINDS[blob.dtype](body, blob.at, size);
    arrays[name] = "span" in blob ? restore(raw, blob) : raw;
  }
  for (const panel of reel.panels) {
    if (panel.kind === "heat") {
      panel.values = arrays[panel.key];
      [panel.n, panel.m] = reel.blobs[panel.key].shape;
    } else {
      panel.lines.forEach((line, i) => {
        line.values = arrays[`${panel.key}/${i}`];
        line.edges = !line.band ? null : [arrays[`${panel.key}/${i}/low`], arrays[`${panel.key}/${i}/high`]];
      });
    }
  }
  for (const side of reel.side) if (side.kind === "plane") {
    side.xy = arrays[side.blob];
    for (const part of ["arrows", "rests"]) side[part] = side[part] ? arrays[side[part]] : [];
    side.ghost = side.behind ? arrays[`${side.blob}/behind`] : [];
  }
  if (reel.wiring) {
    Object.assign(reel.wiring, { flow_values: arrays["wiring/flows"], reach_values: arrays["wiring/reach"] });
  }
  for (const one of reel.pictures ?? []) if (one.kind === "gallery") one.images = arrays[one.blob];
  if (reel.space) {
    const { space } = reel;
    for (const name of ["path", "points", "links", "slow"]) space[`${name}_xyz`] = arrays[`space/${name}`];
    Object.assign(space, { real_part: arrays["space/real"], imag_part: arrays["space/imag"], growth: arrays["space/growth"] });
  }
  (reel.charts ?? []).forEach((chart, i) => {
    chart.handle_xy = arrays[`chart/${i}/handles`];
    chart.arrow_xy = arrays[`chart/${i}/arrows`];
    if (chart.ground) chart.ground.codes = arrays[`chart/${i}/ground`];
    let at = 0;
    for (const stroke of chart.strokes) stroke.xy = arrays[`chart/${i}/lines`].subarray(at, (at += 2 * stroke.n));
  });
  reel.find = Object.fromEntries(reel.panels.map((panel) => [panel.key, panel]));
  return reel;
}

function restore(codes, { low, span, log }) {
  const levels = Float64Array.from({ length: 256 }, (_, code) => {
    if (code > 250) return { 251: Infinity, 252: -Infinity, 253: 0 }[code] ?? NaN;
    const level = (low / 2 + (code / 250) * span) * 2;
    return log ? 10 ** Math.min(level, 308.25) : level;
  });
  return Float64Array.from(codes, (code) => levels[code]);
}

/** Value of a row of a heat panel at a tick index, undefined where the signal does not exist. */
export function value_at(panel, index, row) {
  const i = index - panel.start;
  return i >= 0 && i < panel.n ? panel.values[i * panel.m + row] : undefined;
}

export function line_at(line, index) {
  return line.values[index - line.start];
}

/** Is there a signal at this tick? */
export const lasts = (signal, index) => index >= signal.start && index < signal.start + (signal.n ?? signal.values.length);

export const unit_name = (panel, row) => panel.rows?.[row] ?? `unit ${row + 1}`;
