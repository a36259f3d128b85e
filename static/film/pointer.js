// Mouse, pen and finger: hover lights a square, a click pins it, a drag scrubs.

const here = new URL(import.meta.url).search;
const { clamp, tick_under } = await import("./layout.js" + here);
const { is_back } = await import("./walk.js" + here);
const { tick_at } = await import("./wiring.js" + here);
const { Sketch } = await import("./sketch.js" + here);

const SLACK = 5;

const card_at = (stack, y) => stack.cards.find((card) => y >= card.top && y < card.top + card.tall);

/** Square under a point of a stack's overlay. */
function spot_at(stack, axis, x, y) {
  const tick = tick_under(axis, x, stack.wide);
  const card = card_at(stack, y);
  if (!card || card.panel.kind !== "heat") return { tick, row: -1, panel: card?.panel ?? null };
  const row = clamp(Math.floor(((y - card.top) / card.tall) * card.panel.m), 0, card.panel.m - 1);
  return { tick, row, panel: card.panel };
}

/** Listen on a stack; act offers hover(spot | null), scrub(tick), click(spot), hold(bool), draw. */
export function watch_stack(stack, axis_of, act) {
  let card = null;
  watch(stack.overlay, act, {
    draws: (x, y) => Sketch.takes((card = card_at(stack, y))),
    draw: (x, y) => act.draw(stack, card, x, y),
    spot: (x, y) => spot_at(stack, axis_of(), x, y),
    drag: (x) => tick_under(axis_of(), x, stack.wide),
  });
}

/** Listen on the graph, where a drag moves the window of steps. */
export function watch_graph(canvas, view, act) {
  let origin = 0;
  watch(canvas, act, {
    start: () => (origin = view.cursor),
    spot: (x, y) => {
      const hits = view.hits ?? [];
      const hit = hits.findLast((h) => x >= h.x && x < h.x + h.w && y >= h.y && y < h.y + h.h);
      if (!hit && view.size?.wiring) return { tick: tick_at(view.size, x, view.reel.axis.count), row: -1, panel: null, outside: true };
      if (!hit?.panel) return { tick: hit?.index ?? nearest(hits, x), row: -1, panel: null, outside: true };
      return { tick: hit.index, row: clamp(Math.floor(((y - hit.y) / hit.h) * hit.panel.m), 0, hit.panel.m - 1), panel: hit.panel };
    },
    drag: (x, x0) => {
      const { axis } = view.reel;
      if (view.size?.wiring) return tick_at(view.size, x, axis.count);
      const moved = Math.round((x - x0) / (view.size?.spacing ?? 100));
      return clamp(is_back(axis, origin) ? origin + moved : origin - moved, 0, axis.count - 1);
    },
  });
}

function nearest(hits, x) {
  let best = null;
  for (const hit of hits) {
    const far = Math.abs(hit.x + hit.w / 2 - x);
    if (!best || far < best.far) best = { far, index: hit.index };
  }
  return best?.index ?? 0;
}

function watch(node, act, { spot, drag, start, draws, draw }) {
  let down = null;
  const place = (event) => {
    const box = node.getBoundingClientRect();
    return [event.clientX - box.left, event.clientY - box.top];
  };
  node.addEventListener("pointerdown", (event) => {
    if (event.button) return;
    const [x, y] = place(event);
    down = { x, y, moved: false, draws: draws?.(x, y) };
    start?.();
    node.setPointerCapture(event.pointerId);
    if (down.draws) draw(x, y);
  });
  node.addEventListener("pointermove", (event) => {
    const [x, y] = place(event);
    if (down?.draws) return draw(x, y);
    if (down && !down.moved && Math.abs(x - down.x) > SLACK) {
      down.moved = true;
      act.hold(true);
    }
    if (down?.moved) act.scrub(drag(x, down.x));
    else act.hover(spot(x, y));
  });
  node.addEventListener("pointerup", (event) => {
    const [x, y] = place(event);
    if (down?.draws) act.drawn();
    else if (down && !down.moved) act.click(spot(x, y));
    if (event.pointerType !== "mouse") act.hover(null);
    if (down?.moved) act.hold(false);
    down = null;
  });
  node.addEventListener("pointercancel", () => {
    if (down?.draws) act.drawn();
    if (down?.moved) act.hold(false);
    down = null;
    act.hover(null);
  });
  node.addEventListener("pointerleave", () => down || act.hover(null));
}
