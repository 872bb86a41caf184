import socket
import time

import pytest
from streamlit.testing.v1 import AppTest

from core.datasets.downloads import latest_download
from core.datasets.torchvision_import import datasets
from core.scheduler import JobStatus
from tests.pages.app import APP, as_read

PATIENCE = 60


@pytest.fixture
def page(tmp_path, monkeypatch):
    """The Train page on a computer without MNIST, whose network refuses every connection."""
    monkeypatch.setenv("NEURAL_PLAYGROUND_DATA", str(tmp_path))
    monkeypatch.setattr(datasets.MNIST, "mirrors", ["http://127.0.0.1:9/"])
    app = AppTest.from_file(str(APP), default_timeout=PATIENCE).run()
    app.switch_page("pages/train.py")
    app.query_params["dataset"] = "digits"  # else a short run would begin by itself
    return app.run()


def test_without_mnist_the_offline_digits_are_the_default(page):
    assert page.selectbox(key="train.dataset").value == "digits"
    assert any("has not been downloaded" in caption.value for caption in page.caption)


def test_a_download_without_a_network_ends_in_one_sentence_and_can_be_tried_again(page):
    page.selectbox(key="train.dataset").set_value("mnist").run()
    assert page.button(key="start").disabled
    page.button(key="download").click().run()
    for _try in range(PATIENCE * 10):
        if latest_download("mnist").over:
            break
        time.sleep(0.1)
    page.run()
    assert not page.exception
    assert latest_download("mnist").status is JobStatus.FAILED
    assert [as_read(warning) for warning in page.warning] == [latest_download("mnist").message]
    assert not page.button(key="download").disabled
    page.selectbox(key="train.dataset").set_value("digits").run()
    assert not page.button(key="start").disabled


def test_a_download_goes_on_where_the_page_is_loaded_again(page, monkeypatch):
    """A reload is a new session, which knows nothing of the button that was pressed."""
    silent = socket.create_server(("127.0.0.1", 0))  # takes a connection and says nothing
    with silent:
        monkeypatch.setattr(datasets.MNIST, "mirrors", [f"http://127.0.0.1:{silent.getsockname()[1]}/"])
        page.selectbox(key="train.dataset").set_value("mnist").run()
        page.button(key="download").click().run()
        again = AppTest.from_file(str(APP), default_timeout=PATIENCE).run()
        again.switch_page("pages/train.py").run()
        again.selectbox(key="train.dataset").set_value("mnist").run()
        assert "download" not in [button.key for button in again.button]
        again.button(key="cancel_download").click().run()
        assert latest_download("mnist").status is JobStatus.CANCELED
    latest_download("mnist").wait(PATIENCE)
