import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Error, Page, expect, sync_playwright

from tests.browser.chromium import launch

ROOT = Path(__file__).parents[2]
PATIENCE = 60  # seconds until something that should have appeared counts as missing


def pytest_collection_modifyitems(items):
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.browser)


@contextmanager
def running_app(data: Path, prelude: str = ""):
    """A fresh server process of the app, whose data sets lie in `data`; gives its address.

    `prelude` is Python that the process runs before it starts the app.
    """
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    start = f"{prelude}\nfrom streamlit.web.cli import main\nmain()"
    command = [sys.executable, "-c", start, "run", "app.py"]
    command += ["--server.headless", "true", "--server.address", "127.0.0.1", "--server.port", str(port)]
    process = subprocess.Popen(
        command,
        cwd=ROOT,
        env={**os.environ, "NEURAL_PLAYGROUND_DATA": str(data)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    address = f"http://127.0.0.1:{port}"
    try:
        wait_for(address)
        yield address
    finally:
        process.terminate()
        process.wait(PATIENCE)


def wait_for(address: str) -> None:
    for _try in range(PATIENCE * 5):
        try:
            with urllib.request.urlopen(f"{address}/_stcore/health", timeout=PATIENCE):
                return
        except urllib.error.URLError:
            time.sleep(0.2)
    pytest.fail("the app did not start")


@pytest.fixture(scope="session")
def app(tmp_path_factory):
    """The address of an app without MNIST, so that these tests do the same on every machine."""
    with running_app(tmp_path_factory.mktemp("data")) as address:
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


@pytest.fixture
def page(browser) -> Page:
    """An empty tab that fails the test if a traceback was ever on it."""
    context = browser.new_context(viewport={"width": 1280, "height": 1000})
    tab = context.new_page()
    tab.set_default_timeout(PATIENCE * 1000)
    yield tab
    assert tab.locator("[data-testid=stException]").count() == 0
    context.close()
