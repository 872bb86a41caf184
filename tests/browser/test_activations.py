from playwright.sync_api import expect


def test_the_input_moves_over_the_curves_in_place(page, app):
    page.goto(f"{app}/activations?functions=sigmoid,relu")
    cards = page.get_by_test_id("stMetric")
    expect(cards).to_have_count(4)
    expect(cards.first).to_contain_text("0.8808")
    chart = page.locator("[data-testid=stVegaLiteChart] :is(svg, canvas)").first
    chart.wait_for()
    chart.evaluate("node => { node.dataset.mark = 'the same' }")

    page.get_by_role("slider", name="Input x").press("ArrowRight")
    expect(cards.first).to_contain_text("0.8909")
    expect(page.get_by_test_id("stCode").first).to_contain_text("torch.tensor(2.1,")
    page.wait_for_function("location.search.includes('x=2.1')")
    # drawn in place: were it a new element, it would blink under a moving slider
    assert chart.get_attribute("data-mark") == "the same"

    page.locator("button:visible", has_text="Dead neuron").click()
    expect(cards).to_have_text(["f(-3)0", "f′(-3)0", "f(-3)-0.03", "f′(-3)0.01"])
    page.get_by_role("slider", name="negative_slope").press("ArrowRight")
    expect(cards.nth(3)).to_contain_text("0.02")
    page.get_by_role("button", name="LeakyReLU").click()
    expect(cards).to_have_count(2)
