import warnings
from dataclasses import replace

import pytest
import torch

from core.activations import ACTIVATIONS
from core.codegen.points import network_code, script
from core.config import TrainConfig
from core.datasets import POINTS, data_of
from core.features import FEATURES
from core.lessons.build.problems import TASKS
from core.models import build_network
from core.optimizers import OPTIMIZERS
from core.regularization import REGULARIZATIONS
from core.training import train

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


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
@pytest.mark.parametrize("regularization", REGULARIZATIONS)
def test_the_script_takes_the_very_step_of_the_app(optimizer, regularization):
    config = replace(
        CONFIG, optimizer=optimizer, regularization=regularization, regularization_rate=0.1, learning_rate=0.05
    )
    data = data_of(replace(config, batch_size=250))
    config = replace(config, batch_size=len(data.train))  # one batch an epoch: its order means nothing
    network = build_network(config, (2,), 1)
    first = [parameter.detach().clone() for parameter in network.parameters()]
    next(train(config, data, network))
    with_first = script(config, epochs=1).replace(
        "network = Net()\n", "network = Net()\nnn.utils.vector_to_parameters(first, network.parameters())\n"
    )
    room = {
        "points": data.train.inputs,
        "targets": data.train.targets,
        "first": torch.nn.utils.parameters_to_vector(first),
    }
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        exec(with_first, room)
    for mine, theirs in zip(room["network"].parameters(), network.parameters(), strict=True):
        torch.testing.assert_close(mine, theirs, rtol=1e-4, atol=1e-6)


@pytest.mark.parametrize("dataset", POINTS)
def test_the_script_of_every_set_runs_as_it_is(dataset):
    config = replace(CONFIG, hidden=(3,), dataset="circle", loss="bce")
    text = POINTS[dataset].default_text
    problem = POINTS[dataset].problem(text)
    config = replace(config, dataset=dataset, points=text, loss=TASKS[problem.task].loss)
    data = data_of(config)
    room = {"points": data.train.inputs, "targets": data.train.targets}
    exec(script(config, epochs=2), room)
    assert room["network"](data.test.inputs).shape == (len(data.test), problem.outputs)
