"""A real browser and the real app, for every test in this folder."""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from tests.browser import chromium as finder
from tests.browser.visit import Visit
from tests.serving import serve


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """Give a headless browser; without one, fail in CI and skip elsewhere."""
    path = finder.find()
    if not path:
        (pytest.fail if finder.in_ci() else pytest.skip)(finder.MISSING)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=finder.FLAGS)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def app_url() -> Iterator[str]:
    """Give the address of the app, served as `make run` serves it."""
    with serve() as address:
        yield address


@pytest.fixture
def open_page(chromium: Browser, request: pytest.FixtureRequest) -> Iterator[Callable[..., Page]]:
    """Open pages that stand; afterwards nothing may have gone wrong on any of them."""
    visits: list[Visit] = []

    def open_page(
        path: str = "",
        query: str = "",
        size: tuple[int, int] = (1440, 900),
        dark: bool = False,
        url: str | None = None,
        **settings: object,
    ) -> Page:
        base = url or request.getfixturevalue("app_url")
        address = f"{base}/{path}" + (f"?{query}" if query else "")
        visits.append(Visit.to(chromium, address, size, dark, **settings))
        return visits[-1].page

    yield open_page
    complaints = [complaint for visit in visits for complaint in visit.close()]
    assert not complaints, "\n".join(complaints)
