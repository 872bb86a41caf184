"""A picture of trainings that take a second or more: shown when they are done, and how far they are until then."""

from collections.abc import Callable, Mapping
from typing import Any

from core.lessons.generalize.kept import Kept, Key, Result
from core.text.i18n import _
from core.text.prediction import Prediction, Truth
from pages.ui.background import finished
from pages.ui.predict import predict
from pages.ui.session import session_key
from pages.ui.stage import stage
from pages.ui.url_settings import Settings

HEIGHT = 300
ROOM = HEIGHT + 149  # pixels, with the controls and the sentence
SECONDS = 0.28  # of training in each tick of the progress
WIDTH = 220  # pixels of a small control
EXPERIMENT, TRUTH = session_key(__name__, "experiment"), session_key(__name__, "truth")


def show_experiment(
    kept: Kept[Key, Result],
    key: Key,
    picture: str,
    scene: Callable[[Result], dict[str, Any]],
    values: Mapping[str, Any],
    alt: str,
    words: str,
) -> None:
    """Show the picture of this result, and until it is there, in words what is being done.

    Args:
        picture: the name of its module, and its key on the page.
    """
    result = finished(EXPERIMENT, (picture, key), lambda: kept.work(key), words, SECONDS, ROOM)
    if result is not None:
        stage(picture, scene(result), values, key=picture, alt=alt, height=HEIGHT)


def ask_about(
    question: Prediction,
    kept: Kept[Key, Result],
    key: Key,
    truth: Callable[[Result], Truth],
    settings: Settings,
    shown: Mapping[str, Any],
    numbers: Mapping[str, Any] | None = None,
) -> None:
    """Ask what this result will be; `shown` are the settings of its picture, which are set when it is asked for."""

    def find_truth() -> Truth | None:
        result = finished(f"{TRUTH}.{question.id}", key, lambda: kept.work(key), _("Training …"), SECONDS)
        return None if result is None else truth(result)

    predict(question, find_truth, numbers, settings.set, (shown,))
