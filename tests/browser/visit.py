"""Visit a page in a real browser: wait until it stands, and notice everything that goes wrong."""

import re
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Request, Response

# Streamlit has finished, no part waits for its successor, every Plotly chart and every canvas of a
# component is drawn; and all that has held for a moment, as after a click it still looks finished.
STANDS = """
() => {
  const all = (root, selector) => [...root.querySelectorAll(selector)];
  const named = (...names) => names.map((name) => `[data-testid="${name}"]`).join();
  const app = document.querySelector(named('stApp'))?.dataset ?? {};
  const drawn = (canvas) => 'version' in canvas.dataset;
  const stands =
    app.testScriptState === 'notRunning' &&
    app.testConnectionState === 'CONNECTED' &&
    document.fonts.status === 'loaded' &&
    document.querySelector(`${named('stMain')} ${named('stElementContainer')}`) &&
    !document.querySelector(`${named('stSkeleton', 'stAppSkeleton', 'stSpinner')}`) &&
    !document.querySelector('[data-stale="true"]') &&
    all(document, named('stPlotlyChart')).every((chart) => chart.querySelector('.main-svg')) &&
    all(document, '[data-testid^="stBidiComponent"]').every((component) => {
      const root = component.shadowRoot ?? component;
      // Before its script has come, a component holds its style sheet and nothing else.
      const come = root.querySelector('.film, :not(style):not(link):not(div)');
      return come && all(root, 'canvas, .film').every(drawn);
    });
  const now = performance.now();
  window.standsSince = stands ? (window.standsSince ?? now) : undefined;
  return stands && now - window.standsSince >= 150;
}
"""


# Opened by a deep link, Streamlit asks below the page's address first where its server is, and
# takes the 404 for an answer.
PROBE = re.compile(r"//[^/]+/[^/_]\w*/_stcore/(health|host-config)$")


def settle(page: Page, seconds: float = 30) -> None:
    """Wait until the page stands: the script has run and every picture is drawn."""
    page.evaluate("window.standsSince = undefined")
    page.wait_for_function(STANDS, polling=30, timeout=1000 * seconds)


@dataclass
class Visit:
    """An open page and what went wrong on it."""

    page: Page
    complaints: list[str] = field(default_factory=list)

    @classmethod
    def to(
        cls,
        browser: Browser,
        address: str,
        size: tuple[int, int] = (1440, 900),
        dark: bool = False,
        **settings: object,
    ) -> "Visit":
        """Open an address in a window of its own and wait until the page stands."""
        context: BrowserContext = browser.new_context(
            viewport={"width": size[0], "height": size[1]},
            color_scheme="dark" if dark else "light",
            **settings,
        )
        visit = cls(context.new_page())
        visit.listen(urlsplit(address).netloc)
        visit.page.goto(address)
        settle(visit.page)
        return visit

    def listen(self, host: str) -> None:
        """Note errors, failed requests, and requests to any other host."""

        def asked(request: Request) -> None:
            parts = urlsplit(request.url)
            if parts.netloc not in ("", host):
                self.complaints.append(f"asked another server: {request.url}")

        def failed(request: Request) -> None:
            if request.failure != "net::ERR_ABORTED":  # what a page no longer wants, it gives up
                self.complaints.append(f"failed: {request.url} ({request.failure})")

        def answered(response: Response) -> None:
            if response.status >= 400 and not PROBE.search(response.url):
                self.complaints.append(f"answered {response.status}: {response.url}")

        def said(message: ConsoleMessage) -> None:
            if message.type == "error" and not PROBE.search(message.location.get("url", "")):
                self.complaints.append(f"console error: {message.text}")

        self.page.on("request", asked)
        self.page.on("requestfailed", failed)
        self.page.on("response", answered)
        self.page.on("pageerror", lambda error: self.complaints.append(f"page error: {error}"))
        self.page.on("console", said)

    def show_whole(self) -> None:
        """Make the window as high as the page, which scrolls inside of itself."""
        window = self.page.viewport_size
        height = self.page.evaluate(
            "document.querySelector('[data-testid=\"stMain\"]').scrollHeight"
        )
        self.page.set_viewport_size({"width": window["width"], "height": height})
        settle(self.page)

    def close(self) -> list[str]:
        """Close the window and tell everything that went wrong, exception boxes included."""
        if not self.page.is_closed():
            for box in self.page.locator('[data-testid="stException"]').all():
                self.complaints.append(f"exception box: {box.inner_text()[:2000]}")
            self.page.context.close()
        return self.complaints
