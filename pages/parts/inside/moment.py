"""A network that stays as it is while it is looked at."""

import streamlit as st

from core.inference import Reader
from core.text.i18n import _
from pages.parts.inside.subject import Subject

HELD = "inside_held"


def hold(subject: Subject) -> tuple[str, Reader]:
    """Return a network and what tells it from others; of a run that learns on, as it was when first asked for.

    Else work that takes a second would begin anew for ever, each time about a network that has learnt a little more.
    """
    if subject.run is None or not subject.run.status.computing:
        st.session_state.pop(HELD, None)
        return subject.key, subject.reader
    held = st.session_state.get(HELD)
    if held is None or held[0] != subject.name:
        last = subject.run.view().last
        held = st.session_state[HELD] = (subject.name, last.step if last else 0, subject.key, subject.reader)
    _name, step, key, reader = held
    with st.container(horizontal=True, vertical_alignment="center"):
        st.caption(
            _("Your network is still learning; this is it after step {step:,}.").format(step=step), width="content"
        )
        st.button(_("Look again"), icon=":material/refresh:", key="inside_look_again", on_click=_let_go)
    return key, reader


def _let_go() -> None:
    st.session_state.pop(HELD, None)
