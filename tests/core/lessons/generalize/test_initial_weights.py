import pytest
import torch

from core.lessons.generalize.initial_weights import BARS, HIDDEN, LOOKS, RACES, STARTS, fractions, scaled
from core.lessons.generalize.sentences import saturated, start_sentence
from core.models import Net


@pytest.fixture(scope="module")
def tanh():
    return RACES.result(("tanh", 0))


@pytest.fixture(scope="module")
def relu():
    return RACES.result(("relu", 0))


def test_too_small_weights_let_values_and_gradients_die_out_and_nothing_is_learned(tanh):
    small = tanh["small"]
    assert small.spread[0, 0] > 1000 * small.spread[0, -1]
    assert small.size[0, 0] < 1e-4 * tanh["he"].size[0, 0]
    assert small.validation_accuracy < 0.2
    assert "**The values shrink**" in start_sentence(small, 0)


def test_too_large_weights_saturate_tanh(tanh):
    large = tanh["large"]
    assert saturated(large, 0) > 0.7
    assert large.validation_accuracy < tanh["he"].validation_accuracy - 0.1
    assert "saturated" in start_sentence(large, 0)


@pytest.mark.parametrize("start", ["he", "pytorch"])
def test_the_usual_weights_learn(tanh, relu, start):
    for traces in (tanh, relu):
        assert traces[start].validation_accuracy > 0.93
    assert "**The values keep their size:**" in start_sentence(tanh[start], 0)
    assert "Validation accuracy" in start_sentence(tanh[start], len(LOOKS) - 1)


def test_nothing_holds_too_large_values_back_with_relu(relu):
    large = relu["large"]
    assert large.diverged
    assert large.spread[0, -1] > 100 * large.spread[0, 0]
    assert "**The values grow**" in start_sentence(large, 0)
    assert "diverged" in start_sentence(large, len(LOOKS) - 1)
    assert not any(traces.diverged for name, traces in relu.items() if name != "large")


def test_the_histograms_are_fractions(tanh):
    for trace in tanh.values():
        assert trace.outputs.shape == trace.gradients.shape == (len(LOOKS), HIDDEN, BARS)
        for bars in (trace.outputs, trace.gradients):
            torch.testing.assert_close(bars.sum(2), torch.ones(len(LOOKS), HIDDEN))


def test_fractions_by_hand():
    bars = fractions(torch.tensor([-9.0, -1.0, 0.99, 1.0, 7.0, torch.nan]), -1, 1)
    assert bars[[0, -1]].tolist() == [0.5, 0.5]


def test_the_starts_have_the_sizes_that_they_say():
    network = Net([784, 64, 10])
    for factor in (0.1, 1.0, 5.0):
        scaled(factor)(network, torch.Generator().manual_seed(0))
        first = next(network.parameters())
        assert first.std().item() == pytest.approx(factor * (2 / 784) ** 0.5, rel=0.02)
    assert list(STARTS) == ["small", "he", "pytorch", "large"]
