import re

from playwright.sync_api import Locator, Page, expect

from tests.browser.journey import (
    address_has,
    address_has_not,
    box_of,
    button,
    can_be_pressed,
    nothing_sent,
    press,
    type_in,
)


def blocks(page: Page) -> Locator:
    return page.locator(".stack button.card")


def lift(page: Page, what: Locator) -> None:
    what.hover(force=True)  # scrolls there, and tries again where the picture is drawn anew meanwhile
    box = box_of(what)
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.mouse.down()


def carry_before(page: Page, block: Locator) -> None:
    box = box_of(block)
    page.mouse.move(box["x"] + 8, box["y"] + box["height"] / 2, steps=12)
    expect(block).to_have_class(re.compile("gap-before"))


def test_a_network_is_broken_fixed_and_handed_over(page, app):
    page.goto(f"{app}/build")
    said, titles = page.locator(".notice"), blocks(page).locator("b")
    expect(said).to_contain_text("407,050")
    expect(titles).to_have_text(["Flatten", "Linear 512", "ReLU", "Linear 10"])
    expect(blocks(page).locator("canvas")).to_have_count(4)
    type_in(page.locator(".st-key-build-knob_linear_neurons input"), "100")
    expect(said).to_contain_text("79,510")

    # A block is dragged behind another one, which then cannot read what comes in.
    lift(page, blocks(page).nth(1))
    with nothing_sent(page):
        carry_before(page, blocks(page).nth(0))
    page.mouse.up()
    address_has(page, "blocks=linear%3A100%2Cflatten")
    expect(said).to_contain_text("1×28×28")
    expect(page.get_by_role("alert").first).to_contain_text("mat1 and mat2 shapes cannot be multiplied")
    expect(page.locator(".stack .wrong")).to_have_count(1)

    # By key it goes back, and the focus with it.
    blocks(page).nth(0).focus()
    page.keyboard.press("Shift+ArrowRight")
    expect(titles).to_have_text(["Flatten", "Linear 100", "ReLU", "Linear 10"])
    expect(said).to_contain_text("79,510")
    expect(blocks(page).nth(1)).to_be_focused()

    # Another one is dragged from the menu, one goes by the button, and both can be undone.
    lift(page, button(page, "+ Dropout"))
    with nothing_sent(page):
        carry_before(page, blocks(page).nth(3))
    page.mouse.up()
    expect(titles).to_have_text(["Flatten", "Linear 100", "ReLU", "Dropout 0.2", "Linear 10"])
    address_has(page, "chosen=3")
    button(page, "Remove").click()
    expect(titles).to_have_text(["Flatten", "Linear 100", "ReLU", "Linear 10"])
    address_has_not(page, "dropout")
    press(page, "build-undo")
    address_has(page, "dropout")
    press(page, "build-undo")
    address_has_not(page, "dropout")
    expect(titles).to_have_text(["Flatten", "Linear 100", "ReLU", "Linear 10"])
    expect(said).to_contain_text("79,510")

    press(page, "train_this")
    can_be_pressed(page, "start")
    expect(page).to_have_url(re.compile("/train"))
    expect(page.get_by_text("79,510")).to_be_visible()
