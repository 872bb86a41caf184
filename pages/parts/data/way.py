"""The way of data as one picture: from the bytes of a file to a batch and its labels."""

import streamlit as st
from torch import Tensor

from core.datasets import default_dataset, load, why_default
from core.lessons.data.pipeline import last_index, pixel_counts, snippet, way
from core.lessons.data.scene import MEAN_LIMITS, STD_LIMITS, way_scene
from core.text.i18n import _
from pages.ui.stage import stage, take_settled
from pages.ui.suggestions import Suggestion, show_suggestions
from pages.ui.url_settings import Settings

PICTURE = "data_way"
STATIONS = 7
NORMALIZE, ONE_HOT = 3, 6  # stations


def show_way(settings: Settings) -> None:
    """Show the picture, and below it which images go the way."""
    take_settled(PICTURE, settings)
    data = load(default_dataset())
    usual = {"index": 0, "station": NORMALIZE, "mean": round(data.mean, 4), "std": round(data.std, 4)}
    values = {
        "station": settings.value("station", 0, STATIONS - 1, 0),
        "mean": settings.value("mean", *MEAN_LIMITS, usual["mean"]),
        "std": settings.value("std", *STD_LIMITS, usual["std"]),
    }
    picture = st.container()  # comes first, and is drawn from what stands below it
    show_suggestions(
        *(
            Suggestion(label, icon, help, settings.set, (usual | changed,))
            for label, icon, help, changed in (
                (_("From −1 to 1"), ":material/align_horizontal_center:",
                 _("Mean and std of 0.5: how far from 0 is the mean then?"), {"mean": 0.5, "std": 0.5}),
                (_("The set’s own"), ":material/equalizer:", _("Its mean goes to 0, its std to 1."), {}),
                (_("A 0, one-hot"), ":material/looks_one:", _("1000000000: the 1 is at place 0."),
                 {"station": ONE_HOT, "index": first_zero(data.train.targets)}),
            )
        )
    )  # fmt: skip
    index = settings.number("index", _("First image, its place in the training set"), 0, last_index(data), 0, width=330)
    settings.write_url()
    with picture:
        alt = _("Images on their way from a file to a batch, with their numbers and their shapes")
        stage(
            "data_way", way_scene(way(data, index), pixel_counts(data.name)), values, key=PICTURE, alt=alt, height=330
        )
    st.caption(why_default())
    st.subheader(_("In PyTorch"), anchor=False)
    st.code(snippet(index, values["mean"], values["std"]), language="python")


def first_zero(targets: Tensor) -> int:
    """Return the place of the first label 0."""
    return int((targets == 0).nonzero()[0, 0])
