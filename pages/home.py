"""The training loop on a small network: forward pass, loss, backward pass and update. It links to all lessons."""

import streamlit as st

from core.lessons.home.figures import STEPS, loop
from core.lessons.home.training_loop import go_round, journey, notice
from core.text.i18n import _
from pages.ui.navigation import LESSONS, page
from pages.ui.page_frame import begin, live
from pages.ui.session import session_key
from pages.ui.source_code import show_source
from pages.ui.svg_view import picture
from pages.ui.url_settings import Settings

PACE = 0.9  # seconds at a station
STATIONS = list(STEPS)
TICK = session_key("home", "tick")
NETWORK = session_key("home", "network")
DRAWN = session_key("home", "drawn")


def place() -> tuple[int, int]:
    """Return where the network is: the round, from 0, and the station."""
    return divmod(st.session_state.setdefault(TICK, 0), len(STATIONS))


def move(ticks: int) -> None:
    last = len(journey(st.session_state[NETWORK]).rounds) * len(STATIONS) - 1
    st.session_state[TICK] = min(st.session_state[TICK] + ticks, last)


def begin_anew() -> None:
    st.session_state[NETWORK] += 1
    st.session_state[TICK] = 0
    st.session_state.pop(DRAWN, None)  # it is seen at its first station before it goes on


def going_round(settings: Settings, playing: bool, whole_rounds: bool) -> None:
    """Show where the network is; while it plays, one station further, or one round, at each look."""
    trip = journey(st.session_state[NETWORK])
    number, station = place()
    at_end = number == len(trip.rounds) - 1 and (whole_rounds or station == len(STATIONS) - 1)
    if playing and at_end:
        settings.set({"playing": False})
        st.rerun()
    if playing and st.session_state.pop(DRAWN, False):
        move(len(STATIONS) if whole_rounds else 1)
        number, station = place()
    st.session_state[DRAWN] = True
    active = None if whole_rounds else STATIONS[station]
    picked = picture(loop(trip, number, active), "loop", narrow=loop(trip, number, active, stacked=True))
    if picked:
        st.switch_page(page(STEPS[picked].page))
    with st.container(key="notice"):
        st.markdown(notice(trip, number, active))


def main() -> None:
    begin()
    st.write(_("A playground for real PyTorch: move a control, watch what happens, read the code that did it."))

    settings = Settings("home")
    st.session_state.setdefault(NETWORK, 0)
    st.session_state.setdefault(settings.key("playing"), True)
    with st.container(horizontal=True, vertical_alignment="center"):
        playing = settings.switch("playing", _("Play"), True)
        fast = settings.switch("fast", _("Whole rounds"))
        further = len(STATIONS) if fast else 1
        st.button(_("One further"), icon=":material/skip_next:", on_click=move, args=(further,))
        st.button(_("New network"), icon=":material/restart_alt:", on_click=begin_anew)
    settings.write_url()
    live(run_every=PACE if playing else None)(going_round)(settings, playing, fast)

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
