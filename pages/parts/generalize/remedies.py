"""Dropout, weight decay and more images side by side."""

import streamlit as st

from core.lessons.generalize.predictions import CLEAN, CLEAN_CASE, NOISY, NOISY_CASE, clean_truth, noisy_truth
from core.lessons.generalize.remedies import COMPARISONS, REMEDIES, SEEDS, Case, compare, difference
from core.lessons.generalize.scene import remedies_scene
from core.lessons.generalize.training import EPOCHS, learn
from core.seeding import SeededDropout
from core.text.i18n import _
from pages.parts.generalize.experiment import WIDTH, ask_about, show_experiment
from pages.parts.generalize.overfitting import NOISE, PICTURE
from pages.ui.seed import choose_seed
from pages.ui.source_code import show_source
from pages.ui.stage import take_settled
from pages.ui.suggestions import Suggestion, show_suggestions
from pages.ui.url_settings import Settings

FEW = (30, 100, 300)
USUAL = {"few": 100, "mislabeled": 20, "seed": 0, "epoch": EPOCHS}
CLEAN_SHOWN = USUAL | {"few": CLEAN_CASE.images, "mislabeled": 0}
NOISY_SHOWN = USUAL | {"few": NOISY_CASE.images, "mislabeled": round(100 * NOISY_CASE.noise)}


def show_remedies(settings: Settings) -> None:
    take_settled(PICTURE, settings)
    top = st.container()  # comes first, and is drawn from what stands below it
    with st.container(horizontal=True, vertical_alignment="bottom"):
        images = settings.select_slider("few", _("Training images"), FEW, USUAL["few"], width=WIDTH)
        noise = settings.select_slider(
            "mislabeled", _("Wrong labels"), NOISE, USUAL["mislabeled"], format_func=lambda share: f"{share}%",
            width=WIDTH,
        )  # fmt: skip
        seed = choose_seed(settings, _("Other seeds"), step=SEEDS)
    values = {"epoch": settings.value("epoch", 0, EPOCHS, USUAL["epoch"])}
    show_suggestions(
        Suggestion(
            _("Few images, wrong labels"), ":material/label_off:",
            _("Dropout and more images help clearly; of weight decay five seeds cannot say it."),
            settings.set, (USUAL,),
        ),
        Suggestion(
            _("Right labels"), ":material/label:",
            _("Only more images help clearly; what dropout and weight decay change may be chance."),
            settings.set, (CLEAN_SHOWN,),
        ),
        Suggestion(
            _("More wrong labels"), ":material/library_add:",
            _("More images with as many wrong labels are no clear help; dropout and weight decay are."),
            settings.set, (NOISY_SHOWN,),
        ),
    )  # fmt: skip
    clean = {"images": CLEAN_CASE.images, "seeds": SEEDS}
    ask_about(CLEAN, COMPARISONS, CLEAN_CASE, clean_truth, settings, CLEAN_SHOWN, clean)
    noisy = {"images": NOISY_CASE.images, "noise": NOISY_CASE.noise}
    ask_about(NOISY, COMPARISONS, NOISY_CASE, noisy_truth, settings, NOISY_SHOWN, noisy)
    settings.write_url()
    with top:
        alt = _("Validation accuracy, and the gap to the training accuracy, with and without remedies over the epochs")
        words = _("Training {networks} networks: each remedy with {seeds} seeds …")
        words = words.format(networks=len(REMEDIES) * SEEDS, seeds=SEEDS)
        show_experiment(COMPARISONS, Case(images, noise / 100, seed), PICTURE, remedies_scene, values, alt, words)
    show_source(compare, learn, SeededDropout, difference)
