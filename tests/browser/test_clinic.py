"""A patient of the clinic is looked at, mended wrongly and then rightly, and learns."""

import re

from playwright.sync_api import Page, expect

from tests.browser.journey import (
    address_has,
    address_has_not,
    button,
    choose,
    keyed,
    keyed_button,
    nothing_sent,
    says,
    slider,
)


def test_a_patient_is_mended_in_its_own_code(page, app):
    page.goto(f"{app}/clinic?case=4&epoch=19")
    it_is_looked_at(page)
    the_fault_is_guessed(page)
    a_wrong_repair_does_not_help(page)
    the_right_one_does_and_it_learns(page)
    another_patient_comes(page)


def place(page: Page, line: str):
    """The menu in a line of the program, named by what stood there at first."""
    return page.get_by_role("combobox", name=re.compile(rf"^Line \d+: {re.escape(line)}$"))


def it_is_looked_at(page: Page):
    says(page, re.compile(r"the loss is \d.*On its way the loss rises to"))
    picture = keyed(page, "stage_clinic")
    expect(picture.locator(".insides svg")).to_have_count(5)
    expect(picture.locator(".legend")).not_to_contain_text("fresh")
    epoch, bars = slider(page, "Epoch"), picture.locator(".insides path[stroke]").nth(1)
    late = bars.get_attribute("d")
    with nothing_sent(page):
        epoch.press("Home")
        expect(epoch).to_have_attribute("aria-valuetext", "1")
        expect(bars).not_to_have_attribute("d", late)  # the histograms follow
    address_has_not(page, "epoch")
    epoch.press("End")
    address_has(page, "epoch=19")
    picture.locator("summary").click()
    expect(picture.get_by_role("row")).to_have_count(21)


def the_fault_is_guessed(page: Page):
    question = keyed(page, "predict_clinic_patient_4")
    question.get_by_role("button", name="The learning rate is too large").press("Enter")
    expect(question.get_by_role("listitem").filter(has_text="computed")).to_contain_text("never cleared")
    expect(question.get_by_role("listitem").filter(has_text="your guess")).to_contain_text("too large")


def a_wrong_repair_does_not_help(page: Page):
    rate = place(page, "rate = 0.1")
    rate.focus()
    rate.select_option(label="rate = 0.0001")
    says(page, "Not mended.")
    expect(rate).to_be_focused()
    says(page, "it hardly moves")
    address_has(page, "repair=rate%3Atiny")
    expect(keyed(page, "stage_clinic").locator(".legend")).to_contain_text("as it came")
    expect(rate).to_have_value("tiny")


def the_right_one_does_and_it_learns(page: Page):
    button(page, "As it came").click()
    says(page, "On its way the loss rises to")
    expect(place(page, "rate = 0.1")).to_have_value("usual")
    place(page, "# nothing here").first.select_option(label="optimizer.zero_grad()")
    says(page, "Mended.")
    address_has(page, "repair=before%3Azero_grad")
    # It plays from its first epoch to its last by itself.
    address_has(page, "epoch=19")
    expect(slider(page, "Epoch")).to_have_attribute("aria-valuetext", "20")
    told = keyed(page, "stage_clinic").get_by_role(
        "img", name=re.compile(r"After epoch 20: loss 0\.\d+, accuracy 9\d%")
    )
    expect(told).to_be_visible()
    page.get_by_text("The whole program, to run yourself").click()
    expect(page.get_by_test_id("stCode").first).to_contain_text("optimizer.zero_grad()")


def another_patient_comes(page: Page):
    keyed_button(page, "next_patient").click()
    says(page, "Every hidden value is exactly 0.")
    address_has(page, "case=5")
    address_has_not(page, "repair")
    choose(page, page.get_by_role("combobox", name="Patient"), re.compile("^12: "))
    says(page, re.compile("100% on the training set and 100% on the test set"))
    button(page, "Show me the repair").click()
    says(page, "Mended.")
    expect(keyed(page, "stage_clinic").locator(".legend")).to_contain_text("fresh images")
