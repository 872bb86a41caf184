import ast
import subprocess
import sys
import threading
from contextlib import nullcontext
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from core.scheduler import page_runs
from core.text import i18n
from pages.ui import page_frame
from pages.ui.navigation import LESSONS, page

ROOT = Path(__file__).parents[3]


def open_app() -> AppTest:
    return AppTest.from_file(str(ROOT / "app.py"), default_timeout=30)


def test_every_page_file_is_a_lesson():
    assert sorted(LESSONS) == sorted(file.stem for file in (ROOT / "pages").glob("*.py") if file.stem != "__init__")


@pytest.mark.usefixtures("cold_link")
@pytest.mark.parametrize("name", LESSONS)
def test_every_page_begins_with_begin(name):
    at = open_app().run()
    at.switch_page(f"pages/{name}.py").run()
    assert not at.exception
    tree = ast.parse((ROOT / "pages" / f"{name}.py").read_text(encoding="utf-8"))
    bodies = {node.name: node.body for node in tree.body if isinstance(node, ast.FunctionDef)}
    assert ast.unparse(bodies["main"][0]) == "begin()"
    assert ast.unparse(tree.body[1]) == "import pages.ui.cold_link", "something could import torch before the heading"


def test_the_heading_is_shown_before_torch_is_imported():
    """In a process of its own, whose import of torch fails."""
    program = f"""
import sys
sys.modules["torch"] = None
from streamlit.testing.v1 import AppTest
at = AppTest.from_file({str(ROOT / "app.py")!r}, default_timeout=30).run()
assert at.exception
print(at.title[0].value)
"""
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == next(iter(LESSONS.values())).question
    assert "torch" in done.stderr


@pytest.mark.usefixtures("cold_link")
@pytest.mark.parametrize("name", LESSONS)
def test_a_page_leaves_its_heading_to_the_frame(name):
    at = open_app().run()
    at.switch_page(f"pages/{name}.py").run()
    assert at.title[0].value == LESSONS[name].question
    assert "st.title(" not in (ROOT / "pages" / f"{name}.py").read_text(encoding="utf-8")


@pytest.fixture
def no_browser(monkeypatch):
    monkeypatch.setattr(page_frame, "browser_tab", lambda _page: nullcontext())
    monkeypatch.setattr(page_frame, "_prepare", lambda: None)


@pytest.mark.usefixtures("no_browser")
def test_a_page_reached_past_app_gets_its_heading(monkeypatch):
    put = []
    monkeypatch.setattr(page_frame, "show_heading", lambda: put.append(1))
    page_frame.begin()
    assert put == [1]
    with page_frame.frame(page("home")):
        page_frame.begin()
    assert put == [1]
    page_frame.begin()
    assert put == [1, 1]


def test_a_page_with_a_timer_says_so(monkeypatch):
    noted = []
    monkeypatch.setattr(page_frame, "note_timer", lambda: noted.append(1))
    page_frame.live()(print)
    assert not noted
    page_frame.live(run_every=0.5)(print)
    assert noted


@pytest.mark.usefixtures("no_browser")
def test_the_mark_goes_even_when_the_page_fails(monkeypatch):
    put = []
    monkeypatch.setattr(page_frame, "show_heading", lambda: put.append(1))
    with pytest.raises(ZeroDivisionError), page_frame.frame(page("home")):
        raise ZeroDivisionError
    page_frame.begin()
    assert put == [1]


@pytest.mark.usefixtures("no_browser")
def test_the_mark_of_one_run_is_not_that_of_another(monkeypatch):
    put = []
    monkeypatch.setattr(page_frame, "show_heading", lambda: put.append(threading.current_thread()))
    with page_frame.frame(page("home")):
        other = threading.Thread(target=page_frame.begin)
        other.start()
        other.join()
    assert put == [other]


@pytest.fixture
def german(tmp_path, monkeypatch):
    path = tmp_path / "de" / "LC_MESSAGES" / "messages.po"
    path.parent.mkdir(parents=True)
    path.write_text(
        'msgid ""\nmsgstr "Content-Type: text/plain; charset=UTF-8\\n"\n\n'
        'msgid "See how a neural network learns"\nmsgstr "Sieh zu"\n\nmsgid "Home"\nmsgstr "Daheim"\n',
        encoding="utf-8",
    )
    monkeypatch.setattr(i18n, "LOCALES", tmp_path)
    i18n._catalogue.cache_clear()
    yield
    i18n._catalogue.cache_clear()


@pytest.mark.usefixtures("german")
def test_pages_speak_the_browsers_language():
    at = open_app()
    at.context = {"locale": "de-AT"}
    assert at.run().title[0].value == "Sieh zu"
    at.context = {"locale": "en-GB"}
    assert at.run().title[0].value == "See how a neural network learns"


@pytest.mark.usefixtures("german")
def test_a_live_panel_speaks_the_browsers_language():
    def script():
        import streamlit as st

        from core.text.i18n import _
        from pages.ui.page_frame import live

        @live(run_every=1)
        def panel(word: str) -> None:
            st.write(_(word))

        panel("Home")

    at = AppTest.from_function(script)
    at.context = {"locale": "de"}
    assert at.run().markdown[0].value == "Daheim"


@pytest.mark.usefixtures("no_browser")
def test_trainings_know_that_a_page_run_is_under_way():
    with page_frame.frame(page("home")):
        assert page_runs.under_way
    assert not page_runs.under_way


@pytest.mark.parametrize("options", [{}, {"run_every": 0.5}, {"in_turn": True}])
def test_trainings_know_that_a_part_of_a_page_is_run_again(options):
    def script(options):
        import streamlit as st

        from core.scheduler import page_runs
        from pages.ui.page_frame import live

        live(**options)(lambda: st.write(str(page_runs.under_way)))()
        st.write(str(page_runs.under_way))

    at = AppTest.from_function(script, kwargs={"options": options}).run()
    assert not at.exception
    assert [text.value for text in at.markdown] == ["True", "False"]
