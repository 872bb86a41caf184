"""Comparison of training runs: hyperparameter search, learning rate range test, seeds, loss landscape and export."""

import pages.ui.cold_link  # noqa: F401  (before PyTorch)

from collections.abc import Callable
from dataclasses import dataclass

from core.experiments import predictions
from core.text.i18n import N_, _
from pages.parts.runs import export, landscape, lr_finder, search, table
from pages.ui.lesson_end import end_lesson
from pages.ui.page_frame import begin, live
from pages.ui.predict import predict
from pages.ui.session import Runs, session_runs
from pages.ui.url_settings import Settings


@dataclass(frozen=True)
class Part:
    """One thing to do with many runs; `show` draws it."""

    label: str
    show: Callable[[Runs, Settings], None]


PARTS = {
    "table": Part(N_("Runs"), table.show),
    "search": Part(N_("Search"), search.show),
    "rate": Part(N_("Learning rate"), lr_finder.show),
    "landscape": Part(N_("Landscape"), landscape.show),
    "home": Part(N_("Take home"), export.show),
}


def ask() -> None:
    numbers = predictions.numbers()
    predict(predictions.SEEDS, predictions.seeds_truth, numbers)
    predict(predictions.AGAIN, predictions.again_truth, numbers)


def main() -> None:
    begin()
    runs, settings = session_runs(), Settings("runs")
    part = settings.segments("part", _("Part"), PARTS, "table", label_visibility="collapsed")
    PARTS[part].show(runs, settings)
    settings.write_url()
    if part == "table":
        live()(ask)()
    end_lesson("runs")


main()
