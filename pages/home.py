"""The training loop on a small network: forward pass, loss, backward pass and update. It links to all lessons."""

import pages.ui.cold_link  # noqa: F401  (before PyTorch)

import streamlit as st

from core.lessons.home import predictions
from core.lessons.home.scene import scene
from core.lessons.home.steps import STEPS
from core.lessons.home.training_loop import ROUNDS, go_round, journey
from core.text.i18n import _
from pages.ui.navigation import LESSONS, page
from pages.ui.page_frame import begin, live
from pages.ui.predict import predict
from pages.ui.source_code import show_source
from pages.ui.stage import stage, take_settled
from pages.ui.url_settings import Settings

LOOP = "home_loop"
NETWORKS = 1000


def new_network(settings: Settings) -> None:
    settings.set({"network": (settings.get("network") + 1) % NETWORKS, "step": 0})


def going_round(settings: Settings) -> None:
    """Show the network on its way round the loop; it goes by itself where no link says where to stand."""
    take_settled(LOOP, settings)
    step = settings.value("step", 0, ROUNDS * len(STEPS) - 1, 0)
    seed = settings.value("network", 0, NETWORKS - 1, 0)
    settings.write_url()
    alt = _("A tiny network that learns: data, network, loss, optimizer, and back to data")
    stage("home", scene(journey(seed), seed), {"step": step}, key=LOOP, alt=alt, height=370)
    st.button(_("New network"), icon=":material/restart_alt:", on_click=new_network, args=(settings,))
    numbers = predictions.numbers()
    predict(predictions.LOSSES, lambda: predictions.losses_truth(seed), numbers)
    predict(predictions.USED, lambda: predictions.used_truth(seed), numbers)


def main() -> None:
    begin()
    st.write(_("A playground for real PyTorch: move a control, watch what happens, read the code that did it."))
    live()(going_round)(Settings("home"))

    steps = st.grid(2, min_column_width=280, border=True)
    for number, step in enumerate(STEPS.values(), start=1):
        with steps.cell():
            st.markdown(f"#### {number}. :{step.color}[{_(step.label)}]")
            st.write(_(step.sentence))
            st.markdown(f"`{step.code}`")  # a line of the loop below, and no program to copy
            st.page_link(page(step.page), icon_position="right")

    st.subheader(_("The lessons, in order"), anchor=False)
    starts = st.grid(3, min_column_width=220, border=True)
    for name, lesson in LESSONS.items():
        if name != "home":
            with starts.cell():
                st.page_link(page(name))
                st.caption(_(lesson.help))
    show_source(go_round)


main()
