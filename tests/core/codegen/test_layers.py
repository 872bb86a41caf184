import pytest
import torch
from torch import nn

from core.activations import ACTIVATIONS
from core.codegen.layers import layer_code, optimizer_code
from core.config import TrainConfig
from core.optimizers import OPTIMIZERS
from core.seeding import SeededDropout

LAYERS = [
    nn.Linear(3, 4),
    nn.Linear(3, 4, bias=False),
    nn.Conv2d(1, 2, kernel_size=5, stride=2, bias=False),
    nn.Conv2d(2, 3, kernel_size=3),
    nn.BatchNorm1d(4),
    nn.BatchNorm2d(4),
    nn.MaxPool2d(2),
    nn.Flatten(),
    nn.LSTM(3, 4, batch_first=True),
    nn.Softmax(dim=1),
    nn.Dropout(1 / 3),
    *(activation.module() for activation in ACTIVATIONS.values()),
]


@pytest.mark.parametrize("layer", LAYERS, ids=repr)
def test_the_call_builds_the_same_layer(layer):
    built = eval(layer_code(layer), {"nn": nn})
    assert repr(built) == repr(layer)
    assert type(built) is type(layer)


def test_dropout_with_a_generator_is_written_as_pytorchs_own():
    assert layer_code(SeededDropout(0.3)) == "nn.Dropout(0.3)"


@pytest.mark.parametrize("name", OPTIMIZERS)
@pytest.mark.parametrize("fused", [False, True])
@pytest.mark.parametrize("values", [{}, {"momentum": 0.9, "nesterov": True, "beta2": 0.9, "weight_decay": 0.01}])
def test_the_call_makes_the_same_optimizer(name, fused, values):
    config = TrainConfig(optimizer=name, learning_rate=1 / 3, **values)
    network = nn.Linear(2, 1)
    code = optimizer_code(config, fused)
    made = eval(code, {"torch": torch, "network": network})
    wanted = OPTIMIZERS[name].make(network.parameters(), config)
    assert type(made) is type(wanted)
    if not fused:
        assert "fused" not in code
        wanted.defaults["fused"] = made.defaults["fused"] = None
    assert made.defaults == wanted.defaults
