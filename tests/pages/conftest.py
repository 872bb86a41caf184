from functools import cache, wraps

import pytest
from streamlit.components.v2 import manifest_scanner
from streamlit.runtime.context import ContextProxy
from streamlit.runtime.pages_manager import PagesManager

from core.config import TrainConfig
from core.datasets import load
from core.runs import Run
from pages.ui import background, housekeeping


@pytest.fixture(autouse=True, scope="session")
def packages_looked_through_once():
    """Each AppTest looks for components in all installed packages anew, which takes longer than most tests."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(manifest_scanner, "scan_component_manifests", cache(manifest_scanner.scan_component_manifests))
        yield


@pytest.fixture(autouse=True, scope="session")
def no_housekeeping():
    """A test has no server whose sessions end, and whose many runs would have to share the room."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(housekeeping, "_go_round", lambda: None)
        yield


@pytest.fixture(autouse=True, scope="session")
def all_cookies():
    """The cookies of the browser, none to begin with; AppTest itself has an object there that answers to anything."""
    cookies = {}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(ContextProxy, "cookies", cookies)
        yield cookies


@pytest.fixture(autouse=True, scope="session")
def main_script_in_charge():
    """Every run goes through app.py, as on a server after its very first.

    AppTest skips it, but not in a rerun that the page asks for: all buttons have another identity then, and the next
    click goes nowhere.
    """
    begin = PagesManager.__init__

    @wraps(begin)
    def begin_as_later(manager, *args, **options):
        begin(manager, *args, **options)
        PagesManager.uses_pages_directory = False

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(PagesManager, "__init__", begin_as_later)
        yield


@pytest.fixture
def cold_link(monkeypatch):
    """Each run of a page begins past app.py, as the very first of a server does."""
    monkeypatch.setattr(PagesManager, "__init__", PagesManager.__init__.__wrapped__)


@pytest.fixture
def cookies(all_cookies):
    """The cookies of the browser during one test."""
    yield all_cookies
    all_cookies.clear()


@pytest.fixture
def patience(monkeypatch):
    """Let work be done in one slice: AppTest has no clock that would ask for the next."""
    monkeypatch.setattr(background, "SLICE", 60.0)


@pytest.fixture(scope="module")
def finished():
    """A short run on the offline digits that is over."""
    run = Run(TrainConfig(dataset="digits", hidden=(8,), epochs=2), load("digits"))
    assert run.wait(60)
    return run
