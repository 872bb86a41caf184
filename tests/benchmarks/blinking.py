"""Does anything blink while it moves? `python -m tests.benchmarks.blinking` prints a table.

A chart of something that goes on by itself is changed in place: one that is built again, and a frame of the screen on
which there is none, are seen as blinking. What moves in the browser alone has a new place in every frame.
"""

import os
import tempfile
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Page, expect, sync_playwright

from tests.benchmarks.report import Table
from tests.browser.chromium import launch
from tests.browser.journey import button, keyed, press
from tests.browser.server import PATIENCE, running_app

CHART = "[data-testid=stVegaLiteChart] :is(svg, canvas)"
# Looks at every frame of the screen: which element stands there, and where on the screen.
WATCH = """(selector) => {
  const seen = { elements: new Set(), places: new Set(), frames: 0, blank: 0 }
  const roots = () => [document, ...[...document.querySelectorAll("*")].map((node) => node.shadowRoot).filter(Boolean)]
  const look = () => {
    const found = roots().flatMap((root) => [...root.querySelectorAll(selector)]).at(-1)
    seen.frames += 1
    if (found) {
      const { x, y } = found.getBoundingClientRect()
      seen.elements.add(found)
      seen.places.add(`${x},${y}`)
    } else seen.blank += 1
    requestAnimationFrame(look)
  }
  look()
  window.summary = () => [seen.frames, seen.elements.size, seen.blank, seen.places.size]
}"""


def train(page: Page) -> None:
    """A run of ten epochs, from its first curve to its results."""
    press(page, "start")
    page.locator(CHART).first.wait_for()
    page.evaluate(WATCH, CHART)
    expect(keyed(page, "confusion")).to_be_visible()


def fit(page: Page) -> None:
    """A fit, which plays by itself to its end."""
    page.locator(".stage svg").first.wait_for()
    page.evaluate(WATCH, ".stage svg")
    expect(page.locator(".toggle")).to_have_attribute("data-playing", "true")
    expect(page.locator(".toggle")).to_have_attribute("data-playing", "false")


def playground(page: Page) -> None:
    """A network that learns a hundred epochs."""
    page.locator("canvas.plane").wait_for()
    page.evaluate(WATCH, "canvas.plane")
    button(page, "Play").click()
    page.wait_for_function(
        """(plane) => Number(
          plane.getRootNode().querySelector(".epoch").textContent.replaceAll(/[^0-9]/g, "")) >= 100""",
        arg=page.locator("canvas.plane").element_handle(),
    )


def race(page: Page) -> None:
    """A race of the optimizers, which plays by itself to its end."""
    page.locator(".stage canvas.over").first.wait_for()
    page.evaluate(WATCH, ".stage canvas.over")
    expect(page.locator(".toggle")).to_have_attribute("data-playing", "true")
    expect(page.locator(".toggle")).to_have_attribute("data-playing", "false")


WATCHED: dict[str, Callable[[Page], None]] = {
    "train?dataset=digits&epochs=10&hidden=128": train,
    "why_activations?part=fit": fit,
    "playground": playground,
    "optimizers": race,
}


def main() -> None:
    """Watch what goes on by itself and print a row for each."""
    print(f"load {os.getloadavg()[0]:.1f}\n")
    table = Table("page                                     ", "frames", "elements", "goal", "blank", "goal", "places")
    expect.set_options(timeout=PATIENCE * 1000)
    with (
        tempfile.TemporaryDirectory() as empty,
        running_app(Path(empty)) as app,
        sync_playwright() as playwright,
        launch(playwright) as browser,
    ):
        for address, watch in WATCHED.items():
            page = browser.new_page(viewport={"width": 1280, "height": 1000})
            page.set_default_timeout(PATIENCE * 1000)
            page.goto(f"{app}/{address}")
            watch(page)
            frames, elements, blank, places = page.evaluate("window.summary()")
            table.row(address, frames, elements, 1, blank, 0, places)
            page.close()


if __name__ == "__main__":
    main()
