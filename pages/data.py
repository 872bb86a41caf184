"""Data: from the bytes of a file to a batch of tensors, batches, the three sets, and what trips beginners up."""

import pages.ui.cold_link  # noqa: F401  (before PyTorch)

from core.text.i18n import N_
from pages.parts.data.batches import show_batches
from pages.parts.data.choosing import show_choosing
from pages.parts.data.puzzles import show_puzzles
from pages.parts.data.way import show_way
from pages.ui.lesson_end import end_lesson
from pages.ui.lesson_parts import Part, show_parts
from pages.ui.page_frame import begin
from pages.ui.url_settings import Settings

PARTS = {
    "way": Part(
        N_("The way of data"),
        N_("A network takes tensors. Play the way there, drag mean and std, and point at the image."),
        show_way,
    ),
    "batches": Part(
        N_("Batches"), N_("A training step sees one batch; an epoch has seen every image once."), show_batches
    ),
    "sets": Part(
        N_("Three sets"), N_("Why is there a validation set, when there is a test set already?"), show_choosing
    ),
    "puzzles": Part(N_("Tensor puzzles"), N_("Guess first, then let PyTorch compute it."), show_puzzles),
}


def main() -> None:
    begin()
    show_parts(Settings("data"), PARTS, "way")
    end_lesson("data")


main()
