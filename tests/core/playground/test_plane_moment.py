import math
import threading

import pytest
import torch

from core.config import TrainConfig
from core.datasets import data_of
from core.playground.frame import frame
from core.playground.plane_moment import picture_of
from core.runs import Run
from core.training import evaluate, make_loss

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
    network, data = run.frozen_network(), run.data
    loss_of = make_loss(CONFIG)
    train, test = (evaluate(network, data, split, loss_of) for split in (data.train, data.test))
    numbers = picture.numbers
    assert numbers.epoch == 3
    assert (numbers.train_loss, numbers.train_accuracy) == (train.loss, train.accuracy)
    assert (numbers.test_loss, numbers.test_accuracy) == (test.loss, test.accuracy)
    assert picture.activations == ("tanh",)
    assert len(picture.curve[0]) == len(picture.curve[1]) == len(run.view().test_curve.epoch)


def test_the_gradients_are_those_over_all_training_points(run):
    network, train = run.frozen_network(), run.data.train
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
