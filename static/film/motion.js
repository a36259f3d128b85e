// What moves by itself: the playing film, the gliding window, the network that rolls up.

const TURN = 600; // ms from rolled to unrolled
const GLIDE = 900; // ms from one wiring to another

export function advance(view, seconds) {
  const { play, axis } = view.reel;
  view.phase += seconds * play.rate * view.speed;
  while (view.phase >= 1 && view.playing) {
    view.phase -= 1;
    if (view.cursor < axis.count - 1) view.cursor += 1;
    else if (play.loop) view.cursor = view.position = 0;
    else view.run(false);
  }
}

/** Bring the window of the graph and its morph nearer to where they belong; true while on the way. */
export function glide(view, seconds) {
  const goal = view.playing ? view.cursor + view.phase - 0.5 : view.cursor;
  const shape = view.rolled ? 0 : 1;
  if (view.still.matches || !view.size) [view.position, view.morph] = [view.cursor, shape];
  if (Math.abs(goal - view.position) > view.size?.shown) view.position = goal;
  view.position += (goal - view.position) * (1 - Math.exp(-16 * seconds));
  if (view.still.matches) view.blend = 1;
  view.blend = Math.min(1, view.blend + (seconds * 1000) / GLIDE);
  const way = (seconds * 1000) / TURN;
  view.morph = shape > view.morph ? Math.min(shape, view.morph + way) : Math.max(shape, view.morph - way);
  if (Math.abs(goal - view.position) < 0.004) view.position = goal;
  return view.position !== goal || view.morph !== shape || view.blend < 1;
}
