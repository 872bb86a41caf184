"""What a network says to an image, and what a copy of it says that has learned more."""

from collections.abc import Sequence

import torch
from torch import Tensor

from core.inference import Classifier
from core.plots.matrix import matrix
from core.text.i18n import _
from pages.ui.svg_view import picture


def show_both(image: Tensor, classes: Sequence[str], before: Classifier | None, after: Classifier, key: str) -> None:
    """Show the probabilities of both as a matrix.

    Args:
        image: float32 [1, 28, 28] in [0, 1].
        classes: their names in the reader's language.
        before: None where it is no longer there.
    """
    names = [_("network"), _("copy")] if before else [_("copy")]
    classifiers = [before, after] if before else [after]
    rows = torch.stack([classifier.predict_proba(image) for classifier in classifiers])
    picture(matrix(rows.numpy(), _("Probabilities"), names, classes, 1.0), key)
