import base64
import re

import numpy as np
import pytest
import torch
from playwright.sync_api import expect

from core.lessons.one_step.scene import scene
from core.lessons.one_step.trace import MAX_STEPS, WEIGHTS, Setup, trace
from core.plots.packing import pack
from tests.browser.journey import address_has, address_has_not, box_of, button, keyed, nothing_sent, slider
from tests.browser.modules import load


def test_a_step_goes_line_by_line(page, app):
    page.goto(f"{app}/one_step")
    network, said = page.locator(".net"), keyed(page, "stage_training_step").locator(".notice")
    expect(network).to_contain_text("w₁₁ 0.5")
    for _line in range(2):
        before = said.text_content()
        button(page, "One step further").click()
        expect(said).not_to_have_text(before)
    expect(network.locator(".w11")).to_contain_text("grad −0.84")
    address_has(page, "stage=backward")

    # It plays on through the lines, each of which stands out while it runs; and it is scrubbed, with nothing sent.
    running = page.locator(".program .now")
    expect(running).to_have_text("loss.backward()")
    button(page, "Play (space bar)").click()
    expect(running).to_have_text("y = network(x)")
    expect(page.locator(".token").locator("visible=true").first).to_be_visible()
    button(page, "Pause (space bar)").click()
    place = slider(page, "Line")
    place.press("Home")
    expect(running).to_have_text("optimizer.zero_grad()")
    address_has(page, "stage=zero_grad")
    address_has_not(page, "step=")  # so it is not where Pause may have stopped it

    # A number is typed where it stands; Escape leaves the old one. Another one is dragged.
    with nothing_sent(page):
        network.locator(".v2").focus()
        page.keyboard.press("Enter")
        page.keyboard.type("0.7")
        expect(network.locator(".v2")).to_contain_text("0.7")
    page.keyboard.press("Escape")
    expect(network.locator(".v2")).to_contain_text("−0.5")
    address_has(page, "picked=v2")
    page.keyboard.press("Enter")
    page.keyboard.type("0.25")
    page.keyboard.press("Enter")
    address_has(page, "v2=0.25")
    expect(network.locator("button.v2")).to_be_focused()
    page.keyboard.press("ArrowLeft")
    expect(network.locator("button.v1")).to_be_focused()
    expect(network).not_to_have_class("stale")
    box = box_of(network.locator(".x1"))
    x, y = box["x"] + 20, box["y"] + 20
    with nothing_sent(page):
        page.mouse.move(x, y)
        page.mouse.down()
        page.mouse.move(x + 80, y, steps=10)
        expect(network.locator(".x1")).to_contain_text("2")
    page.mouse.up()
    address_has(page, "x1=2")

    # What it says of a step is what PyTorch computes: the page's table is the server's.
    place.press("ArrowRight")
    expect(network.locator("div.y b")).to_have_text("0.975")  # 0.6 · 1 + 0.25 · 0.7 + 0.2
    expect(page.locator(".katex").last).to_contain_text("0.975")

    button(page, "Forget zero_grad").click()
    address_has(page, "forget=1")
    page.get_by_role("tab", name="net.parameters()").click()
    expect(page.get_by_role("cell", name=re.compile("hidden.weight")).locator("visible=true").first).to_be_visible()


def test_the_step_goes_around_the_data(page, app):
    page.goto(f"{app}/one_step?shuffle=0")
    loop = keyed(page, "stage_training_loop")
    steps = loop.get_by_role("slider", name="Steps")
    expect(loop.locator(".notice")).to_contain_text("Epoch 1, step 4: sample 4")
    with nothing_sent(page):
        steps.press("ArrowRight")
        expect(loop.locator(".notice")).to_contain_text("Epoch 2, step 5: sample 1")
    address_has(page, "round=5")
    steps.press("Home")
    expect(loop.locator(".notice")).to_contain_text("Before the first step")
    loop.get_by_role("button", name="Play (space bar)").click()
    expect(loop.locator(".notice")).to_contain_text(re.compile("Epoch 15, step 60: .*the epoch is over"))


# A stage without a server, which shows a scene as `stage()` would send it.
SHOW = """(packed) => {
  document.body.innerHTML = '<div class="stage" style="width:900px"></div>'
  const { Stage } = modules
  const stage = new Stage(document.querySelector(".stage"), () => {})
  const bytes = Uint8Array.from(atob(packed), (letter) => letter.charCodeAt(0))
  stage.receive(bytes, { one_step: modules.one_step })
  globalThis.stage = stage
}"""
SHOWN = """(place) => {
  stage.values.place = place
  stage.draw()
  const number = (name) => Number(document.querySelector(`.net .${name} b`).textContent.replace("−", "-"))
  return ["w11", "w12", "w21", "w22", "b1", "b2", "v1", "v2", "c", "z1", "z2", "h1", "h2", "y"].map(number)
}"""
TRAVELING = """(place) => {
  stage.values.place = place
  stage.draw()
  const seen = [...document.querySelectorAll(".token:not([hidden])")]
  return seen.map((token) => Number(token.textContent.replace("−", "-")))
}"""


def test_what_is_shown_on_the_way_is_what_torch_computes(page):
    setup = Setup(activation="tanh", optimizer="adam")
    numbers = {name: weight.default for name, weight in WEIGHTS.items()} | {"x1": 1.0, "x2": 0.5, "target": 1.0}
    numbers["rate"] = setup.learning_rate
    made = scene(setup, "w11", numbers, dict.fromkeys(numbers, (-10, 10)))
    arrays = {name: value.astype(np.float32) for name, value in made.items() if isinstance(value, np.ndarray)}
    plain = {name: value for name, value in made.items() if name not in arrays}
    words = dict.fromkeys(("play", "pause", "back", "next", "speed", "numbers"), "word")
    values = {"place": 0, "picked": "w11", **numbers}
    header = {"picture": "one_step", "alt": "", "height": 380, "values": values, "turn": 0, "words": words}
    load(page, "stage", "pictures/one_step")
    page.evaluate(SHOW, base64.b64encode(pack({**plain, **header}, arrays)).decode())

    moments = trace(setup, MAX_STEPS)
    generator = torch.Generator().manual_seed(0)
    for k in torch.randint(1, len(moments), (20,), generator=generator).tolist():
        moment, before = moments[k], moments[k - 1]
        nodes = [*moment.nodes["z"], *moment.nodes["h"], *moment.nodes["y"]] if moment.nodes else [np.nan] * 5
        shown = np.array(page.evaluate(SHOWN, k), dtype=float)
        np.testing.assert_allclose(shown, [*moment.weights, *nodes], rtol=6e-3)  # three digits of each are shown
        between = np.array(page.evaluate(SHOWN, k - 0.25), dtype=float)[:9]
        np.testing.assert_allclose(between, 0.25 * before.weights + 0.75 * moment.weights, rtol=6e-3)

    # Behind its weight a product travels; all that arrive at a neuron add up to it.
    y = moments[1].nodes["y"][0]
    assert sum(page.evaluate(TRAVELING, 0.94)) == pytest.approx(y, abs=3e-3)
    # Towards v1 and v2 the derivative by y travels, behind them those by h1 and h2.
    (slope,), slopes = moments[3].node_gradients["y"], moments[3].node_gradients["h"]
    assert page.evaluate(TRAVELING, 2.3)[:2] == pytest.approx([slope] * 2, rel=6e-3)
    assert page.evaluate(TRAVELING, 2.54)[:2] == pytest.approx(list(slopes), rel=6e-3)
