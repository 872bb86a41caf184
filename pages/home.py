"""The training loop on a small network: forward pass, loss, backward pass and update. It links to all lessons."""

import pages.ui.cold_link  # noqa: F401  (before PyTorch)

import streamlit as st

from core.lessons.home import predictions
from core.lessons.home.scene import scene
from core.lessons.home.steps import STEPS
from core.lessons.home.training_loop import ROUNDS, go_round, journey
from core.lessons.path import PATH
from core.text.i18n import _
from pages.ui.heading import stop_words
from pages.ui.navigation import LESSONS, page
from pages.ui.page_frame import begin, live
from pages.ui.predict import predict
from pages.ui.progress import erase, marks_style, tell_browser
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


def show_path() -> None:
    """Show the course as a way from lesson to lesson; the browser marks how far one has come."""
    st.subheader(_("The course, lesson by lesson"), anchor=False)
    st.html(marks_style())
    cards = st.grid(3, min_column_width=220, border=True)
    for number, name in enumerate(PATH, start=1):
        with cards.cell(), st.container(key=f"path_{name}", gap="xsmall"):
            with st.container(horizontal=True, vertical_alignment="center", gap="xsmall"):
                st.caption(f"{number}", width="content")
                st.page_link(page(name))
            st.caption(_(LESSONS[name].help))
            st.caption(stop_words(name))
    tell_browser()
    with st.container(horizontal=True, vertical_alignment="center"):
        hours = sum(stop.minutes for stop in PATH.values()) / 60
        words = _("About {hours:.0f} hours in all. What you have seen, predicted and understood stays in this browser.")
        st.caption(words.format(hours=hours), width="content")
        st.button(_("Erase my progress"), icon=":material/delete:", type="tertiary", on_click=erase)


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

    show_path()
    show_source(go_round)


main()
