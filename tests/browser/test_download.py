import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import running_app

SIZE = 10_000_000


@pytest.fixture
def slow_server():
    """Sends the first megabyte of any file and then makes one wait; gives its address."""
    release = threading.Event()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            self.send_response(200)
            self.send_header("Content-Length", str(SIZE))
            self.end_headers()
            self.wfile.write(bytes(1_000_000))
            release.wait(120)

        def log_message(self, *_arguments):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/"
    release.set()
    server.shutdown()
    server.server_close()
    thread.join()


def test_a_download_shows_how_far_it_is_and_can_be_cancelled(page, tmp_path, slow_server):
    prelude = f"from core.datasets.torchvision_import import datasets\ndatasets.MNIST.mirrors = [{slow_server!r}]"
    with running_app(tmp_path, prelude) as address:
        page.goto(f"{address}/train?dataset=mnist")
        page.locator(".st-key-download button").click()
        expect(page.get_by_test_id("stProgress").first).to_contain_text("1.0 MB")
        # the page is not blocked meanwhile
        page.get_by_role("tab", name="Loss").click()
        expect(page.get_by_text("Label smoothing")).to_be_visible()
        page.get_by_role("tab", name="Data").click()
        page.locator(".st-key-cancel_download button").click()
        expect(page.get_by_text("was cancelled")).to_be_visible()
        expect(page.locator(".st-key-download button")).to_be_enabled()
    assert not list(tmp_path.rglob("*.gz"))
