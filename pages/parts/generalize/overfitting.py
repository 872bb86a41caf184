"""One training on few images: training, validation and test, and when it should have been stopped."""

import streamlit as st

from core.lessons.generalize.predictions import LOWEST, MEMORIZED, NOISY_SETUP, lowest_truth, memorized_truth
from core.lessons.generalize.scene import history_scene
from core.lessons.generalize.sets import make_sets
from core.lessons.generalize.training import EPOCHS, HISTORIES, Setup, learn, train_epoch
from core.text.i18n import _
from pages.parts.generalize.experiment import WIDTH, ask_about, show_experiment
from pages.ui.seed import choose_seed
from pages.ui.source_code import show_source
from pages.ui.stage import take_settled
from pages.ui.suggestions import Suggestion, show_suggestions
from pages.ui.url_settings import Settings

PICTURE = "learning_curves"
IMAGES, NOISE = (30, 100, 300, 1000), (0, 20, 40)
USUAL = {"images": 100, "noise": 0, "seed": 0, "epoch": EPOCHS}
FROM_START = {"epoch": 0}  # it plays by itself then


def show_overfitting(settings: Settings) -> None:
    take_settled(PICTURE, settings)
    top = st.container()  # comes first, and is drawn from what stands below it
    with st.container(horizontal=True, vertical_alignment="bottom"):
        images = settings.select_slider("images", _("Training images"), IMAGES, USUAL["images"], width=WIDTH)
        noise = settings.select_slider(
            "noise", _("Wrong labels"), NOISE, USUAL["noise"], format_func=lambda share: f"{share}%", width=WIDTH
        )
        seed = choose_seed(settings, _("Other images"))
    values = {"epoch": settings.value("epoch", 0, EPOCHS, USUAL["epoch"])}
    show_suggestions(
        Suggestion(
            _("30 images"), ":material/photo_size_select_small:",
            _("All of them are learned, and one in five or more of the new ones is read wrongly."),
            settings.set, (USUAL | FROM_START | {"images": 30},),
        ),
        Suggestion(
            _("1000 images"), ":material/photo_library:", _("The gap nearly closes."),
            settings.set, (USUAL | FROM_START | {"images": 1000},),
        ),
        Suggestion(
            _("Wrong labels"), ":material/label_off:",
            _("It memorizes what is wrong; stopping early is better by far."),
            settings.set, (USUAL | FROM_START | {"images": 300, "noise": 40},),
        ),
    )  # fmt: skip
    shown = USUAL | FROM_START | {"images": NOISY_SETUP.images, "noise": round(100 * NOISY_SETUP.noise)}
    numbers = {"images": NOISY_SETUP.images, "noise": NOISY_SETUP.noise}
    ask_about(MEMORIZED, HISTORIES, NOISY_SETUP, memorized_truth, settings, shown, numbers)
    ask_about(LOWEST, HISTORIES, NOISY_SETUP, lowest_truth, settings, shown)
    settings.write_url()
    with top:
        alt = _("Loss and accuracy on the training and the validation set over the epochs")
        words = _("Training a network on {images} images …").format(images=images)
        show_experiment(HISTORIES, Setup(images, noise / 100, seed=seed), PICTURE, history_scene, values, alt, words)
    show_source(make_sets, learn, train_epoch)
