// One colour grammar: Viridis for gates, blue - orange for signed values, Magma for magnitudes.

const VIRIDIS = "440154 482878 3e4989 31688e 26828e 1f9e89 35b779 6ece58 b5de2b fde725";
const MAGMA = "000004 180f3d 440f76 721f81 9e2f7f cd4071 f1605d fd9668 feca8d fcfdbf";
const SIGNED = { light: "003c71 4c90bd f7f7f7 e0823c 7f2c00", dark: "9ecaff 3170a8 171614 a04818 ffba78" };
export const LEVELS = 256;
const ODD = { nan: [150, 150, 150], tiny: [128, 128, 128] };

const rgb = (hex) => [0, 2, 4].map((i) => parseInt(hex.slice(i, i + 2), 16));

function ramp(words) {
  const stops = words.split(" ").map(rgb);
  const table = new Uint8Array(LEVELS * 3);
  for (let i = 0; i < LEVELS; i++) {
    const at = (i / (LEVELS - 1)) * (stops.length - 1);
    const low = Math.min(Math.floor(at), stops.length - 2);
    for (let c = 0; c < 3; c++) {
      table[i * 3 + c] = Math.round(stops[low][c] + (at - low) * (stops[low + 1][c] - stops[low][c]));
    }
  }
  return table;
}

const RAMPS = {
  unit: { light: ramp(VIRIDIS), dark: ramp(VIRIDIS) },
  log: { light: ramp(MAGMA), dark: ramp(MAGMA) },
  signed: { light: ramp(SIGNED.light), dark: ramp(SIGNED.dark) },
};
const INKS = {
  light: ["#0072B2", "#A0522D", "#009E73", "#AA3377", "#7a6a00", "#555555"],
  dark: ["#56B4E9", "#E8A838", "#35c79a", "#ee88bb", "#d8cf57", "#b0b0b0"],
};

/** The theme of the page around the element, read from Streamlit's variables. */
export function read_theme(element) {
  const style = getComputedStyle(element);
  const pick = (name, other) => style.getPropertyValue(name).trim() || other;
  const back = pick("--st-background-color", "#ffffff");
  const name = lightness(back) < 0.45 ? "dark" : "light";
  const dark = name === "dark";
  return {
    name,
    back,
    text: pick("--st-text-color", dark ? "#f0f0f0" : "#222222"),
    font: pick("--st-font", "sans-serif"),
    quiet: dark ? "#a6a39c" : "#5f6368",
    grid: dark ? "#3a3935" : "#e3e3e6",
    empty: dark ? "#23221f" : "#f1f1f3",
    edge: dark ? "#5c5a55" : "#b9bcc2",
    cool: dark ? "#56B4E9" : "#0072B2",
    warm: dark ? "#f08a4b" : "#c4540a",
    marker: dark ? "#ff7a2f" : "#D55E00",
    path: dark ? "#5a5852" : "#c4c6ca",
  };
}

function lightness(colour) {
  const probe = document.createElement("canvas").getContext("2d");
  probe.fillStyle = colour;
  const text = probe.fillStyle;
  const [r, g, b] = text.startsWith("#") ? rgb(text.slice(1)) : text.match(/[\d.]+/g).map(Number);
  return (0.2126 * r + 0.7152 * g + 0.0722 * b) / 255;
}

export const ink = (line, index, theme) => {
  const own = line.ink?.[theme.name === "dark" ? 1 : 0];
  return own ?? INKS[theme.name][index % INKS[theme.name].length];
};

export const table = (panel, theme) => RAMPS[panel.scale][theme.name];

/** A function value -> place in the colour table, -1 for what has no colour, -2 for too small. */
export function placer({ scale, low, high }) {
  const top = LEVELS - 1;
  if (scale === "log") {
    const a = Math.log10(low);
    const span = Math.log10(high) - a || 1;
    return (v) => {
      const size = Math.abs(v);
      if (!Number.isFinite(size)) return -1;
      if (size < 1e-300) return -2;
      return Math.round(Math.min(1, Math.max(0, (Math.log10(size) - a) / span)) * top);
    };
  }
  // Halves, because high - low may overflow.
  const span = high / 2 - low / 2 || 0.5;
  return (v) => {
    if (!Number.isFinite(v)) return -1;
    return Math.round(Math.min(1, Math.max(0, (v / 2 - low / 2) / span)) * top);
  };
}

/** The colour of one value as three numbers. */
export function colour(panel, value, theme) {
  const at = placer(panel)(value);
  if (at === -1) return ODD.nan;
  if (at === -2) return ODD.tiny;
  return table(panel, theme).subarray(at * 3, at * 3 + 3);
}

export const css = ([r, g, b]) => `rgb(${r},${g},${b})`;

/** Black or white, whichever can be read on the colour. */
export const over = ([r, g, b]) => (0.299 * r + 0.587 * g + 0.114 * b > 140 ? "#111111" : "#ffffff");

/** A gradient for the colour bar, top to bottom. */
export function bar(panel, theme, direction = "to top") {
  const ramp = table(panel, theme);
  const stops = [];
  for (let i = 0; i <= 16; i++) {
    const at = Math.round((i / 16) * (LEVELS - 1)) * 3;
    stops.push(css(ramp.subarray(at, at + 3)));
  }
  return `linear-gradient(${direction}, ${stops.join(",")})`;
}
