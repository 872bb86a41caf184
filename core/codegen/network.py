"""The network of a run as a class that a person would write by hand, whose weights have the app's own names."""

from collections.abc import Iterable

from torch import nn

from core.blocks import parse_blocks
from core.blocks.network import Stack
from core.codegen.blocks import batch_shape, written
from core.codegen.layers import layer_code
from core.codegen.points import network_code as points_network_code
from core.config import TrainConfig
from core.models import ConvNet, LSTMNet, Net, PointsNet, outline


def network_code(config: TrainConfig) -> str:
    """Return the class `Net` of a TrainConfig, which needs `torch` and `from torch import nn` alone.

    Built after torch.manual_seed(config.seed) it has the first weights of core.models.build_network, and a state_dict
    of one fits the other.
    """
    problem = config.problem
    match network := outline(config, problem.shape, problem.outputs):
        case PointsNet():
            return points_network_code(config)
        case LSTMNet():
            return _lstm_code(network, problem.shape)
        case Stack():
            return _stack_code(config, network, problem.shape)
        case _:
            return _sequence_code(network, problem.shape, problem.outputs)


def _sequence_code(network: Net | ConvNet, shape: tuple[int, ...], outputs: int) -> str:
    return f"""\
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.layers = nn.Sequential(
{_listed(network.layers)}
        )

    def forward(self, x):  # {batch_shape(shape)}
        return self.layers(x)  # {batch_shape((outputs,))}
"""


def _lstm_code(network: LSTMNet, shape: tuple[int, ...]) -> str:
    channels, height, width = shape
    dropout = isinstance(network.dropout, nn.Dropout)
    made = f"        self.dropout = {layer_code(network.dropout)}\n" if dropout else ""
    state = "lstm(x)[0]"
    return f"""\
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.lstms = nn.ModuleList([
{_listed(network.lstms)}
        ])
{made}        self.layers = nn.Sequential(
{_listed(network.layers)}
        )

    def forward(self, x):  # {batch_shape(shape)}
        x = x.transpose(1, 2).flatten(2)  # each row of the picture is a step: {batch_shape((height, channels * width))}
        for lstm in self.lstms:
            x = {f"self.dropout({state})" if dropout else state}
        return self.layers(x[:, -1])  # what is in mind after the last row
"""


def _stack_code(config: TrainConfig, network: Stack, shape: tuple[int, ...]) -> str:
    blocks = parse_blocks(config.blocks)
    names = [f"self.layers[{place}]" for place in range(len(network.layers))]
    layers, forward = written(blocks, shape, names[: len(blocks)])
    for name, module in zip(names[len(blocks) :], list(network.layers)[len(blocks) :], strict=True):  # the output layer
        layers.append(layer_code(module))
        forward.append(f"x = {name}(x)")
    listed = ",\n".join(f"            {layer}" for layer in layers)
    sent = "\n".join(f"        {line}" for line in forward)
    return f"""\
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.layers = nn.ModuleList([
{listed},
        ])

    def forward(self, x):  # {batch_shape(shape)}
{sent}
        return x
"""


def _listed(modules: Iterable[nn.Module]) -> str:
    return "\n".join(f"            {layer_code(module)}," for module in modules)
