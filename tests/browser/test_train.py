import re

from playwright.sync_api import expect

from tests.browser.journey import address_has, can_be_pressed, choose, follow, keyed, keyed_button, press, slider

# Whichever of these buttons there are, at once: a hand that waits for nothing.
PRESS_ALL = "(keys) => keys.forEach((key) => document.querySelector(`.st-key-${key} button`)?.click())"


def test_from_a_download_that_is_cancelled_to_a_run_that_is_steered(page, app):
    page.goto(f"{app}/train?dataset=mnist")
    a_download_shows_how_far_it_is_and_is_cancelled(page)
    choose(page, keyed(page, "train-dataset").get_by_role("combobox"), "Offline digits")
    can_be_pressed(page, "start")
    page.get_by_role("tab", name="Optimizer").click()
    slider(page, "Epochs").press("End")
    address_has(page, "epochs=50")
    a_run_goes_on_while_the_person_is_elsewhere(page)
    a_reload_finds_the_run_going_on(page)
    rapid_clicks_end_in_one_sane_state(page)


def a_download_shows_how_far_it_is_and_is_cancelled(page):
    press(page, "download")
    expect(page.get_by_test_id("stProgress").first).to_contain_text("1.0 MB")
    page.get_by_role("tab", name="Loss").click()  # the page is not blocked meanwhile
    expect(page.get_by_label("Label smoothing").first).to_be_visible()
    page.get_by_role("tab", name="Data").click()
    press(page, "cancel_download")
    can_be_pressed(page, "download")
    expect(page.get_by_role("alert").first).to_be_visible()
    expect(keyed_button(page, "start")).to_be_disabled()


def a_run_goes_on_while_the_person_is_elsewhere(page):
    press(page, "start")
    charts = page.locator("[data-testid=stVegaLiteChart] :is(svg, canvas)")
    expect(charts).to_have_count(2)
    later_than(page, 0)
    rate = page.locator("[class*=st-key-rate_of_]").get_by_role("slider")
    rate.press("ArrowRight")
    expect(page.get_by_test_id("stMetric").filter(has_text="Learning rate")).to_contain_text("0.002")
    press(page, "pause")
    expect(keyed_button(page, "resume")).to_be_visible()
    before = step_number(page)
    press(page, "resume")
    follow(page, "activations")
    expect(slider(page, "Input x")).to_be_visible()
    follow(page, "train")
    later_than(page, before)
    address_has(page, "epochs=50")  # the settings have come back too
    press(page, "stop")
    can_be_pressed(page, "start")
    expect(page.get_by_test_id("stMetric").filter(has_text="Test accuracy")).to_contain_text("%")
    expect(keyed(page, "confusion")).to_be_visible()
    expect(keyed(page, "mistakes").locator("img").first).to_be_visible()
    expect(charts).to_have_count(2)


def a_reload_finds_the_run_going_on(page):
    press(page, "start")
    later_than(page, 0)
    page.reload()
    can_be_pressed(page, "stop")
    later_than(page, 0)
    press(page, "stop")
    press(page, "reset")
    expect(progress(page)).to_have_count(0)


def rapid_clicks_end_in_one_sane_state(page):
    can_be_pressed(page, "start")
    for _click in range(10):
        page.evaluate(PRESS_ALL, ["start", "pause", "resume", "stop"])
    can_be_pressed(page, "reset")
    page.evaluate(PRESS_ALL, ["resume", "stop"])
    can_be_pressed(page, "reset")
    press(page, "reset")
    can_be_pressed(page, "start")
    expect(progress(page)).to_have_count(0)
    expect(page.get_by_test_id("stAlertContentError")).to_have_count(0)


def progress(page):
    return page.get_by_test_id("stProgress")


def step_number(page):
    return int(re.search(r"step ([\d,]+)", progress(page).text_content())[1].replace(",", ""))


def later_than(page, step):
    """Wait until the run has come further than this step."""
    page.wait_for_function(
        """(step) => {
            const shown = document.querySelector("[data-testid=stProgress]")?.textContent.match(/step ([\\d,]+)/)
            return shown && Number(shown[1].replaceAll(",", "")) > step
        }""",
        arg=step,
    )
