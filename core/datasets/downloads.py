"""Downloads in the background: progress to look at, a way to cancel, and one clear sentence when something goes wrong.

torchvision knows the addresses and the checksums; the bytes are fetched here, because its own download can be neither
watched nor stopped, and waits for ever on a network that stalls.
"""

import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import closing
from enum import Enum
from http.client import HTTPException
from pathlib import Path
from threading import Event, Lock, Thread
from urllib.parse import urlsplit
from uuid import uuid4

from core.datasets.cache import ENVIRONMENT_VARIABLE
from core.datasets.registry import find_dataset
from core.datasets.torchvision_files import Source
from core.text.i18n import N_, _

PATIENCE = 15.0  # Seconds without a byte after which a server counts as stalled.
PIECE = 1 << 16  # Bytes between two looks at whether the person has cancelled.
ABANDONED = 3600.0  # Seconds without a write after which a partial file is taken for a killed process's leftover.
AGENT = "neural-playground"  # Some servers turn away urllib's own name.


class DownloadState(Enum):
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


class Download:
    """The files of one data set on their way, fetched by a thread of its own. All may be read at any time.

    Nothing is raised to whoever looks: what went wrong is in `state` and `message`.
    """

    def __init__(self, label: str, source: Source | None, patience: float = PATIENCE) -> None:
        """Start at once. `patience` is how many seconds a silent server is waited for."""
        self._label = label
        self._source = source
        self._patience = patience
        self._cancelled = Event()
        self._lock = Lock()
        self._state = DownloadState.RUNNING
        self._received = 0
        self._total: int | None = None
        self._sentence, self._fields = N_("Looking for the files of {label} …"), {}
        self._thread = Thread(target=self._run, name=f"download of {label}", daemon=True)
        self._thread.start()

    @property
    def state(self) -> DownloadState:
        """How things stand; it changes once, from RUNNING to one of the others."""
        with self._lock:
            return self._state

    @property
    def received(self) -> int:
        """Bytes received of the file in hand."""
        with self._lock:
            return self._received

    @property
    def total(self) -> int | None:
        """Size in bytes of the file in hand, or None where the server does not say."""
        with self._lock:
            return self._total

    @property
    def message(self) -> str:
        """One sentence on how things stand, in the language of whoever asks."""
        with self._lock:
            sentence, fields = self._sentence, self._fields
        return _(sentence).format(label=_(self._label), **fields)

    def cancel(self) -> None:
        """Give up: at once for whoever looks, and within `patience` for the thread. Too late, it does nothing."""
        self._cancelled.set()
        self._end(DownloadState.CANCELLED, N_("The download of {label} was cancelled."))

    def wait(self, timeout: float | None = None) -> None:
        """Wait until the thread has ended, or for `timeout` seconds."""
        self._thread.join(timeout)

    def _run(self) -> None:
        try:
            self._fetch_all()
            self._end(DownloadState.DONE, N_("{label} is on this computer."))
        except _Cancelled:
            pass  # cancel() has told everybody.
        except _Failed as failure:
            self._end(DownloadState.FAILED, failure.sentence, **failure.fields)
        except OSError as error:  # What the network does is a _Failed by now: this is the folder.
            self._end(
                DownloadState.FAILED,
                N_("{label} cannot be saved ({reason}). Free some space, or let {variable} name another folder."),
                reason=error.strerror or error,
                variable=ENVIRONMENT_VARIABLE,
            )
        finally:  # A mistake in this program goes on to the log, and the page does not wait for ever.
            self._end(DownloadState.FAILED, N_("The download of {label} stopped by a mistake in this program."))

    def _fetch_all(self) -> None:
        if self._source is None:
            return
        self._source.folder.mkdir(parents=True, exist_ok=True)
        _remove_leftovers(self._source.folder)
        wanted = self._source.wanted()
        for number, (name, md5) in enumerate(wanted, start=1):
            self._tell(N_("Downloading {label}, file {number} of {count} …"), number=number, count=len(wanted))
            self._fetch(name, md5)

    def _fetch(self, name: str, md5: str) -> None:
        """Get one file from the first mirror that has it whole. Raises _Failed with the fault of the first one."""
        failures = []
        for mirror in self._source.mirrors:
            try:
                return self._fetch_from(mirror, name, md5)
            except _Failed as failure:
                failures.append(failure)
        raise failures[0]

    def _fetch_from(self, mirror: str, name: str, md5: str) -> None:
        from core.datasets.torchvision_import import check_integrity

        part = self._source.folder / f"{name}.{uuid4().hex}.part"
        try:
            with part.open("xb") as file, closing(self._pieces(mirror + name)) as pieces:
                for piece in pieces:
                    file.write(piece)
            if not check_integrity(part, md5):
                raise _Failed(
                    N_("{file} of {label} did not arrive whole from {host}. Try again."),
                    file=name,
                    host=urlsplit(mirror).netloc,
                )
            part.replace(self._source.folder / name)  # The real name appears only on a whole, checked file.
        finally:
            part.unlink(missing_ok=True)

    def _pieces(self, url: str) -> Iterator[bytes]:
        """Yield the bytes behind an address as they come. Raises _Failed for a fault of the network, or _Cancelled."""
        host = urlsplit(url).netloc
        stalled = _Failed(
            N_("The download of {label} stalled: nothing came from {host} for {seconds:g} seconds. Try again later."),
            host=host,
            seconds=self._patience,
        )
        request = urllib.request.Request(url, headers={"User-Agent": AGENT})
        try:
            with urllib.request.urlopen(request, timeout=self._patience) as response:
                self._count(0, response.length)
                while piece := response.read1(PIECE):
                    if self._cancelled.is_set():
                        raise _Cancelled
                    yield piece
                    self._count(self.received + len(piece), self.total)
        except urllib.error.HTTPError as error:
            with error:
                raise _Failed(
                    N_("{label} cannot be downloaded: {host} answered with error {code}. Try again later."),
                    host=host,
                    code=error.code,
                ) from error
        except TimeoutError as error:
            raise stalled from error
        except urllib.error.URLError as error:
            if isinstance(error.reason, TimeoutError):
                raise stalled from error
            raise _Failed(
                N_("{label} cannot be downloaded: {host} cannot be reached. Check the network and try again."),
                host=host,
            ) from error
        except (HTTPException, OSError) as error:
            raise _Failed(N_("The download of {label} broke off: {host} hung up. Try again."), host=host) from error

    def _tell(self, sentence: str, **fields: object) -> None:
        with self._lock:
            if self._state is DownloadState.RUNNING:
                self._sentence, self._fields = sentence, fields

    def _end(self, state: DownloadState, sentence: str, **fields: object) -> None:
        with self._lock:
            if self._state is DownloadState.RUNNING:
                self._state, self._sentence, self._fields = state, sentence, fields

    def _count(self, received: int, total: int | None) -> None:
        with self._lock:
            self._received, self._total = received, total


class _Failed(Exception):
    """What one attempt failed of: a sentence of the catalogue, and what to fill in."""

    def __init__(self, sentence: str, **fields: object) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.fields = fields


class _Cancelled(Exception):
    """The files are no longer wanted."""


def _remove_leftovers(folder: Path) -> None:
    """Delete partial files that nobody writes to any more; another process's present download is left alone."""
    for part in folder.glob("*.part"):
        if part.stat().st_mtime < time.time() - ABANDONED:
            part.unlink(missing_ok=True)


_lock = Lock()
_downloads: dict[str, Download] = {}


def download(name: str) -> Download:
    """Return the running download of a data set, or start one; several people share it.

    One that has ended is not run again until somebody calls this again. Raises ValueError if there is no such data set.
    """
    dataset = find_dataset(name)
    with _lock:
        if name not in _downloads or _downloads[name].state is not DownloadState.RUNNING:
            _downloads[name] = Download(dataset.label, dataset.source)
        return _downloads[name]


def latest_download(name: str) -> Download | None:
    """Return the last download of a data set that anybody started in this process, whatever became of it, or None."""
    with _lock:
        return _downloads.get(name)
