import json
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from torch import nn
from torch.utils.flop_counter import FlopCounterMode

import core.pretrained
from core.blocks.registry import EveryStep
from core.codegen.script import script
from core.config import ConfigError, TrainConfig
from core.config.step_price import (
    FEWEST_CHANNELS,
    MAX_GFLOPS,
    MAX_MEGABYTES,
    PASSES,
    TEST_BATCH,
    anatomy,
    price_of_step,
    price_of_test,
)
from core.datasets import DATASETS
from core.lessons.train.presets import PRESETS
from core.losses import LOSSES
from core.models import build_network
from core.training import make_loss
from tests.core.config.dearest import AWKWARD, accepted, dearest, with_the_largest_batch

pytestmark = pytest.mark.usefixtures("one_thread")

SAMPLES = 4  # of a batch that is really computed; what it costs grows with the batch, as the price does
EDGES = [*filter(None, map(with_the_largest_batch, AWKWARD)), *dearest(seed=0, count=24)]
ISSUE = [
    {"model": "cnn", "channels": (256, 256, 128), "stride": 1, "hidden": (), "batch_size": 512},
    {"model": "cnn", "channels": (800,), "stride": 1, "hidden": (), "batch_size": 1024},
    {"model": "blocks", "blocks": ",".join(["conv:64:1:1:5"] * 5) + ",maxpool:7,flatten,linear:10"},
]


def anatomy_of(config):
    return anatomy(config, config.problem.shape, config.problem.outputs)


def examples(config, count):
    generator = torch.Generator().manual_seed(0)
    targets = torch.randint(config.problem.outputs, (count,), generator=generator)
    return torch.randn(count, *config.problem.shape, generator=generator), targets


def computed(config):
    """Return the FLOPs of a forward and a backward pass, and the bytes kept between them, as PyTorch has them.

    Of one example more: what each batch takes once, such as weights in another order, is not in it.
    """
    few, many = _computed(config, SAMPLES), _computed(config, 3 * SAMPLES)
    return [(most - least) / (2 * SAMPLES) for most, least in zip(many, few, strict=True)]


def _computed(config, samples):
    network = build_network(config, config.problem.shape, config.problem.outputs).train()
    inputs, targets = examples(config, samples)
    parameters = {parameter.untyped_storage().data_ptr() for parameter in network.parameters()}
    kept = {}

    def keep(tensor):
        storage = tensor.untyped_storage()
        if storage.data_ptr() not in parameters:
            kept[storage.data_ptr()] = (storage.nbytes(), tensor)  # the tensor, so that its place is not used again
        return tensor

    with FlopCounterMode(display=False) as forward, torch.autograd.graph.saved_tensors_hooks(keep, lambda kept: kept):
        loss = make_loss(config)(network(inputs), targets)
    with FlopCounterMode(display=False) as backward:
        loss.backward()
    size = sum(nbytes for nbytes, _tensor in kept.values())
    return forward.get_total_flops(), backward.get_total_flops(), size


@pytest.mark.parametrize("config", EDGES, ids=lambda config: config.title)
def test_at_the_edge_the_price_covers_what_pytorch_computes_and_keeps(config):
    network = anatomy_of(config)
    forward, backward, kept = computed(config)
    flops = sum(layer.flops for layer in network.layers)
    assert forward <= flops
    assert backward <= (PASSES - 1) * flops
    step, test = price_of_step(config, network), price_of_test(network)
    assert not step.too_high
    assert not test.too_high
    assert config.batch_size * (forward + backward) <= 1e9 * step.gflops <= 1e9 * MAX_GFLOPS
    assert config.batch_size * kept <= 1e6 * step.megabytes <= 1e6 * MAX_MEGABYTES
    assert TEST_BATCH * forward <= 1e9 * test.gflops <= 1e9 * MAX_GFLOPS
    if config.batch_size < 4096:
        with pytest.raises(ConfigError, match="batch"):
            replace(config, batch_size=config.batch_size + 1)


@pytest.mark.parametrize(
    "changes",
    [
        {"model": "mlp", "hidden": (300, 20)},
        {"model": "cnn", "channels": (8, 16), "stride": 1, "hidden": (32,)},
        {"model": "cnn", "channels": (FEWEST_CHANNELS, 31, 5), "stride": 2, "hidden": ()},
        {"model": "blocks", "blocks": "conv:8:3:2:1,relu,maxpool:2,conv:4:1,tanh,flatten,dropout,linear:10"},
    ],
)
def test_the_flops_are_those_that_pytorch_counts(changes):
    config = TrainConfig(dataset="digits", **changes)
    first, *others = anatomy_of(config).layers
    forward, _backward, kept = computed(config)
    if config.problem.shape[0] < FEWEST_CHANNELS and first.moving == 100:  # one channel counts as several
        first = replace(first, flops=first.flops // FEWEST_CHANNELS)
    layers = [first, *others]
    assert sum(layer.flops for layer in layers) == forward
    assert kept <= sum(layer.kept for layer in layers) + 4 * first.inputs <= 2 * kept


def test_the_flops_of_an_lstm_are_those_of_its_cells():
    config = TrainConfig(dataset="digits", model="lstm", hidden=(24, 7))
    forward = 0
    with FlopCounterMode(display=False) as counter:
        for before, after in ((28, 24), (24, 7)):
            cell, state = nn.LSTMCell(before, after), None
            for _row in range(28):
                state = cell(torch.zeros(1, before), state)
        nn.Linear(7, 10)(torch.zeros(1, 7))
    forward = counter.get_total_flops()
    assert sum(layer.flops for layer in anatomy_of(config).layers) == forward
    blocks = TrainConfig(dataset="digits", model="blocks", blocks="lstm:24:all,lstm:7,linear:10")
    assert sum(layer.flops for layer in anatomy_of(blocks).layers) == forward
    assert isinstance(build_network(blocks, (1, 28, 28), 10).layers[0], EveryStep)


@pytest.mark.parametrize("changes", ISSUE)
def test_a_step_that_would_stop_everybody_else_is_refused_with_numbers_and_what_to_do(changes):
    with pytest.raises(ConfigError, match=r"[\d,.]+ GFLOPs and [\d,]+ MB.*limits are 20 and 250.*take .*fewer filters"):
        TrainConfig(dataset="digits", **changes)


def test_a_batch_is_refused_by_its_size_and_a_network_by_what_its_test_takes():
    large = {"model": "cnn", "channels": (16, 32), "stride": 1, "hidden": (128,)}
    with pytest.raises(ConfigError, match=r"batch of 2,048 takes .* smaller batch"):
        TrainConfig(dataset="digits", batch_size=2048, **large)
    assert accepted({"batch_size": 64, **large})
    with pytest.raises(ConfigError, match=f"To test {TEST_BATCH} examples"):
        TrainConfig(dataset="digits", model="cnn", channels=(800,), stride=1, hidden=(), batch_size=1)


def test_nothing_is_allocated_for_it(monkeypatch):
    def refuse(*_args, **_kwargs):
        raise AssertionError("numbers were drawn")

    monkeypatch.setattr("core.models.give_generator", refuse)
    monkeypatch.setattr(torch, "randn", refuse)
    with pytest.raises(ConfigError, match="GFLOPs"):
        TrainConfig(dataset="digits", model="cnn", channels=(800,), stride=1, hidden=(), batch_size=4096)


def test_the_price_is_found_once_for_a_network():
    config = TrainConfig(dataset="digits", hidden=(77,))
    assert anatomy_of(config) is anatomy_of(replace(config, learning_rate=0.5, batch_size=3, seed=9))
    assert anatomy_of(config) is not anatomy_of(replace(config, hidden=(78,)))


@pytest.mark.parametrize("dataset", DATASETS)
@pytest.mark.parametrize("preset", PRESETS)
def test_what_the_page_suggests_costs_little(dataset, preset):
    config = PRESETS[preset].config(dataset)
    assert price_of_step(config, anatomy_of(config)).gflops < MAX_GFLOPS / 4


def test_the_networks_that_come_with_the_app_are_allowed():
    for file in Path(core.pretrained.__file__).parent.glob("*.json"):
        settings = json.loads(file.read_text(encoding="utf-8"))["config"]
        TrainConfig(**{name: tuple(value) if isinstance(value, list) else value for name, value in settings.items()})


def test_the_exported_script_tests_as_many_at_once():
    assert f"test_inputs.split({TEST_BATCH})" in script(TrainConfig(dataset="digits"))


def test_every_loss_costs_no_more_than_its_network():
    for name, loss in LOSSES.items():
        if loss.suits("multi_class"):
            config = TrainConfig(dataset="digits", hidden=(32,), loss=name)
            _forward, backward, kept = computed(config)
            layers = anatomy_of(config).layers
            assert backward <= (PASSES - 1) * sum(layer.flops for layer in layers)
            assert kept <= 2 * sum(layer.kept for layer in layers) + 4 * layers[0].inputs
