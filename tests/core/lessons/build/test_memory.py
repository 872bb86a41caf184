import pytest
import torch

from core.blocks import parse_blocks
from core.blocks.network import build, trace
from core.lessons.build.memory import memory, notice, readable

IMAGE = (1, 28, 28)
COURSE = parse_blocks("flatten,linear:512,relu,linear:10")


def test_the_memory_is_that_of_real_tensors():
    network = build(COURSE, IMAGE)
    adam = torch.optim.Adam(network.parameters())
    network(torch.rand(64, *IMAGE)).sum().backward()
    adam.step()
    need = memory(trace(COURSE, IMAGE), 64)
    assert need.weights == sum(parameter.nbytes for parameter in network.parameters())
    assert need.gradients == sum(parameter.grad.nbytes for parameter in network.parameters())
    assert need.adam == sum(adam.state[p][name].nbytes for p in adam.state for name in ("exp_avg", "exp_avg_sq"))
    assert need.outputs == 64 * 4 * (512 + 512 + 10)
    assert need.total == need.weights + need.gradients + need.adam + need.outputs


@pytest.mark.parametrize(
    ("size", "words"),
    [(0, "0 B"), (999, "999 B"), (1000, "1 KB"), (999_600, "1 MB"), (6_780_000, "6.78 MB"), (4e18, "4e+03 PB")],
)
def test_sizes_are_readable(size, words):
    assert readable(size) == words


def test_the_sentence_names_the_largest_block():
    words = notice(COURSE, trace(COURSE, IMAGE), IMAGE, 64)
    assert words.startswith("Each sample of the batch of 64 goes in as 1×28×28 and comes out as 10 numbers.")
    assert words.endswith("**Linear 512** holds 98.7% of the 407,050 parameters.")


def test_the_sentence_names_the_block_with_an_error():
    blocks = parse_blocks("relu,linear:10")
    assert "**Block 2, Linear 10**, gets 1×28×28" in notice(blocks, trace(blocks, IMAGE), IMAGE, 1)


def test_without_weights_there_is_nothing_to_learn():
    for text in ("", "flatten"):
        blocks = parse_blocks(text)
        assert "nothing to learn" in notice(blocks, trace(blocks, (1,)), (1,), 1)
