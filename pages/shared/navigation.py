"""The lessons of the course, in the order in which they are taught: the one list of pages."""

from dataclasses import dataclass

import streamlit as st

from core.i18n import N_, _


@dataclass(frozen=True)
class Lesson:
    """A page: its file is pages/<name>.py and its address /<name>, where the name is its key in LESSONS."""

    section: str
    title: str
    icon: str
    help: str


def page(name: str) -> st.Page:
    """Return the page to link to, its words in the reader's language."""
    lesson = LESSONS[name]
    return st.Page(
        f"pages/{name}.py",
        title=_(lesson.title),
        icon=lesson.icon,
        url_path=name,
        default=name == next(iter(LESSONS)),
        help=_(lesson.help),
    )


def sections() -> dict[str, list[st.Page]]:
    """Return what st.navigation takes: the pages under their headings."""
    grouped: dict[str, list[st.Page]] = {}
    for name, lesson in LESSONS.items():
        grouped.setdefault(_(lesson.section), []).append(page(name))
    return grouped


LESSONS = {
    "home": Lesson(N_("Start"), N_("Home"), ":material/home:", N_("What a neural network does, in four steps.")),
    "activations": Lesson(
        N_("Building blocks"),
        N_("Activations"),
        ":material/show_chart:",
        N_("See what each activation function does to a number, and where its gradient gets lost."),
    ),
    "train": Lesson(
        N_("Learning"),
        N_("Train"),
        ":material/model_training:",
        N_("Train a network on real images and watch it learn."),
    ),
    "draw": Lesson(
        N_("Using a network"), N_("Draw"), ":material/draw:", N_("Draw a digit and see which one the network reads.")
    ),
}
