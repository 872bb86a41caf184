"""Downloads from a little server on this computer that can be slow, wrong, broken and silent."""

import errno
import os
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from core import datasets
from core.datasets import DATASETS, downloads
from core.datasets.downloads import Download, download, latest_download, remove_leftovers
from core.datasets.torchvision_import import datasets as torchvision_datasets
from core.scheduler import JobStatus
from tests.core.datasets.tiny_mnist import TEST_LABELS, TRAIN_IMAGES, TRAIN_LABELS, TinyMnist, make_tiny_mnist

LONG = 30  # Seconds; only a failing test waits for them.


class Server:
    """Serves `files`; `answer` may be replaced by something that behaves worse."""

    def __init__(self) -> None:
        self.files: dict[str, bytes] = {}
        self.asked: list[str] = []
        self.answer: Callable[[BaseHTTPRequestHandler, bytes], None] = send_whole
        self.release = threading.Event()  # Lets a silent answer end, so that the server can be closed.
        server = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                name = self.path.rpartition("/")[2]
                server.asked.append(name)
                if name in server.files:
                    server.answer(self, server.files[name])
                else:
                    self.send_error(404)

            def log_message(self, *_arguments: object) -> None:
                """Keep quiet."""

        self.http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.thread = threading.Thread(target=self.http.serve_forever, kwargs={"poll_interval": 0.01})
        self.thread.start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.http.server_port}/"

    def close(self) -> None:
        self.release.set()
        self.http.shutdown()
        self.http.server_close()
        self.thread.join()


def send_header(handler: BaseHTTPRequestHandler, length: int | None) -> None:
    handler.send_response(200)
    if length is not None:
        handler.send_header("Content-Length", str(length))
    handler.end_headers()


def send_whole(handler: BaseHTTPRequestHandler, content: bytes) -> None:
    send_header(handler, len(content))
    handler.wfile.write(content)


def send_without_length(handler: BaseHTTPRequestHandler, content: bytes) -> None:
    send_header(handler, None)
    handler.wfile.write(content)


def send_damaged(handler: BaseHTTPRequestHandler, content: bytes) -> None:
    send_whole(handler, content[:-1] + bytes([content[-1] ^ 1]))


def send_cut_short(handler: BaseHTTPRequestHandler, content: bytes) -> None:
    send_header(handler, len(content))
    handler.wfile.write(content[:-1])


def send_server_error(handler: BaseHTTPRequestHandler, content: bytes) -> None:
    handler.send_error(503)


@pytest.fixture
def server() -> Iterator[Server]:
    server = Server()
    yield server
    server.close()


@pytest.fixture
def tiny(monkeypatch, tmp_path, server) -> TinyMnist:
    monkeypatch.setattr(downloads, "_downloads", {})
    for variable in ("http_proxy", "HTTP_PROXY"):
        monkeypatch.delenv(variable, raising=False)
    tiny = make_tiny_mnist(monkeypatch, tmp_path / "cache", [server.url])
    server.files = dict(tiny.packed)
    return tiny


@pytest.fixture
def raw(tmp_path) -> Path:
    return tmp_path / "cache" / "MNIST" / "raw"


def silence(server: Server, after: int) -> Callable[[BaseHTTPRequestHandler, bytes], None]:
    """An answer that sends `after` bytes and then nothing, without hanging up."""

    def send(handler: BaseHTTPRequestHandler, content: bytes) -> None:
        send_header(handler, len(content))
        handler.wfile.write(content[:after])
        server.release.wait(LONG)

    return send


def run(patience: float = LONG) -> Download:
    """Download MNIST to the end, whatever the end is."""
    finished = Download("MNIST", DATASETS["mnist"].source, patience)
    finished.wait(LONG)
    return finished


def wait_until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + LONG
    while not condition():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.005)


def test_a_good_download_ends_with_a_data_set_that_loads(tiny, raw, server):
    started = download("mnist")
    started.wait(LONG)
    assert started.status is JobStatus.FINISHED
    assert started.message == "MNIST is on this computer."
    assert {path.name: path.read_bytes() for path in raw.iterdir()} == tiny.packed
    assert started.received == started.total == len(tiny.packed[TEST_LABELS])
    assert len(datasets.load("mnist").train) == 20


def test_the_length_may_be_unknown(tiny, server):
    server.answer = send_without_length
    finished = run()
    assert finished.status is JobStatus.FINISHED
    assert finished.total is None
    assert finished.received == len(tiny.packed[TEST_LABELS])


def test_progress_can_be_read_on_the_way(tiny, server):
    server.answer = silence(server, after=1000)
    running = download("mnist")
    wait_until(lambda: running.received == 1000)
    assert running.status is JobStatus.RUNNING
    assert running.total == len(tiny.packed[TRAIN_IMAGES])
    assert running.message == "Downloading MNIST, file 1 of 4 …"
    running.cancel()
    server.release.set()
    running.wait(LONG)


def test_sound_files_are_not_fetched_again(tiny, raw, server):
    tiny.write(raw)
    assert run().status is JobStatus.FINISHED
    assert server.asked == []


def test_only_the_damaged_file_is_fetched_again(tiny, raw, server):
    tiny.write(raw)
    (raw / TRAIN_LABELS).write_bytes(b"damaged")
    assert run().status is JobStatus.FINISHED
    assert server.asked == [TRAIN_LABELS]
    assert (raw / TRAIN_LABELS).read_bytes() == tiny.packed[TRAIN_LABELS]
    assert datasets.available("mnist")


def test_a_damaged_unpacked_file_is_made_up_for(tiny, raw, server):
    tiny.write(raw)
    (raw / TRAIN_LABELS).rename((raw / TRAIN_LABELS).with_suffix(""))
    assert not datasets.available("mnist")
    assert run().status is JobStatus.FINISHED
    assert server.asked == [TRAIN_LABELS]
    assert datasets.available("mnist")


@pytest.mark.parametrize(
    ("answer", "sentence"),
    [
        (send_damaged, f"{TRAIN_IMAGES} of MNIST did not arrive whole from HOST. Try again."),
        (send_cut_short, f"{TRAIN_IMAGES} of MNIST did not arrive whole from HOST. Try again."),
        (send_server_error, "MNIST cannot be downloaded: HOST answered with error 503. Try again later."),
        (lambda handler, content: None, "The download of MNIST broke off: HOST hung up. Try again."),
    ],
    ids=["damaged", "cut short", "server error", "hung up"],
)
def test_a_bad_answer_is_a_sentence_and_leaves_nothing(tiny, raw, server, answer, sentence):
    server.answer = answer
    finished = run()
    assert finished.status is JobStatus.FAILED
    assert finished.message == sentence.replace("HOST", f"127.0.0.1:{server.http.server_port}")
    assert list(raw.iterdir()) == []
    assert not datasets.available("mnist")


def test_a_missing_file_is_a_sentence(tiny, server):
    server.files.clear()
    finished = run()
    assert finished.status is JobStatus.FAILED
    assert "answered with error 404" in finished.message


def test_no_network_is_a_sentence(tiny, monkeypatch, server):
    monkeypatch.setattr(torchvision_datasets.MNIST, "mirrors", ["http://127.0.0.1:1/"])  # Nobody listens on port 1.
    finished = run()
    assert finished.status is JobStatus.FAILED
    assert finished.message == (
        "MNIST cannot be downloaded: 127.0.0.1:1 cannot be reached. Check the network and try again."
    )


@pytest.mark.parametrize("after", [0, 1000])
def test_a_stalled_server_is_given_up(tiny, raw, server, after):
    server.answer = silence(server, after)
    finished = run(patience=0.2)
    assert finished.status is JobStatus.FAILED
    assert "stalled: nothing came from 127.0.0.1" in finished.message
    assert "for 0.2 seconds" in finished.message
    assert list(raw.iterdir()) == []


def test_a_server_that_never_answers_is_given_up(tiny, server):
    server.answer = lambda handler, content: server.release.wait(LONG)
    finished = run(patience=0.2)
    assert finished.status is JobStatus.FAILED
    assert "stalled" in finished.message


def test_the_next_mirror_is_tried(tiny, monkeypatch, server):
    monkeypatch.setattr(torchvision_datasets.MNIST, "mirrors", ["http://127.0.0.1:1/", server.url])
    assert run().status is JobStatus.FINISHED


def test_when_all_mirrors_fail_the_first_ones_fault_is_told(tiny, monkeypatch, server):
    server.answer = send_damaged
    monkeypatch.setattr(torchvision_datasets.MNIST, "mirrors", [server.url, "http://127.0.0.1:1/"])
    assert "did not arrive whole" in run().message


def test_cancelling_is_immediate_and_leaves_nothing(tiny, raw, server):
    server.answer = silence(server, after=1000)
    running = download("mnist")
    wait_until(lambda: running.received == 1000)
    running.cancel()
    assert running.status is JobStatus.CANCELED
    assert running.message == "The download of MNIST was cancelled."
    server.release.set()
    running.wait(LONG)
    assert running.status is JobStatus.CANCELED
    assert running.message == "The download of MNIST was cancelled."
    assert list(raw.iterdir()) == []
    assert server.asked == [TRAIN_IMAGES]


def test_a_cancelled_download_takes_no_more_even_from_a_good_server(tiny, raw, server):
    def pause(handler: BaseHTTPRequestHandler, content: bytes) -> None:
        send_header(handler, len(content))
        handler.wfile.write(content[:1000])
        server.release.wait(LONG)
        handler.wfile.write(content[1000:])

    server.answer = pause
    running = download("mnist")
    wait_until(lambda: running.received == 1000)
    running.cancel()
    server.release.set()
    running.wait(LONG)
    assert server.asked == [TRAIN_IMAGES]
    assert list(raw.iterdir()) == []


def test_a_new_download_may_start_while_a_cancelled_one_still_hangs(tiny, raw, server):
    server.answer = silence(server, after=1000)
    first = download("mnist")
    wait_until(lambda: first.received == 1000)
    first.cancel()
    server.answer = send_whole
    second = download("mnist")
    second.wait(LONG)
    assert second.status is JobStatus.FINISHED
    server.release.set()
    first.wait(LONG)
    assert {path.name: path.read_bytes() for path in raw.iterdir()} == tiny.packed


def test_cancelling_afterwards_changes_nothing(tiny, server):
    finished = run()
    finished.cancel()
    assert finished.status is JobStatus.FINISHED


def test_two_people_share_one_download(tiny, server):
    server.answer = silence(server, after=1000)
    assert latest_download("mnist") is None
    first = download("mnist")
    assert download("mnist") is first
    assert latest_download("mnist") is first
    first.cancel()
    server.release.set()
    first.wait(LONG)


@pytest.mark.parametrize("answer", [send_damaged, send_whole])
def test_an_ended_download_can_be_started_again(tiny, server, answer):
    server.answer = answer
    first = download("mnist")
    first.wait(LONG)
    assert latest_download("mnist") is first
    server.answer = send_whole
    second = download("mnist")
    assert second is not first
    second.wait(LONG)
    assert second.status is JobStatus.FINISHED


def test_what_is_always_there_is_done_at_once(tiny, server):
    finished = download("digits")
    finished.wait(LONG)
    assert finished.status is JobStatus.FINISHED
    assert server.asked == []


def test_an_unknown_name_is_refused():
    with pytest.raises(ValueError, match="There is no data set “nonsense”"):
        download("nonsense")


def test_a_cache_that_is_a_file_is_a_sentence(tiny, tmp_path, server):
    (tmp_path / "cache").write_text("in the way")
    finished = run()
    assert finished.status is JobStatus.FAILED
    assert finished.message.startswith("MNIST cannot be saved (")
    assert "NEURAL_PLAYGROUND_DATA" in finished.message


def test_a_full_disk_is_a_sentence_and_leaves_nothing(tiny, raw, server, monkeypatch):
    real_open = Path.open

    class Full:
        def __init__(self, file):
            self.file = file

        def __enter__(self):
            return self

        def __exit__(self, *_error):
            self.file.close()

        def write(self, _piece):
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(
        Path, "open", lambda path, mode="r": Full(real_open(path, mode)) if mode == "xb" else real_open(path, mode)
    )
    finished = run()
    assert finished.status is JobStatus.FAILED
    assert finished.message == (
        f"MNIST cannot be saved ({os.strerror(errno.ENOSPC)}). "
        "Free some space, or let NEURAL_PLAYGROUND_DATA name another folder."
    )
    assert list(raw.iterdir()) == []


def test_a_killed_processs_leftovers_go_and_a_live_ones_stay(tiny, raw, server):
    raw.mkdir(parents=True)
    old, live = raw / f"{TRAIN_IMAGES}.1.part", raw / f"{TRAIN_IMAGES}.2.part"
    for part in (old, live):
        part.write_bytes(b"half")
    long_ago = time.time() - downloads.ABANDONED - 1
    os.utime(old, (long_ago, long_ago))
    assert run().status is JobStatus.FINISHED
    assert not old.exists()
    assert live.exists()


def test_leftovers_go_when_a_process_starts_also_those_of_a_moment_ago(tiny, raw):
    """Without anybody asking for a download: the process before was killed, and this one started in its place."""
    raw.mkdir(parents=True)
    old, fresh, sound = raw / f"{TRAIN_IMAGES}.1.part", raw / f"{TRAIN_IMAGES}.2.part", raw / TRAIN_IMAGES
    for file in (old, fresh, sound):
        file.write_bytes(b"half")
    os.utime(old, (0, 0))
    remove_leftovers(abandoned=0.5)
    assert not old.exists()
    wait_until(lambda: not fresh.exists())
    assert sound.exists()


def test_what_a_live_process_writes_stays_when_another_starts(tiny, raw):
    raw.mkdir(parents=True)
    live = raw / f"{TRAIN_IMAGES}.1.part"
    live.write_bytes(b"half")
    remove_leftovers()
    assert live.exists()


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_a_mistake_in_the_program_does_not_leave_the_page_waiting(tiny, server, monkeypatch):
    monkeypatch.setattr(torchvision_datasets.MNIST, "resources", [("only one column",)])
    finished = run()
    assert finished.status is JobStatus.FAILED
    assert "mistake in this program" in finished.message
