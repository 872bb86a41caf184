from playwright.sync_api import expect


def test_from_one_sum_to_a_batch_to_a_mismatch_that_is_mended(page, app):
    page.goto(f"{app}/linear")
    notice = page.locator(".st-key-notice")
    expect(notice).to_contain_text("y[0, 0] =")
    page.locator("[data-pick='1:1']").click()  # a neuron
    expect(notice).to_contain_text("y[0, 1] =")
    expect(page.get_by_label("Output", exact=True)).to_have_value("1")
    page.locator("[data-pick='weight:0:2']").click()
    expect(notice).to_contain_text("y[0, 0] =")
    page.get_by_role("slider", name="Inputs").press("ArrowRight")
    expect(page.get_by_text("weight [2, 5]").first).to_be_visible()

    page.get_by_role("radio", name="A batch").click()
    expect(notice).to_contain_text("the same 12 parameters, and 0 of them changed")
    page.locator("[data-pick='y:2:1']").click()
    expect(page.get_by_label("Row of x")).to_have_value("2")
    row = page.get_by_label("Row of x")
    row.fill("")
    row.press("Enter")  # an empty field is no error
    expect(notice).to_have_count(1)

    page.get_by_role("radio", name="Two layers").click()
    expect(notice).to_contain_text("[3, 10] → [3, 5] → [3, 2]")
    page.locator("[data-pick='1:3']").click()  # a neuron in the middle
    expect(page.locator(".katex-mathml").first).to_contain_text("h_{0,3}")
    page.wait_for_function("location.href.includes('neuron=1')")
    page.get_by_role("slider", name="Layer 2: inputs").press("ArrowLeft")
    expect(page.get_by_text("mat1 and mat2 shapes cannot be multiplied (3x5 and 4x2)")).to_be_visible()
    expect(notice).to_contain_text("and no further")
    page.get_by_role("button", name="Make layer 1 give 4").click()
    expect(notice).to_contain_text("[3, 10] → [3, 4] → [3, 2]")
