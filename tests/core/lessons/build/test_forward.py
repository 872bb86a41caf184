import pytest
import torch
import torch.nn.functional as F

from core.blocks import parse_blocks
from core.blocks.registry import BlocksError
from core.lessons.build.forward import run
from core.lessons.build.problems import example_batch

IMAGE = (1, 28, 28)


@pytest.mark.parametrize("samples", [1, 3, 200])
@pytest.mark.parametrize("text", ["flatten,linear:10", "conv:4,batchnorm,relu,flatten,linear:10,softmax"])
def test_probabilities_sum_to_one(text, samples):
    passage = run(parse_blocks(text), "image", IMAGE, "multi_class", 10, samples)
    assert passage.shapes[0] == (samples, *IMAGE)
    assert passage.shapes[-1] == (samples, 10)
    torch.testing.assert_close(passage.answers.sum(dim=1), torch.ones(samples))
    assert passage.loss == pytest.approx(F.cross_entropy(passage.outputs, passage.labels).item())
    assert passage.measure == pytest.approx((passage.outputs.argmax(1) == passage.labels).float().mean().item())


def test_the_same_stack_gives_the_same_numbers_with_dropout_too():
    blocks = parse_blocks("linear:8,dropout:0.5,linear:1")
    first = run(blocks, "vector", (4,), "regression", 2, 5)
    run.cache_clear()
    assert torch.equal(first.outputs, run(blocks, "vector", (4,), "regression", 2, 5).outputs)
    without = run(parse_blocks("linear:8,linear:1"), "vector", (4,), "regression", 2, 5)
    assert torch.equal(first.outputs, without.outputs)


def test_binary_answers_are_sigmoids_of_the_outputs_or_these_themselves():
    plain = run(parse_blocks("linear:1"), "vector", (4,), "binary", 2, 9)
    torch.testing.assert_close(plain.answers, plain.outputs.sigmoid())
    assert plain.loss == pytest.approx(F.binary_cross_entropy_with_logits(plain.outputs, plain.targets).item())
    done = run(parse_blocks("linear:1,sigmoid"), "vector", (4,), "binary", 2, 9)
    torch.testing.assert_close(done.answers, plain.answers)
    assert done.measure == plain.measure


def test_an_end_that_does_not_suit_has_sizes_and_no_loss():
    passage = run(parse_blocks("linear:7"), "vector", (4,), "multi_class", 3, 2)
    assert passage.shapes == ((2, 4), (2, 7))
    assert passage.answers is passage.targets is passage.loss is passage.measure is None


@pytest.mark.parametrize(
    ("text", "samples", "words"),
    [
        ("flatten,linear:1000000", 1, "785,000,000 parameters"),
        ("conv:64:3,conv:64:3", 1000, "products"),
        ("conv:1024:1", 1000, "outputs to keep|products"),
        ("linear:10", 1, "^Block 1"),
    ],
)
def test_what_is_too_much_is_refused(text, samples, words):
    with pytest.raises(BlocksError, match=words):
        run(parse_blocks(text), "image", IMAGE, "multi_class", 10, samples)


def test_pictures_are_real_digits_and_the_rest_is_repeatable():
    inputs, labels = example_batch("image", IMAGE, 10, 1000)
    assert inputs.shape == (1000, *IMAGE)
    assert set(labels.tolist()) == set(range(10))
    assert torch.equal(example_batch("vector", (4,), 3, 6)[0], example_batch("vector", (4,), 3, 6)[0])
