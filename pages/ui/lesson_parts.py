"""A lesson of several parts, each under a question of its own."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import streamlit as st

from core.datasets import DatasetDamaged, DatasetMissing
from core.text.i18n import _
from pages.ui import say
from pages.ui.page_frame import live
from pages.ui.url_settings import Settings


@dataclass(frozen=True)
class Part:
    """One side of a lesson; `question` stands above it."""

    label: str
    question: str
    show: Callable[[Settings], None]


def show_parts(settings: Settings, parts: Mapping[str, Part], default: str) -> None:
    """Show the choice of parts, and the chosen one in a fragment; a data set that it lacks is named in a sentence."""
    part = parts[settings.segments("part", _("Part"), parts, default, label_visibility="collapsed")]
    st.write(_(part.question))
    live()(_show)(settings, part)


def _show(settings: Settings, part: Part) -> None:
    try:
        part.show(settings)
    except (DatasetMissing, DatasetDamaged) as problem:
        say.error(str(problem))
