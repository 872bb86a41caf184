import re

import numpy as np
import pytest
import torch
from playwright.sync_api import Page, expect

from core.datasets import load
from core.inference import Classifier
from core.lessons.digit_network.network import HIDDEN, flow, linear_layers, untrained
from core.lessons.digit_network.scene import flow_scene, two_in_a_byte
from core.pretrained import pretrained_classifier
from tests.browser.journey import (
    address_has,
    address_has_not,
    box_of,
    button,
    keyed,
    keyed_button,
    notice,
    says,
    slider,
)
from tests.browser.modules import load as load_modules

DATA = load("digits")
NETWORKS = {
    "untrained": Classifier(untrained("digits"), DATA.mean, DATA.std, DATA.classes),
    "shipped": pretrained_classifier("mlp"),
}


def test_numbers_that_lie_two_in_a_byte(page):
    load_modules(page, "arrays")
    levels = torch.randint(16, (1, 40), generator=torch.Generator().manual_seed(0))
    assert (
        page.evaluate("(bytes) => [...modules.fourBits(bytes)]", two_in_a_byte(levels)[0].tolist())
        == levels[0].tolist()
    )


@pytest.mark.parametrize("classifier", NETWORKS.values(), ids=NETWORKS)
def test_the_sum_of_a_neuron_is_written_out_as_torch_has_it(page, classifier):
    load_modules(page, "pictures/digit_network")
    image = DATA.test.inputs[7]
    scene, made = flow_scene(classifier, image, 3, 0, "a"), flow(classifier, image[None])
    look = """([layer, shape, neurons]) => neurons.map((neuron) => {
      const matrix = (rows) => Object.assign(Float32Array.from(rows.flat()), { shape })
      const given = { ...layer, places: matrix(layer.places), weights: matrix(layer.weights) }
      const { terms, rest, bias, sum } = modules.writtenOut(given, neuron)
      return [...terms.map(({ product }) => product), rest, bias, sum]
    })"""
    layers = zip(
        ("hidden", "output"),
        linear_layers(classifier.network),
        (made.inputs[0], made.hidden[0]),
        (made.sums[0], made.outputs[0]),
        strict=True,
    )
    for name, linear, inputs, sums in layers:
        neurons = list(range(0, linear.out_features, max(1, linear.out_features // 20)))
        given = {kind: scene[f"{name}_{kind}"].tolist() for kind in ("places", "weights", "bias")}
        layer = {**given, "inputs": inputs.tolist(), "sums": sums.tolist()}
        found = page.evaluate(look, [layer, list(scene[f"{name}_places"].shape), neurons])
        products = linear.weight.double() * inputs.double()
        for neuron, (*terms, rest, bias, end) in zip(neurons, found, strict=True):
            largest = products[neuron][scene[f"{name}_places"][neuron]]
            np.testing.assert_allclose(terms, largest.detach(), atol=1e-5)
            np.testing.assert_allclose(rest, (products[neuron].sum() - largest.sum()).item(), atol=1e-4)
            np.testing.assert_allclose([bias, end], [linear.bias[neuron].item(), sums[neuron].item()], atol=1e-5)


def test_a_digit_goes_through_the_network(page, app):
    page.goto(f"{app}/digit_network")
    any_neuron_writes_its_sum_out(page)
    it_is_played_and_softmax_is_taken_away(page)
    it_learns_in_place(page)
    it_asks_before_it_shows(page)
    batches_have_their_sizes(page)
    the_iterator_is_called(page)


def any_neuron_writes_its_sum_out(page: Page):
    says(page, "Undecided")
    told, neuron = page.locator(".stage .sum"), slider(page, "Neuron")
    first = told.text_content()
    # Where they are at rest: they are built anew, in the same place, when an answer comes.
    grid, column = (area.bounding_box() for area in page.locator(".stage .over").all())
    page.mouse.move(grid["x"] + grid["width"] * 2.5 / 32, grid["y"] + grid["height"] * 1.5 / 16)
    expect(told).to_contain_text("hidden 34:")  # under the mouse: row 1, column 2
    expect(page.locator(".stage text", has_text="weights of hidden 34")).to_be_visible()
    page.mouse.move(0, 0)
    expect(told).to_have_text(first)
    page.mouse.move(grid["x"] + grid["width"] * 2.5 / 32, grid["y"] + grid["height"] * 1.5 / 16)
    page.mouse.down()
    page.mouse.up()
    address_has(page, "neuron=34")
    page.mouse.move(0, 0)
    expect(told).to_contain_text("hidden 34:")
    neuron.press("ArrowRight")
    expect(told).to_contain_text("hidden 35:")
    neuron.press("ArrowDown")
    expect(told).to_contain_text("hidden 67:")  # a row further down
    address_has(page, "neuron=67")
    neuron.press("End")
    expect(told).to_contain_text("output 9:")
    address_has(page, f"neuron={HIDDEN + 9}")
    expect(neuron).to_have_attribute("aria-valuetext", "output 9")
    page.mouse.click(column["x"] + column["width"] / 2, column["y"] + column["height"] * 0.35)
    expect(told).to_contain_text("output 3:")


def it_is_played_and_softmax_is_taken_away(page: Page):
    way, told = slider(page, "On its way"), page.locator(".stage .legend")
    expect(way).to_have_attribute("aria-valuetext", "softmax")
    expect(told).to_contain_text("sum to 1.00")
    button(page, "Play (space bar)").click()
    expect(way).not_to_have_attribute("aria-valuetext", "softmax")  # from the pixels on
    expect(way).to_have_attribute("aria-valuetext", "softmax")
    way.press("ArrowLeft")
    expect(way).to_have_attribute("aria-valuetext", "outputs")
    address_has(page, "flow=3")
    page.locator(".stage .switch input").press("Space")
    says(page, "Without softmax")
    expect(told).to_contain_text("The outputs sum to")
    address_has(page, "softmax=0")
    expect(way).to_have_attribute("max", "3")
    page.locator(".stage .switch").click()
    expect(told).to_contain_text("sum to 1.00")
    address_has_not(page, "softmax")


def it_learns_in_place(page: Page):
    training = keyed(page, "digit_network_training")
    expect(training).to_contain_text("Untrained")
    before = page.locator(".stage .legend").text_content()
    button(page, "Train a step").click()
    expect(training).to_contain_text("After one step")
    expect(page.locator(".stage .legend")).not_to_have_text(before)
    button(page, "Five epochs").click()
    expect(training).to_contain_text("After 41 steps")
    says(page, re.compile("It reads|Undecided"))
    button(page, "Train one layer alone").click()
    expect(keyed(page, "digit_network_alone")).to_contain_text(re.compile(r"One layer alone, 784-10: \d"))
    button(page, "Start again").click()
    expect(training).to_contain_text("Untrained")
    button(page, "A trained network").click()
    says(page, "It reads 3")


def it_asks_before_it_shows(page: Page):
    question = keyed(page, "predict_digit_network_scores")
    question.get_by_role("button", name="1, as before").press("Enter")
    expect(question.get_by_text("your guess")).to_be_visible()
    expect(question.get_by_role("listitem").filter(has_text="computed")).to_contain_text("Any number")
    says(page, "Without softmax")  # the picture shows it as well
    question.get_by_role("button", name="Ask me again").click()
    question.get_by_role("button", name="Just show me").click()
    expect(question.get_by_text("computed")).to_be_visible()
    expect(question.get_by_text("your guess")).to_have_count(0)


def batches_have_their_sizes(page: Page):
    page.get_by_role("radio", name="A batch").click()
    expect(page.locator(".stage text", has_text="(200, 784)")).to_be_visible()
    says(page, re.compile(r"\(200, 10\)"))
    told, rows = page.locator(".stage .legend"), slider(page, "Row")
    expect(told).to_contain_text("Row 0:")
    box = box_of(page.locator(".stage .over").first)
    rows.press("ArrowRight")
    expect(told).to_contain_text("Row 1:")
    address_has(page, "row=1")
    page.mouse.click(box["x"] + 20, box["y"] + box["height"] * 0.5025)
    expect(told).to_contain_text("Row 100:")
    page.get_by_role("radio", name="2", exact=True).click()
    says(page, re.compile(r"\(2, 10\)"))
    expect(told).to_contain_text("Row 1:")
    page.get_by_role("radio", name="1", exact=True).click()
    says(page, re.compile(r"\(1, 784\)"))
    expect(rows).to_be_hidden()  # there is but one


def the_iterator_is_called(page: Page):
    page.get_by_role("radio", name="In PyTorch").click()
    table = page.get_by_role("table")
    expect(table.get_by_role("row")).to_have_count(2)
    slider(page, "Calls of next()").press("ArrowRight")
    expect(table).to_contain_text("1.bias")
    expect(notice(page)).to_have_count(0)
    keyed_button(page, "digit_network-parameters-shown").click()
    expect(keyed(page, "predict_digit_network_parameters")).to_contain_text("407,050")
    expect(table.get_by_role("row")).to_have_count(5)
