import re

from playwright.sync_api import expect


def test_from_one_number_to_why_mse_sleeps(page, app):
    page.goto(f"{app}/losses")
    notice = page.locator(".st-key-notice")
    expect(notice).to_contain_text("From −1 to the target 1: MSE pulls up (gradient −4)")
    chart = page.locator("[data-testid=stVegaLiteChart] :is(svg, canvas)").first
    chart.wait_for()
    chart.evaluate("node => { node.dataset.mark = 'the same' }")

    page.get_by_role("slider", name="Prediction").press("ArrowRight")
    expect(notice).to_contain_text("From −0.9 to the target 1: MSE pulls up (gradient −3.8)")
    # drawn in place: were it a new element, it would blink under a moving slider
    assert chart.get_attribute("data-mark") == "the same"

    page.get_by_text("A batch", exact=True).click()
    table = page.locator(".st-key-terms svg")
    expect(table).to_contain_text("(5 − 11.5)²")
    page.locator(".st-key-try_l1 button:visible").click()
    expect(table).to_contain_text("|5 − 20.5|")
    expect(page.locator(".st-key-best svg")).to_contain_text("L1 3.4")

    page.get_by_text("Classes", exact=True).click()
    page.locator(".st-key-try_wrong button:visible").click()
    expect(notice).to_contain_text("sure of A, which is wrong")
    expect(page.locator(".st-key-choice svg")).to_contain_text("−log(")

    page.get_by_text("Why not MSE for classes", exact=True).click()
    page.locator(".st-key-try_sleep button:visible").click()
    expect(notice).to_contain_text(re.compile(r"a factor of 1,491\. After 50 steps"))
    page.wait_for_function("location.search.startsWith('?part=not_mse')")
