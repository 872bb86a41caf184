"""A confusion matrix as colored cells: the mistakes in orange, stronger for more; the right answers without a color."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from core.plots.matrix import matrix
from core.plots.palette import COLORS
from core.text.i18n import _

MAX_NAME = 7  # letters of a class that have room above a column


def confusion_drawing(
    counts: NDArray, classes: Sequence[str], marked: tuple[int, int] | None = None, pick: str = ""
) -> str:
    """Draw how often each class, by row, was given each answer, by column: int [C, C]; the rest as in `matrix`.

    The right answers are nearly all: measured by them no mistake would be seen, and in the color of the mistakes they
    would look like the worst of them.
    """
    right = np.eye(len(counts), dtype=bool)
    colors = np.where(right | (counts == 0), "none", COLORS["orange"])
    columns = [name if len(name) <= MAX_NAME else f"{name[: MAX_NAME - 1]}…" for name in classes]
    label = _("How often each class, by row, is read as each other, by column")
    most = int(counts[~right].max(initial=0))
    return matrix(counts, label, classes, columns, most or None, marked, pick, colors)


def confusion_key() -> str:
    """Return the words beside the drawing, in Markdown."""
    return _(
        "A row for what is shown, a column for what it is read as. Right answers stand on the diagonal, without a "
        "color; :orange[▇] mistakes, stronger where there are more."
    )
