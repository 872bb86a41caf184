import pytest
import torch

from core.blocks import format_blocks, parse_blocks
from core.blocks.network import trace
from core.lessons.build.problems import INPUTS, TASKS, advice, suiting_end
from core.losses import LOSSES
from core.models import OUTPUT_LAYERS

SHAPES = {"vector": (4,), "image": (1, 28, 28), "sequence": (20, 3)}


def say(text, task, classes=3, shape=(4,)):
    blocks = parse_blocks(text)
    return advice(blocks, trace(blocks, shape), TASKS[task], classes)


@pytest.mark.parametrize("key", TASKS)
def test_every_task_has_a_loss_that_takes_its_targets(key):
    task = TASKS[key]
    assert task.loss in LOSSES
    assert task.answer in OUTPUT_LAYERS
    labels = torch.tensor([0, 1, 2])
    outputs = torch.randn(3, task.neurons(3), generator=torch.Generator().manual_seed(0), requires_grad=True)
    loss = task.loss_of(outputs, task.targets(labels))
    loss.backward()
    assert loss.item() > 0
    assert outputs.grad.abs().sum() > 0
    perfect = {"regression": [[0.0], [1.0], [2.0]], "binary": [[0.4], [0.6], [0.4]], "multi_class": torch.eye(3)}
    value = task.measure(torch.as_tensor(perfect[key]), task.targets(labels)).item()
    assert value == (0 if key == "regression" else 1)


@pytest.mark.parametrize("kind", INPUTS)
def test_every_kind_has_a_shape(kind):
    assert INPUTS[kind].shape_of([param.default for param in INPUTS[kind].sizes]) == SHAPES[kind]


@pytest.mark.parametrize("task", TASKS)
@pytest.mark.parametrize("kind", INPUTS)
@pytest.mark.parametrize(
    "text", ["", "linear:7", "relu,flatten,linear:8,relu", "flatten,linear:4,softmax", "batchnorm"]
)
def test_the_suiting_end_suits(text, kind, task):
    shape = SHAPES[kind]
    neurons = TASKS[task].neurons(10)
    blocks, gone = suiting_end(parse_blocks(text), shape, neurons)
    rows = trace(blocks, shape)
    assert not any(row.error for row in rows)
    assert advice(blocks, rows, TASKS[task], 10) == ""
    assert all(placed.key in ("linear", "softmax", "sigmoid") for placed in gone)


def test_only_what_is_an_output_layer_has_to_go():
    blocks, gone = suiting_end(parse_blocks("linear:8,relu,linear:5,softmax"), (4,), 3)
    assert (format_blocks(blocks), format_blocks(gone)) == ("linear:8,relu,linear:3", "linear:5,softmax")
    assert format_blocks(suiting_end(parse_blocks("linear:8,relu"), (4,), 1)[0]) == "linear:8,relu,linear:1"


def test_what_does_not_suit_is_said():
    assert say("linear:3", "multi_class") == ""
    assert "No block yet" in say("", "binary")
    assert say("linear:7", "multi_class") == "It ends with 7 for each sample, and Multi-class wants 3."
    assert "nn.CrossEntropyLoss applies Softmax itself" in say("linear:3,softmax", "multi_class")
    assert "nn.BCEWithLogitsLoss applies Sigmoid itself" in say("linear:1,sigmoid", "binary")
    assert "ReLU bends the outputs" in say("linear:1,relu", "regression")
