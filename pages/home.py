import streamlit as st

from core.figures.steps import STEPS, loop
from core.i18n import _
from pages.shared.frame import begin
from pages.shared.navigation import LESSONS, page

begin()
st.title(_("See how a neural network learns"))
st.write(_("A playground for real PyTorch: move a control, watch what happens, read the code that did it."))

st.image(loop(), width="stretch", alt=_("Data to network to loss to optimizer, and back to data"))
steps = st.grid(2, min_column_width=280, border=True)
for place, step in enumerate(STEPS.values(), start=1):
    with steps.cell():
        st.markdown(f"#### {place}. :{step.color}[{_(step.label)}]")
        st.write(_(step.sentence))
        st.code(step.code, language="python", wrap_lines=True)
        st.page_link(page(step.page), icon_position="right")

st.subheader(_("Start here"), anchor=False)
starts = st.grid(3, min_column_width=220, border=True)
for name, lesson in LESSONS.items():
    if name != "home":
        with starts.cell():
            st.page_link(page(name))
            st.caption(_(lesson.help))
