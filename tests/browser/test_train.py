import re

from playwright.sync_api import expect

from tests.browser.journey import (
    address_has,
    button,
    can_be_pressed,
    can_be_started,
    choose,
    follow,
    keyed,
    keyed_button,
    press,
    slider,
)

# Whichever of these buttons there are, at once: a hand that waits for nothing.
PRESS_ALL = "(keys) => keys.forEach((key) => document.querySelector(`.st-key-${key} button`)?.click())"


def test_a_first_visit_shows_a_network_that_learns_and_the_keys_steer_it(page, app):
    page.set_viewport_size({"width": 1280, "height": 720})
    page.goto(f"{app}/train")
    later_than(page, 0)
    strip, weights, sentence = picture(page, "strip_tiles"), picture(page, "weight_tiles"), keyed(page, "notice")
    expect(strip).to_have_attribute("aria-label", re.compile("read correctly"))
    for part in (page.get_by_role("heading", level=1), keyed(page, "start"), strip, weights, sentence):
        expect(part).to_be_in_viewport(ratio=1)
    for chart in keyed(page, "curves").get_by_test_id("stVegaLiteChart").all():
        expect(chart).to_be_in_viewport(ratio=1)
    images = strip.locator("canvas").first.element_handle()
    strip.locator(".right").nth(9).wait_for()  # half of them, where guessing gives a tenth
    assert images.evaluate("(canvas) => canvas.isConnected")  # changed in place
    can_be_started(page)
    main = keyed_button(page, "start")
    main.focus()
    for label in ("Start", "Pause", "Resume"):
        expect(main).to_have_accessible_name(label)
        expect(main).to_be_focused()
        page.keyboard.press("Enter")
    expect(main).to_have_accessible_name("Pause")
    expect(main).to_be_focused()
    press(page, "stop")
    can_be_started(page)
    follow(page, "activations")
    follow(page, "train")
    can_be_started(page)  # nothing begins by itself for the second time


def picture(page, key):
    return keyed(page, key).get_by_role("img")


def test_from_a_download_that_is_cancelled_to_a_run_that_is_steered(page, app):
    page.goto(f"{app}/train?dataset=mnist")
    page.get_by_text("Settings", exact=True).click()
    a_download_shows_how_far_it_is_and_is_cancelled(page)
    choose(page, keyed(page, "train-dataset").get_by_role("combobox"), "Offline digits")
    can_be_started(page)
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
    button(page, "Pause").click()
    expect(button(page, "Resume")).to_be_visible()
    before = step_number(page)
    button(page, "Resume").click()
    follow(page, "activations")
    expect(slider(page, "Input x")).to_be_visible()
    follow(page, "train")
    later_than(page, before)
    address_has(page, "epochs=50")  # the settings have come back too
    press(page, "stop")
    can_be_started(page)
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
    expect(progress(page)).to_contain_text("epoch 0 of 50")


def rapid_clicks_end_in_one_sane_state(page):
    can_be_started(page)
    for _click in range(10):
        page.evaluate(PRESS_ALL, ["start", "stop"])
    can_be_pressed(page, "reset")
    page.evaluate(PRESS_ALL, ["stop"])
    press(page, "reset")
    can_be_started(page)
    expect(progress(page)).to_contain_text("epoch 0 of 50")
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
