"""Find a Chromium or Chrome for the browser tests; run as a program, install one if need be."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

COMMANDS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
APPLICATIONS = (
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "C:/Program Files/Google/Chrome/Application/chrome.exe",
)
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
MISSING = (
    "No Chromium or Chrome was found and none could be installed: install one, or name one with "
    "CHROMIUM=/path/to/chromium."
)


def in_ci() -> bool:
    """Say whether this is continuous integration, where a missing browser is a failure."""
    return os.environ.get("CI", "").lower() in ("1", "true", "yes")


def find() -> str | None:
    """Give the path of the browser: the one that CHROMIUM names, else the first one found."""
    named = os.environ.get("CHROMIUM")
    if named:
        if shutil.which(named):
            return shutil.which(named)
        raise FileNotFoundError(
            f"CHROMIUM names {named!r}, which is no program: name a Chromium or Chrome instead, or "
            "unset it."
        )
    on_path = filter(None, map(shutil.which, (*COMMANDS, *APPLICATIONS)))
    return next(on_path, None) or downloaded()


def downloaded() -> str | None:
    """Give the path of the Chromium that Playwright has downloaded, if it has."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        path = playwright.chromium.executable_path
    return path if Path(path).exists() else None


def install() -> None:
    """Install a browser: Debian's package where that is allowed, else Playwright's download."""
    become_root = [] if is_root() else ["sudo", "-n"]
    if shutil.which("apt-get") and (is_root() or succeeds("sudo", "-n", "true")):
        print("Installing the package chromium for the browser tests ...", flush=True)
        # The package lists of a fresh machine are empty, those of an old one may be outdated.
        succeeds(*become_root, "apt-get", "-qq", "update")
        succeeds(
            *become_root,
            *("env", "DEBIAN_FRONTEND=noninteractive"),
            *("apt-get", "-qq", "install", "-y", "--no-install-recommends", "chromium"),
        )
    if not find():
        print("Downloading a Chromium for the browser tests ...", flush=True)
        succeeds(sys.executable, "-m", "playwright", "install", "chromium")


def is_root() -> bool:
    """Say whether this user may install packages without sudo."""
    return hasattr(os, "geteuid") and os.geteuid() == 0


def succeeds(*command: str) -> bool:
    """Run a command; what a failing one said is shown in CI, where nobody can run it again."""
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False)
    except FileNotFoundError:
        return False
    if done.returncode and in_ci():
        print(done.stdout[-2000:] + done.stderr[-2000:], file=sys.stderr)
    return done.returncode == 0


def main() -> None:
    """Make sure that there is a browser; where there is none, fail in CI and go on elsewhere."""
    try:
        if not find():
            install()
        if find():
            return
    except FileNotFoundError as error:
        sys.exit(str(error))
    if in_ci():
        sys.exit(MISSING)
    print(f"{MISSING} The browser tests will be skipped.")


if __name__ == "__main__":
    main()
