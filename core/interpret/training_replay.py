"""What a network made of the same pictures at every stage of its training."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from typing import TYPE_CHECKING

import torch
from torch import Tensor

from core.inference import Classifier
from core.interpret.metrics import confusion_matrix
from core.losses import class_indices
from core.text.i18n import _
from core.training import TEST_BATCH, outputs_in_batches

if TYPE_CHECKING:
    from core.runs import Run
    from core.runs.checkpoints import Checkpoint


def classifier_at(run: Run, checkpoint: Checkpoint) -> Classifier:
    """Return the network of a run as it was at one of its checkpoints."""
    return Classifier(run.network_at(checkpoint), run.data.mean, run.data.std, run.data.classes, run.probabilities)


def predictions(run: Run, checkpoints: Sequence[Checkpoint], picture: Tensor) -> Tensor:
    """Return the probability of each class at each moment, float32 [moments, C].

    Args:
        checkpoints: of `run.checkpoints()`.
        picture: float32 [1, 28, 28] in [0, 1].
    """
    classifier, rows = classifier_at(run, checkpoints[0]), []
    for checkpoint in checkpoints:
        classifier.network.load_state_dict(checkpoint.weights)  # far quicker than a new network for each moment
        rows.append(classifier.predict_proba(picture))
    return torch.stack(rows)


def story(checkpoints: Sequence[Checkpoint], probabilities: Tensor, classes: Sequence[str]) -> str:
    """Say when the network came to its present answer, from the probabilities [moments, C] of `predictions`."""
    answers = probabilities.argmax(dim=1).tolist()
    since = len(answers)
    while since and answers[since - 1] == answers[-1]:
        since -= 1
    now = {"now": classes[answers[-1]], "sure": probabilities[-1, answers[-1]].item()}
    if since == 0:
        return _("It has said “{now}” at every moment kept, from {first:.0%} sure to {sure:.0%}.").format(
            first=probabilities[0, answers[-1]].item(), **now
        )
    return _(
        "Up to step {before:,} it said “{then}” ({unsure:.0%}); from step {after:,} on it says “{now}”, by now with "
        "{sure:.0%}."
    ).format(
        before=checkpoints[since - 1].step,
        then=classes[answers[since - 1]],
        unsure=probabilities[since - 1].max().item(),
        after=checkpoints[since].step,
        **now,
    )


def confusion_at(run: Run, checkpoint: Checkpoint) -> Generator[float, None, Tensor]:
    """Count the answers at one moment on the test sample, which is that of the test curve.

    Yields: the share of the sample done, after each TEST_BATCH pictures.
    Returns: int64 [C, C], true class by row, answer by column.
    """
    sample, outputs = run.data.test_sample, []
    for batch in outputs_in_batches(run.network_at(checkpoint), run.data, sample):
        outputs.append(batch)
        yield min(1.0, len(outputs) * TEST_BATCH / len(sample))
    return confusion_matrix(run.probabilities(torch.cat(outputs)), class_indices(sample.targets))
