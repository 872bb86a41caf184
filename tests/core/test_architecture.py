"""Imports point down, and each room imports only what the plan in docs/architecture.md lets it."""

from graphlib import CycleError

import pytest

from tests.structure import (
    ARCHITECTURE,
    DIAGRAM,
    FILES,
    ROOT,
    TRAINER,
    between_rooms,
    diagram,
    imported,
    imports,
    levels,
    module_name,
)

OWN = ("app", "pages", "core", "tests")
# These fill in another page's form, or hand a network to it.
CROSSINGS = {
    "pages.parts.runs": ("pages.parts.train.form", "pages.parts.playground.form"),
    "pages.build": ("pages.parts.playground.form",),
}


def forbidden(module: str, name: str) -> bool:
    """Return whether the module, by its dotted name, may not import this name."""
    top = name.split(".")[0]
    if module.split(".")[0] == "core":
        return _forbidden_in_core(module, name)
    if top not in OWN or top == "core":
        return False
    if any(_within(module, here) and any(_within(name, there) for there in CROSSINGS[here]) for here in CROSSINGS):
        return False
    parts = module.split(".")
    own = "pages.parts." + (parts[2] if parts[:2] == ["pages", "parts"] else parts[-1])
    allowed = ("pages.ui",) if module == "app" or parts[:2] == ["pages", "ui"] else ("pages.ui", own)
    return not any(_within(name, place) for place in allowed)


def _forbidden_in_core(module: str, name: str) -> bool:
    if name.split(".")[0] in ("app", "pages", "tests", "streamlit", "streamlit_drawable_canvas"):
        return True
    if _within(module, "core.lessons"):
        lesson = ".".join(module.split(".")[:3])
        if _within(name, "core.lessons") and not _within(name, lesson):
            return True
    return _within(name, "core.runs") and any(
        _within(module, place) for place in ("core.lessons", "core.interpret", "core.datasets")
    )


def _within(name: str, place: str) -> bool:
    return f"{name}.".startswith(f"{place}.")


def test_every_import_is_allowed():
    found = []
    for file in FILES:
        module, package = module_name(file), ".".join(file.relative_to(ROOT).parent.parts)
        names = imported(file.read_text(encoding="utf-8"), package)
        found += [f"{module} imports {name}" for name in sorted(names) if forbidden(module, name)]
    assert found == []


def test_no_circle():
    graph = imports()
    levels(graph)
    levels(between_rooms(graph))


def test_a_circle_is_found():
    with pytest.raises(CycleError):
        levels({"core.a": {"core.b"}, "core.b": {"core.a"}})


def test_only_the_trainer_stands_outside_the_rooms_of_core():
    assert {file.stem for file in (ROOT / "core").glob("*.py")} == TRAINER


def test_the_diagram_in_the_documentation_is_up_to_date():
    drawn = DIAGRAM.search(ARCHITECTURE.read_text(encoding="utf-8"))
    assert drawn is not None
    assert drawn.group() == diagram(), "to update it: python -m tests.structure --mermaid"


@pytest.mark.parametrize(
    ("module", "source"),
    [
        ("core.training", "import streamlit as st"),
        ("core.training", "def late():\n    from streamlit import fragment"),
        ("core.training", "from pages.ui.page_frame import begin"),
        ("core.plots.svg", "from ...pages import train"),
        ("core.lessons.linear.figures", "from core.lessons.losses import curves"),
        ("core.lessons.linear.figures", "from core.runs import Run"),
        ("core.interpret.metrics", "from core.runs.run import Run"),
        ("core.datasets.points", "import core.runs"),
        ("pages.train", "from pages.draw import canvas"),
        ("pages.train", "from . import draw"),
        ("pages.train", "import app"),
        ("pages.train", "from pages.parts.draw.answer import show"),
        ("pages.ui.page_frame", "from pages.train import start"),
        ("pages.ui.page_frame", "from ..parts.train import form"),
        ("pages.parts.train.form", "from pages.parts.runs.table import rows"),
        ("pages.parts.runs.table", "from pages.parts.train.live import show"),
        ("app", "import pages.home"),
        ("app", "from tests.core.text import test_i18n"),
    ],
)
def test_a_wrong_import_is_found(module, source):
    names = imported(source, module.rpartition(".")[0])
    assert any(forbidden(module, name) for name in names)


@pytest.mark.parametrize(
    ("module", "source"),
    [
        ("app", "from pages.ui.page_frame import frame"),
        ("pages.train", "import streamlit as st\nfrom core.runs import Run\nfrom .ui.page_frame import begin"),
        ("pages.train", "from pages.parts.train.form import controls"),
        ("pages.parts.train.live", "from pages.parts.train import form"),
        ("pages.parts.runs.table", "from pages.parts.train.form import controls"),
        ("pages.build", "from pages.parts.playground import form"),
        ("pages.ui.page_frame", "from pages.ui.navigation import sections"),
        ("core.plots.matrix", "from core.plots.palette import COLORS\nfrom ..text.i18n import _"),
        ("core.interpret.metrics", "if TYPE_CHECKING:\n    from core.runs.run import Run"),
    ],
)
def test_a_right_import_is_allowed(module, source):
    names = imported(source, module.rpartition(".")[0])
    assert not any(forbidden(module, name) for name in names)
