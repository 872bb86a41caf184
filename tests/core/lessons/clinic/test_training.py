import math

import numpy as np
import pytest
import torch

from core.lessons.clinic.program import Program
from core.lessons.clinic.training import BINS, PANELS, RunCache, dataset, look_inside, network, sizes, train
from tests.core.lessons.clinic.runs import cured, finish, run_of


def test_numbers_are_counted_by_their_size_and_zeros_apart():
    counted = sizes(torch.tensor([0.0, 0.0, 1.0, -2.0, 4.0, 1e-12, 1e9, math.nan, math.inf]))
    expected = torch.zeros(BINS)
    expected[0] = 2  # zeros
    expected[1] = 1  # smaller than all bins
    expected[1 + 8 * 2] = 2  # from 1 to the square root of 10
    expected[2 + 8 * 2] = 1
    expected[-1] = 1  # larger than all bins
    torch.testing.assert_close(counted, expected / 7)
    assert not sizes(torch.tensor([math.nan])).any()


def test_the_histograms_are_those_of_the_network():
    generator = torch.Generator().manual_seed(0)
    x, y = dataset(Program(), generator)
    net = network(Program(), generator)
    torch.nn.functional.cross_entropy(net(x[:50]), y[:50]).backward()
    found = dict(zip(PANELS, look_inside(net, x[:50]), strict=True))
    wanted = {
        "activations": torch.relu(net[0](x[:50])),
        "gradients_1": net[0].weight.grad,
        "gradients_2": net[2].weight.grad,
        "weights_1": net[0].weight,
        "weights_2": net[2].weight,
    }
    for name, numbers in wanted.items():
        assert found[name] == sizes(numbers.detach()).tolist()
        assert sum(found[name]) == pytest.approx(1)


def test_the_optimizer_sees_no_gradient_where_it_is_cleared_too_late():
    run = run_of("4", {"between": "zero_grad"})
    gradients = run.histograms[:, [PANELS.index("gradients_1"), PANELS.index("gradients_2")]]
    assert not gradients[..., 1:].any()


def test_looking_changes_nothing_and_fresh_images_are_never_dropped_out():
    """The accuracy on fresh images is that of eval mode, also where the program tests in train mode."""
    sick, sound = run_of("9"), cured("9")
    assert abs(sick.fresh - sound.fresh) < 0.05
    assert sick.test < sound.test - 0.08


def test_the_same_seed_gives_the_same_training_and_another_seed_another():
    first, again, other = (finish(train(Program(), seed)) for seed in (0, 0, 1))
    np.testing.assert_array_equal(first.loss, again.loss)
    np.testing.assert_array_equal(first.histograms, again.histograms)
    assert not np.array_equal(first.loss, other.loss)


def test_the_randomness_of_others_changes_nothing():
    runs = []
    for seed in (5, 6):
        torch.manual_seed(seed)
        runs.append(finish(train(Program(dropout="half"), 0)))
    np.testing.assert_array_equal(runs[0].loss, runs[1].loss)


def test_a_training_comes_in_slices():
    shares = list(train(Program(), 0))
    assert shares == pytest.approx(np.linspace(0.05, 1, 20))


def test_the_last_trainings_are_kept_and_no_more():
    cache = RunCache(2)
    first, second, third = (Program(epochs="fewer", rate=rate) for rate in ("usual", "small", "tiny"))
    runs = [finish(cache.train(program, 0)) for program in (first, second)]
    assert finish(cache.train(first, 0)) is runs[0]
    assert not list(cache.train(first, 0))  # at once
    finish(cache.train(third, 0))
    assert finish(cache.train(first, 0)) is runs[0]
    assert finish(cache.train(second, 0)) is not runs[1]  # it was the one that nobody had asked for longest
