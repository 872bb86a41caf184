"""Asking a trained network what it sees in one picture."""

from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from core.datasets.types import normalize


def softmax(outputs: Tensor) -> Tensor:
    """Read logits [N, C] as probabilities [N, C]: what networks mean that were trained with cross-entropy."""
    return outputs.softmax(dim=1)


@torch.inference_mode()
def predict(
    network: nn.Module,
    picture: Tensor,
    mean: float,
    std: float,
    to_probabilities: Callable[[Tensor], Tensor] = softmax,
) -> Tensor:
    """Return the network's probability of each class, float32 [C].

    Args:
        network: in eval mode, as dropout and batch norm need it.
        picture: float32 [1, 28, 28] in [0, 1], ink 1 on paper 0.
        mean, std: those of the pictures that the network was trained on.
        to_probabilities: reads the outputs [1, C]; give `lambda outputs: outputs` where the network ends in a softmax.

    Raises:
        ValueError: the network is in training mode, in which its answer would be a matter of chance.
    """
    if network.training:
        raise ValueError("The network is in training mode: call network.eval() before it is asked.")
    outputs = network(normalize(picture, mean, std).unsqueeze(0))  # a batch of one picture
    return to_probabilities(outputs).squeeze(0)


@dataclass(frozen=True, eq=False)
class Classifier:
    """A network together with what is needed to ask it."""

    network: nn.Module
    mean: float
    std: float
    classes: tuple[str, ...]
    to_probabilities: Callable[[Tensor], Tensor] = softmax

    def prepare(self, pictures: Tensor) -> Tensor:
        """Return what the network is fed for pictures, uint8 or floats in [0, 1], of the same shape."""
        return normalize(pictures, self.mean, self.std)

    def predict_proba(self, picture: Tensor) -> Tensor:
        """Return the probability of each class, float32 [C], for a picture float32 [1, 28, 28] in [0, 1]."""
        return predict(self.network, picture, self.mean, self.std, self.to_probabilities)
