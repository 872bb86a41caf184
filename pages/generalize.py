"""Does it generalize: overfitting and early stopping, what helps against it, and what initial weights do."""

import pages.ui.cold_link  # noqa: F401  (before PyTorch)

from collections.abc import Callable
from dataclasses import dataclass

import streamlit as st

from core.datasets import DatasetDamaged, DatasetMissing
from core.text.i18n import N_, _
from pages.parts.generalize.overfitting import show_overfitting
from pages.parts.generalize.remedies import show_remedies
from pages.parts.generalize.starts import show_starts
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


def lesson(settings: Settings, part: Part) -> None:
    try:
        part.show(settings)
    except (DatasetMissing, DatasetDamaged) as problem:
        say.error(str(problem))


def main() -> None:
    begin()
    settings = Settings("generalize")
    part = PARTS[settings.segments("part", _("Part"), PARTS, "overfitting", label_visibility="collapsed")]
    st.write(_(part.question))
    live()(lesson)(settings, part)
    end_lesson("generalize")


main()
