// The bar under the panels: scrubber, play, single steps, speed; and the keyboard.

const here = new URL(import.meta.url).search;
const { make } = await import("./layout.js" + here);

const ICONS = {
  play: "M4 2.5v11l9-5.5z", pause: "M4 2.5h3v11H4zM9 2.5h3v11H9z",
  back: "M11 3v10L5 8zM3 3h2v10H3z", next: "M5 3v10l6-5zM11 3h2v10h-2z",
};
const SPEEDS = [0.5, 1, 2, 4];

function icon(button, name, title) {
  button.innerHTML = `<svg viewBox="0 0 16 16" aria-hidden="true"><path d="${ICONS[name]}"/></svg>`;
  button.title = title;
  button.setAttribute("aria-label", title);
}

function button(name, title, act) {
  const node = make("button", "film-button");
  node.type = "button";
  icon(node, name, title);
  node.addEventListener("click", act);
  return node;
}

/** Build the bar; act offers toggle(), step(by), scrub(tick), speed(factor), hold(bool). */
export function build_controls(container, act) {
  const scrubber = make("input", "film-range film-scrubber");
  Object.assign(scrubber, { type: "range", step: 1 });
  scrubber.setAttribute("aria-label", "time");
  scrubber.addEventListener("input", () => act.scrub(scrubber.valueAsNumber));
  scrubber.addEventListener("pointerdown", () => act.hold(true));
  for (const name of ["pointerup", "pointercancel", "blur"]) scrubber.addEventListener(name, () => act.hold(false));
  const rail = make("div", "film-rail", scrubber);
  const play = button("play", "play (space)", act.toggle);
  const speed = make("select", "film-speed");
  speed.setAttribute("aria-label", "speed");
  for (const factor of SPEEDS) speed.add(new Option(`${factor}×`, factor, factor === 1, factor === 1));
  speed.addEventListener("change", () => act.speed(Number(speed.value)));
  const time = make("span", "film-time");
  const saving = make("select", "film-speed film-save");
  saving.setAttribute("aria-label", "save this picture");
  for (const [name, kind] of [["save …", ""], ["as PNG", "png"], ["as SVG", "svg"]]) saving.add(new Option(name, kind));
  // On a closed list an arrow key would choose, and so save, what stands next to it.
  saving.addEventListener("keydown", (event) => {
    if (!["ArrowDown", "ArrowUp"].includes(event.key) || event.altKey || !saving.showPicker) return;
    event.preventDefault();
    saving.showPicker();
  });
  saving.addEventListener("change", () => {
    act.save(saving.value);
    saving.value = "";
  });
  const buttons = make("div", "film-buttons", button("back", "one step back (←)", () => act.step(-1)), play,
    button("next", "one step forward (→)", () => act.step(1)), speed, time, saving);
  container.append(rail, buttons);
  return { scrubber, rail, buttons, play, time, speed };
}

export function show_playing({ play }, playing) {
  icon(play, playing ? "pause" : "play", playing ? "pause (space)" : "play (space)");
}

/** Lay the rail under the plots; thumb and cursor share their centre. */
export function place_rail({ scrubber, rail, buttons }, axis, left, wide) {
  buttons.style.paddingLeft = `${left}px`;
  const cell = wide / axis.count;
  Object.assign(rail.style, { marginLeft: `${left}px`, width: `${wide}px` });
  const thumb = parseFloat(getComputedStyle(rail).getPropertyValue("--thumb")) || 20;
  Object.assign(scrubber.style, { left: `${cell / 2 - thumb / 2}px`, width: `${wide - cell + thumb}px` });
  scrubber.style.direction = axis.reverse ? "rtl" : "ltr";
  scrubber.setAttribute("aria-label", /^(step|time)\b/.test(axis.label) ? `time, ${axis.label}` : axis.label);
  scrubber.max = axis.count - 1;
  scrubber.disabled = axis.count < 2;
}

const MOVES = { ArrowLeft: -1, ArrowRight: 1, PageUp: 10, PageDown: -10 };
const ROWS = { ArrowUp: -1, ArrowDown: 1 };

/** Keys of the whole component; a slider or a menu keeps its own. */
export function watch_keys(root, axis_of, act) {
  root.addEventListener("keydown", (event) => {
    const inside = event.composedPath()[0];
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (inside.classList?.contains("film-thumb") || inside.tagName === "SELECT") return;
    if (event.key === " " && inside.tagName === "BUTTON") return;
    const { count, reverse } = axis_of();
    const way = reverse && event.key.startsWith("Arrow") ? -1 : 1;
    if (event.key in MOVES) act.step(MOVES[event.key] * way * (event.shiftKey ? 10 : 1));
    else if (event.key === "Home") act.scrub(0);
    else if (event.key === "End") act.scrub(count - 1);
    else if (event.key === " ") act.toggle();
    else if (event.key in ROWS && inside === root) act.row(ROWS[event.key]);
    else if (event.key === "Escape") act.unpin();
    else return;
    event.preventDefault();
    event.stopPropagation();
  });
}
