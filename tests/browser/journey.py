"""What the journeys share: where things are on a page, what a hand does to them, and what an eye waits for.

Everything that is found here is found by its role and label, its test id or its key, and never by a sentence. Texts are
kept and compared as `text_content`, which is what `expect` compares them with.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager

from playwright.sync_api import Download, FloatRect, Locator, Page, expect

from core.digits.rasterize import Stroke
from pages.ui.navigation import LESSONS

CANVAS = "canvas.upper-canvas"
PHONE = 768  # pixels; a window less wide has the navigation in a drawer


# ---- where things are ----


def keyed(page: Page, key: str) -> Locator:
    """The element or container with this key."""
    return page.locator(f".st-key-{key}")


def notice(page: Page) -> Locator:
    """The sentence of what there is to see."""
    return keyed(page, "notice")


def keyed_button(page: Page, key: str) -> Locator:
    return page.locator(f".st-key-{key} button:visible")


def button(page: Page, name: str) -> Locator:
    """The button that can be seen; Streamlit keeps others of a page that has just been left."""
    return page.get_by_role("button", name=name, exact=True).locator("visible=true").first


def slider(page: Page, name: str) -> Locator:
    return page.get_by_role("slider", name=name)


def part_of_picture(page: Page, pick: str) -> Locator:
    """The part of a drawing that can be clicked on under this name."""
    return page.locator(f"[data-pick='{pick}']:visible")


def box_of(drawn: Locator) -> FloatRect:
    """Where something is drawn. What its picture draws anew in just this moment is nowhere, so that one looks again."""
    expect(drawn).to_be_visible()
    return drawn.bounding_box() or box_of(drawn)


# ---- what a hand does ----


def follow(page: Page, lesson: str, press: Callable[[Locator], None] = Locator.click) -> None:
    """Go to another page by the navigation, as wide or narrow as the window is; `press` may be a touch."""
    home = lesson == next(iter(LESSONS))
    width = page.viewport_size["width"]
    if width < PHONE:
        press(page.get_by_test_id("stExpandSidebarButton"))
        kind = "stSidebarNavLink"
    elif home:
        kind = "stTopNavLink"
    else:
        press(page.get_by_test_id("stTopNavSection").filter(has_text=LESSONS[lesson].section))
        kind = "stTopNavDropdownLink"
    press(page.locator(f"[data-testid={kind}][href$='/{'' if home else lesson}']"))
    page.wait_for_function("(name) => location.pathname.endsWith('/' + name)", arg="" if home else lesson)


def come_anew(page: Page, address: str) -> None:
    """Open an address as somebody would who was never here."""
    page.goto("about:blank")
    page.context.clear_cookies()
    page.goto(address)


def press(page: Page, key: str) -> None:
    keyed_button(page, key).click()


def type_in(field: Locator, text: str) -> None:
    field.fill(text)
    field.press("Enter")


def choose(page: Page, menu: Locator, option: str | re.Pattern) -> None:
    """Choose from a menu, of which only a part is on the page at a time."""
    menu.click()
    if isinstance(option, str):
        menu.fill(option)
    page.get_by_role("option", name=option, exact=True).click()


def draw(page: Page, strokes: Iterable[Stroke]) -> None:
    """Draw on the canvas with the mouse."""
    canvas = page.locator(CANVAS)
    canvas.scroll_into_view_if_needed()
    corner = canvas.bounding_box()
    for (x, y), *rest in strokes:
        page.mouse.move(corner["x"] + x, corner["y"] + y)
        page.mouse.down()
        for x, y in rest:
            page.mouse.move(corner["x"] + x, corner["y"] + y)
        page.mouse.up()


def drag(page: Page, picture: Locator, handle: str, right: float, down: float = 0) -> None:
    """Drag a handle of a picture by so many pixels, in a few moves."""
    held = picture.locator(handle)
    held.hover(force=True)  # scrolls there, and tries again where the picture is drawn anew meanwhile
    box = box_of(held)
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + right, y + down, steps=8)
    page.mouse.up()


def take_home(page: Page, key: str) -> Download:
    with page.expect_download() as started:
        press(page, key)
    return started.value


def upload(page: Page, name: str, content: bytes) -> None:
    file = {"name": name, "mimeType": "application/octet-stream", "buffer": content}
    field = page.locator("input[type=file]")
    expect(field).to_have_count(1)  # the page that was before may not be gone yet
    field.set_input_files(file)


@contextmanager
def nothing_sent(page: Page) -> Iterator[None]:
    """Have a look at what the page sends to the server: it sends nothing meanwhile."""
    sent = page.evaluate(_COUNT_MESSAGES)
    yield
    assert page.evaluate(_COUNT_MESSAGES) == sent


# Counted where they are sent, from the first call on.
_COUNT_MESSAGES = """() => {
  if (globalThis.messagesSent === undefined) {
    globalThis.messagesSent = 0
    const send = WebSocket.prototype.send
    WebSocket.prototype.send = function (...given) {
      globalThis.messagesSent += 1
      return send.apply(this, given)
    }
  }
  return globalThis.messagesSent
}"""


# ---- what an eye waits for ----


def says(page: Page, words: str | re.Pattern) -> None:
    """Wait for a part of the sentence; for a moment that of the part before may still stand beside it."""
    expect(notice(page).filter(has_text=words)).to_be_visible()


def at_rest(page: Page) -> None:
    """Wait until a page is there, all of it, and nothing on it comes in or fades."""
    expect(page.get_by_test_id("stMain").get_by_role("heading", level=1).first).to_be_visible()
    expect(page.get_by_test_id("stApp")).to_have_attribute("data-test-script-state", "notRunning")
    page.wait_for_function("""() => !document.querySelector("[data-testid=stSkeleton], [data-stale=true]") &&
      document.getAnimations().every(({ playState, effect }) =>
        playState !== "running" || effect.getTiming().iterations === Infinity)""")


def address_has(page: Page, part: str) -> None:
    page.wait_for_function("(part) => location.search.includes(part)", arg=part)


def address_has_not(page: Page, part: str) -> None:
    page.wait_for_function("(part) => !location.search.includes(part)", arg=part)


def can_be_pressed(page: Page, key: str) -> None:
    expect(keyed_button(page, key)).to_be_enabled()


def can_be_started(page: Page) -> None:
    """Wait until no training goes on: the button that starts one is also the one that pauses it."""
    expect(button(page, "Start")).to_be_enabled()
