import ast
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from core.config import TrainConfig
from core.datasets import load
from core.runs import Run
from pages.ui.session import CAME_BACK, COOKIE, session_key
from tests.pages.app import APP, run_store_of
from tests.structure import ROOT, module_name

FILES = sorted((ROOT / "pages").rglob("*.py"))
MAKERS = {"pages.ui.url_settings"}  # pages.ui.session stands above it


def test_a_key_is_its_module_s_own():
    assert session_key("pages.parts.inside.handwriting", "said") == "inside.handwriting.said"
    assert session_key("pages.ui.session", "runs") == "ui.session.runs"
    assert session_key("home", "tick") == "home.tick"


def test_no_two_modules_hold_the_same_key():
    holders = defaultdict(set)
    for file in FILES:
        for key in {*held(file), *widgets(file)}:
            holders[key].add(module_name(file))
    state = {key for file in FILES for key in held(file)}
    assert {key: modules for key, modules in holders.items() if key in state and len(modules) > 1} == {}


def test_what_no_widget_holds_has_a_key_of_its_module():
    loose = {}
    for file in FILES:
        module = module_name(file)
        owner = module.removeprefix("pages.").removeprefix("parts.")
        if module not in MAKERS:
            wrong = {key for key in held(file) - widgets(file) if key.rpartition(".")[0] != owner}
            loose |= {module: wrong} if wrong else {}
    assert loose == {}


@pytest.mark.parametrize(
    "source",
    [
        'st.session_state["a"]',
        'A = "a"\nst.session_state.pop(A, None)',
        'A, B = "a", "b"\nif A in st.session_state:\n    pass',
        'A = "a"\nwork(A, 1, begin)',
    ],
)
def test_a_key_is_found(source, tmp_path):
    file = tmp_path / "page.py"
    file.write_text(source)
    assert held(file) == {"a"}


def held(file: Path) -> set[str]:
    """Return the keys that a module of its own has in st.session_state; another's that it imports are not its own."""
    tree = ast.parse(file.read_text(encoding="utf-8"))
    texts = constants(tree, file)
    found = {text_of(key, texts, file) for node in ast.walk(tree) for key in keys_in(node)}
    return {key for key in found if key is not None}


def widgets(file: Path) -> set[str]:
    """Return the keys of the elements that a module draws."""
    tree = ast.parse(file.read_text(encoding="utf-8"))
    texts = constants(tree, file)
    keys = [
        word.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        for word in node.keywords
        if word.arg == "key"
    ]
    return {text for key in keys if (text := text_of(key, texts, file)) is not None}


def keys_in(node: ast.AST) -> Iterator[ast.expr]:
    """Yield each key of st.session_state[key], .get(key), `key in` it, work(key, …) and finished(key, …)."""
    match node:
        case ast.Subscript(value=ast.Attribute(attr="session_state"), slice=key):
            yield key
        case ast.Call(
            func=ast.Attribute(value=ast.Attribute(attr="session_state"), attr="get" | "pop" | "setdefault"),
            args=[key, *_],
        ):
            yield key
        case ast.Compare(left=key, comparators=[ast.Attribute(attr="session_state")]):
            yield key
        case ast.Call(func=ast.Name(id="work" | "finished"), args=[key, *_]):
            yield key


def constants(tree: ast.Module, file: Path) -> dict[str, str]:
    """Return the texts that a module's names stand for."""
    texts = {}
    for node in tree.body:
        match node:
            case ast.Assign(targets=[ast.Tuple(elts=names)], value=ast.Tuple(elts=values)):
                pairs = zip(names, values, strict=True)
            case ast.Assign(targets=[name], value=value):
                pairs = [(name, value)]
            case _other:
                continue
        texts |= {
            name.id: text for name, value in pairs if isinstance(name, ast.Name) and (text := text_of(value, {}, file))
        }
    return texts


def text_of(key: ast.expr, texts: dict[str, str], file: Path) -> str | None:
    match key:
        case ast.Constant(value=str(text)):
            return text
        case ast.Name(id=name):
            return texts.get(name)
        case ast.Call(func=ast.Name(id="session_key"), args=[owner, ast.Constant(value=str(name))]):
            return session_key(str(owner.value) if isinstance(owner, ast.Constant) else module_name(file), name)
    return None


def test_what_a_session_has_made_is_there_after_a_reload(cookies):
    before = AppTest.from_file(str(APP), default_timeout=60).run()
    run = Run(TrainConfig(dataset="digits"), load("digits"), paused=True)
    run_store_of(before).add(run)
    before.session_state["ui.digit_canvas.strokes"] = [[(1.0, 2.0)]]
    before.run()
    cookies[COOKIE] = token_of(before) + CAME_BACK
    after = AppTest.from_file(str(APP), default_timeout=60).run()
    assert run_store_of(after).runs == [run]
    assert after.session_state["ui.digit_canvas.strokes"] == [[(1.0, 2.0)]]
    assert token_of(after) == token_of(before)
    run_store_of(after).clear()


def test_a_second_tab_begins_with_nothing(cookies):
    first = AppTest.from_file(str(APP), default_timeout=60).run()
    first.session_state["ui.session.visit"].begin()  # Streamlit holds all AppTests for one session
    cookies[COOKIE] = token_of(first)
    assert token_of(AppTest.from_file(str(APP), default_timeout=60).run()) != token_of(first)


def test_what_is_no_longer_there_is_named_to_the_browser(cookies):
    cookies[COOKIE] = "of-another-server"
    at = AppTest.from_file(str(APP), default_timeout=60).run()
    assert at.session_state["ui.session.visit"].lost == "of-another-server"


def token_of(at):
    return at.session_state["ui.session.visit"].workspace.token
