"""What is taken home opens from the disk with the network off, and can be scrubbed."""

import xml.etree.ElementTree as ET

import numpy as np
import pytest
from playwright.sync_api import expect

from explorer import scenes
from explorer.export import film_page, show
from explorer.film import Bars, Reel
from explorer.recipe import Recipe
from tests.browser.visit import settle

OWN = ("file:", "data:", "blob:")
DATA = ".film[data-version]"


@pytest.fixture
def offline(chromium):
    """Open files of the disk in a browser without a network, and hold it to silence."""
    contexts, said = [], []

    def opened(path, **settings):
        contexts.append(chromium.new_context(offline=True, **settings))
        page = contexts[-1].new_page()
        page.on("console", lambda message: said.append(message.text))
        page.on("pageerror", lambda error: said.append(str(error)))
        page.on("request", lambda r: r.url[:5] in OWN or said.append(r.url))
        page.goto(path.as_uri())
        return page

    yield opened
    for context in contexts:
        context.close()
    assert not said


def taken(tab, label, path):
    """Save what a button of the dialog gives."""
    with tab.expect_download() as download:
        tab.get_by_role("button", name=label, exact=True).click()
    download.value.save_as(path)
    return path


@pytest.mark.parametrize("colours", ["light", "dark"])
def test_the_film_of_a_page_is_scrubbed_without_a_network(open_page, offline, tmp_path, colours):
    tab = open_page("gates", "cell=GRU&seed=3&hold=r")
    tab.get_by_role("button", name="Take home").click()
    expect(tab.get_by_text("it names every setting of this page")).to_be_visible()
    path = taken(tab, "Film as HTML", tmp_path / "film.html")
    page = offline(path, color_scheme=colours)
    page.wait_for_selector(DATA)
    film = page.locator(".film")
    assert film.get_attribute("data-theme") == colours
    assert film.get_attribute("data-cursor") == "30"
    film.focus()
    page.keyboard.press("ArrowRight")
    expect(film).to_have_attribute("data-cursor", "31")
    scrubber = page.locator(".film-scrubber")
    box = scrubber.bounding_box()
    page.mouse.click(box["x"] + box["width"] * 0.25, box["y"] + box["height"] / 2)
    assert 12 <= int(film.get_attribute("data-cursor")) <= 18
    link = page.locator("footer a").get_attribute("href")
    assert {"v=1", "cell=GRU", "seed=3", "T=60", "scale=gain"} <= set(link.split("?")[1].split("&"))
    said = page.locator(".made-with").inner_text()
    assert "no live sliders" in said
    assert "Cell: GRU" in said
    assert "gain of the recurrent weights: 1" in said
    assert page.locator(".made-with a").get_attribute("href") == link


def test_the_link_and_what_is_copied_follow_the_checklist(open_page):
    tab = open_page("gates", "cell=GRU", permissions=["clipboard-read", "clipboard-write"])
    tab.get_by_role("button", name="Take home").click()
    dialog = tab.get_by_role("dialog")
    link = dialog.locator("code", has_text="://").first
    expect(link).to_contain_text("cell=GRU")
    expect(dialog.get_by_text("Nobody else can open this link")).to_be_visible()
    dialog.get_by_text("For a class: hide controls").click()
    dialog.get_by_role("button", name="take home", exact=True).click()
    expect(link).to_contain_text("hide=home")
    dialog.get_by_text("Without navigation and menu").click()
    expect(link).to_contain_text("embed=true")
    settle(tab)
    dialog.get_by_role("button", name="Copy link").click()
    expect(dialog.get_by_role("button", name="Copied")).to_be_visible()
    copied = tab.evaluate("navigator.clipboard.readText()")
    assert copied == link.inner_text()
    expect(dialog.locator("code", has_text="<iframe")).to_contain_text(copied.replace("&", "&amp;"))
    there = open_page(url=copied.split("/gates")[0], path="gates", query=copied.split("?")[1])
    expect(there.get_by_role("button", name="Take home")).to_have_count(0)
    expect(there.get_by_text("reset gate").first).to_be_attached()


@pytest.mark.parametrize("framed", [False, True], ids=["alone", "in a frame"])
def test_an_embedded_page_has_no_navigation(open_page, app_url, framed):
    tab = open_page("gates", "" if framed else "embed=true")
    place, bars = tab, "[data-testid^='stTopNav'], [data-testid^='stSidebar']"
    if framed:
        expect(tab.locator(bars)).not_to_have_count(0)
        address = f"{app_url}/gates?embed=true"
        tab.set_content(f'<iframe src="{address}" width="1440" height="880"></iframe>')
        place = tab.frame_locator("iframe")
        place.locator(DATA).wait_for(timeout=20000)
    expect(place.get_by_role("heading", name="Gates", exact=True)).to_be_visible()
    for words in ("Recurrence", "Dynamics", "Yours"):
        expect(place.get_by_text(words, exact=True)).to_have_count(0)
    expect(place.locator(bars)).to_have_count(0)


def test_numbers_come_as_the_page_has_them(open_page, tmp_path):
    tab = open_page("gates", "cell=GRU&seed=3&H=4&T=9")
    tab.get_by_role("button", name="Take home").click()
    with np.load(taken(tab, "NumPy .npz", tmp_path / "run.npz"), allow_pickle=False) as file:
        assert file["h"].shape == (10, 4)
        assert "GRU" in str(file["about"])
    table = taken(tab, "CSV", tmp_path / "run.csv").read_text("utf-8")
    assert sum(not line.startswith("#") for line in table.splitlines()) == 11


@pytest.mark.parametrize("kind", ["png", "svg"])
def test_the_picture_is_saved_from_the_browser(offline, tmp_path, kind):
    recipe = Recipe(cell="LSTM", H=6, T=12)
    trace = recipe.trace()
    norms = scenes.gradient_norms(recipe.gradients(trace))
    reel = Reel(
        axis=scenes.time_axis(trace), panels=(*scenes.gates(trace), *scenes.states(trace), norms),
        side=(Bars("h"), scenes.trajectory(trace)), title="A & B <c>",
    )  # fmt: skip
    path = tmp_path / "film.html"
    path.write_text(film_page(reel, "A & B", "Claim.", ""), "utf-8")
    page = offline(path, accept_downloads=True)
    page.wait_for_selector(DATA)
    with page.expect_download() as download:
        page.select_option(".film-save", kind)
    download.value.save_as(tmp_path / f"picture.{kind}")
    content = (tmp_path / f"picture.{kind}").read_bytes()
    if kind == "png":
        assert content.startswith(b"\x89PNG")
        wide, high = (int.from_bytes(content[k : k + 4], "big") for k in (16, 20))
        assert wide > 1500
        assert high > 600
    else:
        root = ET.fromstring(content)
        words = " ".join(part.text or "" for part in root.iter("{http://www.w3.org/2000/svg}text"))
        assert "A & B <c>" in words
        assert "forget" in words
        assert "step t" in words
        assert len(list(root.iter("{http://www.w3.org/2000/svg}path"))) > 20


def test_a_film_in_a_notebook_is_scrubbed_and_saved_inside_its_frame(offline, tmp_path):
    trace = Recipe(cell="GRU", H=4, T=10).trace()
    reel = Reel(axis=scenes.time_axis(trace), panels=scenes.states(trace), title="A film")
    path = tmp_path / "cell.html"
    path.write_text(f"<!doctype html><title>x</title>{show(reel)._repr_html_()}", "utf-8")
    page = offline(path)
    frame = page.frame_locator("iframe")
    film = frame.locator(DATA)
    film.wait_for()
    before = int(film.get_attribute("data-cursor"))
    film.focus()
    page.keyboard.press("ArrowRight")
    expect(film).to_have_attribute("data-cursor", str(before + 1))
    with page.expect_download() as download:
        frame.locator(".film-save").select_option("svg")
    assert download.value.suggested_filename.endswith(".svg")
