"""Does it generalize: overfitting and early stopping, what helps against it, and what initial weights do."""

import pages.ui.cold_link  # noqa: F401  (before PyTorch)

from core.text.i18n import N_
from pages.parts.generalize.overfitting import show_overfitting
from pages.parts.generalize.remedies import show_remedies
from pages.parts.generalize.starts import show_starts
from pages.ui.lesson_end import end_lesson
from pages.ui.lesson_parts import Part, show_parts
from pages.ui.page_frame import begin
from pages.ui.url_settings import Settings

PARTS = {
    "overfitting": Part(
        N_("Too little data"),
        N_("A network can memorize its training images; what counts is how it does on images it has never seen."),
        show_overfitting,
    ),
    "remedies": Part(
        N_("Against overfitting"),
        N_("The same images and seeds, with dropout, with weight decay, and with more images: what helps?"),
        show_remedies,
    ),
    "weights": Part(
        N_("Initial weights"),
        N_("Five hidden layers: do their values and gradients keep their size from layer to layer?"),
        show_starts,
    ),
}


def main() -> None:
    begin()
    show_parts(Settings("generalize"), PARTS, "overfitting")
    end_lesson("generalize")


main()
