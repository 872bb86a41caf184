"""A layer, and an optimizer, as the call that a person would write by hand."""

from collections.abc import Callable
from typing import cast

import torch
from torch import nn

from core.config import TrainConfig
from core.optimizers import OPTIMIZERS


def layer_code(module: nn.Module) -> str:
    """Write the call that builds a layer with all its numbers; it needs `from torch import nn` alone.

    A layer of our own, such as dropout with a generator, is written as the layer of PyTorch's that it extends.
    """
    match module:
        case nn.Linear():
            return f"nn.Linear({module.in_features}, {module.out_features}{_bias(module)})"
        case nn.Conv2d():
            size, stride = module.kernel_size[0], module.stride[0]
            moves = f", stride={stride}" if stride > 1 else ""
            return f"nn.Conv2d({module.in_channels}, {module.out_channels}, kernel_size={size}{moves}{_bias(module)})"
        case nn.BatchNorm1d() | nn.BatchNorm2d():
            return f"nn.{type(module).__name__}({module.num_features})"
        case nn.MaxPool2d():
            return f"nn.MaxPool2d({module.kernel_size})"
        case nn.LSTM():
            return f"nn.LSTM({module.input_size}, {module.hidden_size}, batch_first=True)"
        case nn.Dropout():
            return f"nn.Dropout({module.p!r})"
        case nn.Flatten():
            return "nn.Flatten()"
        case _activation:
            return f"nn.{module!r}"


def optimizer_code(config: TrainConfig, fused: bool = False) -> str:
    """Write the call that makes the optimizer of `network`: the rate, and the arguments that are not PyTorch's usual.

    Args:
        fused: whether to say so where it updates all weights in one go, which rounds differently in the last bits.
    """
    optimizer = OPTIMIZERS[config.optimizer].make([nn.Parameter(torch.zeros(1))], config)
    by_default = cast("Callable[[list[nn.Parameter]], torch.optim.Optimizer]", type(optimizer))
    default = by_default([nn.Parameter(torch.zeros(1))]).defaults
    unsaid = ("lr", "foreach") if fused else ("lr", "foreach", "fused")
    arguments = {"lr": config.learning_rate} | {
        name: value for name, value in optimizer.defaults.items() if name not in unsaid and value != default[name]
    }
    written = ", ".join(f"{name}={value!r}" for name, value in arguments.items())
    return f"torch.optim.{type(optimizer).__name__}(network.parameters(), {written})"


def _bias(module: nn.Module) -> str:
    return ", bias=False" if module.bias is None else ""
