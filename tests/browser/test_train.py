import re
import time

from playwright.sync_api import expect

from tests.browser.conftest import running_app


def press(page, key):
    page.locator(f".st-key-{key} button:visible").click()


def open_train(page, app, query="dataset=digits"):
    page.goto(f"{app}/train?{query}")
    expect(page.locator(".st-key-start button:visible")).to_be_enabled()


def step_number(page):
    text = page.locator("[data-testid=stProgress]").inner_text()
    return int(re.search(r"step ([\d,]+)", text)[1].replace(",", ""))


def wait_until(condition):
    for _try in range(600):
        if condition():
            return
        time.sleep(0.1)
    raise AssertionError("it never happened")


def test_the_curve_grows_and_the_run_finishes(page, app):
    open_train(page, app, "dataset=digits&epochs=10&hidden=128")
    press(page, "start")
    chart = page.locator("[data-testid=stVegaLiteChart] :is(svg, canvas)").first
    chart.wait_for()
    chart.evaluate("node => { node.dataset.mark = 'the same' }")
    seen = step_number(page)
    wait_until(lambda: step_number(page) > seen)
    expect(page.get_by_text("right on all 360 test pictures")).to_be_visible()
    # drawn in place from the first look to the last: were it ever a new element, it would blink
    assert chart.get_attribute("data-mark") == "the same"
    expect(page.get_by_text("Which classes it mixes up")).to_be_visible()
    assert page.locator(".st-key-mistakes img").count() > 0


def test_training_goes_on_while_the_person_is_on_another_page(page, app):
    open_train(page, app, "dataset=digits&epochs=50")
    press(page, "start")
    page.locator("[data-testid=stProgress]").wait_for()
    wait_until(lambda: step_number(page) > 0)
    press(page, "pause")
    expect(page.locator(".st-key-resume")).to_be_visible()
    before = step_number(page)
    press(page, "resume")
    page.get_by_role("link", name="Activations", exact=True).click()
    expect(page.get_by_role("slider", name="Input x")).to_be_visible()
    page.get_by_role("link", name="Train", exact=True).click()
    page.locator("[data-testid=stProgress]").wait_for()
    wait_until(lambda: step_number(page) > before)
    assert "epochs=50" in page.url  # the settings have come back too
    press(page, "stop")
    expect(page.get_by_text("right on all 360 test pictures")).to_be_visible()


def test_rapid_clicks_on_start_pause_and_stop_end_in_one_sane_state(page, app):
    open_train(page, app, "dataset=digits&epochs=50")
    for _click in range(10):
        page.evaluate(
            """() => {
                for (const key of ['start', 'pause', 'resume', 'stop'])
                    document.querySelector(`.st-key-${key} button`)?.click()
            }"""
        )
        time.sleep(0.05)
    expect(page.locator(".st-key-reset button:visible")).to_be_enabled()
    # At once, before the run may end by itself and with it what there is to press.
    for key in ("resume", "stop"):
        page.evaluate(f"() => document.querySelector('.st-key-{key} button')?.click()")
    expect(page.locator(".st-key-actions")).to_be_visible()
    assert page.locator("[data-testid=stAlertContentError]").count() == 0


def test_a_reload_in_the_middle_gives_a_fresh_working_page(page, app):
    open_train(page, app, "dataset=digits&epochs=50")
    press(page, "start")
    page.locator("[data-testid=stProgress]").wait_for()
    page.reload()
    expect(page.locator(".st-key-start button:visible")).to_be_enabled()
    press(page, "start")
    page.locator("[data-testid=stProgress]").wait_for()
    press(page, "stop")


def test_the_learning_rate_is_changed_while_it_trains(page, app):
    open_train(page, app, "dataset=digits&epochs=50")
    press(page, "start")
    rate = page.locator("[class*=st-key-rate_of_]").get_by_role("slider")
    rate.wait_for()
    rate.press("ArrowRight")
    expect(page.get_by_test_id("stMetric").filter(has_text="Learning rate now")).to_contain_text("0.002")
    press(page, "stop")


def test_a_run_whose_tab_was_closed_ends_itself(browser, tmp_path):
    ended = tmp_path / "ended"
    prelude = f"""
import core.runs.idle_policy, core.runs.run
abandon = core.runs.run.Run._abandon
def abandon_and_tell(run, message):
    open({str(ended)!r}, "w").write(message)
    abandon(run, message)
core.runs.run.Run._abandon = abandon_and_tell
core.runs.idle_policy.DISCONNECT_GRACE = 1.0
"""
    with running_app(tmp_path, prelude) as address:
        tab = browser.new_page()
        open_train(tab, address, "dataset=digits&epochs=50&batch_size=1")
        press(tab, "start")
        tab.locator("[data-testid=stProgress]").wait_for()
        time.sleep(2)
        assert not ended.exists()  # as long as the tab is open
        tab.close()
        wait_until(ended.exists)
        assert "closed" in ended.read_text()
