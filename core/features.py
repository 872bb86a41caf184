"""What a network may be told about a point of the plane, beside its two coordinates."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor, nn


@dataclass(frozen=True)
class Feature:
    """One number about a point.

    Attributes:
        label: for the picture and the menu.
        of: x1 [N], x2 [N] -> [N].
        code: the same in PyTorch, as an expression of x1 and x2.
    """

    label: str
    of: Callable[[Tensor, Tensor], Tensor]
    code: str


class Features(nn.Module):
    """The chosen features of each point, side by side; it has no weights.

    Args:
        names: keys of FEATURES.

    Shape: [N, 2] -> [N, len(names)].
    """

    def __init__(self, names: Sequence[str]) -> None:
        super().__init__()
        self.names = tuple(names)
        self._functions = [FEATURES[name].of for name in names]

    def forward(self, points: Tensor) -> Tensor:
        if self.names == ("x1", "x2"):
            return points
        x1, x2 = points.unbind(1)
        return torch.stack([function(x1, x2) for function in self._functions], dim=1)

    def extra_repr(self) -> str:
        return ", ".join(self.names)


FEATURES = {
    "x1": Feature("x₁", lambda x1, x2: x1, "x1"),
    "x2": Feature("x₂", lambda x1, x2: x2, "x2"),
    "x1_squared": Feature("x₁²", lambda x1, x2: x1.square(), "x1.square()"),
    "x2_squared": Feature("x₂²", lambda x1, x2: x2.square(), "x2.square()"),
    "product": Feature("x₁x₂", lambda x1, x2: x1 * x2, "x1 * x2"),
    "sin_x1": Feature("sin x₁", lambda x1, x2: x1.sin(), "x1.sin()"),
    "sin_x2": Feature("sin x₂", lambda x1, x2: x2.sin(), "x2.sin()"),
}
