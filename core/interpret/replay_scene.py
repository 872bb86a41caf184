"""What a network said to one picture at every checkpoint of its training, and its first weights: a trace to play."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from torch import Tensor

from core.interpret.layer_outputs import first_weights
from core.interpret.training_replay import classifier_at, story
from core.text.i18n import _

if TYPE_CHECKING:
    from core.runs import Run
    from core.runs.checkpoints import Checkpoint

MAX_IMAGES = 16  # of the first layer's weights: forty checkpoints of them are half a megabyte
ZERO = 128  # of the bytes that stand for weights


def replay_scene(
    run: Run, checkpoints: Sequence[Checkpoint], said: Tensor, picture: Tensor, classes: Sequence[str]
) -> dict[str, Any]:
    """Return the trace of M checkpoints.

    Args:
        said: the probabilities of `predictions`, [M, C].
        picture: float32 [1, 28, 28] in [0, 1].
    """
    weights = first_weights_over_time(run, checkpoints)
    return {
        "probabilities": said,
        "digit": picture[0],
        "classes": list(classes),
        "notices": [notice(checkpoints[:end], said[:end], classes) for end in range(1, len(checkpoints) + 1)],
        "steps": [checkpoint.step for checkpoint in checkpoints],
        "says": {
            "checkpoint": _("Checkpoint"),
            "place": _("step {step}"),
            "digit": _("What it says to this digit"),
            "weights": _("What the first layer looks for: blue is positive, orange is negative"),
            "all": _("Its answers at all checkpoints, a line for each class. Drag along them."),
            "step": _("step"),
        },
        **({} if weights is None else {"weights": as_bytes(weights)}),
    }


def notice(checkpoints: Sequence[Checkpoint], said: Tensor, classes: Sequence[str]) -> str:
    """Say where in the training the last of these checkpoints is, and how the answer came about until then."""
    if not said.isfinite().all():
        return _("At some of these checkpoints its answer is no number: the training diverged.")
    if len(checkpoints) == 1:
        confidence, best = said[0].max(dim=0)
        return _(
            "**Before its first step** it says “{answer}” with {confidence:.0%}: its weights are random numbers."
        ).format(answer=classes[int(best)], confidence=confidence.item())
    return _("**After {step:,} steps**, epoch {epoch:.1f}: {story}").format(
        step=checkpoints[-1].step, epoch=checkpoints[-1].epoch, story=story(checkpoints, said, classes)
    )


def first_weights_over_time(run: Run, checkpoints: Sequence[Checkpoint]) -> Tensor | None:
    """Return the first of the images of `first_weights` at each checkpoint, float32 [M, images, height, width]."""
    network = classifier_at(run, checkpoints[0]).network
    found = []
    for checkpoint in checkpoints:
        network.load_state_dict(checkpoint.weights)
        weights = first_weights(network)
        if weights is None:
            return None
        found.append(weights[:MAX_IMAGES].float().clone())
    return torch.stack(found)


def as_bytes(weights: Tensor) -> np.ndarray:
    """Return weights as uint8 around ZERO, the largest of all 127 away from it; what is not finite is ZERO."""
    weights = weights.nan_to_num(0.0, 0.0, 0.0)
    largest = weights.abs().max().clamp(min=torch.finfo(torch.float32).tiny)
    return (ZERO + (127 * weights / largest).round()).to(torch.uint8).numpy()
