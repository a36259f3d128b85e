"""Take pictures of the pages as they stand: those of the README, or any page in any state.

    python -m tests.browser.shots
    python -m tests.browser.shots --out /tmp/shots --page gates --theme dark --size phone \
        --query "cell=LSTM"
"""

import argparse
import itertools
import re
from pathlib import Path

from playwright.sync_api import sync_playwright

from tests.browser import chromium
from tests.browser.visit import Visit
from tests.serving import ROOT, serve

SIZES = {"desktop": (1440, 900), "projector": (1024, 768), "phone": (390, 844)}
SETTINGS = {"desktop": {}, "projector": {}, "phone": {"has_touch": True, "is_mobile": True}}
THEMES = ("light", "dark")


def pages() -> list[str]:
    """Name every page; home is the one that stands at the bare address."""
    found = sorted(path.stem for path in (ROOT / "pages").glob("*.py") if path.stem[0] != "_")
    return [name for name in found if name != "home"] + ["home"]


def in_readme() -> list[tuple[str, ...]]:
    """Name page, theme and size of every picture that the README shows."""
    text = (ROOT / "README.md").read_text("utf-8")
    return re.findall(r"screenshots/(\w+)-(light|dark)-(\w+)\.png", text)


def read_arguments() -> argparse.Namespace:
    """Read what to photograph, and how."""
    parser = argparse.ArgumentParser(prog="python -m tests.browser.shots", description=__doc__)
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.add_argument("--out", type=Path, default=ROOT / "assets" / "screenshots")
    parser.add_argument("--page", action="append", help="may be repeated; all pages if not given")
    parser.add_argument("--theme", action="append", choices=THEMES)
    parser.add_argument("--size", action="append", choices=SIZES, help="default: desktop, phone")
    parser.add_argument("--query", default="", help="what stands behind the ? of the address")
    parser.add_argument("--whole", action="store_true", help="the whole page, not one window of it")
    parser.add_argument("--script", type=Path, help="another Streamlit script than the app")
    parser.add_argument("--url", help="an app that is already running; none is started then")
    return parser.parse_args()


def photograph(browser, address: str, asked: argparse.Namespace) -> int:
    """Take all pictures that were asked for and return how many of them show a page with errors."""
    wrong = 0
    names = asked.page or (["home"] if asked.script else pages())
    sizes = asked.size or ["desktop", "phone"]
    wanted = itertools.product(names, asked.theme or THEMES, sizes)
    if not (asked.page or asked.theme or asked.size or asked.script):
        wanted = in_readme()
    for name, theme, size in wanted:
        path = "" if name == "home" else name
        visit = Visit.to(
            browser,
            f"{address}/{path}" + (f"?{asked.query}" if asked.query else ""),
            SIZES[size],
            dark=theme == "dark",
            reduced_motion="reduce",  # so that a moving picture stands still
            **SETTINGS[size],
        )
        if asked.whole:
            visit.show_whole()
        file = asked.out / f"{name}-{theme}-{size}.png"
        visit.page.screenshot(path=file)
        complaints = visit.close()
        wrong += bool(complaints)
        print(file, *complaints, sep="\n    ", flush=True)
    return wrong


def main() -> int:
    """Start browser and app, take the pictures, and fail where a page had errors."""
    asked = read_arguments()
    asked.out.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        path = chromium.find()
        if not path:
            raise SystemExit(chromium.MISSING)
        browser = playwright.chromium.launch(executable_path=path, args=chromium.FLAGS)
        if asked.url:
            return photograph(browser, asked.url.rstrip("/"), asked)
        with serve(asked.script or ROOT / "streamlit_app.py") as address:
            return photograph(browser, address, asked)


if __name__ == "__main__":
    raise SystemExit(main())
