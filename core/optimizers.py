"""The optimizers of the course: how a weight moves once its gradient is known. All are torch.optim's own."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Protocol

import torch
from torch.nn import Parameter

from core.text.i18n import N_


class Hyperparameters(Protocol):
    """What an optimizer is set to, such as a TrainConfig; each takes of it what it knows."""

    @property
    def learning_rate(self) -> float: ...

    @property
    def weight_decay(self) -> float: ...

    @property
    def momentum(self) -> float: ...

    @property
    def nesterov(self) -> bool: ...

    @property
    def beta2(self) -> float: ...


@dataclass(frozen=True)
class Optimizer:
    """One optimizer of the menu.

    Attributes:
        make: (parameters, hyperparameters) -> torch.optim.Optimizer.
        update: LaTeX of one step for a weight w with gradient g and learning rate eta.
        hyperparameters: the names of the settings beside learning rate and weight decay that it takes.
        default_learning_rate: PyTorch's own default, or a usual first try where PyTorch has none that learns.
        source: the PyTorch page that defines it.
    """

    label: str
    make: Callable[[Iterable[Parameter], Hyperparameters], torch.optim.Optimizer]
    update: str
    hyperparameters: tuple[str, ...]
    default_learning_rate: float
    note: str
    source: str


def _source(name: str) -> str:
    return f"https://docs.pytorch.org/docs/stable/generated/torch.optim.{name}.html"


# `fused=True` does one pass over all weights in place of one call per tensor and operation: the same formulas,
# about a third more steps a second on small networks.
OPTIMIZERS = {
    "sgd": Optimizer(
        label="SGD",
        make=lambda parameters, s: torch.optim.SGD(
            parameters,
            lr=s.learning_rate,
            momentum=s.momentum,
            nesterov=s.nesterov and s.momentum > 0,  # PyTorch refuses it without a momentum
            weight_decay=s.weight_decay,
            fused=True,
        ),
        update=r"\begin{gathered} v \leftarrow \mu v + g \\ w \leftarrow w - \eta\, v \end{gathered}",
        hyperparameters=("momentum", "nesterov"),
        default_learning_rate=0.1,
        note=N_("weight = weight − lr · grad, with momentum as an option: a ball that rolls on."),
        source=_source("SGD"),
    ),
    "adagrad": Optimizer(
        label="Adagrad",
        make=lambda parameters, s: torch.optim.Adagrad(
            parameters, lr=s.learning_rate, weight_decay=s.weight_decay, fused=True
        ),
        update=(
            r"\begin{gathered} s \leftarrow s + g^2 \\"
            r"w \leftarrow w - \eta\, g / (\sqrt{s} + \varepsilon) \end{gathered}"
        ),
        hyperparameters=(),
        default_learning_rate=0.01,
        note=N_("Each weight has its own step, which shrinks with all the gradients it has seen."),
        source=_source("Adagrad"),
    ),
    "rmsprop": Optimizer(
        label="RMSProp",
        make=lambda parameters, s: torch.optim.RMSprop(
            parameters, lr=s.learning_rate, momentum=s.momentum, weight_decay=s.weight_decay
        ),
        update=(
            r"\begin{gathered} s \leftarrow \alpha s + (1-\alpha) g^2 \\"
            r"w \leftarrow w - \eta\, g / (\sqrt{s} + \varepsilon) \end{gathered}"
        ),
        hyperparameters=("momentum",),
        default_learning_rate=0.001,
        note=N_("Like Adagrad, but it forgets: only recent gradients set the size of the step."),
        source=_source("RMSprop"),
    ),
    "adam": Optimizer(
        label="Adam",
        make=lambda parameters, s: torch.optim.Adam(
            parameters, lr=s.learning_rate, betas=(0.9, s.beta2), weight_decay=s.weight_decay, fused=True
        ),
        update=r"w \leftarrow w - \eta\, \hat m / (\sqrt{\hat v} + \varepsilon)",
        hyperparameters=("beta2",),
        default_learning_rate=0.001,
        note=N_("Momentum and RMSProp in one. A good first choice."),
        source=_source("Adam"),
    ),
    "adamw": Optimizer(
        label="AdamW",
        make=lambda parameters, s: torch.optim.AdamW(
            parameters, lr=s.learning_rate, betas=(0.9, s.beta2), weight_decay=s.weight_decay, fused=True
        ),
        update=(
            r"\begin{gathered} w \leftarrow w - \eta\, \lambda w \\"
            r"w \leftarrow w - \eta\, \hat m / (\sqrt{\hat v} + \varepsilon) \end{gathered}"
        ),
        hyperparameters=("beta2",),
        default_learning_rate=0.001,
        note=N_("Adam with weight decay kept apart from the gradient."),
        source=_source("AdamW"),
    ),
}
