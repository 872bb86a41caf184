"""A plan is led through with a clicker, with the notes in a window of their own."""

from playwright.sync_api import Page, expect

from pages.ui.teaching.plans import PLANS
from pages.ui.teaching.questions import question
from tests.browser.journey import address_has, address_has_not, at_rest

PLAN = PLANS["45"]


def stands_at(page: Page, place: int) -> None:
    """Wait until the page of a moment is there, and the bar speaks of it."""
    moment = PLAN[place]
    expect(page.locator("#presenter-bar .do")).to_have_text(moment.do)
    name = "" if moment.page == "home" else moment.page
    page.wait_for_function("(name) => location.pathname.endsWith('/' + name)", arg=name)
    at_rest(page)


def size_of_type(page: Page) -> float:
    return page.evaluate("parseFloat(getComputedStyle(document.documentElement).fontSize)")


def test_a_plan_is_led_through(page, app):
    page.goto(f"{app}/?present=45")
    stands_at(page, 0)
    large = size_of_type(page)
    page.keyboard.press("PageDown")
    stands_at(page, 1)
    page.keyboard.press("PageDown")
    stands_at(page, 2)
    address_has(page, "inputs=3")
    address_has(page, "present=45")
    expect(page.get_by_test_id("stExpander").first).to_be_hidden()
    with page.expect_popup() as opened:
        page.keyboard.press("n")
    notes = opened.value
    expect(notes.get_by_text(question(PLAN[2].ask).prompt)).to_be_visible()
    expect(notes.locator(".clock")).to_contain_text("3:")
    notes.keyboard.press("PageDown")
    stands_at(page, 3)
    expect(notes.get_by_text(question(PLAN[3].ask).prompt)).to_be_visible()
    page.keyboard.press("PageUp")
    stands_at(page, 2)
    page.reload()
    stands_at(page, 2)
    page.get_by_role("button", name="Next").click()
    stands_at(page, 3)
    page.get_by_role("button", name="Notes").click()  # the window that is still open
    expect(notes.get_by_text(question(PLAN[3].ask).prompt)).to_be_visible()
    page.go_back()
    expect(page.locator("#presenter-bar .do")).to_have_text(PLAN[3].do)
    address_has(page, "inputs=3")
    at_rest(page)
    page.keyboard.press("PageDown")
    stands_at(page, 3)
    page.keyboard.press("PageUp")
    stands_at(page, 2)
    page.get_by_role("button", name="End").click()
    address_has_not(page, "present")
    expect(page.locator("#presenter-bar")).to_have_count(0)
    expect(page.get_by_test_id("stExpander").first).to_be_visible()
    assert notes.is_closed()
    assert large >= 1.2 * size_of_type(page)
    address_has(page, "inputs=3")
