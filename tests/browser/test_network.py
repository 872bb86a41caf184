"""What the browser makes of the weights of a small network, against torch."""

import random

import numpy as np
import pytest
import torch
from torch.nn.utils import parameters_to_vector

from core.activations import ACTIVATIONS
from core.features import FEATURES
from core.interpret.network_tables import LIMIT, activation_table
from core.models import PointsNet
from core.playground.scene import LIMIT as EDGE
from core.playground.scene import STATIONS, feature_factors
from tests.browser.modules import load

COMPUTE = """([inputs, sizes, tables, weights, task]) => {
  const activations = [...tables.map((table) => table && { values: Float32Array.from(table), limit: LIMIT }), null]
  const network = new modules.Network(inputs.map((input) => Float32Array.from(input)), sizes, activations)
  network.compute(Float32Array.from(weights))
  const plain = (layer) => layer.map((unit) => [...unit])
  return [network.count, network.values.map(plain), plain(modules.answers(task, network.values.at(-1)))]
}""".replace("LIMIT", str(LIMIT))
ANSWERS = {"regression": lambda z: z, "binary": torch.sigmoid, "multi_class": lambda z: z.softmax(dim=1)}
# A network of two inputs, three neurons and one output, at two points.
SMALL = """() => {
  const relu = { values: Float32Array.of(0, 0, 1, 0, 1), limit: 1 }
  const inputs = [Float32Array.of(1, 2), Float32Array.of(3, 4)]
  globalThis.network = new modules.Network(inputs, [3, 1], [relu, null])
  globalThis.weights = Float32Array.from({ length: network.count }, (_weight, place) => (place % 5) - 1.5)
  network.compute(weights)
}"""


def compute(page, network: PointsNet, names: list[str], points: torch.Tensor, task: str):
    inputs = network.features(points).T.tolist()
    sizes = [stage.linear.out_features for stage in network.stages]
    tables = [activation_table(name).tolist() for name in names]
    weights = parameters_to_vector(network.parameters()).tolist()
    return page.evaluate(COMPUTE, [inputs, sizes, tables, weights, task])


@pytest.mark.parametrize("task", ANSWERS)
@torch.no_grad()
def test_every_neuron_gives_what_torch_gives(page, task):
    load(page, "network")
    draw = random.Random(task)
    torch.manual_seed(draw.randrange(10**6))
    points = torch.rand(700, 2) * 12 - 6
    for name in ACTIVATIONS:
        hidden = [draw.randint(1, 8) for _layer in range(draw.randint(1, 6))]
        names = [name, *(draw.choice(list(ACTIVATIONS)) for _layer in hidden[1:])]
        features = [key for key in FEATURES if draw.random() < 0.6] or ["x1"]
        outputs = draw.randint(2, 6) if task == "multi_class" else 1
        modules = [ACTIVATIONS[key].module for key in names]
        network = PointsNet(features, hidden, modules, [0.0] * len(hidden), outputs)
        # An average input of the first layer is as large as 20, and the table ends at 12.
        network.stages[0].linear.weight.mul_(0.3)
        count, layers, answered = compute(page, network, names, points, task)
        assert count == sum(parameter.numel() for parameter in network.parameters())
        values = network.features(points)
        for stage, found in zip(network.stages, layers[1:], strict=True):
            values = stage.outputs(stage.sums(values))
            np.testing.assert_allclose(np.array(found).T, values, atol=1e-5)
        np.testing.assert_allclose(np.array(answered).T, ANSWERS[task](values), atol=1e-5)


@torch.no_grad()
def test_a_network_without_hidden_layers(page):
    load(page, "network")
    network = PointsNet(list(FEATURES), [], [], [], 3)
    points = torch.rand(50, 2) * 12 - 6
    _count, _layers, answered = compute(page, network, [], points, "multi_class")
    np.testing.assert_allclose(np.array(answered).T, network(points).softmax(dim=1), atol=1e-5)


@torch.no_grad()
def test_features_come_from_their_values_along_the_axes(page):
    load(page, "arrays")
    along_x1, along_x2 = feature_factors()
    draw = np.random.default_rng(1)
    places = draw.integers(0, STATIONS, (200, 2))
    found = page.evaluate(
        """([first, second, places]) => first.map((_feature, k) =>
          places.map(([across, up]) => Math.fround(first[k][across]) * Math.fround(second[k][up])))""",
        [along_x1.tolist(), along_x2.tolist(), places.tolist()],
    )
    points = torch.tensor(places / (STATIONS - 1) * 2 * EDGE - EDGE, dtype=torch.float32)
    for values, feature in zip(found, FEATURES.values(), strict=True):
        np.testing.assert_allclose(values, feature.of(points[:, 0], points[:, 1]), atol=1e-5)


def test_only_what_changes_is_computed_again(page):
    load(page, "network")
    page.evaluate(SMALL)
    changed = "() => { network.compute(weights); return network.changed }"
    nothing = [[False] * 2, [False] * 3, [False]]
    assert page.evaluate(changed) == nothing
    page.evaluate("() => (weights[network.place(0, 1, 'bias')] += 1)")
    assert page.evaluate(changed) == [[False] * 2, [False, True, False], [True]]
    page.evaluate("() => (weights[network.place(1, 0, 2)] += 1)")
    assert page.evaluate(changed) == [[False] * 2, [False] * 3, [True]]
    assert page.evaluate(changed) == nothing


def test_numbers_that_are_no_numbers_any_more_break_nothing(page):
    load(page, "network")
    page.evaluate(SMALL)
    page.evaluate("() => { weights[0] = NaN; weights[3] = Infinity; network.compute(weights) }")
    assert page.evaluate("() => network.values[2][0].length") == 2


GLIDE = """() => {
  globalThis.glide = new modules.Glide()
  glide.jump(Float32Array.of(0, 10))
  glide.go([Float32Array.of(1, 20), Float32Array.of(3, 20)], 100, 1000)
}"""


def test_a_glide_passes_its_stations_and_ends_at_the_last(page):
    load(page, "glide")
    page.evaluate(GLIDE)
    at = "(now) => [...glide.at(now), glide.moving(now)]"
    assert [page.evaluate(at, now) for now in (1000, 1025, 1050, 1075, 1100, 2000)] == [
        *([0, 10, True], [0.5, 15, True], [1, 20, True], [2, 20, True], [3, 20, False], [3, 20, False])
    ]


def test_a_glide_stops_where_it_is_and_goes_on_from_there(page):
    load(page, "glide")
    page.evaluate(GLIDE)
    page.evaluate("() => glide.stop(1050)")
    assert page.evaluate("() => [...glide.at(5000), glide.moving(5000)]") == [1, 20, False]
    page.evaluate("() => glide.go([Float32Array.of(3, 0)], 100, 6000)")
    assert page.evaluate("() => [...glide.at(6050)]") == [2, 10]
