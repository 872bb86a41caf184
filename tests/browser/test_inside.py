import torch
from playwright.sync_api import expect

from core.digits import handwriting
from tests.browser.journey import (
    CANVAS,
    address_has,
    address_has_not,
    button,
    draw,
    follow,
    keyed,
    notice,
    part_of_picture,
    press,
    says,
    slider,
)


def test_a_drawing_a_mistake_and_a_past_are_looked_into(page, app):
    page.goto(f"{app}/train?dataset=digits&hidden=16&epochs=1")
    press(page, "start")
    expect(keyed(page, "confusion")).to_be_visible()
    follow(page, "draw")
    page.locator(CANVAS).wait_for()
    draw(page, handwriting.draw(2, torch.Generator().manual_seed(2)))
    expect(keyed(page, "seen").get_by_role("heading", level=2)).to_have_text("2")
    page.get_by_role("main").get_by_role("button", name="Look inside").click()

    # a stage of what is done to the drawing is switched off and on
    says(page, "2")
    whole = notice(page).text_content()
    page.get_by_text("Cropped", exact=True).click()
    says(page, "Cropped")
    address_has(page, "cropped=0")
    page.get_by_text("Cropped", exact=True).click()
    address_has_not(page, "cropped=0")
    expect(notice(page)).not_to_contain_text("Cropped")
    assert whole

    # a cell of the confusion matrix is opened, and a picture of it looked into
    page.get_by_role("radio", name="Mistakes").click()
    part_of_picture(page, "cell:3:3").click()
    address_has(page, "cell=3-3")
    press(page, "inside_look")
    address_has(page, "digit=test")
    address_has_not(page, "part=mistakes")

    # one's own run is travelled back to its first weights, and on again
    page.get_by_role("combobox", name="Who answers?").click()
    page.get_by_role("option", name="Run 1").click()
    page.get_by_role("radio", name="Time travel").click()
    moment, told = slider(page, "Checkpoint"), page.locator(".notice")
    expect(told).not_to_be_empty()
    last = told.text_content()
    moment.press("Home")
    expect(moment).to_have_value("0")
    expect(told).not_to_have_text(last)
    address_has(page, "moment=0")
    button(page, "Play (space bar)").click()
    expect(told).to_have_text(last)
    expect(button(page, "Play (space bar)")).to_be_visible()
    address_has_not(page, "moment=")
