"""Interpretation of a trained network: preprocessing, feature maps, saliency, mistakes, fine-tuning and embeddings."""

import pages.ui.cold_link  # noqa: F401  (before PyTorch)

from collections.abc import Callable
from dataclasses import dataclass

from core.datasets import DatasetDamaged, DatasetMissing
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
from pages.parts.inside import embedding, handwriting, layers, mistakes, preprocessing, time_travel
from pages.parts.inside import saliency as pixels
from pages.parts.inside.subject import Subject, choose_subject
from pages.ui import say
from pages.ui.page_frame import begin
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
        show_source(*part.code)
    settings.write_url()


main()
