from playwright.sync_api import expect


def test_a_window_on_its_way_over_a_digit(page, app):
    page.goto(f"{app}/convolution")
    notice = page.locator(".st-key-notice")
    expect(notice).to_contain_text("The strongest of all 676")
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
    page.wait_for_function("document.querySelector('input[aria-label=Column]').value >= 13")  # on its own
    page.get_by_role("button", name="Pause").click()
    expect(page.get_by_role("button", name="Play")).to_be_visible()
    page.wait_for_timeout(1000)  # a tick may have been on its way
    paused = column.input_value()
    page.wait_for_timeout(1000)
    expect(column).to_have_value(paused)
    page.wait_for_function(f"location.search === '?row=12&column={paused}'")

    page.get_by_role("slider", name="Stride").press("ArrowRight")
    expect(page.get_by_role("slider", name="Stride")).to_have_value("2")
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
    expect(field).not_to_have_value("")  # an empty field is no error
    number = page.get_by_label("Which one")
    number.fill("")
    number.press("Enter")
    expect(notice).to_contain_text("The strongest of all 676")
    expect(number).to_have_value("1")
