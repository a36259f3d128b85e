"""What a page does for those who use its keys: what opens is entered, and a stop is of some use."""

# An equation on a line of its own may be pushed sideways; browsers stop at whatever can be pushed
# in any direction, and without this every equation could be, by what its letters reach over.
STOPS = ".katex-display {overflow-y: hidden; padding-inline: 0.25em !important}"

# What opens under a button stands at the end of the page: without this, Tab goes from the button
# to whatever stands behind it, and what has opened is reached after everything else.
ENTER = """<script>
(() => {
  if (document.unrolled_keys) return;
  document.unrolled_keys = true;
  const STOP = 'input, select, textarea, button, a[href], [tabindex="0"]';
  const opened = () => document.querySelector('[data-testid="stPopoverBody"]');
  const opener = () =>
    document.querySelector('[data-testid="stPopoverButton"][aria-expanded="true"]');
  const stops = (body) => [...body.querySelectorAll(STOP)]
    .filter((one) => one.tabIndex >= 0 && !one.disabled && one.getClientRects().length);
  const enter = (since) => {
    const body = opened();
    if (!body || getComputedStyle(body).visibility === "hidden") {
      if (performance.now() - since < 2000) requestAnimationFrame(() => enter(since));
      return;
    }
    const [first] = stops(body);
    if (!first) body.tabIndex = -1;
    (first ?? body).focus({ preventScroll: true });
  };
  addEventListener("click", (event) => {
    const by_key = event.detail === 0;
    const button = event.target.closest?.('[data-testid="stPopoverButton"]');
    if (by_key && button?.ariaExpanded === "false") enter(performance.now());
  }, true);
  addEventListener("keydown", (event) => {
    const body = opened();
    if (event.key !== "Tab" || !body?.contains(document.activeElement)) return;
    const all = stops(body);
    const end = event.shiftKey ? all[0] : all.at(-1);
    if (all.length && document.activeElement !== end) return;
    event.preventDefault();
    opener()?.focus();
  }, true);
})();
</script>"""
