"""The network of the 2-D playground, and its training, as the PyTorch that a person would write by hand."""

import torch
from torch import nn

from core.config import TrainConfig
from core.features import FEATURES
from core.losses import LOSSES
from core.models import outline
from core.optimizers import OPTIMIZERS
from core.regularization import REGULARIZATIONS
from core.seeding import SeededDropout


def network_code(config: TrainConfig) -> str:
    """Return the class of the network of a TrainConfig; it needs `torch` and `from torch import nn` alone."""
    network = outline(config, config.problem.shape, config.problem.outputs)
    layers = ",\n            ".join(_layer(module) for module in list(network.layers)[1:])
    features = ", ".join(FEATURES[name].code for name in config.features)
    return f"""\
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.layers = nn.Sequential(
            {layers},
        )

    def forward(self, points):  # [N, 2]
        x1, x2 = points.unbind(1)
        features = torch.stack([{features}], dim=1)  # [N, {len(config.features)}]
        return self.layers(features)  # [N, {config.problem.outputs}]
"""


def script(config: TrainConfig, epochs: int = 100) -> str:
    """Return a program that trains the network of a TrainConfig on `points` [N, 2] and `targets`, which it expects."""
    regularization = REGULARIZATIONS[config.regularization]
    penalised, weights = "", ""
    if regularization.penalty:
        weights = "weights = [parameter for parameter in network.parameters() if parameter.ndim > 1]\n"
        penalised = f"        loss = loss + {config.regularization_rate:g} * {regularization.code}\n"
    return f"""\
import torch
from torch import nn


{network_code(config)}

torch.manual_seed({config.seed})
network = Net()
criterion = nn.{LOSSES[config.loss].module.__name__}()
optimizer = {_optimizer(config)}
{weights}for epoch in range({epochs}):
    for batch in torch.randperm(len(points)).split({config.batch_size}):
        outputs = network(points[batch])
        loss = criterion(outputs, targets[batch])
{penalised}        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
"""


def _layer(module: nn.Module) -> str:
    match module:
        case nn.Linear():
            return f"nn.Linear({module.in_features}, {module.out_features})"
        case SeededDropout():
            return f"nn.Dropout({module.p:g})"
        case _activation:
            return f"nn.{module!r}"


def _optimizer(config: TrainConfig) -> str:
    """Write the call that makes the optimizer, with the arguments that are not PyTorch's usual ones, and the rate."""
    optimizer = OPTIMIZERS[config.optimizer].make([nn.Parameter(torch.zeros(1))], config)
    usual = type(optimizer)([nn.Parameter(torch.zeros(1))]).defaults
    arguments = {"lr": config.learning_rate} | {
        name: value
        for name, value in optimizer.defaults.items()
        if name not in ("lr", "fused", "foreach") and value != usual[name]
    }
    written = ", ".join(f"{name}={value!r}" for name, value in arguments.items())
    return f"torch.optim.{type(optimizer).__name__}(network.parameters(), {written})"
