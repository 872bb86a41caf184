"""Single weights that a person sets by hand while a network trains."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import nn

from core.text.i18n import _


@dataclass(frozen=True)
class WeightEdit:
    """One number of a parameter, which is to be another."""

    parameter: str
    place: tuple[int, ...]
    value: float


def check_edit(network: nn.Module, edit: WeightEdit) -> None:
    """Raise ValueError, with a sentence, where a network has no such weight or the number is not finite."""
    parameters = dict(network.named_parameters())
    if edit.parameter not in parameters:
        raise ValueError(_("The network has no weight “{name}”.").format(name=edit.parameter[:40]))
    shape = parameters[edit.parameter].shape
    if len(edit.place) != len(shape) or not all(0 <= at < size for at, size in zip(edit.place, shape, strict=True)):
        raise ValueError(_("The network has no weight at this place."))
    if not math.isfinite(edit.value):
        raise ValueError(_("A weight must be a finite number."))


@torch.no_grad()
def apply_edits(network: nn.Module, edits: Sequence[WeightEdit]) -> None:
    """Set the weights in place."""
    parameters = dict(network.named_parameters())
    for edit in edits:
        parameters[edit.parameter][edit.place] = edit.value
