import contextlib
import io

import pytest
import torch
from torch import nn

from core.lessons.linear.linear_layer import (
    BATCHES,
    FIRST_TERMS,
    MAX_TERMS,
    SIZES,
    Case,
    LinearError,
    ShapeMismatch,
    by_hand,
    count_parameters,
    forward,
    make,
    notice_batches,
    notice_chain,
    notice_sum,
    pass_batches,
    snippet,
    written_out,
)

ENDS = [min(SIZES), 4, max(SIZES)]
CHAIN = ((10, 5), (5, 2))
MISMATCH = ((10, 5), (4, 2))


def a_layer() -> nn.Linear:
    """Two inputs and two outputs, with numbers that can be worked out in the head."""
    layer = nn.Linear(2, 2).requires_grad_(False)
    layer.weight[:] = torch.tensor([[0.5, -2.0], [1.0, 0.25]])
    layer.bias[:] = torch.tensor([0.125, -1.0])
    return layer


def run(code: str) -> dict:
    names = {}
    with contextlib.redirect_stdout(io.StringIO()), torch.random.fork_rng():
        exec(code, names)
    return names


@pytest.mark.parametrize("bias", [True, False])
@pytest.mark.parametrize("inputs", ENDS)
@pytest.mark.parametrize("outputs", ENDS)
@pytest.mark.parametrize("batch", BATCHES)
def test_by_hand_is_what_torch_computes(inputs, outputs, batch, bias):
    x, layers = make(Case(((inputs, outputs),), batch, bias=bias))
    (y,) = forward(layers, x)
    assert x.shape == (batch, inputs)
    assert y.shape == (batch, outputs)
    torch.testing.assert_close(by_hand(layers[0], x), nn.functional.linear(x, layers[0].weight, layers[0].bias))


def test_a_layer_worked_out_in_the_head():
    # 0.5·3 − 2·1 + 0.125 and 1·3 + 0.25·1 − 1
    x = torch.tensor([[3.0, 1.0]])
    assert by_hand(a_layer(), x).tolist() == [[-0.375, 2.25]]
    letters, numbers, products, value = written_out(a_layer(), x, 0, 0)
    assert letters == r"w_{0,0}\,x_{0,0} + w_{0,1}\,x_{0,1} + b_{0}"
    assert numbers == r"0.500\cdot 3 + (-2.000)\cdot 1 + 0.125"
    assert products == "1.500 + (-2.000) + 0.125"
    assert value == "-0.375"


def test_without_a_bias_the_sum_has_one_term_less():
    x, layers = make(Case(((3, 1),), 1, bias=False))
    letters, numbers, products, _value = written_out(layers[0], x, 0, 0)
    assert "b_" not in letters
    assert [words.count(" + ") for words in (letters, numbers, products)] == [2, 2, 2]


def test_a_long_sum_is_shortened_but_its_value_is_that_of_all():
    x, layers = make(Case(((784, 512),), 3))
    letters, numbers, products, value = written_out(layers[0], x, 2, 511)
    assert all(r"\dots" in words for words in (letters, numbers, products))
    assert letters.count(" + ") == FIRST_TERMS + 2  # the first ones, the dots, the last one and the bias
    assert letters.endswith(r"x_{2,783} + b_{511}")
    assert float(value) == pytest.approx(layers[0](x)[2, 511].item(), abs=6e-4)
    x, layers = make(Case(((MAX_TERMS, 1),), 1))
    assert r"\dots" not in written_out(layers[0], x, 0, 0)[0]


def test_a_larger_batch_keeps_the_rows_of_a_smaller_one_and_has_no_minus_zero():
    largest, _layers = make(Case(((4, 2),), max(BATCHES)))
    for batch in BATCHES:
        x, _layers = make(Case(((4, 2),), batch))
        assert torch.equal(x, largest[:batch])
    assert (largest == 0).any()
    assert not torch.signbit(largest[largest == 0]).any()


def test_the_same_seed_gives_the_same_numbers_and_another_one_others():
    first, again, other = (make(Case(CHAIN, 3, seed)) for seed in (1, 1, 2))
    assert torch.equal(first[0], again[0])
    assert torch.equal(first[1][1].weight, again[1][1].weight)
    assert not torch.equal(first[1][1].weight, other[1][1].weight)


def test_layers_one_after_another():
    x, layers = make(Case(CHAIN, 3))
    outputs = forward(layers, x)
    assert [tuple(output.shape) for output in outputs] == [(3, 5), (3, 2)]
    assert torch.equal(outputs[-1], layers(x))
    assert notice_chain(layers, x, outputs) == (
        "**[3, 10] → [3, 5] → [3, 2]**: the 5 numbers a row that layer 1 gives are the 5 that layer 2 takes. "
        "55 + 12 = 67 parameters."
    )


def test_a_mismatch_is_told_in_torchs_own_words():
    x, layers = make(Case(MISMATCH, 3))
    with pytest.raises(RuntimeError) as torchs:
        layers(x)
    with pytest.raises(ShapeMismatch, match=r"layer 2 is given 5 numbers a row and takes 4.* \[4, 2\].*5 ≠ 4") as ours:
        forward(layers, x)
    assert ours.value.torch_words == str(torchs.value)
    assert "3x5 and 4x2" in ours.value.torch_words


def test_another_error_of_torch_is_not_taken_for_a_mismatch():
    _x, layers = make(Case(CHAIN, 3))
    with pytest.raises(RuntimeError, match="dtype"):
        forward(layers, torch.ones(3, 10, dtype=torch.float64))


@pytest.mark.parametrize("size", [0, -1, max(SIZES) + 1, 10**9])
def test_layers_too_large_or_too_small_get_a_sentence(size):
    with pytest.raises(LinearError, match=f"has 1 to {max(SIZES)} inputs and outputs, not {size}"):
        Case(((size, 2),), 3)
    with pytest.raises(LinearError, match="rows"):
        Case(((4, 2),), 10**9)


def test_no_batch_changes_the_weights():
    x, (layer,) = make(Case(((4, 2),), max(BATCHES)))
    passages = pass_batches(layer, x)
    assert [passage.y_shape for passage in passages] == [(1, 2), (2, 2), (3, 2), (200, 2)]
    assert {passage.parameters for passage in passages} == {4 * 2 + 2}
    assert {passage.changed for passage in passages} == {0}
    for passage in passages:
        torch.testing.assert_close(passage.first, layer(x[:1])[0])
    sentence = notice_batches(layer, passages, 3)
    assert sentence.startswith("**1, 2, 3 or 200 rows: the same 10 parameters, and 0 of them changed.** 3 × 2 = 6 ")


def test_a_layer_that_does_change_is_found_out():
    class Restless(nn.Linear):
        def forward(self, x):
            self.weight += 1
            return super().forward(x)

    layer = Restless(4, 2).requires_grad_(False)
    passages = pass_batches(layer, torch.ones(200, 4))
    assert [passage.changed for passage in passages] == [8, 8, 8, 8]
    assert "32 of them changed" in notice_batches(layer, passages, 1)


def test_the_notice_names_the_strongest_term():
    x = torch.tensor([[3.0, 1.0], [1.0, 1.0]])
    sentence = notice_sum(a_layer(), x, 0, 0)
    assert sentence.startswith("**y[0, 0] = -0.375**, and of the inputs x[0, 1] counts most: -2.000.")
    assert "`x @ weight.T + bias` gives 4 numbers" in sentence


def test_parameters():
    assert count_parameters(nn.Linear(784, 512)) == 784 * 512 + 512


@pytest.mark.parametrize("bias", [True, False])
@pytest.mark.parametrize("sizes", [((1, 1),), ((784, 512),), CHAIN])
@pytest.mark.parametrize("batch", BATCHES)
def test_the_snippet_gives_the_very_numbers(sizes, batch, bias):
    case = Case(sizes, batch, seed=7, bias=bias)
    x, layers = make(case)
    names = run(snippet(case))
    assert torch.equal(names["x"], x)
    torch.testing.assert_close(names["y"].detach(), forward(layers, x)[-1], rtol=0, atol=0)
    if len(sizes) == 1:
        torch.testing.assert_close(names["by_hand"], names["y"])


def test_the_snippet_of_a_digit_has_the_digit_in_it():
    case = Case(((784, 512),), 1, seed=3, digit=True)
    x, layers = make(case)
    names = run(snippet(case))
    assert torch.equal(names["x"], x)
    torch.testing.assert_close(names["y"].detach(), forward(layers, x)[-1], rtol=0, atol=0)
    with pytest.raises(LinearError, match="one row of 784"):
        Case(((784, 512),), 2, digit=True)


def test_the_snippet_of_a_mismatch_ends_in_torchs_error():
    with pytest.raises(RuntimeError, match="3x5 and 4x2"):
        run(snippet(Case(MISMATCH, 3)))
