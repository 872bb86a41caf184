"""What the browser remembers of the course."""

from playwright.sync_api import Page, expect

from pages.ui.navigation import LESSONS
from tests.browser.journey import button, follow, keyed

MARK = "(card) => getComputedStyle(card, '::after').content"


def marked(page: Page, name: str, words: str) -> None:
    keyed(page, f"path_{name}").wait_for()
    page.wait_for_function(f"([card, words]) => ({MARK})(card).includes(words)", arg=[card(page, name), words])


def card(page: Page, name: str):
    return keyed(page, f"path_{name}").element_handle()


def test_the_way_is_marked_and_erased(page, app):
    page.goto(app)
    page.evaluate("localStorage.removeItem('playground.progress')")  # of the tests before, which share the window
    page.goto(f"{app}/linear")
    expect(page.get_by_text("Things to remember")).to_be_visible()
    follow(page, "home")
    marked(page, "linear", "seen")
    assert card(page, "losses").evaluate(MARK) == "none"
    page.goto(f"{app}/losses")  # a new session: what was seen before is the browser's own
    expect(page.get_by_text("Things to remember")).to_be_visible()
    keyed(page, "predict_losses_closer").get_by_role("button", name="Just show me").click()
    follow(page, "home")
    marked(page, "losses", "predicted")
    marked(page, "linear", "seen")
    expect(page.get_by_role("heading", name=LESSONS["home"].question)).to_be_visible()
    button(page, "Erase my progress").click()
    page.wait_for_function("() => document.documentElement.dataset.seen === ''")
    assert card(page, "linear").evaluate(MARK) == "none"
    page.evaluate("localStorage.setItem('playground.progress', '[1, {')")  # whatever else wrote there
    follow(page, "activations")
    page.wait_for_function("() => document.documentElement.dataset.seen === 'activations'")
