"""How soon does a picture follow the pointer, how smoothly does it play? `python -m tests.benchmarks.frames [page ...]`

Every slider and every part that can be dragged, of every picture on the stage, is dragged with the mouse in a real
browser. The time goes from the pointer's event that changes a value to the end of the drawing that follows it, which
the browser paints in that frame; on a slider with coarse steps most events change none. Beside it stands how many
messages went to the server meanwhile, where nothing is in training. Then each player is played for a while: frames a
second, and how many of them were blank.

The goals: 95 % of the times at most 20 ms, no message before the pointer is let go, 50 frames a second or more, none
blank. The line above the table gives the load at the start, and with a load the times mean little.
"""

import os
import statistics
import tempfile
from pathlib import Path

from playwright.sync_api import Locator, Page, sync_playwright

from pages.ui.navigation import LESSONS
from tests.benchmarks.report import Table, parser
from tests.benchmarks.sliders import settle
from tests.browser.chromium import launch
from tests.browser.server import running_app

MOVES = 60
PLAYED = 3000  # milliseconds
QUIET = 500  # milliseconds without a change after which a page rests
ASKING = 1500  # milliseconds without a message after which the page asks for nothing by itself, such as a training
SCREEN = {"width": 1280, "height": 900}
DRAGGED = ".stage input[type=range], .stage .drag, .stage .drag-x, .stage .held"

# Note the time of each drawing since the pointer's first event that asked for it, in `times`, and of all drawings in
# `frames`.
WATCH = """(element) => {
  const root = element.getRootNode()
  const stage = root.querySelector(".stage").stage
  globalThis.times = []
  globalThis.frames = []
  globalThis.blank = 0
  globalThis.moved = globalThis.latest = null
  if (stage.watched) return
  stage.watched = true
  addEventListener("pointermove", (event) => { latest = event.timeStamp }, { capture: true })
  const drawSoon = stage.drawSoon.bind(stage)
  stage.drawSoon = () => {
    moved ??= latest
    latest = null
    drawSoon()
  }
  const draw = stage.draw.bind(stage)
  stage.draw = () => {
    draw()
    const now = performance.now()
    if (moved !== null) times.push(now - moved)
    moved = null
    frames.push(now)
    if (!stage.picture.firstElementChild) blank++
  }
}"""


def main() -> None:
    """Measure the lessons that are asked for, and print a row for each slider, handle and player."""
    expected = parser("frames", __doc__)
    expected.add_argument("pages", nargs="*", choices=[*LESSONS, []], metavar="page", help=", ".join(LESSONS))
    asked = expected.parse_args()
    print(f"load {os.getloadavg()[0]:.1f}\n")
    table = Table(
        *("page                ", "what                            ", "median, ms", "95th", "messages"),
        *("frames/s", "blank"),
    )
    with (
        tempfile.TemporaryDirectory() as empty,
        running_app(Path(empty)) as app,
        sync_playwright() as playwright,
        launch(playwright) as browser,
    ):
        for name in asked.pages or LESSONS:
            page = browser.new_page(viewport=SCREEN)
            _lesson(page, f"{app}/{'' if name == next(iter(LESSONS)) else name}", name, table)
            page.close()


def _lesson(page: Page, address: str, name: str, table: Table) -> None:
    sent: list[str | bytes] = []
    page.on("websocket", lambda socket: socket.on("framesent", lambda frame: sent.append(frame)))
    page.goto(address)
    page.locator("h1").first.wait_for()
    settle(page, QUIET)
    parts = page.locator(f".st-key-{name}-part button")
    for place in range(max(1, parts.count())):
        title = name
        if parts.count():
            title = f"{name} {parts.nth(place).inner_text()}"
            parts.nth(place).click()
            settle(page, QUIET)
        _wait_for_silence(page, sent)
        for handle in page.locator(DRAGGED).all():
            if handle.is_visible() and not handle.is_disabled():
                _drag(page, handle, title, sent, table)
        for player in page.locator(".stage .player .toggle").all():
            if player.is_visible():
                _play(page, player, title, table)


def _wait_for_silence(page: Page, sent: list[str | bytes]) -> None:
    before = -1
    while before != len(sent):
        before = len(sent)
        page.wait_for_timeout(ASKING)


def _drag(page: Page, handle: Locator, title: str, sent: list[str | bytes], table: Table) -> None:
    handle.scroll_into_view_if_needed()
    handle.evaluate(WATCH)
    box = handle.bounding_box()
    if box is None:
        return
    x, y = box["x"] + box["width"] / 3, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    settle(page, QUIET)
    page.evaluate("() => { times.length = 0 }")
    before = len(sent)
    for move in range(MOVES):
        page.mouse.move(x + box["width"] / 3 * move / MOVES, y)
    messages = len(sent) - before
    page.mouse.up()
    settle(page, QUIET)
    times = page.evaluate("() => times")
    what = handle.get_attribute("aria-label") or handle.get_attribute("class") or ""
    if len(times) < 2:
        table.row(title[:20], what[:32], "not moved", "", messages, "", "")
        return
    p95 = statistics.quantiles(times, n=20)[-1]
    table.row(title[:20], what[:32], f"{statistics.median(times):.1f}", f"{p95:.1f}", messages, "", "")


def _play(page: Page, player: Locator, title: str, table: Table) -> None:
    if player.get_attribute("data-playing") == "true":
        player.click()
    player.evaluate(WATCH)
    player.click()
    page.wait_for_timeout(PLAYED)
    gaps, blank = page.evaluate("() => [frames.slice(1).map((now, k) => now - frames[k]), blank]")
    if player.get_attribute("data-playing") == "true":
        player.click()
    if len(gaps) < 2:
        table.row(title[:20], "player", "", "", "", "does not play", "")
        return
    table.row(title[:20], "player", "", "", "", f"{1000 / statistics.median(gaps):.0f}", blank)


if __name__ == "__main__":
    main()
