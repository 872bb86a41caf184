"""How soon is the answer to a slider on screen? `python -m tests.benchmarks.sliders [page ...]` prints a table.

Every slider of every lesson is moved with the arrow keys in a real browser, on a server of this machine. The time goes
from the key to the last change that it brings about on the page, pictures included, and the paint that follows. Beside
it stands how many times longer that is than for the slider of a bare Streamlit app, which is moved before each lesson,
and the most that the server sent at once: the messages from one key to the last change. The goals are twice the bare
app's time and at most 500 KB; the line above the table gives the load at the start, and with a load the times alone
mean little. The last column says how many of the charts were changed in place: one that is built again instead blinks.

A lesson with parts has a row for each slider of each part. What a page sends when it is opened is in the row "opened".
"""

import argparse
import os
import statistics
import tempfile
import time
from pathlib import Path

from playwright.sync_api import Error, Page, sync_playwright

from pages.ui.navigation import LESSONS
from tests.benchmarks.report import Table, parser
from tests.browser.chromium import launch
from tests.browser.server import running_app, running_script

BARE = Path(__file__).with_name("bare_app.py")
PRESSES = 8
QUIET = 250  # ms without a change after which an answer counts as whole
SCREEN = {"width": 1280, "height": 1000}

# Changes are watched in the page's main part and in the shadow trees of its drawings, but not in the slider itself,
# whose thumb and number move in the browser alone.
WATCH = """(quiet) => new Promise((done) => {
  const slider = document.activeElement.closest("[data-testid=stSlider]")
  const main = document.querySelector("[data-testid=stMain]")
  let pressed = null, last = null
  const seen = (changes) => {
    if (pressed !== null && changes.some((change) => !slider.contains(change.target))) last = performance.now()
  }
  const options = { subtree: true, childList: true, characterData: true }
  const watchers = [main, ...[...main.querySelectorAll("*")].map((node) => node.shadowRoot).filter(Boolean)].map(
    (root) => { const watcher = new MutationObserver(seen); watcher.observe(root, options); return watcher })
  document.addEventListener("keydown", () => { pressed = performance.now() }, { once: true, capture: true })
  const began = performance.now()
  const poll = setInterval(() => {
    const now = performance.now()
    if ((last !== null && now - last > quiet) || now - began > 5000) {
      clearInterval(poll)
      watchers.forEach((watcher) => watcher.disconnect())
      done(last === null ? null : last - pressed)
    }
  }, 20)
})"""
# Marks the charts that there are, and counts them. A mark goes with the element.
MARK = """() => {
  const charts = [...document.querySelectorAll("[data-testid=stVegaLiteChart] :is(svg, canvas)")]
  charts.forEach((chart) => { chart.dataset.marked = "" })
  return charts.length
}"""


class Wire:
    """Counts what the server sends to a page."""

    def __init__(self, page: Page) -> None:
        self.bytes = 0
        page.on("websocket", lambda socket: socket.on("framereceived", self._count))

    def _count(self, payload: str | bytes) -> None:
        self.bytes += len(payload)

    def since_last(self) -> int:
        count, self.bytes = self.bytes, 0
        return count


def main() -> None:
    """Measure the lessons that are asked for and print a row for each slider."""
    asked = _arguments()
    print(f"load {os.getloadavg()[0]:.1f}, {PRESSES} keys a slider\n")
    table = Table(
        "page                     ",
        "slider                              ",
        "median ms",
        "worst ms",
        "times bare",
        "KB at once",
        "in place",
    )
    all_times = []
    with (
        tempfile.TemporaryDirectory() as empty,
        running_app(asked.data or Path(empty)) as app,
        running_script(BARE) as bare_app,
        sync_playwright() as playwright,
        launch(playwright) as browser,
    ):
        for name in asked.pages or LESSONS:
            bare = _bare(browser.new_page(viewport=SCREEN), bare_app, table)
            all_times += _lesson(browser.new_page(viewport=SCREEN), app, name, bare, table)
    if all_times:
        median, slowest = statistics.median(all_times), max(all_times)
        print(f"\nmedian of all sliders {median:.1f} times the bare app's, slowest slider {slowest:.1f} times")


def _arguments() -> argparse.Namespace:
    expected = parser("sliders", __doc__)
    expected.add_argument("pages", nargs="*", choices=[*LESSONS, []], metavar="page", help=", ".join(LESSONS))
    expected.add_argument("--data", type=Path, help="folder of the data sets; without it the offline digits are used")
    return expected.parse_args()


def _bare(page: Page, address: str, table: Table) -> float:
    """Return the milliseconds of the bare app's answer to a key."""
    wire = Wire(page)
    page.goto(address)
    page.get_by_role("slider").wait_for()
    settle(page)
    (median,) = _slider(page, page.get_by_role("slider"), wire, "bare app", None, table)
    page.close()
    return median


def _lesson(page: Page, app: str, name: str, bare: float, table: Table) -> list[float]:
    """Return how many times longer than the bare app's the answer to each slider takes."""
    wire, medians = Wire(page), []
    page.goto(f"{app}/{'' if name == next(iter(LESSONS)) else name}")
    page.locator("h1").first.wait_for()
    settle(page)
    table.row(name, "opened", "", "", "", f"{wire.since_last() / 1000:.0f}", "")
    parts = page.locator(f".st-key-{name}-part button")
    titles = [part.inner_text() for part in parts.all()]
    for place, title in enumerate(titles or [""]):
        if titles:
            parts.nth(place).click()
            settle(page)
        for slider in page.get_by_role("slider").all():
            row = f"{name} {title}".strip()
            medians += _slider(page, slider, wire, row, bare, table)
    page.close()
    return [median / bare for median in medians]


def _slider(page: Page, slider, wire: Wire, row: str, bare: float | None, table: Table) -> list[float]:
    """Return the median of its answers in milliseconds, or nothing where it changes nothing."""
    label = slider.get_attribute("aria-label") or ""
    if not slider.is_visible() or slider.is_disabled() or slider.get_attribute("aria-disabled") == "true":
        return []
    times, sent = [], []
    charts = page.evaluate(MARK)
    for press in range(PRESSES):
        wire.since_last()
        try:
            slider.focus(timeout=2000)
        except Error:
            break  # the last key has taken this slider off the page
        page.evaluate(f"() => {{ window.answer = ({WATCH})({QUIET}); return null }}")
        # Two steps up and one down, so that it gets somewhere and never stays at its end.
        page.keyboard.press("ArrowLeft" if press % 3 == 2 else "ArrowRight")
        answered = page.evaluate("() => window.answer")
        if answered is not None:
            times.append(answered)
            sent.append(wire.since_last())
    if not times:
        table.row(row, label[:36], "no change", "", "", "", "")
        return []
    median = statistics.median(times)
    kept = f"{page.locator('[data-marked]').count()} of {charts}" if charts else ""
    ratio = f"{median / bare:.1f}" if bare else ""
    table.row(row, label[:36], f"{median:.0f}", f"{max(times):.0f}", ratio, f"{max(sent) / 1000:.0f}", kept)
    return [median]


def settle(page: Page, quiet: int = 1000) -> None:
    """Wait until the page has been drawn: no script runs, and nothing has changed for so many milliseconds."""
    page.evaluate(
        """(quiet) => new Promise((done) => {
      let last = performance.now()
      const watcher = new MutationObserver(() => { last = performance.now() })
      watcher.observe(document.body, { subtree: true, childList: true, characterData: true })
      const poll = setInterval(() => {
        const running = document.querySelector("[data-test-script-state=running]")
        if (running || performance.now() - last < quiet) return
        clearInterval(poll)
        watcher.disconnect()
        done()
      }, 50)
    })""",
        quiet,
    )


if __name__ == "__main__":
    began = time.perf_counter()
    main()
    print(f"took {time.perf_counter() - began:.0f} s")
