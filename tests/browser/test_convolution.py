import re

from playwright.sync_api import expect

PATIENCE = 60_000  # ms


def test_a_window_on_its_way_over_a_digit(page, app):
    page.goto(f"{app}/convolution")
    notice = page.locator(".st-key-notice")
    expect(notice).to_contain_text("The strongest of all 676", timeout=PATIENCE)
    row, column = (page.get_by_role("slider", name=name) for name in ("Row", "Column"))

    page.locator("[data-pick='12:9']:visible").click()
    expect(row).to_have_value("12")
    expect(column).to_have_value("9")
    page.wait_for_function("location.search === '?row=12&column=9'")
    here = notice.inner_text()
    column.press("ArrowRight")
    expect(notice).not_to_have_text(here)
    expect(column).to_have_value("10")

    page.get_by_role("button", name="Play").click()
    expect(column).to_have_value("13")  # three ticks later, on its own
    page.get_by_role("button", name="Pause").click()
    expect(page.get_by_role("button", name="Play")).to_be_visible()
    page.wait_for_function("/column=1[3-9]/.test(location.search)")
    paused = column.input_value()
    page.wait_for_timeout(1000)
    expect(column).to_have_value(paused)

    page.get_by_role("slider", name="Stride").press("ArrowRight")
    expect(notice).to_contain_text("The strongest of all 169")
    page.get_by_role("button", name="A trained filter").locator("visible=true").click()
    expect(notice).to_contain_text("The strongest of all 576")
    page.locator("[data-pick='5']:visible").click()
    page.wait_for_function("location.search.includes('filter=5')")

    page.get_by_role("button", name="Vertical edges").locator("visible=true").click()
    expect(notice).to_contain_text("The strongest of all 676")
    before = notice.inner_text()
    page.get_by_role("button", name="Edit its numbers").click()
    field = page.get_by_label("Weight in row 1, column 1")
    expect(field).to_have_value("0")  # the kernel is now the person's own, with the numbers that it had
    expect(notice).to_have_text(before)
    field.fill("5")
    field.press("Enter")
    expect(notice).not_to_have_text(before)
    page.wait_for_function("location.search.includes('kernel=own') && location.search.includes('w11=5')")
    field.fill("")
    field.press("Enter")
    expect(notice).to_contain_text(re.compile(r"The strongest of all 676"))
    number = page.get_by_label("Which one")
    number.fill("")
    number.press("Enter")
    expect(notice).to_contain_text("The strongest of all 676")
    expect(number).to_have_value("1")
