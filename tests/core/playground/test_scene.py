from dataclasses import replace

import numpy as np
import pytest
import torch

from core.config import TrainConfig
from core.datasets import data_of
from core.features import FEATURES, Feature
from core.interpret.network_tables import SAMPLES, activation_table
from core.playground import scene as scenes
from core.playground.scene import LIMIT, STATIONS, feature_factors, scene
from core.runs import Run

CONFIG = TrainConfig(
    dataset="rings3",
    model="points",
    loss="cross_entropy",
    features=("x2", "product"),
    hidden=(3, 2, 4),
    activations=("relu", "tanh", "relu"),
    batch_size=10,
)


@pytest.fixture
def begun():
    """Begins runs that wait, and ends them."""
    runs = []

    def begin(config=CONFIG):
        runs.append(Run(config, data_of(config), paused=True))
        return runs[-1]

    yield begin
    for run in runs:
        run.stop()
        assert run.wait(60)


def test_it_has_the_shape_of_the_network_and_a_table_for_each_kind_of_activation(begun):
    made = scene(begun())
    assert made["sizes"] == [3, 2, 4, 3]
    assert [made["features"][place]["key"] for place in made["inputs"]] == ["x2", "product"]
    assert made["tables"].shape == (2, SAMPLES + 2)
    assert [entry["table"] for entry in made["activations"]] == [0, 1, 0]
    assert [entry["label"] for entry in made["activations"]] == ["ReLU", "Tanh", "ReLU"]
    np.testing.assert_array_equal(made["tables"][1], activation_table("tanh"))


def test_a_network_without_hidden_layers_needs_no_table(begun):
    made = scene(begun(replace(CONFIG, hidden=(), activations=())))
    assert made["tables"].shape == (0, SAMPLES + 2)
    assert (made["sizes"], made["activations"]) == ([3], [])


def test_the_test_points_are_there_only_where_they_are_shown(begun):
    run = begun()
    made = scene(run)
    np.testing.assert_array_equal(made["train"], run.data.train.inputs)
    np.testing.assert_array_equal(made["train_targets"], run.data.train.targets)
    assert "test" not in made
    np.testing.assert_array_equal(scene(run, show_test=True)["test"], run.data.test.inputs)


def test_the_largest_value_of_a_regression_has_the_full_color(begun):
    run = begun(replace(CONFIG, dataset="plane", loss="mse"))
    assert scene(run)["value_scale"] >= 1
    run.data.test.targets[3] = -20
    assert scene(run)["value_scale"] == 20


def test_every_feature_is_told_by_its_values_along_the_axes():
    along_x1, along_x2 = feature_factors()
    stations = torch.linspace(-LIMIT, LIMIT, STATIONS)
    x1, x2 = torch.meshgrid(stations, stations, indexing="ij")
    for place, feature in enumerate(FEATURES.values()):
        np.testing.assert_allclose(np.outer(along_x1[place], along_x2[place]), feature.of(x1, x2), atol=1e-5)


def test_a_feature_that_is_no_product_is_refused(monkeypatch):
    monkeypatch.setitem(scenes.FEATURES, "sum", Feature("x₁ + x₂", lambda x1, x2: x1 + x2, "x1 + x2"))
    with pytest.raises(ValueError, match="sum"):
        feature_factors.__wrapped__()
