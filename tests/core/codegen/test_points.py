from dataclasses import replace

import pytest
import torch

from core.activations import ACTIVATIONS
from core.codegen.points import network_code
from core.config import TrainConfig
from core.features import FEATURES
from core.models import build_network

CONFIG = TrainConfig(dataset="circle", model="points", loss="bce", hidden=(4, 2), activation="tanh", batch_size=10)


def written_network(config: TrainConfig) -> torch.nn.Module:
    room = {"torch": torch, "nn": torch.nn}
    exec(network_code(config), room)
    return room["Net"]()


@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_the_class_computes_what_the_network_computes(activation):
    config = replace(CONFIG, activation=activation, features=tuple(FEATURES), dropouts=(0.0, 0.3))
    network = build_network(config, (2,), 1).eval()
    written = written_network(config).eval()
    parameters = zip(written.parameters(), network.parameters(), strict=True)
    with torch.no_grad():
        for mine, theirs in parameters:
            mine.copy_(theirs)
    points = torch.randn(20, 2)
    torch.testing.assert_close(written(points), network(points))


def test_no_hidden_layer():
    assert written_network(replace(CONFIG, hidden=()))(torch.randn(3, 2)).shape == (3, 1)
