"""The two programs that the tests drive, a browser and a spreadsheet: found, or installed, or asked for."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterable
from pathlib import Path

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
SPREADSHEETS = ("soffice", "libreoffice")
ELSEWHERE = {
    BROWSERS: (
        "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
        "/Applications/Chromium.app/Contents/MacOS/Chromium",
    ),
    SPREADSHEETS: ("/Applications/LibreOffice.app/Contents/MacOS/soffice",),
}


class ToolMissingError(RuntimeError):
    """A program that the tests need is not there and could not be installed."""


def find(names: tuple[str, ...]) -> Path | None:
    """Return a program by one of its names, on the PATH or where a Mac keeps it."""
    on_path = (shutil.which(name) for name in names)
    elsewhere = (place for place in ELSEWHERE[names] if os.access(place, os.X_OK))
    found = next((place for place in (*on_path, *elsewhere) if place), None)
    return Path(found) if found else None


def chromium() -> Path | None:
    """Return a Chromium or Chrome: the system's, else the one that Playwright has installed."""
    return find(BROWSERS) or _playwrights_own()


def libreoffice() -> Path | None:
    """Return LibreOffice's command."""
    return find(SPREADSHEETS)


def _playwrights_own() -> Path | None:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        path = Path(playwright.chromium.executable_path)
    return path if path.is_file() else None


def _install_with_playwright() -> None:
    subprocess.run([sys.executable, "-m", "playwright", "install", "chromium"], check=False, timeout=900)


def _install_with_apt(packages: Iterable[str]) -> None:
    """Install Debian packages, where this is Debian or Ubuntu and the user is root, or CI may become it unasked."""
    as_root = [] if os.geteuid() == 0 else ["sudo", "-n", "--preserve-env=DEBIAN_FRONTEND"]
    may = not as_root or (os.environ.get("CI") and shutil.which("sudo"))
    if shutil.which("apt-get") is None or not may:
        return
    environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    for command in (["update", "-qq"], ["install", "-y", "-qq", "--no-install-recommends", *packages]):
        subprocess.run([*as_root, "apt-get", *command], check=False, env=environment, timeout=1800)


def ensure(say: Callable[[str], None] = print) -> None:
    """Find both programs, or install them.

    Raises
    ------
    ToolMissingError
        Where one can be neither found nor installed; the message says how to get it.
    """
    browser = chromium()
    if not browser:
        say("No Chromium or Chrome here: asking Playwright for one.")
        _install_with_playwright()
        browser = chromium()
    spreadsheet = libreoffice()
    wanted = [] if browser else ["chromium"]
    wanted += [] if spreadsheet else ["libreoffice-calc-nogui"]
    if wanted:
        say(f"Installing {' and '.join(wanted)} with apt, where that can be done.")
        _install_with_apt(wanted)
    browser, spreadsheet = browser or chromium(), spreadsheet or libreoffice()
    missing = []
    if not browser:
        missing.append("Chromium or Chrome (install either, or run: .venv/bin/python -m playwright install chromium)")
    if not spreadsheet:
        missing.append("LibreOffice (install it from your system's packages, or from libreoffice.org)")
    if missing:
        raise ToolMissingError(
            "The tests need " + " and ".join(missing) + ", and could not install it here. Then: make test"
        )
    say(f"Tests use {browser} and {spreadsheet}.")
