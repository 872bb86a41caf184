import copy

import pytest
import torch
from torch import nn

from core.activations import ACTIVATIONS
from core.config import ConfigError, TrainConfig
from core.models import MODELS, OUTPUT_LAYERS, build_network, count_parameters, outline

SHAPE, CLASSES = (1, 28, 28), 10
PICTURE_MODELS = [name for name, model in MODELS.items() if not model.for_points]


@pytest.mark.parametrize("model", PICTURE_MODELS)
@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_every_network_maps_a_batch_to_class_scores(model, activation):
    config = TrainConfig(model=model, activation=activation, hidden=(16,), dropout=0.1)
    network = build_network(config, SHAPE, CLASSES)
    assert network(torch.rand(3, *SHAPE)).shape == (3, CLASSES)
    used = any(isinstance(module, type(ACTIVATIONS[activation].module())) for module in network.modules())
    assert used or "activation" not in MODELS[model].settings


def test_the_courses_network():
    network = build_network(TrainConfig(), SHAPE, CLASSES)
    shapes = {name: tuple(parameter.shape) for name, parameter in network.named_parameters()}
    assert shapes == {
        "layers.1.weight": (512, 784),
        "layers.1.bias": (512,),
        "layers.3.weight": (10, 512),
        "layers.3.bias": (10,),
    }
    flat, first, relu, last = network.layers
    inputs = torch.rand(2, *SHAPE)
    torch.testing.assert_close(network(inputs), last(relu(first(flat(inputs)))))


@pytest.mark.parametrize("hidden", [(), (8,), (8, 4, 2)])
def test_any_number_of_hidden_layers(hidden):
    network = build_network(TrainConfig(hidden=hidden), SHAPE, CLASSES)
    widths = [module.out_features for module in network.modules() if isinstance(module, nn.Linear)]
    assert widths == [*hidden, CLASSES]


@pytest.mark.parametrize("stride", [1, 2])
@pytest.mark.parametrize("channels", [(4,), (4, 6), (4, 6, 8)])
@pytest.mark.parametrize("hidden", [(), (8,), (8, 4)])
def test_any_shape_of_cnn(channels, stride, hidden):
    network = build_network(TrainConfig(model="cnn", channels=channels, stride=stride, hidden=hidden), SHAPE, CLASSES)
    assert network(torch.rand(2, *SHAPE)).shape == (2, CLASSES)


@pytest.mark.parametrize("hidden", [(8,), (8, 4)])
def test_an_lstm_reads_the_rows_one_after_another(hidden):
    network = build_network(TrainConfig(model="lstm", hidden=hidden, dropout=0.5), SHAPE, CLASSES).eval()
    pictures = torch.rand(2, *SHAPE)
    read = network.read(pictures)
    assert read.shape == (2, 28, hidden[-1])
    torch.testing.assert_close(network(pictures), network.layers(read[:, -1]))
    # what it knows after ten rows depends on these alone
    pictures[:, :, 10:] = 0
    assert torch.equal(network.read(pictures)[:, :10], read[:, :10])
    assert not torch.equal(network.read(pictures)[:, 10:], read[:, 10:])


def test_an_lstm_without_an_lstm_layer_is_refused():
    with pytest.raises(ConfigError, match="hidden must list 1 to"):
        TrainConfig(model="lstm", hidden=())


@pytest.mark.parametrize("model", PICTURE_MODELS)
def test_parameters_are_counted_without_building(model):
    config = TrainConfig(model=model)
    network = build_network(config, SHAPE, CLASSES)
    assert repr(outline(config, SHAPE, CLASSES)) == repr(network)
    assert all(parameter.is_meta for parameter in outline(config, SHAPE, CLASSES).parameters())
    assert count_parameters(config, SHAPE, CLASSES) == sum(p.numel() for p in network.parameters())
    assert count_parameters(TrainConfig(), SHAPE, CLASSES) == 784 * 512 + 512 + 512 * 10 + 10


@pytest.mark.parametrize("output_layer", OUTPUT_LAYERS)
def test_output_layers(output_layer):
    rows = build_network(TrainConfig(output_layer=output_layer), SHAPE, CLASSES)(torch.rand(4, *SHAPE))
    if output_layer == "softmax":
        torch.testing.assert_close(rows.sum(dim=1), torch.ones(4))
    if output_layer == "sigmoid":
        assert rows.min() > 0
        assert rows.max() < 1


@pytest.mark.parametrize("model", PICTURE_MODELS)
def test_a_seed_fixes_the_weights_whatever_the_global_generator_does(model):
    first = build_network(TrainConfig(model=model, seed=3), SHAPE, CLASSES)
    torch.rand(100)
    second = build_network(TrainConfig(model=model, seed=3), SHAPE, CLASSES)
    other = build_network(TrainConfig(model=model, seed=4), SHAPE, CLASSES)
    assert all(torch.equal(a, b) for a, b in zip(first.parameters(), second.parameters(), strict=True))
    assert not all(torch.equal(a, b) for a, b in zip(first.parameters(), other.parameters(), strict=True))


def test_networks_can_be_copied():
    network = build_network(TrainConfig(dropout=0.5), SHAPE, CLASSES)
    inputs = torch.rand(2, *SHAPE)
    assert torch.equal(copy.deepcopy(network).eval()(inputs), network.eval()(inputs))


def points_config(**settings) -> TrainConfig:
    return TrainConfig(**{"dataset": "circle", "model": "points", "loss": "bce", "hidden": (4, 2)} | settings)


def test_a_network_for_points_reads_them_by_its_features():
    config = points_config(features=("x1", "product", "sin_x2"), activations=("tanh", "relu"), dropouts=(0.0, 0.5))
    network = build_network(config, (2,), 1).eval()
    points = torch.randn(7, 2)
    x1, x2 = points.unbind(1)
    features, first, tanh, second, relu, _dropout, last = network.layers
    torch.testing.assert_close(features(points), torch.stack([x1, x1 * x2, x2.sin()], dim=1))
    expected = last(relu(second(tanh(first(features(points))))))
    torch.testing.assert_close(network(points), expected)
    assert isinstance(tanh, nn.Tanh)
    assert isinstance(relu, nn.ReLU)


@pytest.mark.parametrize("hidden", [(), (3,), (8,) * 6])
@pytest.mark.parametrize("dropout", [0.0, 0.3])
def test_the_stages_of_a_network_for_points_are_all_that_it_computes(hidden, dropout):
    network = build_network(points_config(hidden=hidden, dropout=dropout), (2,), 1).eval()
    values = points = torch.randn(5, 2)
    assert [stage.linear.out_features for stage in network.stages] == [*hidden, 1]
    for stage in network.stages:
        values = stage.outputs(stage.sums(values))
    assert torch.equal(values, network(points))
    assert network.stages[-1].activation is None
