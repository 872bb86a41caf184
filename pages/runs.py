from collections.abc import Callable
from dataclasses import dataclass

import streamlit as st

from core.i18n import N_, _
from pages.shared.frame import begin
from pages.shared.session import Runs, session_runs
from pages.shared.settings import Settings
from pages.shared.tries import landscape, rate, search, table, take_home


@dataclass(frozen=True)
class Part:
    """One thing to do with many runs; `show` draws it."""

    label: str
    show: Callable[[Runs, Settings], None]


PARTS = {
    "table": Part(N_("Runs"), table.show),
    "search": Part(N_("Search"), search.show),
    "rate": Part(N_("Learning rate"), rate.show),
    "landscape": Part(N_("Landscape"), landscape.show),
    "home": Part(N_("Take home"), take_home.show),
}

begin()
runs, settings = session_runs(), Settings("runs")
st.title(_("Which settings work best?"))
PARTS[settings.segments("part", _("Part"), PARTS, "table", label_visibility="collapsed")].show(runs, settings)
settings.write_url()
