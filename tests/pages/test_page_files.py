"""A page is read from top to bottom: what it teaches, its parts, and main(), which is called at the end."""

import ast
from pathlib import Path

import pytest

PAGES = sorted(file for file in (Path(__file__).parents[2] / "pages").glob("*.py") if file.stem != "__init__")
FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)


def complaints(source: str) -> list[str]:
    """Return what is wrong with the shape of a page."""
    tree = ast.parse(source)
    found = []
    if not ast.get_docstring(tree):
        found.append("no docstring")
    if not any(isinstance(node, FUNCTIONS) and node.name == "main" for node in tree.body):
        found.append("no main()")
    if ast.unparse(tree.body[-1]) != "main()":
        found.append("does not end with main()")
    found += [
        f"line {node.lineno} runs outside main()"
        for node in tree.body[:-1]
        if isinstance(node, ast.Expr) and not isinstance(node.value, ast.Constant)
    ]
    return found + late_reads(tree)


def late_reads(tree: ast.Module) -> list[str]:
    """Return which functions read a name of the module that is assigned below them."""
    assigned = {
        name.id: node.lineno
        for node in tree.body
        if not isinstance(node, (*FUNCTIONS, ast.ClassDef))
        for name in ast.walk(node)
        if isinstance(name, ast.Name) and isinstance(name.ctx, ast.Store)
    }
    found = []
    for function in ast.walk(tree):
        if not isinstance(function, FUNCTIONS):
            continue
        names = [node for node in ast.walk(function) if isinstance(node, ast.Name)]
        own = {name.id for name in names if isinstance(name.ctx, ast.Store)}
        own |= {node.arg for node in ast.walk(function) if isinstance(node, ast.arg)}
        read = {name.id for name in names if isinstance(name.ctx, ast.Load)} - own
        late = sorted(name for name in read if assigned.get(name, 0) > function.lineno)
        found += [f"{function.name} reads {name}, which is assigned below it" for name in late]
    return found


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_a_page_says_what_it_teaches_and_runs_in_main(page):
    assert complaints(page.read_text(encoding="utf-8")) == []


GOOD = '''
"""What it teaches."""
import streamlit as st
PLACES = 3
def show(settings):
    later(settings, PLACES)
def later(settings, places):
    parts = settings
    return [parts for places in parts]
parts = {"show": show}
def main():
    parts["show"](1)
main()
'''


def test_a_good_page_passes():
    assert complaints(GOOD) == []


@pytest.mark.parametrize(
    ("old", "new", "complaint"),
    [
        ('"""What it teaches."""', "", "no docstring"),
        ("def main", "def other", "no main()"),
        ("\nmain()", "", "does not end with main()"),
        ("PLACES = 3", "st.title(3)", "line 4 runs outside main()"),
        ("later(settings, PLACES)", "later(parts, PLACES)", "show reads parts, which is assigned below it"),
    ],
)
def test_a_bad_page_is_found(old, new, complaint):
    assert complaint in complaints(GOOD.replace(old, new))
