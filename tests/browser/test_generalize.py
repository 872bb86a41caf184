"""The lesson Generalization with mouse and keys, from the first picture to the last."""

import re

from playwright.sync_api import Page, expect

from tests.browser.journey import address_has, box_of, button, keyed, keyed_button, nothing_sent, slider


def test_from_overfitting_to_initial_weights(page, app):
    page.goto(f"{app}/generalize")
    it_overfits(page)
    page.get_by_role("radio", name="Against overfitting").click()
    remedies_are_compared(page)
    page.get_by_role("radio", name="Initial weights").click()
    layers_are_watched(page)


def it_overfits(page: Page):
    told = keyed(page, "stage_learning_curves").locator(".notice")
    expect(told).to_contain_text("Epoch 60:")
    expect(told).to_contain_text("The test set, looked at once:")
    epoch = slider(page, "Epoch")
    with nothing_sent(page):
        box = box_of(keyed(page, "stage_learning_curves").locator("svg").first)
        page.mouse.move(box["x"] + box["width"] * 0.9, box["y"] + box["height"] / 2)
        page.mouse.down()
        page.mouse.move(box["x"] + box["width"] * 0.5, box["y"] + box["height"] / 2, steps=5)
        expect(told).not_to_contain_text("Epoch 60:")
        expect(told).not_to_contain_text("test set")  # it is looked at once, at the end
    page.mouse.up()
    address_has(page, "epoch=")
    button(page, "Wrong labels").click()
    address_has(page, "noise=40")
    expect(told).to_contain_text("Of the wrong labels it has memorized")
    epoch.press("End")
    expect(told).to_contain_text("Early stopping at epoch")
    keyed_button(page, "generalize-memorized-all").click()
    expect(keyed(page, "predict_generalize_memorized")).to_contain_text("At the end it answers")


def remedies_are_compared(page: Page):
    told = keyed(page, "stage_learning_curves").locator(".notice")
    expect(told).to_contain_text("3 times the images: +")
    expect(told).to_contain_text("Weight decay 2: ")
    slider(page, "Epoch").press("Home")
    expect(told).to_contain_text("Epoch 0:")
    address_has(page, "epoch=0")


def layers_are_watched(page: Page):
    told = keyed(page, "stage_initial_weights").locator(".notice")
    expect(told).to_contain_text("The values keep their size:")
    page.get_by_role("radio", name="Too small").click()
    expect(told).to_contain_text("The values shrink from layer to layer:")
    bars = keyed(page, "stage_initial_weights").locator("path[fill^='#']").first
    step = slider(page, "Training step")
    step.press("Home")
    before = bars.get_attribute("d")
    with nothing_sent(page):
        step.press("ArrowRight")
        expect(bars).not_to_have_attribute("d", before)
    step.press("End")
    expect(told).to_contain_text(re.compile(r"After 300 steps .* Validation accuracy: "))
    address_has(page, "look=26")
