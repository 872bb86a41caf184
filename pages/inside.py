"""Interpretation of a trained network: preprocessing, feature maps, saliency, mistakes, fine-tuning and embeddings."""

import pages.ui.cold_link  # noqa: F401  (before PyTorch)

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import streamlit as st

from core.datasets import Data, DatasetDamaged, DatasetMissing
from core.inference import Classifier
from core.interpret import predictions as questions
from core.interpret.embedding import fit_pca, nearest
from core.interpret.fine_tuning import fine_tune
from core.interpret.layer_outputs import activation, through_layers
from core.interpret.metrics import reliability
from core.interpret.pca import principal_directions
from core.interpret.preprocessing import preprocessing_steps
from core.interpret.saliency import occlusion, saliency, towards
from core.interpret.training_replay import predictions
from core.pretrained import CheckpointError
from core.text.i18n import N_, _
from core.text.prediction import Prediction, Truth
from pages.parts.inside import embedding, handwriting, layers, mistakes, preprocessing, time_travel
from pages.parts.inside import saliency as pixels
from pages.parts.inside.subject import Subject, choose_subject
from pages.ui import say
from pages.ui.lesson_end import end_lesson
from pages.ui.page_frame import begin
from pages.ui.predict import predict
from pages.ui.session import session_key
from pages.ui.source_code import show_source
from pages.ui.url_settings import Settings


@dataclass(frozen=True)
class Part:
    """One way of looking; `show` draws it, and `code` is what it runs."""

    label: str
    show: Callable[[Subject, Settings], None]
    code: tuple[Callable, ...]


PARTS = {
    "xray": Part(N_("X-ray"), preprocessing.show, (preprocessing_steps,)),
    "layers": Part(N_("Through the layers"), layers.show, (through_layers, activation)),
    "pixels": Part(N_("Which pixels"), pixels.show, (saliency, occlusion, towards)),
    "time": Part(N_("Time travel"), time_travel.show, (predictions,)),
    "mistakes": Part(N_("Mistakes"), mistakes.show, (reliability,)),
    "class": Part(N_("Our handwriting"), handwriting.show, (fine_tune,)),
    "map": Part(N_("Map"), embedding.show, (fit_pca, principal_directions, nearest)),
}


TRUTHS = session_key(__name__, "truths")  # by question: the network that it was found for, and the truth


def once(subject: Subject, question: Prediction, find_truth: Callable[[Classifier, Data], Truth]) -> Truth:
    """Return what is true of a network; it is computed once for as long as the network stays the same."""
    kept = st.session_state.setdefault(TRUTHS, {})
    if kept.get(question.id, ("",))[0] != subject.key:
        kept[question.id] = (subject.key, find_truth(subject.classifier, subject.data))
    return kept[question.id][1]


def ask(subject: Subject) -> None:
    numbers = questions.numbers(subject.data)
    for question, find_truth in (
        (questions.TURNED, questions.turned_truth),
        (questions.NOISE, questions.noise_truth),
    ):
        predict(question, partial(once, subject, question, find_truth), numbers)


def main() -> None:
    begin()
    settings = Settings("inside")
    try:
        subject = choose_subject(settings)
    except (CheckpointError, DatasetMissing, DatasetDamaged) as problem:
        say.error(str(problem))
    else:
        part = PARTS[settings.segments("part", _("Part"), PARTS, "xray", label_visibility="collapsed")]
        part.show(subject, settings)
        ask(subject)
        show_source(*part.code)
    settings.write_url()
    end_lesson("inside")


main()
