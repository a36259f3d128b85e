"""Finding a browser: the one that is named, else the first on PATH, else a clear sentence."""

import pytest

from tests.browser import chromium


@pytest.fixture
def bare(monkeypatch, tmp_path):
    """Pretend that this machine has no browser and lets nobody install one."""
    monkeypatch.delenv("CHROMIUM", raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(chromium, "APPLICATIONS", ())
    monkeypatch.setattr(chromium, "downloaded", lambda: None)
    monkeypatch.setattr(chromium, "succeeds", lambda *command: False)


def program(folder, name):
    """Put an empty program of that name into a folder."""
    file = folder / name
    file.touch(mode=0o755)
    return str(file)


def test_the_browser_that_is_named_comes_first(bare, monkeypatch, tmp_path):
    program(tmp_path, "chromium")
    mine = program(tmp_path, "mine")
    monkeypatch.setenv("CHROMIUM", mine)
    assert chromium.find() == mine


def test_a_named_browser_that_is_not_there_is_not_replaced(bare, monkeypatch, tmp_path):
    program(tmp_path, "chromium")
    monkeypatch.setenv("CHROMIUM", "/no/such/browser")
    with pytest.raises(FileNotFoundError, match="'/no/such/browser'"):
        chromium.find()


@pytest.mark.parametrize("name", ["chromium", "chromium-browser", "google-chrome"])
def test_a_browser_on_path_is_found(bare, tmp_path, name):
    there = program(tmp_path, name)
    assert chromium.find() == there


def test_a_missing_browser_fails_in_ci(bare, monkeypatch):
    monkeypatch.setenv("CI", "true")
    with pytest.raises(SystemExit, match="install one, or name one with CHROMIUM="):
        chromium.main()


def test_a_missing_browser_is_said_elsewhere(bare, monkeypatch, capsys):
    monkeypatch.delenv("CI", raising=False)
    chromium.main()
    assert "will be skipped" in capsys.readouterr().out
