from functools import cache

import pytest
from streamlit.components.v2 import manifest_scanner
from streamlit.runtime.context import ContextProxy

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
