import re
from functools import partial

import numpy as np
import torch
from playwright.sync_api import expect

from core.lessons.why_activations.fitting import PARTS_AT, FitConfig, trace
from core.lessons.why_activations.stacking import linear_layers, stack
from core.lessons.why_activations.two_weights import outputs
from tests.browser.journey import (
    CANVAS,
    address_has,
    box_of,
    button,
    choose,
    come_anew,
    draw,
    follow,
    keyed,
    notice,
    says,
    slider,
)
from tests.browser.modules import load


def test_from_a_stack_to_a_curve_drawn_by_hand_to_its_gradients(page, app):
    page.goto(f"{app}/why_activations")
    stack = "{depth} layers"
    says(page, stack.format(depth=3))
    slider(page, "Linear layers").press("ArrowRight")
    says(page, stack.format(depth=4))
    line = notice(page).text_content()
    button(page, "Bend it").click()
    expect(notice(page)).not_to_have_text(line)
    expect(page.locator(".stage-name")).to_have_text("after linear layer 3")  # it plays by itself

    page.get_by_role("radio", name="Fit a curve").click()
    choose(page, keyed(page, "why_activations-target").get_by_role("combobox"), "Draw it")
    page.locator(CANVAS).wait_for()
    expect(notice(page)).to_have_count(0)  # until there is a curve
    width, height = (page.locator(CANVAS).bounding_box()[side] for side in ("width", "height"))
    draw(page, [[(x, height * (0.2 + abs(x / width - 0.5))) for x in range(2, int(width) - 2, 4)]])
    expect(notice(page)).to_be_visible()
    fitted = notice(page).text_content()
    address_has(page, "curve=")
    step = keyed(page, "stage_fitted_curve").get_by_role("slider", name="Training step")
    expect(keyed(page, "stage_fitted_curve").locator(".toggle")).to_have_attribute(
        "data-playing", "false"
    )  # at its end
    address_has(page, "trained=")
    step.press("Home")
    expect(step).to_have_attribute("aria-valuetext", "0")
    slider(page, "Neurons added up").press("Home")
    address_has(page, "added=0")

    follow(page, "linear")
    says(page, "y[0, 0] =")
    follow(page, "why_activations")
    expect(notice(page)).to_have_text(fitted)
    come_anew(page, page.evaluate("location.href"))
    expect(notice(page)).to_have_text(fitted)  # the same curve, from the address alone

    page.get_by_role("radio", name="Vanishing gradients").click()
    expect(notice(page)).to_have_count(1)  # the part before has left the page
    says(page, re.compile(r"Sigmoid.* layer 12\b"))
    slider(page, "Linear layers").press("End")
    says(page, re.compile(r"Sigmoid.* layer 20\b"))


def test_neurons_are_added_up_as_torch_does(page):
    load(page, "pictures/fitted_curve")
    seen = trace(FitConfig(width=7, activation="relu", depth=1))
    look = len(seen.steps) // 2
    parts, bias = seen.parts[look], seen.biases[look].item()
    add = """([numbers, shape, bias, count]) => {
      const parts = Object.assign(Float32Array.from(numbers), { shape })
      return [...modules.addedUp(parts, bias, count)]
    }"""
    added = partial(page.evaluate, add)
    for count in range(8):
        found = added([parts.flatten().tolist(), list(parts.shape), bias, count])
        np.testing.assert_allclose(found, parts[:count].sum(0) + bias, atol=1e-5)
    # All of them are the network's own curve.
    np.testing.assert_allclose(found, np.interp(PARTS_AT, seen.fit.x[:, 0], seen.outputs[look]), atol=0.05)


def test_the_point_is_dragged_over_the_plane_and_is_where_torch_says(page, app):
    sent = []
    page.on("websocket", lambda socket: socket.on("framesent", lambda frame: sent.append(frame)))
    page.goto(f"{app}/why_activations?activation=relu&layer=3")
    shown = keyed(page, "stage_stacked_layers")
    expect(shown.locator(".stage-name")).to_have_text("after linear layer 2")
    plane = box_of(shown.locator("svg").first)
    page.mouse.move(plane["x"] + plane["width"] / 2, plane["y"] + plane["height"] / 2)
    before = len(sent)
    page.mouse.down()
    page.mouse.move(plane["x"] + plane["width"] / 2 + 40, plane["y"] + plane["height"] / 2 - 20, steps=20)
    said = notice(page).text_content()
    assert len(sent) == before
    page.mouse.up()
    expect(notice(page)).not_to_have_text(said)
    address_has(page, "x1=")
    name = shown.locator(".stage > .picture").get_attribute("aria-label").replace("−", "-")
    x, h = (torch.tensor([float(number) for number in pair.split(", ")]) for pair in re.findall(r"\(([^)]*)\)", name))
    network = stack(3, 2, "relu", 19)
    first, second, _third = linear_layers(network)
    torch.testing.assert_close(second(first(x).relu()).detach(), h, atol=2e-3, rtol=5e-3)


def test_two_weights_one_after_the_other(page):
    load(page, "pictures/two_weights")
    generator = torch.Generator().manual_seed(3)
    for _trial in range(50):
        first, second = (18 * torch.rand(2, generator=generator) - 9).tolist()
        (x,) = (6 * torch.rand(1, generator=generator) - 3).tolist()
        found = page.evaluate("(given) => modules.outputsOf(...given)", [first, second, x])
        made = outputs(first, second, torch.tensor([x]))
        expected = [made[name].item() for name in ("once", "twice", "single", "bent")]
        np.testing.assert_allclose(found, expected, rtol=1e-5, atol=1e-5)
