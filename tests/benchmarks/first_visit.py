"""How soon does a first visitor see something? `python -m tests.benchmarks.first_visit [page ...]` prints two tables.

The first starts a server process for each visit and times from there to the page's heading in a real browser. The
second visits a server on which every page has been opened before, and times from the visit to the first picture. Beside
both stands a bare Streamlit app, of one slider and one text, whose text is waited for: it is visited in the same
rounds, so that a busy machine is busy for all of them. Every visit begins with an empty cache; figures are medians, and
"times" is the median of the ratios within a round. A busy machine slows the app down more than the bare one, which
mostly waits; "CPU" is what the browser's main thread has computed until then, here and in the bare app.

The goals are 1.5 times the bare app, and 300 KB of the app's own: what came over the websocket, and all files but those
of Streamlit's own browser side.
"""

import argparse
import os
import statistics
import tempfile
import time
from dataclasses import dataclass
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
OWN = ("/media/", "/_stcore/bidi-components/")  # where the app's own files come from; all else is Streamlit's

# Looks at every frame of the screen for what is waited for, and notes when it stood there first.
WATCH = """
const seen = (globalThis.seen = {})
const wanted = {
  text: () => find("[data-testid=stText]", 1),
  heading: () => find("h1", 1),
  picture: () => seen.heading && find("svg, canvas, img", 80),
}
const roots = () => [...document.querySelectorAll("[data-testid^=stBidi]")].flatMap(
  (component) => [component, ...component.querySelectorAll("*")].map((node) => node.shadowRoot).filter(Boolean))
function find(selector, size) {
  const main = document.querySelector("[data-testid=stMain]")
  return main && [main, ...roots()].some((root) => [...root.querySelectorAll(selector)].some((node) => {
    const { width, height } = node.getBoundingClientRect()
    return width >= size && height >= size && node.checkVisibility({ opacityProperty: true })
  }))
}
const look = () => {
  for (const name in wanted) {
    if (!seen[name] && wanted[name]()) seen[name] = (performance.timeOrigin + performance.now()) / 1000
  }
  requestAnimationFrame(look)
}
look()
"""

# A page counts as one without a picture some seconds after its last element was sent.
PICTURE_OR_NONE = """() => {
  if (!document.querySelector("[data-test-script-state=notRunning]")) globalThis.complete = null
  else globalThis.complete ??= performance.now()
  return seen.text || seen.picture || (globalThis.complete && performance.now() - globalThis.complete > 8000)
}"""


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
        files = [file for file in self._files if urlsplit(file.url).path.startswith(OWN)]
        return sum(map(len, self._messages)) + sum(file.sizes()["responseBodySize"] for file in files)


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
    table = Table("process start to heading", "heading s", "bare app s", "times", "picture s")
    visits: dict[str, list[Visit]] = {name: [] for name in ["", *names]}
    for _round in range(rounds):
        began = time.time()
        with running_script(BARE) as address:
            visits[""].append(_visit(browser, address, began, "text"))
        for name in names:
            began = time.time()
            with running_app(folder) as address:
                visits[name].append(_visit(browser, f"{address}/{_path(name)}", began, "heading"))
    for name in names:
        headings, bare = [visit.first for visit in visits[name]], [visit.first for visit in visits[""]]
        picture = _seconds([visit.picture for visit in visits[name]])
        table.row(name, _seconds(headings), _seconds(bare), _times(headings, bare), picture)
    print()


def _warm(browser: Browser, names: list[str], rounds: int, folder: Path) -> None:
    table = Table("visit to first picture", "heading s", "picture s", "bare app s", "times", "CPU s", "bare", "own KB")
    with running_app(folder) as app, running_script(BARE) as bare_app:
        for name in names:
            _visit(browser, f"{app}/{_path(name)}", time.time(), "heading")
        for name in names:
            bare, visits = [], []
            for _round in range(rounds):
                bare.append(_visit(browser, bare_app, time.time(), "text"))
                visits.append(_visit(browser, f"{app}/{_path(name)}", time.time(), "heading"))
            pictures = [visit.picture for visit in visits]
            size = statistics.median(visit.own for visit in visits) / 1000
            texts = [visit.first for visit in bare]
            row = [_seconds([visit.first for visit in visits]), _seconds(pictures), _seconds(texts)]
            computing = [_seconds([visit.computing for visit in who]) for who in (visits, bare)]
            table.row(name, *row, _times(pictures, texts), *computing, f"{size:.0f}")


@dataclass(frozen=True)
class Visit:
    """What a visit took.

    Attributes:
        first: the seconds until there was something to read.
        picture: and until there was a picture, None where the page has none to begin with.
        computing: the seconds of them that the browser's main thread has computed, which no other process makes longer.
        own: the bytes of the app's own.
    """

    first: float
    picture: float | None
    computing: float
    own: int


def _visit(browser: Browser, address: str, began: float, wanted: str) -> Visit:
    """Visit a page, with an empty cache; the seconds are counted from a moment in seconds since 1970."""
    with browser.new_page(viewport=SCREEN) as page:
        page.add_init_script(WATCH)
        own, clock = Own(page), page.context.new_cdp_session(page)
        clock.send("Performance.enable", {"timeDomain": "threadTicks"})
        page.goto(address)
        page.wait_for_function("(name) => seen[name]", arg=wanted, timeout=PATIENCE)
        page.wait_for_function(PICTURE_OR_NONE, timeout=PATIENCE)
        metrics = {metric["name"]: metric["value"] for metric in clock.send("Performance.getMetrics")["metrics"]}
        page.locator("[data-testid=stApp][data-test-script-state=notRunning]").wait_for(timeout=PATIENCE)
        page.wait_for_load_state("networkidle")
        seen = page.evaluate("seen")
        return Visit(
            seen[wanted] - began,
            seen["picture"] - began if "picture" in seen else None,
            metrics["TaskDuration"],
            own.bytes,
        )


def _path(name: str) -> str:
    return "" if name == next(iter(LESSONS)) else name


def _seconds(numbers: list[float | None]) -> str:
    return "none" if None in numbers else f"{statistics.median(numbers):.2f}"


def _times(numbers: list[float | None], bare: list[float]) -> str:
    if None in numbers:
        return ""
    return f"{statistics.median(number / reference for number, reference in zip(numbers, bare, strict=True)):.2f}"


if __name__ == "__main__":
    began = time.perf_counter()
    main()
    print(f"took {time.perf_counter() - began:.0f} s")
