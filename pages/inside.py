from collections.abc import Callable
from dataclasses import dataclass

import streamlit as st

from core.checkpoints import CheckpointError
from core.datasets import DatasetDamaged, DatasetMissing
from core.embedding import fit_pca, nearest
from core.fine_tuning import fine_tune
from core.i18n import N_, _
from core.mistakes import reliability
from core.saliency import occlusion, saliency, towards
from core.through_layers import excitement, through_layers
from core.time_travel import predictions
from core.xray import xray
from pages.shared.frame import begin
from pages.shared.inside import embedding, handwriting, layers, mistakes, pixels, time
from pages.shared.inside import xray as stages
from pages.shared.inside.subject import Subject, choose_subject
from pages.shared.settings import Settings
from pages.shared.source import show_source


@dataclass(frozen=True)
class Part:
    """One way of looking; `show` draws it, and `code` is what it runs."""

    label: str
    show: Callable[[Subject, Settings], None]
    code: tuple[Callable, ...]


PARTS = {
    "xray": Part(N_("X-ray"), stages.show, (xray,)),
    "layers": Part(N_("Through the layers"), layers.show, (through_layers, excitement)),
    "pixels": Part(N_("Which pixels"), pixels.show, (saliency, occlusion, towards)),
    "time": Part(N_("Time travel"), time.show, (predictions,)),
    "mistakes": Part(N_("Mistakes"), mistakes.show, (reliability,)),
    "class": Part(N_("Our handwriting"), handwriting.show, (fine_tune,)),
    "map": Part(N_("Map"), embedding.show, (fit_pca, nearest)),
}

begin()
settings = Settings("inside")
st.title(_("Why did it say that?"))
try:
    subject = choose_subject(settings)
except (CheckpointError, DatasetMissing, DatasetDamaged) as problem:
    st.error(str(problem))
else:
    part = PARTS[settings.segments("part", _("Part"), PARTS, "xray", label_visibility="collapsed")]
    part.show(subject, settings)
    show_source(*part.code)
settings.write_url()
