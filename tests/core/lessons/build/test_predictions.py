import pytest
import torch

from core.blocks import parse_blocks
from core.blocks.network import build, trace
from core.lessons.build.examples import EXAMPLES
from core.lessons.build.memory import readable
from core.lessons.build.predictions import DEEPER, MEMORY, ONCE, TWICE, block_counts, deeper_truth, memory_truth

DIGIT = (1, 28, 28)


def network_of(text: str) -> torch.nn.Module:
    return build(parse_blocks(text), DIGIT)


def parameters(text: str) -> int:
    return sum(parameter.numel() for parameter in network_of(text).parameters())


def test_more_blocks_have_fewer_parameters():
    truth, counts = deeper_truth(), {name: parameters(EXAMPLES[name].text) for name in ("cnn", "course")}
    assert truth.answer == "course" in DEEPER.answers
    assert counts["cnn"] < counts["course"]
    assert all(f"**{count:,}**" in truth.sentence for count in counts.values())
    assert f"{784 * 512 + 512:,}" in truth.sentence
    assert block_counts()["cnn"] > block_counts()["course"]


def test_other_networks_would_be_found_out():
    small = "flatten,linear:10"
    assert deeper_truth(course=small).answer == "cnn" in DEEPER.answers
    assert deeper_truth(small, small).answer == "equal" in DEEPER.answers


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        (EXAMPLES["course"].text, "less"),
        (EXAMPLES["cnn"].text, "less"),
        ("relu", "twice"),  # no weights: only outputs
        ("flatten", "same"),  # neither
    ],
)
def test_the_memory_of_a_batch_twice_as_large(text, answer):
    truth = memory_truth(trace(parse_blocks(text), DIGIT))
    assert truth.answer == answer in MEMORY.answers


def test_the_memory_is_that_of_real_tensors():
    layer = torch.nn.Linear(784, 512)
    kept = {batch: 4 * layer(torch.zeros(batch, 784)).numel() for batch in (ONCE, TWICE)}
    fixed = 4 * 4 * sum(parameter.numel() for parameter in layer.parameters())  # weight, gradient, two means of Adam
    sentence = memory_truth(trace(parse_blocks("flatten,linear:512"), DIGIT)).sentence
    assert f"{readable(fixed + kept[ONCE])} become **{readable(fixed + kept[TWICE])}**" in sentence
    assert f"{readable(kept[ONCE])} become {readable(kept[TWICE])}." in sentence
    assert f"stay at {readable(fixed)}," in sentence
