// Between browser and Python: what Python changed is taken over, what comes back as an echo is not.

const here = new URL(import.meta.url).search;
const { clamp } = await import("./layout.js" + here);
const { same_place, tick_number } = await import("./walk.js" + here);

const ECHO = 3000; // ms within which a value from Python may be an answer to ours

/** Take cursor, pick and slider values from Python where Python itself changed them. */
export function follow(view) {
  const { reel, before, courier } = view;
  const last = reel.axis.count - 1;
  const { first, stride } = reel.axis;
  if (before && before.axis.turn !== reel.axis.turn) {
    view.cursor = view.position = same_place(before.axis, reel.axis, view.cursor);
  }
  const asked = reel.cursor === null ? null : clamp(Math.round((reel.cursor - first) / stride), 0, last);
  if (!before) {
    view.cursor = asked ?? (reel.play.auto ? 0 : Math.round(last * 0.42));
    view.position = view.cursor;
    view.sent = tick_number(reel.axis, view.cursor);
    if (reel.play.auto && !view.still.matches) view.run(true);
  } else if (asked !== null && reel.cursor !== before.cursor && !is_echo(view, "cursor", reel.cursor) && !view.playing && !view.held) {
    view.go(asked);
  }
  if (before && reel.axis.grows) keep_up(view, before.axis, reel.axis);
  view.cursor = clamp(view.cursor, 0, last);
  view.position = clamp(view.position, 0, last);
  const pinned = JSON.stringify(reel.pick);
  const news = !before || (pinned !== JSON.stringify(before.pick) && !is_echo(view, "pick", reel.pick));
  if (news) view.pick = reel.pick && { key: reel.pick[0], row: reel.pick[1] };
  if (view.pick && !(view.pick.row < reel.find[view.pick.key]?.m)) view.pick = null;
  for (const knob of view.knobs) {
    const value = reel.sliders.find((s) => s.key === knob.slider.key)?.value;
    if (value === undefined || value === knob.known || knob.held || !courier.idle) continue;
    if (courier.is_stale(knob.slider.key, value)) continue;
    knob.known = view.values[knob.slider.key] = value;
    knob.show(value);
  }
}

/** On an axis that grows: stay at the end, or at the same number where ticks were thinned out. */
function keep_up(view, old, axis) {
  const at_end = view.cursor === old.count - 1;
  if (at_end) {
    view.cursor = view.position = axis.count - 1;
    if (axis.turn) view.settle(); // where a run grows by itself, the server knows the end
  } else if (axis.stride !== old.stride) {
    view.cursor = view.position = Math.round((view.cursor * old.stride) / axis.stride);
  }
}

/** Send to Python, and remember it: what comes back later is an echo, not news. */
export function tell(view, name, value) {
  const now = performance.now();
  view.told = view.told.filter((entry) => now - entry.now < ECHO);
  view.told.push({ name, now, text: JSON.stringify(value) });
  view.send(name, value);
}

function is_echo(view, name, value) {
  const late = performance.now() - ECHO;
  const text = JSON.stringify(value);
  return view.told.some((entry) => entry.name === name && entry.text === text && entry.now > late);
}
