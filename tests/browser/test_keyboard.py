"""What a person does without a mouse, on any page."""

from playwright.sync_api import expect

from pages.ui.navigation import LESSONS
from tests.browser.journey import at_rest, keyed_button


def test_the_first_tab_leads_past_the_navigation_to_the_controls_of_every_page(page, app):
    for name in LESSONS:
        page.goto(f"{app}/{'' if name == 'home' else name}")
        at_rest(page)
        page.keyboard.press("Tab")
        expect(page.get_by_test_id("stSkipToContent")).to_be_focused()
        page.keyboard.press("Enter")
        expect(page.get_by_test_id("stMain")).to_be_focused()
        page.keyboard.press("Tab")
        expect(page.get_by_test_id("stMain").locator(":focus").first, name).to_be_attached()


def test_the_button_that_starts_and_pauses_a_training_keeps_the_focus(page, app):
    page.goto(f"{app}/train?dataset=digits&hidden=8&epochs=100")
    start = keyed_button(page, "start")
    start.focus()
    for label in ("Pause", "Resume"):
        start.press("Enter")
        expect(start).to_contain_text(label)
        expect(start).to_be_focused()
