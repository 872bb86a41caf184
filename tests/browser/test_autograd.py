import numpy as np
import pytest
import torch
from playwright.sync_api import Page, expect

from core.lessons.autograd.scene import scene
from core.lessons.autograd.trace import CASES, LIMIT, NUMBERS, PARAMETERS, run
from tests.browser.journey import address_has, address_has_not, box_of, button, keyed, nothing_sent, slider
from tests.browser.modules import load

SHARED = ("line", "kind", "name", "to")
REPLAY = """([steps, parameters, points]) => points.map(modules.forward).map((values) =>
  [values, modules.replay(steps, parameters, values)])"""


@pytest.mark.parametrize("case", CASES)
def test_what_the_browser_computes_is_what_torch_computes(page, case):
    load(page, "backward")
    drawn = (torch.rand(25, 4, generator=torch.Generator().manual_seed(1)) * 2 - 1) * LIMIT
    points = [dict(zip(NUMBERS, point, strict=True)) for point in drawn.tolist()]
    steps = [{name: step[name] for name in SHARED} for step in scene(case, NUMBERS)["steps"]]
    found = page.evaluate(REPLAY, [steps, PARAMETERS, points])
    for point, (values, states) in zip(points, found, strict=True):
        trace = run(case, point)
        assert values == pytest.approx({name: node.value for name, node in trace.nodes.items()}, rel=1e-5, abs=1e-5)
        for step, state in zip(trace.steps, states, strict=True):
            assert state["grads"] == pytest.approx(dict(step.grads), rel=1e-5, abs=1e-5)
            assert (state["flow"] is None) == (step.flow is None)
            if step.flow:
                wanted = [step.flow.incoming, step.flow.local, step.flow.outgoing]
                told = [state["flow"][name] for name in ("incoming", "local", "outgoing")]
                np.testing.assert_allclose(told, wanted, rtol=1e-5, atol=1e-5)


def test_the_graph_grows_and_gradients_flow_back(page, app):
    page.goto(f"{app}/autograd")
    it_is_stepped_played_and_scrubbed(page)
    a_number_is_typed_and_another_dragged(page)
    gradients_add_up(page)
    the_graph_is_cut(page)
    there_is_no_graph(page)
    it_asks_before_it_shows(page)


def node(page: Page, name: str):
    return page.locator(f".graph .node.{name}")


def it_is_stepped_played_and_scrubbed(page: Page):
    said, running, place = page.locator(".said"), page.locator(".program .now"), slider(page, "Step")
    expect(said).to_contain_text("−3 · 1 · 1 · 2 = −6")
    expect(node(page, "w")).to_contain_text(".grad −6")
    expect(node(page, "z")).to_contain_text(".grad None")
    with nothing_sent(page):
        place.press("Home")
        expect(running).to_have_text("x = tensor(2.0)")
        expect(node(page, "x")).to_be_visible()
        expect(node(page, "w")).not_to_be_visible()
    address_has(page, "step=0")
    button(page, "One step further").click()
    expect(node(page, "w")).to_be_visible()
    expect(node(page, "w")).to_contain_text("requires_grad")
    page.locator(".program li").filter(has_text="y = z + b").click()
    expect(node(page, "y")).to_contain_text("AddBackward0")
    expect(said).to_contain_text("y = z + b = 1 + 1.5 = 2.5")
    expect(node(page, "loss")).not_to_be_visible()
    place.press("Home")
    page.get_by_role("group", name="Step").press("Space")
    expect(node(page, "loss")).to_be_visible()
    expect(page.locator(".graph .token")).to_be_visible()  # a gradient on its way
    expect(said).to_contain_text("× local")
    expect(said).to_contain_text("−3 · 1 · 1 · 2 = −6")
    address_has_not(page, "step")


def a_number_is_typed_and_another_dragged(page: Page):
    with nothing_sent(page):
        node(page, "x").focus()
        page.keyboard.press("Enter")
        page.keyboard.type("3")
        expect(node(page, "z")).to_contain_text("z = 1.5")
        expect(page.locator(".program")).to_contain_text("x = tensor(3.0)")
    page.keyboard.press("Escape")
    expect(node(page, "z")).to_contain_text("z = 1")
    page.keyboard.press("ArrowRight")
    expect(page.locator(".graph button:focus")).to_contain_text("w =")
    page.keyboard.press("Enter")
    page.keyboard.type("1")
    page.keyboard.press("Enter")
    address_has(page, "w=1")
    expect(node(page, "w")).to_contain_text(".grad −2")  # 2 · (1 · 2 + 1.5 − 4) · 2
    box = box_of(node(page, "target"))
    x, y = box["x"] + 30, box["y"] + 20
    with nothing_sent(page):
        page.mouse.move(x, y)
        page.mouse.down()
        page.mouse.move(x + 80, y, steps=10)
        expect(node(page, "target")).to_contain_text("target = 5")
        expect(node(page, "w")).to_contain_text(".grad −6")
    page.mouse.up()
    address_has(page, "target=5")
    expect(page.get_by_test_id("stCode").first).to_contain_text("target = tensor(5.0)")


def gradients_add_up(page: Page):
    button(page, "Gradients add up").click()
    expect(node(page, "w")).to_contain_text(".grad −12")
    address_has(page, "case=twice")
    button(page, "One step back").click()
    expect(page.locator(".said")).to_contain_text("−6 + (−6) = −12")
    address_has(page, "step=18")
    page.get_by_role("radio", name="zero_grad between").click()
    expect(node(page, "w")).to_contain_text(".grad −6")
    page.locator(".program li").filter(has_text="zero_grad()").click()
    expect(node(page, "w")).to_contain_text(".grad None")


def the_graph_is_cut(page: Page):
    page.get_by_role("radio", name="detach").click()
    expect(page.locator(".said")).to_contain_text("w.grad stays None")
    expect(page.locator(".graph text", has_text="detach")).to_be_visible()
    expect(node(page, "w")).to_contain_text(".grad None")
    expect(node(page, "b")).to_contain_text(".grad −3")
    page.locator("summary", has_text="The numbers as a table").click()
    expect(page.get_by_role("row").filter(has_text="MulBackward0")).to_have_text("z1MulBackward0FalseTrue–")


def there_is_no_graph(page: Page):
    page.get_by_role("radio", name="no_grad").click()
    expect(page.locator(".said")).to_contain_text("RuntimeError: element 0 of tensors does not require grad")
    expect(node(page, "loss")).to_contain_text("leaf")
    address_has(page, "case=no_grad")


def it_asks_before_it_shows(page: Page):
    question = keyed(page, "predict_autograd_detach")
    question.get_by_role("button", name="Only w").press("Enter")
    expect(question.get_by_role("listitem").filter(has_text="computed")).to_contain_text("Only b")
    expect(page.locator(".said")).to_contain_text("w.grad stays None")
    question.get_by_role("button", name="Ask me again").click()
    question.get_by_role("button", name="Just show me").click()
    expect(question.get_by_text("your guess")).to_have_count(0)
