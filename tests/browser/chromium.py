"""The browser of the browser tests: the machine's own Chromium or Chrome, else one that Playwright downloads.

`python -m tests.browser.chromium` makes sure that there is one.
"""

import shutil
import subprocess
import sys
from pathlib import Path

from playwright.sync_api import Browser, Playwright

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
MACOS = Path("/Applications/Google Chrome.app/Contents/MacOS/Google Chrome")
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-features=LocalNetworkAccessChecks",  # a page whose headers a test has changed may still ask its server
)


def system_browser() -> str | None:
    """Return the path of the machine's own browser, or None where Playwright's is to be used."""
    found = next(filter(None, map(shutil.which, NAMES)), None)
    return found or (str(MACOS) if MACOS.exists() else None)


def launch(playwright: Playwright) -> Browser:
    """Start the browser without a window. Raises playwright.sync_api.Error, saying what to do, if there is none."""
    return playwright.chromium.launch(executable_path=system_browser(), args=FLAGS)


if __name__ == "__main__":
    if system_browser() is None:
        sys.exit(subprocess.call([sys.executable, "-m", "playwright", "install", "chromium"]))
