import re

from playwright.sync_api import expect

from tests.browser.journey import (
    address_has,
    button,
    follow,
    keyed,
    notice,
    part_of_picture,
    says,
    slider,
    type_in,
)

PHONE = {"width": 390, "height": 900}
DESK = {"width": 1280, "height": 1000}


def test_from_home_to_layers_and_activations(page, app):
    page.goto(app)
    loop_leads_to_the_lessons(page)
    follow(page, "linear")
    one_sum_a_batch_and_shapes_that_do_not_fit(page)
    follow(page, "activations")
    an_input_moves_over_the_curves(page)


def loop_leads_to_the_lessons(page):
    told = page.locator(".stage .notice")
    expect(told).to_contain_text("Round 1")
    expect(told).to_contain_text("Round 2")  # on its own
    page.get_by_role("button", name="Pause (space bar)").click()
    page.wait_for_function("location.search.startsWith('?step=')")
    step = int(page.url.split("=")[1])
    expect(told).to_contain_text(f"Round {step // 4 + 1}")
    slider(page, "Round").press("ArrowRight")
    address_has(page, f"step={step + 1}")
    button(page, "New network").click()
    expect(told).to_contain_text("Round 1")
    page.set_viewport_size(PHONE)
    picture = page.locator(".stage svg")
    page.wait_for_function("innerWidth < 400")
    expect(picture).to_be_in_viewport(ratio=1)
    page.set_viewport_size(DESK)
    page.get_by_test_id("stPageLink-NavLink").and_(page.locator("[href=losses]")).first.click()
    expect(page).to_have_url(re.compile("/losses$"))
    expect(page.get_by_role("slider", name="prediction")).to_be_visible()


def one_sum_a_batch_and_shapes_that_do_not_fit(page):
    says(page, "y[0, 0] =")
    keyed(page, "stage_linear_sum").locator(".choice").last.click()
    says(page, "y[0, 1] =")
    expect(page.get_by_label("Output", exact=True)).to_have_value("1")
    part_of_picture(page, "weight:0:2").click()
    says(page, "y[0, 0] =")
    slider(page, "Inputs").press("ArrowRight")
    expect(page.get_by_text("weight [2, 5]").first).to_be_visible()

    page.get_by_role("radio", name="A batch").click()
    says(page, re.compile(r"\b12\b"))  # parameters, still
    part_of_picture(page, "y:2:1").click()
    row = page.get_by_label("Row of x")
    expect(row).to_have_value("2")
    type_in(row, "")  # an empty field is no error
    expect(notice(page)).to_have_count(1)

    page.get_by_role("radio", name="Two layers").click()
    says(page, "[3, 10] → [3, 5] → [3, 2]")
    part_of_picture(page, "1:3").click()  # a neuron in the middle
    expect(page.locator(".katex-mathml").first).to_contain_text("h_{0,3}")
    address_has(page, "neuron=1")
    slider(page, "Layer 2: inputs").press("ArrowLeft")
    expect(page.get_by_text("mat1 and mat2 shapes cannot be multiplied (3x5 and 4x2)")).to_be_visible()
    button(page, "Make layer 1 give 4").click()
    says(page, "[3, 10] → [3, 4] → [3, 2]")


def an_input_moves_over_the_curves(page):
    readings = page.locator(".stage .legend .reading")
    expect(readings).to_have_text([re.compile("0.8808"), re.compile("f\\(2\\) = 2")])
    slider(page, "input x").press("ArrowRight")
    expect(readings.first).to_contain_text("f(2.01) = 0.8818")
    expect(page.get_by_test_id("stCode").first).to_contain_text("torch.tensor(2.01,")
    address_has(page, "x=2.01")

    button(page, "Dead neuron").click()
    expect(readings).to_have_text([re.compile("f\\(−3\\) = 0, f′\\(−3\\) = 0$"), re.compile("= −0.03, .* = 0.01$")])
    slider(page, "negative_slope").press("ArrowRight")
    expect(readings.last).to_contain_text("f′(−3) = 0.02")
    button(page, "LeakyReLU").click()
    expect(readings).to_have_count(1)
