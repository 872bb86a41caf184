"""A data set that is dealt out in batches, and how fast that is by a DataLoader and by plain indexing."""

import streamlit as st

from core.datasets import default_dataset, load, why_default
from core.lessons.data import batches, speed
from core.lessons.data.scene import epochs_scene
from core.text.i18n import _
from pages.ui.background import finished
from pages.ui.session import session_key
from pages.ui.stage import stage, take_settled
from pages.ui.suggestions import Suggestion, show_suggestions
from pages.ui.url_settings import Settings

PICTURE = "data_batches"
ASKED, SPEED = (session_key(__name__, name) for name in ("asked", "speed"))
SEED = 0
USUAL = {"batch_size": 64, "shuffle": True, "batch": 0}


def show_batches(settings: Settings) -> None:
    """Show the picture, and below it how the batches are made, and how fast."""
    take_settled(PICTURE, settings)
    data = load(default_dataset())
    picture = st.container()  # comes first, and is drawn from what stands below it
    show_suggestions(
        *(
            Suggestion(label, icon, help, settings.set, (USUAL | changed,))
            for label, icon, help, changed in (
                (_("One by one"), ":material/looks_one:", _("As many batches as images."), {"batch_size": 1}),
                (_("A small rest"), ":material/splitscreen_bottom:", _("How large is the last batch?"), {}),
                (_("No shuffling"), ":material/sort:", _("Is the second epoch any different?"), {"shuffle": False}),
            )
        )
    )
    with st.container(horizontal=True, vertical_alignment="bottom"):
        size = settings.select_slider("batch_size", _("Batch size"), batches.SIZES, USUAL["batch_size"], width=220)
        shuffle = settings.switch("shuffle", _("Shuffle"), USUAL["shuffle"])
    scene = epochs_scene(data.train.inputs[: batches.IMAGES], size, shuffle, SEED)
    sizes = scene["sizes"].tolist()
    place = settings.value("batch", 0, batches.EPOCHS * len(sizes) - 1, USUAL["batch"])
    settings.write_url()
    with picture:
        alt = _("A data set and the batches that it is dealt out in")
        stage("data_batches", scene, {"batch": place}, key=PICTURE, alt=alt, height=330)
        with st.container(key="notice"):
            st.markdown(batches.notice(sizes, shuffle))
    st.subheader(_("Side by side"), anchor=False)
    left, right = st.columns(2)
    with left:
        st.caption("DataLoader")
        st.code(batches.loader_snippet(size, shuffle), language="python", wrap_lines=True)
    with right:
        st.caption(_("Plain indexing"))
        st.code(batches.indexing_snippet(size, shuffle), language="python", wrap_lines=True)
    show_speed(size)
    st.caption(why_default())


def show_speed(size: int) -> None:
    """Show the button that measures, and what was measured last with this batch size."""
    data = load(default_dataset())
    if st.button(_("Measure them here"), icon=":material/speed:", key="measure"):
        st.session_state[ASKED] = (data.name, size, object())  # measured anew at each click
    subject = st.session_state.get(ASKED)
    if subject is None or subject[:2] != (data.name, size):
        return
    words = _("Taking batches by turns, for a few seconds …")
    speeds = finished(SPEED, subject, lambda: speed.measure(data, size), words)
    if speeds is not None:
        with st.container(key="speeds"):
            st.markdown(speed.notice(speeds, size))
        st.vega_lite_chart(speed.chart(speeds), key="speed_chart", width="stretch", alt=_("Images a second"))
