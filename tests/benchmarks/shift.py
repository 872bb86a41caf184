"""Does a page move under the eye? `python -m tests.benchmarks.shift [page ...]` prints the layout shift of each page.

The layout shift is the sum of the browser's own measure (https://web.dev/articles/cls), which also leaves out what
follows a key within half a second: from the first frame until nothing has come for a second, and from a key on the
first slider, or a click on the first switch, until then again. The goal is at most 0.05. For comparison there is a bare
app of one slider and one sentence.
"""

import argparse
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from pages.ui.navigation import LESSONS
from tests.benchmarks.report import Table, parser
from tests.browser.chromium import launch
from tests.browser.server import running_app, running_script

SCREENS = {"1280x720": {"width": 1280, "height": 720}, "390x844": {"width": 390, "height": 844}}
BARE = "import streamlit as st\nst.title('Bare')\nst.write(st.slider('x', 0, 9))\n"
OBSERVE = """
window.shift = 0
new PerformanceObserver((list) => {
  for (const entry of list.getEntries()) if (!entry.hadRecentInput) window.shift += entry.value
}).observe({ type: "layout-shift", buffered: true })
"""
SETTLED = """() => new Promise((done) => {
  let last = performance.now()
  const watcher = new MutationObserver(() => { last = performance.now() })
  watcher.observe(document.body, { subtree: true, childList: true })
  const began = last
  const poll = setInterval(() => {
    const running = document.querySelector("[data-test-script-state=running]")
    const now = performance.now()
    if (now - began < 15000 && (running || now - last < 1000)) return
    clearInterval(poll)
    watcher.disconnect()
    done()
  }, 50)
})"""
CONTROL = "[data-testid=stMain] :is(input[type=range], [role=slider], [data-testid=stCheckbox] input):not(:disabled)"


def main() -> None:
    """Measure the pages that are asked for and print a row for each."""
    asked = _arguments()
    print(f"load {os.getloadavg()[0]:.1f}\n")
    table = Table("page           ", *(f"{size} {what}" for size in SCREENS for what in ("load", "step")))
    with tempfile.TemporaryDirectory() as empty, sync_playwright() as playwright, launch(playwright) as browser:
        with _bare(Path(empty)) as address:
            table.row("bare", *_shifts(browser, address))
        with running_app(Path(empty)) as app:
            for name in asked.pages or LESSONS:
                table.row(name, *_shifts(browser, f"{app}/{'' if name == next(iter(LESSONS)) else name}"))


def _arguments() -> argparse.Namespace:
    expected = parser("shift", __doc__)
    expected.add_argument("pages", nargs="*", choices=[*LESSONS, []], metavar="page", help=", ".join(LESSONS))
    return expected.parse_args()


@contextmanager
def _bare(folder: Path) -> Iterator[str]:
    script = folder / "bare.py"
    script.write_text(BARE)
    with running_script(script) as address:
        yield address


def _shifts(browser: Browser, address: str) -> Iterator[str]:
    for screen in SCREENS.values():
        page = browser.new_page(viewport=screen)
        page.add_init_script(OBSERVE)
        page.goto(address)
        page.locator("h1").first.wait_for()
        page.evaluate(SETTLED)
        loaded = page.evaluate("window.shift")
        yield f"{loaded:.3f}"
        yield f"{page.evaluate('window.shift') - loaded:.3f}" if _step(page) else ""
        page.close()


def _step(page: Page) -> bool:
    """Change the first control; return whether there is one."""
    control = page.locator(CONTROL).first
    if not control.count():
        return False
    control.focus()
    page.keyboard.press("Space" if control.get_attribute("type") == "checkbox" else "ArrowRight")
    page.evaluate(SETTLED)
    return True


if __name__ == "__main__":
    main()
