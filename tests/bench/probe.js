// What the benchmark sees of a page: when a picture with new data stands, and what was shown when.

window.bench = (() => {
  const roots = () => {
    const hosts = document.querySelectorAll('[data-testid^="stBidiComponent"]');
    return [document, ...[...hosts].map((host) => host.shadowRoot).filter(Boolean)];
  };
  let film = null;
  const find = (selector) => {
    for (const root of roots()) {
      const found = root.querySelector(selector);
      if (found) return found;
    }
    return null;
  };
  const the_film = () => (film?.isConnected ? film : (film = find(".film")));

  // Each design as a list of what must all be new once the picture is new; null while it is not whole.
  const sights = {
    film: () => {
      const version = the_film()?.dataset.version;
      return version ? [version] : null;
    },
    text: () => {
      const node = document.querySelector(".bench");
      return node ? [node.textContent] : null;
    },
    title: () => {
      const node = document.querySelector('[data-testid="stMain"] h1');
      return node ? [node.textContent] : null;
    },
    plotly: () => {
      const charts = [...document.querySelectorAll(".js-plotly-plot")];
      if (charts.length !== 6) return null;
      const parts = charts.map((chart) => {
        const image = chart.querySelector(".hm image");
        const line = chart.querySelector(".scatterlayer path.js-line");
        return image ? image.getAttribute("href") ?? image.getAttribute("xlink:href") : line?.getAttribute("d");
      });
      return parts.every(Boolean) ? [...charts.map((chart) => `${chart.layout?.meta?.v}`), ...parts] : null;
    },
  };
  const is_new = (now, before) => now && (!before || now.every((part, k) => part !== before[k]));

  // A message posted from a frame arrives once that frame has been painted.
  const after_paint = (act) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = act;
    port2.postMessage(0);
  };
  const every_frame = (act) => requestAnimationFrame(() => act() !== false && every_frame(act));

  const until_new = (sight, before) =>
    new Promise((resolve, reject) => {
      const end = performance.now() + 30_000;
      every_frame(() => {
        if (performance.now() > end) return reject(new Error(`no new ${sight} within 30 s`)), false;
        if (!is_new(sights[sight](), before)) return true;
        after_paint(() => resolve(performance.now()));
        return false;
      });
    });

  let waiting = null;
  const self = {
    film: the_film,
    /** Time from the next key to the picture that it leads to; ask with elapsed(). */
    arm(sight) {
      const before = sights[sight]();
      waiting = new Promise((resolve, reject) => {
        const start = () => {
          const pressed = performance.now();
          until_new(sight, before).then((shown) => resolve(shown - pressed), reject);
        };
        window.addEventListener("keydown", start, { capture: true, once: true });
      });
    },
    elapsed: () => waiting,

    /** Ms from the start of the navigation to the first picture. */
    first: (sight) => until_new(sight, null),

    /** Note every input event, and after every frame what is shown, until report() is called. */
    watch() {
      const log = { inputs: [], versions: [], cursors: [] };
      const heard = (event) => {
        const { value } = event.composedPath()[0];
        log.inputs.push([performance.now(), Number(value)]);
      };
      window.addEventListener("input", heard, true);
      const note = (list, value) => {
        if (value !== undefined && value !== list.at(-1)?.[1]) list.push([performance.now(), value]);
      };
      let on = true;
      every_frame(() => {
        after_paint(() => {
          const { version, cursor } = the_film()?.dataset ?? {};
          note(log.versions, version);
          note(log.cursors, cursor);
        });
        return on;
      });
      self.report = () => {
        on = false;
        window.removeEventListener("input", heard, true);
        return log;
      };
    },
  };
  return self;
})();
