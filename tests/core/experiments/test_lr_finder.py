import math
from dataclasses import replace

import numpy as np
import pytest
import torch

from core.config import TrainConfig
from core.datasets import load
from core.experiments.lr_finder import (
    HIGHEST,
    LOWEST,
    MEMORY,
    STEPS,
    Finding,
    find_learning_rate,
    notice,
    range_test_config,
    suggest,
)
from core.models import build_network
from core.runs.history import smoothed
from core.training import make_loss, train

pytestmark = pytest.mark.usefixtures("one_thread")

CONFIG = TrainConfig(dataset="digits", hidden=(32,), seed=3)
RATES = np.geomspace(LOWEST, HIGHEST, STEPS)


@pytest.fixture(scope="module")
def data():
    return load("digits")


def find(config, data) -> tuple[Finding, list[float]]:
    shares, search = [], find_learning_rate(config, data)
    while True:
        try:
            shares.append(next(search))
        except StopIteration as end:
            return end.value, shares


@pytest.fixture(scope="module")
def found(data):
    return find(CONFIG, data)


def by_hand(config, data, optimizer_class, rates) -> list[float]:
    """The losses of a loop as a course writes it, one learning rate after another."""
    network = build_network(config, data.input_shape, 10)
    optimizer = optimizer_class(network.parameters(), lr=1.0)
    loss_of = make_loss(config)
    generator = torch.Generator().manual_seed(config.seed)
    losses = []
    while len(losses) < len(rates):
        for batch in torch.randperm(len(data.train), generator=generator).split(config.batch_size):
            loss = loss_of(network(data.prepare(data.train.inputs[batch])), data.train.targets[batch])
            losses.append(loss.item())
            optimizer.zero_grad()
            loss.backward()
            optimizer.param_groups[0]["lr"] = rates[len(losses) - 1]
            optimizer.step()
            if len(losses) == len(rates):
                break
    return losses


@pytest.mark.parametrize(("name", "optimizer"), [("sgd", torch.optim.SGD), ("adam", torch.optim.Adam)])
def test_losses_are_those_of_a_loop_written_by_hand(data, name, optimizer):
    finding, _shares = find(replace(CONFIG, optimizer=name), data)
    assert len(finding.rates) > 50  # more than two epochs of 23 batches
    np.testing.assert_allclose(finding.rates, RATES[: len(finding.rates)])
    np.testing.assert_allclose(finding.losses, by_hand(CONFIG, data, optimizer, finding.rates), rtol=1e-4)


def test_progress_grows_with_the_steps(found):
    finding, shares = found
    assert shares == pytest.approx([number / STEPS for number in range(1, len(finding.rates) + 1)])


def test_the_test_ends_where_the_loss_is_far_above_its_best(found):
    finding, _shares = found
    assert len(finding.rates) < STEPS
    assert finding.smoothed[-1] > 4 * finding.smoothed.min()
    assert not (finding.smoothed[11:-1] > 4 * np.minimum.accumulate(finding.smoothed)[11:-1]).any()
    assert finding.diverged == pytest.approx(RATES[len(finding.rates)])


def test_the_present_learning_rate_and_length_of_the_run_make_no_difference(data):
    other = replace(CONFIG, learning_rate=7.0, schedule="one_cycle", epochs=1, tests_per_epoch=50, stop_loss=1.0)
    assert range_test_config(other) == range_test_config(CONFIG)
    np.testing.assert_array_equal(find(other, data)[0].losses, find(CONFIG, data)[0].losses)


def test_the_suggestion_learns_better_than_a_hundredth_and_a_hundredfold_of_it(data, found):
    def trained(rate: float) -> float:
        *_most, last = train(replace(CONFIG, learning_rate=rate, epochs=2, tests_per_epoch=1), data)
        return last.test.loss

    suggestion = found[0].suggestion
    assert trained(suggestion) < min(trained(suggestion / 100), trained(min(100 * suggestion, 100.0)))


def test_the_suggestion_is_where_the_running_mean_is_steepest():
    rates = np.geomspace(1e-6, 1.0, 61)  # ten steps for a factor of ten
    falls = 2 - 1 / (1 + np.exp(-4 * (np.log10(rates) + 3)))  # steepest at 1e-3
    means = smoothed(falls, MEMORY)
    steepest = rates[np.gradient(means).argmin()]  # later than 1e-3, as a running mean lags behind
    assert suggest(rates, falls) == pytest.approx(steepest, rel=0.06)
    assert 1e-3 < suggest(rates, falls) < 1e-2


def test_a_suggestion_has_two_digits(found):
    suggestion = found[0].suggestion
    assert suggestion == float(f"{suggestion:.1e}")
    assert suggestion in [float(f"{rate:.1e}") for rate in found[0].rates]


@pytest.mark.parametrize("seed", range(20))
def test_chance_makes_no_suggestion(seed):
    losses = 2.3 + 0.2 * np.random.default_rng(seed).standard_normal(STEPS)
    assert suggest(RATES, losses) is None


@pytest.mark.parametrize("losses", [np.full(100, 2.3), np.linspace(2.3, 9.0, 100), np.linspace(2.0, 0.1, 12), []])
def test_a_loss_that_never_falls_or_hardly_was_there_makes_no_suggestion(losses):
    assert suggest(RATES[: len(losses)], np.array(losses)) is None


def test_a_network_that_learns_nothing(data):
    config = replace(CONFIG, optimizer="sgd", activation="sigmoid", hidden=(8,) * 8)
    finding, _shares = find(config, data)
    assert finding.suggestion is None
    assert finding.diverged is None
    assert notice(finding, 0.1).startswith(f"**No suggestion**: the loss began at {finding.losses[0]:.3g}")
    assert notice(finding, 0.1).endswith("Even 10 does not make it run away.")


def test_a_loss_that_is_not_finite_ends_the_test(data):
    finding, _shares = find(replace(CONFIG, loss="mse", hidden=(64, 64, 64), optimizer="sgd", batch_size=1), data)
    assert np.isfinite(finding.losses).all()
    assert finding.diverged is not None
    assert len(finding.rates) == len(finding.losses) == len(finding.smoothed) < STEPS


@pytest.mark.parametrize(
    "options",
    [
        {"model": "cnn", "channels": (4,), "hidden": ()},
        {"model": "lstm", "hidden": (8,)},
        {"batch_size": 4096},
        {"batch_size": 1, "dropout": 0.9},
    ],
)
def test_any_network_can_be_tested(data, options):
    finding, _shares = find(replace(CONFIG, **options), data)
    assert len(finding.rates) > 20
    assert math.isfinite(finding.losses.sum())
    assert notice(finding, CONFIG.learning_rate)


def test_the_sentence_has_the_numbers(found):
    finding, _shares = found
    lowest = finding.smoothed.argmin()
    said = notice(finding, finding.suggestion / 2)
    assert f"**{finding.suggestion:g}**, 2 times the {finding.suggestion / 2:g} that is set" in said
    assert f"lowest, {finding.smoothed[lowest]:.3g}, near {finding.rates[lowest]:.2g}." in said
    assert said.endswith(f"From {finding.diverged:.2g} on it runs away.")
