import re

from playwright.sync_api import expect

from tests.browser.journey import (
    address_has,
    box_of,
    button,
    follow,
    keyed,
    notice,
    part_of_picture,
    says,
    slider,
    type_in,
)


def test_networks_are_looked_into(page, app):
    page.goto(f"{app}/convolution")
    a_window_moves_over_a_digit(page)
    kernels_are_chosen_and_edited(page)
    follow(page, "lstm")
    a_digit_is_read_row_by_row(page)
    a_network_learns_to_continue_a_wave(page)


def a_window_moves_over_a_digit(page):
    says(page, re.compile(r"\b676\b"))
    place, output = slider(page, "Place"), page.locator(".stage .over").nth(1)
    corner = box_of(output)
    side = corner["width"] / 26

    def rest(row: int, column: int) -> None:
        page.mouse.move(corner["x"] + (column + 0.5) * side, corner["y"] + (row + 0.5) * side)

    expect(place).to_have_attribute("aria-valuetext", "row 15, column 15")
    window = page.locator(".stage .window").first
    at_rest = window.get_attribute("x")
    rest(12, 9)
    expect(window).not_to_have_attribute("x", at_rest)  # under the mouse
    page.mouse.move(0, 0)
    expect(window).to_have_attribute("x", at_rest)  # and back
    rest(12, 9)
    page.mouse.down()
    page.mouse.up()
    page.wait_for_function("location.search === '?row=12&column=9'")
    expect(place).to_have_attribute("aria-valuetext", "row 12, column 9")
    page.mouse.move(0, 0)
    place.press("ArrowRight")
    expect(place).to_have_attribute("aria-valuetext", "row 12, column 10")
    place.press("ArrowDown")
    page.wait_for_function("location.search === '?row=13&column=10'")

    page.get_by_role("button", name="Play (space bar)").click()
    expect(place).to_have_attribute("aria-valuetext", re.compile("row 13, column 1[3-9]"))  # on its own
    page.get_by_role("button", name="Pause (space bar)").click()
    page.wait_for_function("location.search !== '?row=13&column=10'")
    address = re.search(r"row=(\d+)&column=(\d+)", page.url)
    expect(place).to_have_attribute("aria-valuetext", f"row {address[1]}, column {address[2]}")

    slider(page, "Stride").press("ArrowRight")
    expect(slider(page, "Stride")).to_have_value("2")
    says(page, re.compile(r"\b169\b"))
    expect(page.get_by_role("button", name="Play (space bar)")).to_be_visible()  # Pause has held


def kernels_are_chosen_and_edited(page):
    button(page, "A trained filter").click()
    says(page, re.compile(r"\b576\b"))
    part_of_picture(page, "filter:5").click()
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
    told, rows = keyed(page, "stage_lstm_reading").locator(".notice"), slider(page, "Rows read")
    expect(told).to_contain_text("After row 14")
    rows.press("ArrowRight")
    expect(told).to_contain_text("After row 15")
    address_has(page, "row=15")
    area = page.locator(".stage .over").last
    area.click(position={"x": box_of(area)["width"] * 4.5 / 16, "y": 20})
    expect(slider(page, "Cell, liveliest first")).to_have_value("5")
    address_has(page, "cell=5")
    expect(told).to_contain_text("After row 15")

    button(page, "A 7, row by row").click()
    expect(told).to_contain_text(re.compile(r"After row [3-9]\b"))  # on its own
    pause = page.get_by_role("button", name="Pause (space bar)")
    pause.click()
    expect(pause).to_have_count(0)
    rows.press("End")
    expect(told).to_contain_text(re.compile(r"After row 28 it says 7"))
    address_has(page, "row=28")
    page.get_by_role("button", name="Play (space bar)").click()
    expect(told).to_contain_text(re.compile(r"After row [1-9]\b"))  # from the first on


def a_network_learns_to_continue_a_wave(page):
    page.get_by_role("radio", name="A wave to be continued").click()
    # By its key: the picture of the digit is there until the whole page is drawn.
    told, steps = keyed(page, "stage_lstm_wave").locator(".notice"), slider(page, "Training steps")
    expect(told).to_contain_text("not learned anything yet")
    slider(page, "Cells").press("Home")  # the smallest learns fastest
    address_has(page, "cells=8")
    page.get_by_role("button", name="Play (space bar)").click()
    expect(told).to_contain_text("before its 1,000 training steps")  # it waits for what is still in training
    address_has(page, "trained=1000")
    expect(steps).to_have_value("20")
    slider(page, "Values it sees").press("ArrowRight")
    expect(told).to_contain_text("The 59 values")
    button(page, "A wave it never saw").click()
    expect(slider(page, "Steps to a wave")).to_have_value("8")
    expect(told).to_contain_text("has never seen")
