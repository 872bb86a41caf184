"""A walk through the whole app by touch, on a phone held upright."""

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from pages.ui.navigation import LESSONS
from tests.browser.conftest import WATCH
from tests.browser.journey import at_rest, follow
from tests.browser.server import PATIENCE

SCREEN = {"width": 390, "height": 844}
# Of each page that has its picture in the first screen: what the picture is.
PICTURES = {
    **dict.fromkeys(("home", "activations", "playground"), ".stage"),
    "draw": "[data-testid=stBidiComponentIsolated]",
    "autograd": ".stage",
}
FIRST_SCREEN = "(element) => element.getBoundingClientRect().top < innerHeight - 100"
NOTHING_STICKS_OUT = """() => {
  const main = document.querySelector("[data-testid=stMain]")
  return main.scrollWidth <= main.clientWidth && document.documentElement.scrollWidth <= innerWidth
}"""


@pytest.fixture
def phone(browser) -> Page:
    window = browser.new_context(viewport=SCREEN, has_touch=True, is_mobile=True)
    window.set_default_timeout(PATIENCE * 1000)
    window.add_init_script(WATCH)
    yield window.new_page()
    window.close()


def test_every_page_opens_by_touch_and_begins_in_the_first_screen(phone, app):
    phone.goto(app)
    for name in LESSONS:
        if name != "home":
            follow(phone, name, press=Locator.tap)
        expect(phone).to_have_title(re.compile(rf"^{LESSONS[name].title} "))
        at_rest(phone)
        expect(phone.get_by_test_id("stMain").get_by_role("heading", level=1).first).to_be_in_viewport()
        expect(phone.get_by_test_id("stSidebar")).not_to_be_in_viewport()  # the drawer has closed by itself
        if name in PICTURES:
            picture = phone.get_by_test_id("stMain").locator(PICTURES[name]).first
            expect(picture).to_be_visible()
            phone.wait_for_function(FIRST_SCREEN, arg=picture.element_handle())
        phone.wait_for_function(NOTHING_STICKS_OUT)
