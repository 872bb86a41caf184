"""Data: from the bytes of a file to a batch of tensors, batches, the three sets, and what trips beginners up."""

import pages.ui.cold_link  # noqa: F401  (before PyTorch)

from collections.abc import Callable
from dataclasses import dataclass

import streamlit as st

from core.datasets import DatasetDamaged, DatasetMissing
from core.text.i18n import N_, _
from pages.parts.data.batches import show_batches
from pages.parts.data.choosing import show_choosing
from pages.parts.data.puzzles import show_puzzles
from pages.parts.data.way import show_way
from pages.ui import say
from pages.ui.lesson_end import end_lesson
from pages.ui.page_frame import begin, live
from pages.ui.url_settings import Settings


@dataclass(frozen=True)
class Part:
    """One side of the lesson; `question` stands above it."""

    label: str
    question: str
    show: Callable[[Settings], None]


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


def lesson(settings: Settings, part: Part) -> None:
    try:
        part.show(settings)
    except (DatasetMissing, DatasetDamaged) as problem:
        say.error(str(problem))


def main() -> None:
    begin()
    settings = Settings("data")
    part = PARTS[settings.segments("part", _("Part"), PARTS, "way", label_visibility="collapsed")]
    st.write(_(part.question))
    live()(lesson)(settings, part)
    end_lesson("data")


main()
