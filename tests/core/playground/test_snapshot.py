import math
import threading
from dataclasses import replace

import numpy as np
import pytest
import torch
from torch.nn.utils import parameters_to_vector

from core.config import TrainConfig
from core.datasets import data_of
from core.features import FEATURES
from core.playground.snapshot import MAX_CURVE, MAX_WEIGHTS, network_state, snapshot
from core.runs import Run
from core.training import evaluate, make_loss
from tests.packed import unpack

CONFIG = TrainConfig(dataset="moons", model="points", loss="bce", hidden=(3,), activation="tanh", batch_size=10)


@pytest.fixture
def run():
    """A run that has gone through its points three times."""
    made = Run(CONFIG, data_of(CONFIG), paused=True)
    made.step(3 * made.steps_per_epoch)
    rest(made)
    yield made
    made.stop()
    assert made.wait(60)


def rest(run: Run) -> None:
    tick = threading.Event()
    while run.view().moving:
        tick.wait(0.01)


def taken(run: Run, seen: int = -1):
    view = run.view()
    return unpack(snapshot(run, view, network_state(run, view), seen))


def test_a_snapshot_holds_the_present_weights_and_how_they_do(run):
    header, arrays = taken(run)
    network = run.model_snapshot()
    np.testing.assert_array_equal(arrays["weights"][-1], parameters_to_vector(network.parameters()).detach())
    assert arrays["epochs"][-1] == 3
    assert (header["run"], header["step"], header["edits"]) == (run.number, run.view().last.step, 0)
    assert (header["playing"], header["over"]) == (False, False)
    state = network_state(run, run.view())
    assert header["numbers"] == pytest.approx(vars(state.numbers), rel=1e-6)
    np.testing.assert_array_equal(arrays["health"], state.health[0].flags)
    np.testing.assert_array_equal(arrays["flat"], state.health[0].flat)


def test_what_was_seen_does_not_come_again_but_for_the_present(run):
    steps = [vector.step for vector in run.recent_weights()]
    header, arrays = taken(run, seen=steps[-1])
    assert len(arrays["weights"]) == 1
    assert header["step"] == steps[-1]
    _header, arrays = taken(run, seen=0)
    assert len(arrays["weights"]) == len([step for step in steps[:-1] if step > 0]) + 1


def test_a_weight_that_was_set_by_hand_is_counted(run):
    run.edit("layers.3.bias", (0,), 4.5)
    rest(run)
    while taken(run)[0]["edits"] == 0:
        threading.Event().wait(0.01)
    _header, arrays = taken(run)
    assert arrays["weights"][-1][-1] == 4.5


@pytest.mark.parametrize("dataset", ["circle", "rings4", "plane"])
def test_the_largest_network_takes_less_than_8_kb(dataset):
    loss = {"rings4": "cross_entropy", "plane": "mse"}.get(dataset, "bce")
    config = replace(CONFIG, dataset=dataset, loss=loss, features=tuple(FEATURES), hidden=(8,) * 6)
    run = Run(config, data_of(config), paused=True)
    try:
        view = run.view()
        state = replace(network_state(run, view), curve=(np.arange(5000) + 0.1,) * 3)
        packed = snapshot(run, view, state)
    finally:
        run.stop()
        assert run.wait(60)
    assert unpack(packed)[1]["weights"].nbytes <= MAX_WEIGHTS
    assert len(packed) + MAX_WEIGHTS - unpack(packed)[1]["weights"].nbytes < 8000


def test_a_network_without_hidden_layers_has_nothing_to_be_healthy():
    config = replace(CONFIG, hidden=())
    run = Run(config, data_of(config), paused=True)
    try:
        _header, arrays = taken(run)
    finally:
        run.stop()
        assert run.wait(60)
    assert arrays["health"].shape == arrays["flat"].shape == (0,)


@pytest.mark.parametrize("length", [0, 1, 2, MAX_CURVE, MAX_CURVE + 1, 12345])
def test_the_curve_keeps_its_ends_and_at_most_so_many_points(run, length):
    epochs = list(range(length))
    view = run.view()
    state = replace(network_state(run, view), curve=(epochs, [2.0 * e for e in epochs], [3.0 * e for e in epochs]))
    curve = unpack(snapshot(run, view, state))[1]["curve"]
    assert curve.shape == (3, min(length, MAX_CURVE))
    if length:
        assert (curve[0, 0], curve[0, -1]) == (0, length - 1)
        assert (np.diff(curve[0]) > 0).all()
        np.testing.assert_array_equal(curve[1:], [2 * curve[0], 3 * curve[0]])


def test_all_numbers_are_those_of_the_network_now(run):
    state = network_state(run, run.view())
    network, data = run.model_snapshot(), run.data
    loss_of = make_loss(CONFIG)
    train, test = (evaluate(network, data, split, loss_of) for split in (data.train, data.test))
    numbers = state.numbers
    assert numbers.epoch == 3
    assert (numbers.train_loss, numbers.train_accuracy) == (train.loss, train.accuracy)
    assert (numbers.test_loss, numbers.test_accuracy) == (test.loss, test.accuracy)
    assert state.activations == ("tanh",)
    assert len(state.curve[0]) == len(state.curve[1]) == len(run.view().test_curve.epoch)


def test_the_gradients_are_those_over_all_training_points(run):
    network, train = run.model_snapshot(), run.data.train
    loss = make_loss(CONFIG)(network(train.inputs), train.targets)
    loss.backward()
    lengths = [math.hypot(stage.linear.weight.grad.norm(), stage.linear.bias.grad.norm()) for stage in network.stages]
    assert network_state(run, run.view()).gradients == pytest.approx(lengths, rel=1e-5)


def test_weights_that_have_run_away_still_make_a_picture(run):
    run.edit("layers.3.bias", (0,), 3e38)
    run.edit("layers.3.weight", (0, 0), 3e38)
    rest(run)
    state = network_state(run, run.view())
    assert isinstance(snapshot(run, run.view(), state), bytes)
    assert torch.isfinite(torch.tensor(state.numbers.test_loss)) or state.gradients is None


def test_the_error_of_the_gap_is_that_of_two_means(run):
    numbers = network_state(run, run.view()).numbers
    network = run.model_snapshot()
    variances = []
    for split in (run.data.train, run.data.test):
        with torch.no_grad():
            losses = torch.nn.functional.binary_cross_entropy_with_logits(
                network(split.inputs), split.targets, reduction="none"
            )
        variances.append(losses.var().item() / len(losses))
    assert numbers.gap_error == pytest.approx(sum(variances) ** 0.5)
