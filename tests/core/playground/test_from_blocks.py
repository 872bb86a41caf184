import pytest
import torch
from torch import nn

from core.blocks import parse_blocks
from core.blocks.network import build
from core.config import TrainConfig
from core.lessons.build.problems import TASKS
from core.models import build_network
from core.playground.from_blocks import points_settings


@pytest.mark.parametrize(
    ("text", "task"),
    [
        ("linear:4,tanh,linear:2,relu,dropout:0.25,linear:1", "binary"),
        ("linear:8,leaky_relu,linear:3", "multi_class"),
        ("linear:4", "multi_class"),
        ("linear:1", "regression"),
    ],
)
def test_the_network_is_the_same(text, task):
    blocks = parse_blocks(text)
    config = TrainConfig(model="points", loss=TASKS[task].loss, **points_settings(blocks, task))
    stacked, played = build(blocks, (2,)).eval(), build_network(config, (2,), config.problem.outputs).eval()
    nn.utils.vector_to_parameters(nn.utils.parameters_to_vector(stacked.parameters()), played.parameters())
    points = torch.randn(9, 2)
    assert torch.equal(stacked(points), played(points))
    assert config.dropouts == ((0.0, 0.25) if "dropout" in text else ())


@pytest.mark.parametrize(
    "text",
    [
        "",
        "relu",
        "linear:4,linear:1",
        "linear:4,relu",
        "relu,linear:1",
        "linear:4,relu,relu,linear:1",
        "linear:4,dropout,linear:1",
        "linear:9,relu,linear:1",
        "linear:4,leaky_relu:0.3,linear:1",
        "linear:2",
        "linear:4,batchnorm,relu,linear:1",
        ",".join(["linear:2,relu"] * 7 + ["linear:1"]),
    ],
)
def test_another_stack_is_none(text):
    assert points_settings(parse_blocks(text), "binary") is None
