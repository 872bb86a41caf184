import torch
from playwright.sync_api import expect

from core.digits.handwriting import draw
from tests.browser.test_draw import draw_with_mouse, open_draw
from tests.browser.test_train import open_train, press


def says(page, words):
    """Wait for these words; for a moment the sentence of the part before may still stand beside the new one."""
    expect(page.locator(".st-key-notice", has_text=words)).to_be_visible()


def test_a_drawing_is_followed_inside_and_a_stage_switched_off(page, app):
    open_draw(page, app)
    draw_with_mouse(page, draw(2, torch.Generator().manual_seed(2)))
    expect(page.locator(".st-key-prediction h1")).to_have_text("2")
    page.get_by_role("link", name="Look inside", exact=True).first.click()
    says(page, "it says 2")
    page.get_by_text("Cropped", exact=True).click()
    says(page, "Without “Cropped”")
    page.wait_for_function("location.search.includes('cropped=0')")
    page.get_by_text("Cropped", exact=True).click()
    says(page, "With every stage on")


def test_a_confusion_cell_is_opened_and_its_picture_looked_into(page, app):
    page.goto(f"{app}/inside?part=mistakes&network=mlp")
    says(page, "test pictures rightly")
    page.locator('[data-pick="cell:3:3"]').click()
    says(page, "of the")
    says(page, "of a 3 as a 3")
    page.wait_for_function("location.search.includes('cell=3-3')")
    page.locator("button:visible", has_text="Look at this one").first.click()
    says(page, "Covering")
    page.wait_for_function("location.search.includes('digit=test')")


def test_a_run_is_travelled_back_to_its_first_weights(page, app):
    open_train(page, app, "dataset=digits&hidden=16&epochs=3")
    press(page, "start")
    expect(page.get_by_text("right on all 360 test pictures")).to_be_visible()
    page.get_by_role("link", name="Look inside this network").click()
    page.get_by_role("combobox", name="Who answers?").click()
    page.get_by_role("option", name="Run 1").click()
    page.get_by_text("Time travel", exact=True).click()
    says(page, "steps, epoch 3.0")
    page.get_by_role("slider", name="Moment of its training").focus()
    page.keyboard.press("Home")
    says(page, "Before its first step")
    page.get_by_role("button", name="Play", exact=True).locator("visible=true").first.click()
    says(page, "steps, epoch 3.0")
