"""Sentences that may hold what a person gave: nobody but `say` puts them into a box, and they stay as they are."""

import ast
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from tests.pages.app import as_read

ROOT = Path(__file__).parents[3]
FILES = sorted([ROOT / "app.py", *(ROOT / "pages").rglob("*.py")])
BOXES = {"error", "warning", "info", "success", "exception", "toast"}
HERE = ROOT / "pages" / "ui" / "say.py"


def boxes_past_say(source: str) -> list[str]:
    """Return where a module uses one of Streamlit's boxes, called or handed on, under whatever name."""
    tree = ast.parse(source)
    called = {id(node.func) for node in ast.walk(tree) if isinstance(node, ast.Call)}
    found = []
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module and node.module.startswith("streamlit"):
            found += [f"line {node.lineno}: {name.name}" for name in node.names if name.name in BOXES]
        if isinstance(node, ast.Attribute) and node.attr in BOXES:
            owner = ast.unparse(node.value)
            if owner != "say" and (id(node) in called or owner == "st"):
                found.append(f"line {node.lineno}: {owner}.{node.attr}")
    return found


@pytest.mark.parametrize("file", FILES, ids=lambda file: str(file.relative_to(ROOT)))
def test_pages_put_sentences_into_boxes_by_say_alone(file):
    if file != HERE:
        assert boxes_past_say(file.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize(
    "line",
    [
        "st.error(str(problem))",
        "place.warning('x')",
        "(st.success if fits else st.info)(sentence)",
        "show = st.toast",
        "with st.container() as box: box.exception(problem)",
        "from streamlit import error",
    ],
)
def test_a_box_past_say_is_found(line):
    assert boxes_past_say(line)
    assert not boxes_past_say("say.error(str(problem))\nprint(row.error)")


def script():
    from pages.ui import say

    given = "![](//evil.example/a) [Log in](https://evil.example) **b** $x$ :red[c] \ud800 \u202e"
    say.error(given, icon=":material/link_off:")
    say.warning("A sentence.", code="`a` in ``code``")
    say.info("", code="alone")
    say.success("line_one\n\n# line two")


def test_sentences_are_text_and_code_is_code():
    at = AppTest.from_function(script).run()
    assert not at.exception
    given = "![](//evil.example/a) [Log in](https://evil.example) **b** $x$ :red[c] \ufffd \ufffd"
    assert as_read(at.error[0]) == given
    assert at.error[0].icon == ":material/link_off:"
    assert at.warning[0].value == "A sentence.\n\n``` `a` in ``code`` ```"
    assert at.info[0].value == "` alone `"
    assert at.success[0].value == "line_one # line two"
