"""What axe-core (https://github.com/dequelabs/axe-core) finds on every page, in both themes."""

from importlib.resources import files

import pytest
from playwright.sync_api import Page

from pages.ui.navigation import LESSONS
from tests.browser.conftest import WATCH
from tests.browser.journey import at_rest
from tests.browser.server import PATIENCE

AXE = files("axe_playwright_python").joinpath("axe.min.js").read_text(encoding="utf-8")
RUN = """async () => {
  const { violations } = await axe.run({ resultTypes: ["violations"] })
  return violations.filter(({ impact }) => ["serious", "critical"].includes(impact)).flatMap(({ id, nodes }) =>
    nodes.map(({ target, html, failureSummary }) => [id, target.flat().join(" "), html.slice(0, 200), failureSummary]))
}"""
# Faults that are known: the rule, what axe's selector or the element's HTML contains, and the pages, None for all.
KNOWN = {
    # Streamlit's own: Vega marks its groups of marks as symbols without names, inside a chart that has one.
    ("svg-img-alt", "role-mark", None),
    # Streamlit's own: a formula that is wider than its column scrolls, and takes no focus.
    ("scrollable-region-focusable", "katex-display", None),
}


@pytest.fixture(params=["light", "dark"])
def themed(browser, request) -> Page:
    window = browser.new_context(color_scheme=request.param, viewport={"width": 1280, "height": 1000})
    window.set_default_timeout(PATIENCE * 1000)
    window.add_init_script(WATCH)
    yield window.new_page()
    window.close()


def test_no_page_has_a_serious_fault_that_is_not_known(themed, app):
    found = {}
    for name in LESSONS:
        themed.goto(f"{app}/{'' if name == 'home' else name}")
        at_rest(themed)  # while something comes in or fades it has less contrast than a moment later
        themed.evaluate(AXE)
        faults = [fault for fault in themed.evaluate(RUN) if not known(name, *fault)]
        if faults:
            found[name] = faults
    assert found == {}


def known(page: str, rule: str, target: str, html: str, _summary: str) -> bool:
    return any(
        rule == known_rule and part in target + html and (pages is None or page in pages.split())
        for known_rule, part, pages in KNOWN
    )
