"""Imports point down: app.py to pages/, lesson pages to pages/shared/, and all of them to core/."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
FILES = [ROOT / "app.py", *sorted((ROOT / "pages").rglob("*.py")), *sorted((ROOT / "core").rglob("*.py"))]
OWN = ("app", "pages", "core", "tests")


def imported(source: str, package: str) -> set[str]:
    """Return the dotted names that a module of this package imports, relative ones made absolute."""
    names = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            parents = package.split(".")[: len(package.split(".")) - node.level + 1] if node.level else []
            base = ".".join([*parents, *([node.module] if node.module else [])])
            names |= {f"{base}.{alias.name}" for alias in node.names}
    return names


def forbidden(module: str, name: str) -> bool:
    """Return whether the module, by its dotted name, may not import this name."""
    top = name.split(".")[0]
    if module == "core" or module.startswith("core."):
        return top in ("app", "pages", "tests", "streamlit", "streamlit_drawable_canvas")
    if top not in OWN or top == "core":
        return False
    if module == "app" or module.startswith("pages."):
        return not name.startswith("pages.shared.")
    return True


def module_name(file: Path) -> str:
    return ".".join(file.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


def package_name(file: Path) -> str:
    return ".".join(file.relative_to(ROOT).parent.parts)


@pytest.mark.parametrize("file", FILES, ids=module_name)
def test_imports_point_down(file):
    names = imported(file.read_text(encoding="utf-8"), package_name(file))
    assert [name for name in sorted(names) if forbidden(module_name(file), name)] == []


@pytest.mark.parametrize(
    ("module", "source"),
    [
        ("core.runs", "import streamlit as st"),
        ("core.runs", "def late():\n    from streamlit import fragment"),
        ("core.runs", "from pages.shared.frame import begin"),
        ("core.figures.loss", "from ...pages import train"),
        ("pages.train", "from pages.draw import canvas"),
        ("pages.train", "from . import draw"),
        ("pages.train", "import app"),
        ("pages.shared.frame", "from pages.train import start"),
        ("pages.shared.frame", "from ..train import start"),
        ("app", "import pages.home"),
        ("app", "from tests.core import test_i18n"),
    ],
)
def test_an_import_that_points_up_is_found(module, source):
    names = imported(source, module.rpartition(".")[0])
    assert any(forbidden(module, name) for name in names)


@pytest.mark.parametrize(
    ("module", "source"),
    [
        ("app", "from pages.shared.frame import frame"),
        ("pages.train", "import streamlit as st\nfrom core.runs import Run\nfrom .shared.frame import begin"),
        ("pages.shared.frame", "from pages.shared.navigation import sections"),
        ("core.figures.loss", "from core.palette import COLORS\nfrom ..i18n import _"),
    ],
)
def test_an_import_that_points_down_is_allowed(module, source):
    names = imported(source, module.rpartition(".")[0])
    assert not any(forbidden(module, name) for name in names)
