import re

from playwright.sync_api import expect

from tests.browser.journey import (
    address_has,
    button,
    follow,
    keyed,
    notice,
    part_of_picture,
    says,
    slider,
    type_in,
)

ADDRESS_IS_WHAT_IS_SHOWN = """() => {
  const address = new URLSearchParams(location.search)
  return ["Row", "Column"].every((name) =>
    address.get(name.toLowerCase()) === document.querySelector(`input[aria-label=${name}]`).value)
}"""


def test_networks_are_looked_into(page, app):
    page.goto(f"{app}/convolution")
    a_window_moves_over_a_digit(page)
    kernels_are_chosen_and_edited(page)
    follow(page, "lstm")
    a_digit_is_read_row_by_row(page)
    a_network_learns_to_continue_a_wave(page)


def a_window_moves_over_a_digit(page):
    says(page, re.compile(r"\b676\b"))
    row, column = slider(page, "Row"), slider(page, "Column")
    part_of_picture(page, "12:9").click()
    expect(row).to_have_value("12")
    expect(column).to_have_value("9")
    page.wait_for_function("location.search === '?row=12&column=9'")
    here = notice(page).text_content()
    column.press("ArrowRight")
    expect(notice(page)).not_to_have_text(here)
    expect(column).to_have_value("10")

    button(page, "Play").click()
    page.wait_for_function("document.querySelector('input[aria-label=Column]').value >= 13")  # on its own
    button(page, "Pause").click()
    expect(button(page, "Play")).to_be_visible()
    page.wait_for_function(ADDRESS_IS_WHAT_IS_SHOWN)

    slider(page, "Stride").press("ArrowRight")
    expect(slider(page, "Stride")).to_have_value("2")
    says(page, re.compile(r"\b169\b"))
    page.wait_for_function(ADDRESS_IS_WHAT_IS_SHOWN)
    expect(button(page, "Play")).to_be_visible()  # Pause has held


def kernels_are_chosen_and_edited(page):
    button(page, "A trained filter").click()
    says(page, re.compile(r"\b576\b"))
    part_of_picture(page, "5").click()
    address_has(page, "filter=5")
    button(page, "Vertical edges").click()
    says(page, re.compile(r"\b676\b"))
    before = notice(page).text_content()
    keyed(page, "convolution-fields").get_by_role("button").click()
    field = page.get_by_label("Weight in row 1, column 1")
    expect(field).to_have_value("0")  # the kernel is now the person's own, with the numbers that it had
    expect(notice(page)).to_have_text(before)
    type_in(field, "5")
    expect(notice(page)).not_to_have_text(before)
    address_has(page, "kernel=own")
    address_has(page, "w11=5")
    type_in(field, "")
    expect(field).not_to_have_value("")  # an empty field is no error
    page.keyboard.press("Escape")
    expect(field).to_be_hidden()
    number = page.get_by_label("Which one")
    type_in(number, "")
    expect(number).to_have_value("1")
    says(page, re.compile(r"\b676\b"))


def a_digit_is_read_row_by_row(page):
    says(page, "row 14")
    rows = slider(page, "Rows read")
    rows.press("ArrowRight")
    says(page, "row 15")
    address_has(page, "row=15")
    page.locator("svg:visible [data-pick='4']").last.click()
    expect(slider(page, "Cell, liveliest first")).to_have_value("5")
    says(page, "row 15")

    button(page, "A 7, row by row").click()
    says(page, re.compile(r"row [3-9]\b"))  # on its own
    button(page, "Pause").click()
    read = button(page, "Read")
    expect(read).to_be_visible()
    rows.press("End")
    says(page, "row 28")
    for row in (27, 26):
        rows.press("ArrowLeft")
        says(page, f"row {row}")
    read.click()
    says(page, re.compile(r"row 28.*\b7\b"))
    expect(read).to_be_visible()


def a_network_learns_to_continue_a_wave(page):
    page.get_by_role("radio", name="A wave to be continued").click()
    steps = slider(page, "Training steps")
    expect(steps).to_have_value("0")
    untrained = notice(page).text_content()
    slider(page, "Cells").press("Home")  # the smallest learns fastest
    address_has(page, "cells=8")
    button(page, "Train").click()
    says(page, re.compile(r"\b1,000\b"))
    address_has(page, "trained=1000")
    expect(notice(page)).not_to_have_text(untrained)
    slider(page, "Values it sees").press("ArrowRight")
    says(page, re.compile(r"\b59\b"))
    button(page, "A wave it never saw").click()
    expect(slider(page, "Steps to a wave")).to_have_value("8")
