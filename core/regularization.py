"""Penalties on large weights, added to the loss so that the optimizer keeps the weights small."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from torch import Tensor, nn

from core.text.i18n import N_


@dataclass(frozen=True)
class Regularization:
    """One penalty of the menu.

    Attributes:
        penalty: (weights) -> what is added to the loss, before it is multiplied by the rate: a plain 0 for no weights;
            None for none.
        formula: LaTeX of it, with rate lambda.
        code: the penalty in PyTorch, as an expression of `weights`.
    """

    label: str
    penalty: Callable[[Iterable[Tensor]], Tensor | float] | None
    formula: str
    code: str
    note: str


def weights_of(network: nn.Module) -> list[Tensor]:
    """Return the weights that a penalty is for: all but the biases and the numbers of batch norm."""
    return [parameter for parameter in network.parameters() if parameter.ndim > 1]


REGULARIZATIONS = {
    "none": Regularization(N_("None"), None, "0", "0", N_("Weights may grow as they like.")),
    "l1": Regularization(
        N_("L1"),
        lambda weights: sum(weight.abs().sum() for weight in weights),
        r"\lambda \sum |w|",
        "sum(weight.abs().sum() for weight in weights)",
        N_("Pulls each weight by the same force, so that those of little use become zero."),
    ),
    "l2": Regularization(
        N_("L2"),
        lambda weights: sum(weight.square().sum() for weight in weights) / 2,
        r"\frac{\lambda}{2} \sum w^2",
        "sum(weight.square().sum() for weight in weights) / 2",
        N_("Pulls a weight the harder the larger it is, so that none stands out."),
    ),
}
