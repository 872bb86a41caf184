import math

import pytest
import torch
import torch.nn.functional as F
from torch import nn

from core.activations import ACTIVATIONS
from core.datasets import load
from core.lessons.why_activations.vanishing import (
    BATCH,
    INITIALISATIONS,
    MAX_LAYERS,
    WIDTH,
    gradient_sizes,
    layout,
    notice,
    shrinkage,
    times,
)
from core.models import Net


def network_and_batch(activation, depth, initialisation, seed):
    data = load("digits")
    network = Net([784, *[WIDTH] * (depth - 1), 10], ACTIVATIONS[activation].module)
    INITIALISATIONS[initialisation].draw(network, torch.Generator().manual_seed(seed))
    return network, data.prepare(data.train.inputs[:BATCH]), data.train.targets[:BATCH]


@pytest.mark.parametrize("activation", ACTIVATIONS)
@pytest.mark.parametrize("initialisation", INITIALISATIONS)
def test_the_sizes_are_those_of_autograd(activation, initialisation):
    network, pictures, digits = network_and_batch(activation, 4, initialisation, 2)
    weights = [layer.weight for layer in network.modules() if isinstance(layer, nn.Linear)]
    gradients = torch.autograd.grad(F.cross_entropy(network(pictures), digits), weights)
    expected = [gradient.double().norm().item() / math.sqrt(gradient.numel()) for gradient in gradients]
    assert gradient_sizes(activation, 4, initialisation, 2) == pytest.approx(expected, rel=1e-4)


def test_a_gradient_against_the_finite_difference():
    network, pictures, digits = network_and_batch("tanh", 3, "pytorch", 0)
    network, pictures = network.double(), pictures.double()
    first = next(layer for layer in network.modules() if isinstance(layer, nn.Linear))
    direction = torch.randn(first.weight.shape, dtype=torch.float64, generator=torch.Generator().manual_seed(0))
    losses = []
    with torch.no_grad():
        for step in (1e-6, -2e-6):
            first.weight += step * direction
            losses.append(F.cross_entropy(network(pictures), digits).item())
        first.weight += 1e-6 * direction
    F.cross_entropy(network(pictures), digits).backward()
    slope = (losses[0] - losses[1]) / 2e-6
    assert (first.weight.grad * direction).sum().item() == pytest.approx(slope, rel=1e-5)
    size = first.weight.grad.square().mean().sqrt().item()
    assert gradient_sizes("tanh", 3, "pytorch", 0)[0] == pytest.approx(size, rel=1e-4)


@pytest.mark.parametrize("activation", ACTIVATIONS)
@pytest.mark.parametrize("depth", [1, 2, MAX_LAYERS])
def test_one_finite_size_for_each_layer(activation, depth):
    sizes = gradient_sizes(activation, depth, "pytorch", 19)
    assert len(sizes) == depth
    assert all(math.isfinite(size) and size > 0 for size in sizes)


def test_what_the_lesson_claims():
    sigmoid, tanh, relu = (gradient_sizes(name, 20, "pytorch", 19) for name in ("sigmoid", "tanh", "relu"))
    assert shrinkage(sigmoid) > 1e12 > shrinkage(relu) > shrinkage(tanh) > 100
    for name in ("tanh", "relu"):
        assert 0.1 < shrinkage(gradient_sizes(name, 20, "he", 19)) < 10


def test_a_seed_gives_the_same_and_another_seed_other_weights():
    first = gradient_sizes("relu", 5, "he", 1)
    gradient_sizes.cache_clear()
    assert gradient_sizes("relu", 5, "he", 1) == first != gradient_sizes("relu", 5, "he", 2)


@pytest.mark.parametrize("name", INITIALISATIONS)
def test_first_weights_have_the_spread_that_their_note_names(name):
    network = nn.Sequential(nn.Linear(300, 200))
    before = torch.get_rng_state()
    INITIALISATIONS[name].draw(network, torch.Generator().manual_seed(0))
    assert torch.equal(before, torch.get_rng_state())
    bound = {"pytorch": 1 / math.sqrt(300), "xavier": math.sqrt(6 / 500), "he": math.sqrt(6 / 300)}[name]
    largest = network[0].weight.abs().max().item()
    assert 0.99 * bound < largest <= bound * (1 + 1e-6)
    if name != "pytorch":
        assert not network[0].bias.any()


def test_sentences():
    assert notice({"relu": (1e-8, 1e-4), "tanh": (1e-3, 1e-4), "elu": (1e-4, 1e-4)}) == (
        "**ReLU:** the gradient in layer 1 is 1.0 × 10⁴ times smaller than in layer 2. "
        "**Tanh:** the gradient in layer 1 is 10 times larger than in layer 2."
    )
    assert notice({"relu": (0.0, 1e-4)}).startswith("**ReLU:** the gradient in layer 1 is exactly 0")
    assert "0.25" in notice({"relu": (0.25,), "tanh": (0.25,)})


@pytest.mark.parametrize("first", [0.99, 1.0, 1.02])
def test_what_rounds_to_once_is_no_factor(first):
    words = notice({"relu": (first * 1e-4, 1e-4)})
    assert " times " not in words
    assert words == f"**ReLU:** the gradient in layer 1 is as large as in layer 2, to within {abs(first - 1):.0%}."


@pytest.mark.parametrize(
    ("factor", "words"),
    [(1.0, "1"), (3.24, "3.2"), (99.4, "99"), (351, "350"), (9876, "9900"), (12345, "1.2 × 10⁴"), (2e12, "2.0 × 10¹²")],
)
def test_a_factor_in_words(factor, words):
    assert times(factor) == words


@pytest.mark.parametrize("depth", [0, MAX_LAYERS + 1, 10**9])
def test_too_few_and_too_many_layers_are_refused(depth):
    with pytest.raises(ValueError, match="Choose 1 to 20 layers"):
        gradient_sizes("relu", depth, "he", 0)


@pytest.mark.parametrize("depth", range(1, 6))
def test_the_layout_has_as_many_layers_as_it_says(depth):
    widths = layout(depth).split(" → ")
    assert (widths[0], widths[-1]) == ("784", "10")
    assert len(widths) - 1 == depth if depth < 4 else "…" in widths
