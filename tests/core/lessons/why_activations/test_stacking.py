import pytest
import torch
from torch import nn

from core.activations import ACTIVATIONS
from core.lessons.why_activations.stacking import (
    MAX_LAYERS,
    bent_depth,
    best_line,
    collapse,
    compare,
    layer_outputs,
    linear_layers,
    notice,
    rounding_allowance,
    stack,
    sweep,
)

X = torch.linspace(-3, 3, 61)


def examples(width):
    return torch.rand(20, width, generator=torch.Generator().manual_seed(1)) * 6 - 3


def linear(weight, bias):
    layer = nn.Linear(len(weight[0]), len(weight))
    with torch.no_grad():
        layer.weight.copy_(torch.tensor(weight))
        layer.bias.copy_(torch.tensor(bias))
    return layer


def test_the_product_worked_out_by_hand():
    first, second = linear([[1.0, 2.0], [0.0, 1.0]], [1.0, -1.0]), linear([[0.0, 1.0], [3.0, 1.0]], [0.5, 0.0])
    single = collapse([first, second])
    assert single.weight.tolist() == [[0.0, 1.0], [3.0, 7.0]]
    assert single.bias.tolist() == [-0.5, 2.0]


def test_layers_of_different_sizes_collapse_too():
    layers = [nn.Linear(3, 5), nn.Linear(5, 2)]
    single = collapse(layers)
    assert single.weight.shape == (2, 3)
    inputs = torch.randn(3, generator=torch.Generator().manual_seed(0))
    assert torch.allclose(single(inputs), layers[1](layers[0](inputs)), atol=1e-6)


@pytest.mark.parametrize("width", [2, 3])
@pytest.mark.parametrize("depth", [1, 2, 3, 7, MAX_LAYERS])
@pytest.mark.parametrize("seed", range(4))
def test_the_stack_equals_the_one_layer_as_far_as_float32_allows(width, depth, seed):
    network = stack(depth, width, "identity", seed)
    single = collapse(linear_layers(network))
    for inputs in examples(width):
        comparison = compare(network, single, inputs)
        assert comparison.equal
        assert comparison.allowance.max() < 1e-6 * (depth + 3) * (1 + inputs.abs().max() + depth)
    assert sweep(network, inputs, X).straight


@pytest.mark.parametrize("depth", [2, 5, MAX_LAYERS])
def test_the_allowance_holds_against_the_exact_result_and_has_no_room_for_an_error(depth):
    network = stack(depth, 3, "identity", 3)
    layers = linear_layers(network)
    single = collapse(layers)
    exact = stack(depth, 3, "identity", 3).double()
    for inputs in examples(3):
        truth = exact(inputs.double())
        allowance = rounding_allowance(layers, single, inputs)
        assert ((network(inputs).double() - truth).abs() <= allowance).all()
        assert ((single(inputs).double() - truth).abs() <= allowance).all()
    with torch.no_grad():
        single.bias += 1e-4
    assert not compare(network, single, inputs).equal


def test_the_allowance_follows_a_rounded_number_through_later_layers():
    # Two large, nearly equal numbers are rounded, then subtracted, and what is left of them is blown up.
    large = linear([[333333.3], [333333.0]], [0.0, 0.0])
    layers = [large, linear([[1.0, -1.0]], [0.0]), linear([[1000.0]], [0.0])]
    network, single = nn.Sequential(*layers), collapse(layers)
    comparison = compare(network, single, torch.tensor([2.3]))
    assert comparison.equal
    assert comparison.difference.max() > 1


def test_multiplied_in_the_wrong_order_it_is_not_equal():
    network = stack(3, 3, "identity", 0)
    backwards = collapse(linear_layers(network)[::-1])
    assert not compare(network, backwards, torch.tensor([1.0, 2.0, -1.0])).equal


@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_only_an_activation_that_bends_bends_the_line(activation):
    network = stack(3, 2, activation, 19)
    inputs = torch.tensor([1.0, -0.5])
    line, comparison = sweep(network, inputs, X), compare(network, collapse(linear_layers(network)), inputs)
    assert line.straight == (activation == "identity") == comparison.equal
    if activation != "identity":
        assert line.bend > 0.01
        assert f"{line.bend:.2g}" in notice(comparison, line, 3, activation)


def test_the_weights_stay_when_depth_and_activation_change():
    short, long = linear_layers(stack(2, 3, "identity", 5)), linear_layers(stack(9, 3, "relu", 5))
    for first, second in zip(short, long, strict=False):
        assert torch.equal(first.weight, second.weight)
        assert torch.equal(first.bias, second.bias)
        assert torch.allclose(first.weight @ first.weight.T, torch.eye(3), atol=1e-5)
    assert not torch.equal(linear_layers(stack(2, 3, "identity", 6))[0].weight, short[0].weight)


def test_the_random_state_of_the_process_is_left_alone():
    before = torch.get_rng_state()
    collapse(linear_layers(stack(4, 2, "tanh", 0)))
    assert torch.equal(before, torch.get_rng_state())


def test_what_each_layer_hands_on():
    network = stack(3, 2, "tanh", 0)
    inputs = torch.tensor([0.3, 1.0])
    first, second, last = linear_layers(network)
    h1 = torch.tanh(first(inputs))
    h2 = torch.tanh(second(h1))
    for got, expected in zip(layer_outputs(network, inputs), (h1, h2, last(h2)), strict=True):
        assert torch.equal(got, expected)


def test_the_best_line_is_that_of_least_squares():
    x = torch.linspace(-1, 2, 50, dtype=torch.float64)
    y = torch.stack([x**2, torch.exp(x)], dim=1)
    design = torch.stack([x, torch.ones_like(x)], dim=1)
    assert torch.allclose(best_line(x, y), design @ torch.linalg.lstsq(design, y).solution)


def test_only_the_first_input_moves_in_a_sweep():
    network = stack(2, 3, "relu", 1)
    inputs = torch.tensor([0.0, 1.0, -2.0])
    line = sweep(network, inputs, X)
    assert torch.allclose(line.y[7].float(), network(torch.tensor([X[7].item(), 1.0, -2.0])), atol=1e-6)
    assert inputs.tolist() == [0.0, 1.0, -2.0]


def test_sentences():
    inputs = torch.tensor([1.0, -0.5])

    def sentence(depth, activation, seed=19):
        network = stack(depth, 2, activation, seed)
        comparison = compare(network, collapse(linear_layers(network)), inputs)
        return notice(comparison, sweep(network, inputs, X), depth, activation), comparison

    for depth in (2, MAX_LAYERS):
        text, comparison = sentence(depth, "identity")
        assert text.startswith(f"**One layer does what {depth} layers do.**")
        assert f"{comparison.difference.max():.2g}" in text
        assert f"{comparison.allowance.max():.2g}" in text
    assert sentence(1, "relu")[0].startswith("**A single layer**")
    assert sentence(3, "relu")[0].startswith("**No longer a straight line.**")
    assert sentence(MAX_LAYERS, "sigmoid")[0].startswith("**Hardly a bend left.**")


@pytest.mark.parametrize("depth", [0, -1, MAX_LAYERS + 1, 10**9])
def test_too_few_and_too_many_layers_are_refused(depth):
    with pytest.raises(ValueError, match="Stack 1 to 20 layers"):
        stack(depth, 2, "relu", 0)


@pytest.mark.parametrize("activation", ["relu", "sigmoid", "leaky_relu"])
def test_the_advice_against_a_line_helps(activation):
    inputs = torch.tensor([1.0, -0.5])
    for seed in range(15):
        network = stack(MAX_LAYERS, 2, activation, seed)
        line = sweep(network, inputs, X)
        if not line.straight:
            continue
        bent = bent_depth(MAX_LAYERS, activation, seed, inputs, X)
        assert 1 < bent < MAX_LAYERS
        assert not sweep(stack(bent, 2, activation, seed), inputs, X).straight
        words = notice(compare(network, collapse(linear_layers(network)), inputs), line, MAX_LAYERS, activation, bent)
        assert words.endswith(f"With {bent} layers it bends.")
