import re

from playwright.sync_api import expect


def test_a_digit_is_read_and_a_network_learns_to_continue_a_wave(page, app):
    page.goto(f"{app}/lstm")
    notice = page.locator(".st-key-notice")
    expect(notice).to_contain_text("After row 14 it says")
    rows = page.get_by_role("slider", name="Rows read")
    rows.press("ArrowRight")
    expect(notice).to_contain_text("After row 15 it says")
    page.wait_for_function("location.href.includes('row=15')")
    page.locator("svg:visible [data-pick='4']").last.click()
    expect(page.get_by_role("slider", name="Cell, liveliest first")).to_have_value("5")
    expect(notice).to_contain_text("After row 15 it says")

    page.get_by_role("button", name="A 7, row by row").click()
    expect(notice).to_contain_text(re.compile(r"After row ([3-9]|1\d|2[0-7]) it says"))
    page.get_by_role("button", name="Pause").click()
    expect(page.get_by_role("button", name="Read", exact=True)).to_be_visible()
    page.get_by_role("button", name="Read", exact=True).click()
    expect(notice).to_contain_text("After row 28 it says 7")
    expect(page.get_by_role("button", name="Read", exact=True)).to_be_visible()

    page.get_by_role("radio", name="A wave to be continued").click()
    expect(notice).to_contain_text("has not learnt anything yet")
    page.get_by_role("button", name="Train", exact=True).click()
    expect(notice).to_contain_text("1,000 training steps")
    page.wait_for_function("location.href.includes('trained=1000')")
    page.get_by_role("slider", name="Values it sees").press("ArrowRight")
    expect(notice).to_contain_text("The 59 values")
    page.get_by_role("button", name="A wave it never saw").click()
    expect(notice).to_contain_text("one of 8 it has never seen")
