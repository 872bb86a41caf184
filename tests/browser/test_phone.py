"""A walk through the whole app by touch, on a phone held upright."""

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from pages.ui.navigation import LESSONS
from tests.browser.conftest import WATCH
from tests.browser.journey import at_rest, follow
from tests.browser.server import PATIENCE
from tests.browser.touch import Fingers

SCREEN = {"width": 390, "height": 844}
# Of each page that has its picture in the first screen: what the picture is.
PICTURES = {
    **dict.fromkeys(("home", "data", "activations", "digit_network", "playground"), ".stage"),
    "draw": "[data-testid=stBidiComponentIsolated]",
    "autograd": ".stage",
    "clinic": ".stage",
}
# Train and Draw have other pictures, the others show theirs only once something is chosen.
WITHOUT_STAGE = ("train", "runs", "draw", "inside")
FIRST_SCREEN = "(element) => element.getBoundingClientRect().top < innerHeight - 100"
# A component that does not say when it is drawn, for which what stands below it is kept out of sight for a second. The
# canvas is another package's, and cannot say it.
SILENT = "[data-testid=stBidiComponentIsolated]:not([data-drawn], [class*=st-key-canvas] *)"
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
        expect(phone.get_by_test_id("stMain").locator(SILENT)).to_have_count(0)


@pytest.mark.parametrize("name", [name for name in LESSONS if name not in WITHOUT_STAGE])
def test_on_a_phone_on_its_side_the_picture_and_its_main_control_are_on_one_screen(browser, app, name):
    window = browser.new_context(viewport={"width": 844, "height": 390}, has_touch=True, is_mobile=True)
    phone = window.new_page()
    phone.goto(f"{app}/{'' if name == 'home' else name}")
    at_rest(phone)
    picture, control = (phone.locator(f".stage > {part}").first for part in (".picture", ".controls > *"))
    expect(control).to_be_attached()
    together = control.bounding_box()["y"] + control.bounding_box()["height"] - picture.bounding_box()["y"]
    header = phone.get_by_test_id("stHeader").bounding_box()["height"]
    assert together <= 390 - header
    window.close()


# A place on the first line of the network, before the square of the bias, in pixels of the screen.
LINE = """(board) => {
  const { columns, spots } = board.getRootNode().querySelector(".stage").stage.view.board
  const { left, top } = columns.getBoundingClientRect()
  const [from, to] = [spots[0][0], spots[1][0]]
  const [along, down] = [0.3, 0.3 ** 2 * (3 - 2 * 0.3)]
  return [left + from.right + along * (to.left - from.right), top + from.y + down * (to.y - from.y)]
}"""


def test_a_finger_drags_the_line_it_has_tapped_on_and_scrolls_on_any_other(phone, app):
    phone.goto(f"{app}/playground")
    at_rest(phone)
    board, weight = phone.locator(".board"), phone.locator(".fields input[type=number]")
    x, y = board.evaluate(LINE)
    fingers, up = Fingers(phone), [(x, y - pixels) for pixels in range(0, 41, 8)]
    fingers.stroke([(x, y), *up, *reversed(up)])
    expect(weight).to_have_count(0)
    x, y = board.evaluate(LINE)
    phone.touchscreen.tap(x, y)
    expect(weight).to_have_count(1)
    before = float(weight.input_value())
    x, y = board.evaluate(LINE)
    fingers.stroke([(x, y - pixels) for pixels in range(0, 41, 8)])
    phone.wait_for_function(f"(field) => Number(field.value) > {before + 0.1}", arg=weight.element_handle())
    assert board.evaluate(LINE) == [x, y]  # the page has not scrolled


def test_a_finger_drags_the_block_it_has_tapped_on(phone, app):
    phone.goto(f"{app}/build")
    at_rest(phone)
    blocks = phone.locator(".stack button.card")
    titles = blocks.locator("b")
    expect(titles).to_have_text(["Flatten", "Linear 512", "ReLU", "Linear 10"])
    blocks.nth(1).tap()
    expect(blocks.nth(1)).to_have_attribute("aria-pressed", "true")
    at_rest(phone)
    block, goal = blocks.nth(1).bounding_box(), blocks.nth(0).bounding_box()
    y = block["y"] + block["height"] / 2
    start, end = block["x"] + block["width"] / 2, goal["x"] + 8
    Fingers(phone).stroke([(start + (end - start) * step / 12, y) for step in range(13)])
    expect(titles).to_have_text(["Linear 512", "Flatten", "ReLU", "Linear 10"])
