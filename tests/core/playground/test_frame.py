import math
import threading
from dataclasses import replace

import numpy as np
import pytest
import torch

from core.activations import ACTIVATIONS
from core.config import TrainConfig
from core.datasets import data_of
from core.datasets.types import Problem, Split
from core.features import FEATURES
from core.models import PointsNet
from core.playground.frame import MAX_CURVE, Numbers, Picture, frame, legend, picture_of
from core.playground.unit_maps import at, feature_maps, health, unit_maps
from core.plots.packing import pack
from core.runs import Run
from core.training import evaluate, make_loss
from tests.packed import unpack

BINARY = Problem((2,), "binary", ("no", "yes"))
SIX = Problem((2,), "multi_class", tuple("abcdef"))


def split(problem: Problem, points: int, seed: int) -> Split:
    generator = torch.Generator().manual_seed(seed)
    inputs = torch.randn(points, 2, generator=generator)
    if problem.task == "multi_class":
        return Split(inputs, torch.randint(len(problem.classes), (points,), generator=generator))
    return Split(inputs, torch.randint(2, (points, 1), generator=generator).float())


def picture(problem=BINARY, features=("x1", "x2"), hidden=(4, 2), **changes) -> Picture:
    torch.manual_seed(0)
    net = PointsNet(features, hidden, [ACTIVATIONS["tanh"].module] * len(hidden), [0] * len(hidden), problem.outputs)
    train, test = split(problem, 250, seed=1), split(problem, 250, seed=2)
    plain = Picture(
        number=7,
        network=net,
        problem=problem,
        activations=["tanh"] * len(hidden),
        train=train,
        test=test,
        numbers=Numbers(epoch=3, train_loss=0.25, test_loss=0.5, train_accuracy=0.75, test_accuracy=1.0, gap_error=0.1),
    )
    return replace(plain, **changes)


@pytest.mark.parametrize("words", ["", "x", "xx", "–é", "a" * 1000])
def test_arrays_come_back_as_they_were(words):
    arrays = {
        "bytes": torch.arange(5, dtype=torch.uint8),
        "floats": torch.randn(3, 4),
        "turned": torch.randn(3, 4).T,
        "none": np.zeros((3, 0), dtype=np.float32),
        "more": np.arange(7, dtype=np.float32),
    }
    header, back = unpack(pack({"words": words}, arrays))
    assert header == {"words": words}
    for name, array in arrays.items():
        np.testing.assert_array_equal(back[name], np.asarray(array))


def test_what_is_no_number_becomes_null():
    header, _arrays = unpack(pack({"a": [math.nan, {"b": math.inf}], "c": 1.5}, {}))
    assert header == {"a": [None, {"b": None}], "c": 1.5}


def test_a_frame_holds_the_network_and_its_maps():
    shown = picture()
    header, arrays = unpack(frame(shown))
    maps = unit_maps(shown.network, BINARY)
    np.testing.assert_array_equal(arrays["map"], maps.large)
    for layer, stage in enumerate(shown.network.stages):
        np.testing.assert_array_equal(arrays[f"weights.{layer}"], stage.linear.weight.detach())
        np.testing.assert_array_equal(arrays[f"biases.{layer}"], stage.linear.bias.detach())
        np.testing.assert_array_equal(arrays[f"maps.{layer}"], maps.small[layer])
    for layer, found in enumerate(health(shown.network, shown.train.inputs)):
        np.testing.assert_array_equal(arrays[f"health.{layer}"], found.flags)
        np.testing.assert_array_equal(arrays[f"flat.{layer}"], found.flat)
    assert header["sizes"] == [4, 2, 1]
    assert header["features"] == ["x1", "x2"]
    assert header["activations"] == ["Tanh", "Tanh"]
    assert header["classes"] == ["no", "yes"]
    assert header["scales"] == maps.scales
    assert header["numbers"] == {
        "epoch": 3,
        "train_loss": 0.25,
        "test_loss": 0.5,
        "train_accuracy": 0.75,
        "test_accuracy": 1.0,
        "gap_error": 0.1,
    }
    assert (header["number"], header["playing"], header["gradients"]) == (7, False, None)


def test_a_frame_holds_the_points_and_the_test_points_only_where_they_are_shown():
    shown = picture(SIX)
    _header, arrays = unpack(frame(shown))
    np.testing.assert_array_equal(arrays["train"], shown.train.inputs)
    np.testing.assert_array_equal(arrays["train_targets"], shown.train.targets)
    assert "test" not in arrays
    _header, arrays = unpack(frame(replace(shown, show_test=True)))
    np.testing.assert_array_equal(arrays["test_targets"], shown.test.targets)


def test_a_frame_holds_the_unit_that_is_hovered():
    shown = picture(hovered=(1, 2), gradients=[1.0, 2.0, math.nan])
    header, arrays = unpack(frame(shown))
    np.testing.assert_array_equal(arrays["map"], unit_maps(shown.network, BINARY, (1, 2)).large)
    assert header["hovered"] == [1, 2]
    assert header["gradients"] == [1.0, 2.0, None]


def test_a_frame_holds_the_sums_at_the_probe():
    shown = picture(SIX, probe=(1.0, -2.0))
    _header, arrays = unpack(frame(shown))
    answer = at(shown.network, (1.0, -2.0))
    np.testing.assert_array_equal(arrays["probe"], [1.0, -2.0])
    for layer in range(3):
        np.testing.assert_array_equal(arrays[f"probe_sums.{layer}"], answer.sums[layer])
        np.testing.assert_array_equal(arrays[f"probe_outputs.{layer}"], answer.outputs[layer])
    np.testing.assert_allclose(arrays["probe_answer"], answer.outputs[-1].softmax(dim=0), rtol=1e-6)
    assert "probe" not in unpack(frame(picture()))[1]


@pytest.mark.parametrize("length", [0, 1, 2, MAX_CURVE, MAX_CURVE + 1, 12345])
def test_the_curve_keeps_its_ends_and_at_most_so_many_points(length):
    epochs = list(range(length))
    _header, arrays = unpack(frame(picture(curve=(epochs, [2.0 * e for e in epochs], [3.0 * e for e in epochs]))))
    curve = arrays["curve"]
    assert curve.shape == (3, min(length, MAX_CURVE))
    if length:
        assert (curve[0, 0], curve[0, -1]) == (0, length - 1)
        assert (np.diff(curve[0]) > 0).all()
        np.testing.assert_array_equal(curve[1:], [2 * curve[0], 3 * curve[0]])


def test_the_largest_value_of_a_regression_has_the_full_colour():
    problem = Problem((2,), "regression", ())
    shown = picture(problem)
    assert unpack(frame(shown))[0]["value_scale"] == 1
    shown.test.targets[3] = -20
    header, arrays = unpack(frame(shown))
    assert header["value_scale"] == 20
    np.testing.assert_array_equal(arrays["map"], unit_maps(shown.network, problem, scale=20).large)


@pytest.mark.parametrize("problem", [BINARY, SIX], ids=["binary", "six classes"])
def test_the_largest_network_takes_less_than_60_kb(problem):
    largest = picture(
        problem,
        features=tuple(FEATURES),
        hidden=(8,) * 6,
        show_test=True,
        probe=(1.0, 2.0),
        hovered=(1, 1),
        gradients=[0.123456789] * 7,
        curve=(range(5000),) * 3,
    )
    assert len(frame(largest)) < 60_000


def test_the_legend_has_every_feature():
    header, arrays = unpack(legend({"words": {"a": "b"}}))
    assert [feature["key"] for feature in header["features"]] == list(FEATURES)
    assert header["words"] == {"a": "b"}
    np.testing.assert_array_equal(arrays["maps"], feature_maps()[0])


CONFIG = TrainConfig(dataset="moons", model="points", loss="bce", hidden=(3,), activation="tanh", batch_size=10)


@pytest.fixture
def run():
    """A run that has gone through its points three times."""
    made = Run(CONFIG, data_of(CONFIG), paused=True)
    made.step(3 * made.steps_per_epoch)
    tick = threading.Event()
    while made.view().moving:
        tick.wait(0.01)
    yield made
    made.stop()
    assert made.wait(60)


def test_all_numbers_are_those_of_the_network_now(run):
    picture = picture_of(run, run.view(), 1, probe=(1.0, -1.0))
    network, data = run.model_snapshot(), run.data
    loss_of = make_loss(CONFIG)
    train, test = (evaluate(network, data, split, loss_of) for split in (data.train, data.test))
    numbers = picture.numbers
    assert numbers.epoch == 3
    assert (numbers.train_loss, numbers.train_accuracy) == (train.loss, train.accuracy)
    assert (numbers.test_loss, numbers.test_accuracy) == (test.loss, test.accuracy)
    assert picture.activations == ("tanh",)
    assert len(picture.curve[0]) == len(picture.curve[1]) == len(run.view().test_curve.epoch)


def test_the_gradients_are_those_over_all_training_points(run):
    network, train = run.model_snapshot(), run.data.train
    loss = make_loss(CONFIG)(network(train.inputs), train.targets)
    loss.backward()
    lengths = [math.hypot(stage.linear.weight.grad.norm(), stage.linear.bias.grad.norm()) for stage in network.stages]
    assert picture_of(run, run.view(), 1).gradients == pytest.approx(lengths, rel=1e-5)


def test_weights_that_have_run_away_still_make_a_picture(run):
    run.edit("layers.3.bias", (0,), 3e38)
    run.edit("layers.3.weight", (0, 0), 3e38)
    tick = threading.Event()
    while run.view().moving:
        tick.wait(0.01)
    picture = picture_of(run, run.view(), 1)
    assert isinstance(frame(picture), bytes)
    assert torch.isfinite(torch.tensor(picture.numbers.test_loss)) or picture.gradients is None


def test_the_error_of_the_gap_is_that_of_two_means(run):
    numbers = picture_of(run, run.view(), 1).numbers
    network = run.model_snapshot()
    variances = []
    for split in (run.data.train, run.data.test):
        with torch.no_grad():
            losses = torch.nn.functional.binary_cross_entropy_with_logits(
                network(split.inputs), split.targets, reduction="none"
            )
        variances.append(losses.var().item() / len(losses))
    assert numbers.gap_error == pytest.approx(sum(variances) ** 0.5)
