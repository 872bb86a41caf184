"""How soon does a first visitor see something? `python -m tests.benchmarks.first_visit [page ...]` prints two tables.

The first starts a server process for each visit and times from there to the page's heading in a real browser. The
second visits a server on which every page has been opened before, and times from the visit to the first picture. Beside
both stands a bare Streamlit app, of one slider and one text, whose text is waited for: it is visited in the same
rounds, so that a busy machine is busy for all of them. Every visit begins with an empty cache; figures are medians, and
"times" is the median of the ratios within a round. The goals are 1.5 times the bare app, and 300 KB of the app's own:
what came over the websocket, and all files but those of Streamlit's own browser side.
"""

import argparse
import os
import statistics
import tempfile
import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from urllib.parse import urlsplit

from playwright.sync_api import Browser, Page, Request, sync_playwright

from pages.ui.navigation import LESSONS
from tests.benchmarks.report import Table, parser
from tests.browser.chromium import launch
from tests.browser.server import running_app, running_script

ROUNDS = 5
SCREEN = {"width": 1280, "height": 720}
PATIENCE = 60_000  # milliseconds
BARE = Path(__file__).with_name("bare_app.py")
STREAMLIT = ("/static/", "/_stcore/")  # where Streamlit's own browser side comes from; its first file is at the address

# Looks at every frame of the screen for what is waited for, and notes when it stood there first.
WATCH = """
const seen = (globalThis.seen = {})
const all = (root, selector) => [...root.querySelectorAll("*")].flatMap(
  (node) => [...(node.matches(selector) ? [node] : []), ...(node.shadowRoot ? all(node.shadowRoot, selector) : [])])
const large = (node, width, height) => {
  const box = node.getBoundingClientRect()
  return box.width >= width && box.height >= height && node.checkVisibility({ opacityProperty: true })
}
const wanted = {
  text: (main) => [...main.querySelectorAll("[data-testid=stText]")].some((node) => large(node, 1, 1)),
  heading: (main) => [...main.querySelectorAll("h1")].some((node) => large(node, 1, 1)),
  picture: (main) => all(main, "svg, canvas, img, table").some((node) => large(node, 100, 60)),
}
const look = () => {
  const main = document.querySelector("[data-testid=stMain]")
  for (const [name, there] of Object.entries(wanted)) {
    if (main && !seen[name] && there(main)) seen[name] = (performance.timeOrigin + performance.now()) / 1000
  }
  requestAnimationFrame(look)
}
look()
"""


class Own:
    """Counts the bytes of a visit that are not those of Streamlit's own browser side."""

    def __init__(self, page: Page) -> None:
        self._messages: list[str | bytes] = []
        self._files: list[Request] = []
        page.on("websocket", lambda socket: socket.on("framereceived", lambda message: self._messages.append(message)))
        page.on("requestfinished", lambda file: self._files.append(file))

    @property
    def bytes(self) -> int:
        """How many there were so far."""
        files = (file.sizes()["responseBodySize"] for file in self._files if not _streamlits(file))
        return sum(map(len, self._messages)) + sum(files)


def _streamlits(file: Request) -> bool:
    return file.resource_type == "document" or urlsplit(file.url).path.startswith(STREAMLIT)


def main() -> None:
    """Measure the pages that are asked for and print a row for each."""
    asked = _arguments()
    print(f"load {os.getloadavg()[0]:.1f}, {asked.rounds} rounds\n")
    with sync_playwright() as playwright, launch(playwright) as browser, tempfile.TemporaryDirectory() as empty:
        folder = asked.data or Path(empty)
        if not asked.warm:
            _cold(browser, asked.pages or ["home", "train"], asked.rounds, folder)
        if not asked.cold:
            _warm(browser, asked.pages or list(LESSONS), asked.rounds, folder)


def _arguments() -> argparse.Namespace:
    expected = parser("first_visit", __doc__)
    expected.add_argument("pages", nargs="*", choices=[*LESSONS, []], metavar="page", help=", ".join(LESSONS))
    expected.add_argument("--data", type=Path, help="folder of the data sets; without it the offline digits are used")
    expected.add_argument("--rounds", type=int, default=ROUNDS)
    only = expected.add_mutually_exclusive_group()
    only.add_argument("--cold", action="store_true", help="only the first table")
    only.add_argument("--warm", action="store_true", help="only the second table")
    return expected.parse_args()


def _cold(browser: Browser, names: list[str], rounds: int, folder: Path) -> None:
    table = Table("process start to      ", "s", "bare app s", "times", "first picture s")
    bare, headings, pictures = [], {name: [] for name in names}, {name: [] for name in names}

    def visit(server: Callable[[], AbstractContextManager[str]], path: str, *wanted: str) -> list[float]:
        began = time.time()
        with server() as address, _page(browser) as page:
            page.goto(f"{address}/{path}")
            return [_seen(page, name) - began for name in wanted]

    for _round in range(rounds):
        bare += visit(lambda: running_script(BARE), "", "text")
        for name in names:
            heading, picture = visit(lambda: running_app(folder), _path(name), "heading", "picture")
            headings[name].append(heading)
            pictures[name].append(picture)
    for name in names:
        times = _median([heading / reference for heading, reference in zip(headings[name], bare, strict=True)])
        row = [f"{_median(numbers):.1f}" for numbers in (headings[name], bare)]
        table.row(f"heading of {name}", *row, f"{times:.2f}", f"{_median(pictures[name]):.1f}")
    print()


def _warm(browser: Browser, names: list[str], rounds: int, folder: Path) -> None:
    table = Table("visit to first picture", "heading s", "picture s", "bare app s", "times", "own KB")
    with running_app(folder) as app, running_script(BARE) as bare_app:
        for name in names:
            _visit(browser, app, _path(name), "picture")
        _visit(browser, bare_app, "", "text")
        for name in names:
            headings, pictures, bare, sizes = [], [], [], []
            for _round in range(rounds):
                (text,), _size = _visit(browser, bare_app, "", "text")
                (heading, picture), size = _visit(browser, app, _path(name), "heading", "picture")
                for numbers, number in ((bare, text), (headings, heading), (pictures, picture), (sizes, size)):
                    numbers.append(number)
            times = _median([picture / reference for picture, reference in zip(pictures, bare, strict=True)])
            row = [f"{_median(numbers):.2f}" for numbers in (headings, pictures, bare)]
            table.row(name, *row, f"{times:.2f}", f"{_median(sizes) / 1000:.0f}")


def _visit(browser: Browser, address: str, path: str, *wanted: str) -> tuple[list[float], int]:
    """Return the seconds until each of these was there, and the bytes of the app's own that came with the page."""
    with _page(browser) as page:
        own = Own(page)
        began = time.time()
        page.goto(f"{address}/{path}")
        times = [_seen(page, name) - began for name in wanted]
        page.locator("[data-testid=stApp][data-test-script-state=notRunning]").wait_for(timeout=PATIENCE)
        page.wait_for_load_state("networkidle")
        return times, own.bytes


def _page(browser: Browser) -> Page:
    """Return a page of its own, without a cache."""
    page = browser.new_page(viewport=SCREEN)
    page.add_init_script(WATCH)
    return page


def _seen(page: Page, name: str) -> float:
    """Return when it was first there, in seconds since 1970."""
    return page.wait_for_function("(name) => seen[name]", arg=name, timeout=PATIENCE).json_value()


def _path(name: str) -> str:
    return "" if name == next(iter(LESSONS)) else name


def _median(numbers: list[float]) -> float:
    return statistics.median(numbers)


if __name__ == "__main__":
    began = time.perf_counter()
    main()
    print(f"took {time.perf_counter() - began:.0f} s")
