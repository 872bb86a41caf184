from functools import cache

import pytest
from streamlit.components.v2 import manifest_scanner

from core.config import TrainConfig
from core.datasets import load
from core.runs import Run
from pages.ui import background


@pytest.fixture(autouse=True, scope="session")
def packages_looked_through_once():
    """Each AppTest looks for components in all installed packages anew, which takes longer than most tests."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(manifest_scanner, "scan_component_manifests", cache(manifest_scanner.scan_component_manifests))
        yield


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
