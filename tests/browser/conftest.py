import os
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Error, Page, expect, sync_playwright

from tests.browser.chromium import launch
from tests.browser.server import PATIENCE, running_app
from tests.browser.slow_mirror import slow_mirror

# Tells of every traceback and every error of a script, also of one that is gone again at the end of the journey.
WATCH = """
  new MutationObserver(() => {
    const shown = document.querySelector("[data-testid=stException]")
    if (shown) console.error("TRACEBACK " + shown.textContent)
  }).observe(document, { subtree: true, childList: true })
"""


def pytest_collection_modifyitems(config, items):
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.browser)
            if config.pluginmanager.hasplugin("xdist"):  # one server and one browser, where tests run side by side
                item.add_marker(pytest.mark.xdist_group("browser"))


@pytest.fixture(scope="session")
def app(tmp_path_factory):
    """The address of an app without MNIST, which it would have to get from a server that never sends all of it."""
    with slow_mirror() as mirror:
        prelude = f"from core.datasets.torchvision_import import datasets\ndatasets.MNIST.mirrors = [{mirror!r}]"
        with running_app(tmp_path_factory.mktemp("data"), prelude) as address:
            yield address


@pytest.fixture(scope="session")
def browser() -> Browser:
    expect.set_options(timeout=PATIENCE * 1000)
    with sync_playwright() as playwright:
        try:
            started = launch(playwright)
        except Error as missing:
            if os.environ.get("CI"):
                raise
            pytest.skip(f"no browser: {missing.message.splitlines()[0]}")
        yield started
        started.close()


@pytest.fixture(scope="session")
def window(browser) -> BrowserContext:
    """One window for all tabs, so that Streamlit's own files are fetched once."""
    opened = browser.new_context()
    opened.set_default_timeout(PATIENCE * 1000)
    opened.add_init_script(WATCH)
    yield opened
    opened.close()


@pytest.fixture
def page(window) -> Page:
    """An empty tab, which is a session of its own; fails the test if a traceback was ever on it."""
    window.clear_cookies()  # else it would find what the tab before has made
    tab = window.new_page()
    tab.set_viewport_size({"width": 1280, "height": 1000})
    tracebacks = []
    tab.on("console", lambda message: message.text.startswith("TRACEBACK") and tracebacks.append(message.text))
    yield tab
    tab.close()
    assert not tracebacks
