"""How soon is the answer to a drawing on screen? `python -m tests.benchmarks.draw` prints a table.

A stroke is drawn with the mouse in a real browser, on a server of this machine. The time goes from the moment the pen
is lifted to the first change of the bars. Beside it, by turns, stands the same on a bare Streamlit app of the same
canvas and one text, which has this app's settings. The goal is at most twice the bare app's median.
"""

import shutil
import statistics
import tempfile
import time
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from tests.benchmarks.report import Table, parser
from tests.browser.chromium import launch
from tests.browser.journey import CANVAS
from tests.browser.server import ROOT, running_app, running_script

GOAL = 2.0
SETTLED = 1.2  # seconds between two strokes
BARE = """import streamlit as st
from streamlit_drawable_canvas import st_canvas

drawn = st_canvas(stroke_width=18, width=280, height=280, key="canvas")
st.text(len((drawn.json_data or {}).get("objects", [])))
"""
# Notes when the pen is lifted, and when what is watched says something else for the first time after that.
WATCH = """(selector) => {
  const find = (root) => root.querySelector(selector) ??
    [...root.querySelectorAll("*")].map((node) => node.shadowRoot && find(node.shadowRoot)).find(Boolean)
  const watched = find(document)
  const says = () => watched.textContent + watched.getAttribute("aria-label")
  const before = says()
  let lifted = null
  window.took = null
  window.addEventListener("mouseup", () => { lifted = performance.now() }, { once: true, capture: true })
  const watcher = new MutationObserver(() => {
    if (lifted === null || window.took !== null || says() === before) return
    window.took = performance.now() - lifted
    watcher.disconnect()
  })
  watcher.observe(watched, { subtree: true, childList: true, characterData: true, attributes: true })
}"""


def main() -> None:
    """Draw by turns on both and print the medians and their ratio."""
    expected = parser("draw", __doc__)
    expected.add_argument("--strokes", type=int, default=12)
    asked = expected.parse_args()
    with (
        tempfile.TemporaryDirectory() as folder,
        running_app(Path(folder)) as app,
        _bare(Path(folder)) as bare,
        sync_playwright() as playwright,
        launch(playwright) as browser,
    ):
        pages = {
            "Draw, to the bars": (_open(browser.new_page(), f"{app}/draw"), ".bars"),
            "bare app, to the text": (_open(browser.new_page(), bare), "[data-testid=stText]"),
        }
        times: dict[str, list[float]] = {name: [] for name in pages}
        for number in range(asked.strokes):
            for name, (page, watched) in pages.items():
                times[name].append(_stroke(page, watched, number))
    table = Table("app                  ", "median ms", "worst ms", "ratio")
    reference = statistics.median(times["bare app, to the text"])
    for name, measured in times.items():
        median = statistics.median(measured)
        table.row(name, f"{median:.0f}", f"{max(measured):.0f}", f"{median / reference:.2f}")
    print(f"\nGoal: a ratio of at most {GOAL:g}.")


def _bare(folder: Path):
    shutil.copytree(ROOT / ".streamlit", folder / ".streamlit")
    script = folder / "bare.py"
    script.write_text(BARE, encoding="utf-8")
    return running_script(script)


def _open(page: Page, address: str) -> Page:
    page.goto(address)
    page.locator(CANVAS).wait_for()
    page.wait_for_timeout(3000)
    return page


def _stroke(page: Page, watched: str, number: int) -> float:
    page.bring_to_front()
    page.evaluate(WATCH, watched)
    corner = page.locator(CANVAS).bounding_box()
    assert corner is not None
    x, y = corner["x"] + 40 + 15 * number, corner["y"] + 40
    page.mouse.move(x, y)
    page.mouse.down()
    for step in range(10):
        page.mouse.move(x + step, y + 18 * step)
    page.mouse.up()
    page.wait_for_function("window.took !== null")
    took = page.evaluate("window.took")
    time.sleep(SETTLED)
    clear = page.get_by_role("button", name="Clear", exact=True)
    if clear.count():  # else the strokes of all rounds would be a scribble, about which no network is asked
        clear.click()
        time.sleep(SETTLED)
    return took


if __name__ == "__main__":
    main()
