"""Downloads in the background: progress to look at, a way to cancel, and one clear sentence when something goes wrong.

torchvision knows the addresses and the checksums; the bytes are fetched here, because its own download can be neither
watched nor stopped, and waits for ever on a network that stalls.
"""

import time
import urllib.error
import urllib.request
from collections.abc import Generator
from concurrent.futures import CancelledError
from contextlib import closing, suppress
from http.client import HTTPException
from pathlib import Path
from threading import Lock, Timer
from urllib.parse import urlsplit
from uuid import uuid4

from core.datasets.cache import ENVIRONMENT_VARIABLE
from core.datasets.registry import DATASETS, find_dataset
from core.datasets.torchvision_files import Source
from core.scheduler import Job, JobFailed, JobStatus
from core.text.i18n import N_, _

PATIENCE = 15.0  # Seconds without a byte after which a server counts as stalled.
PIECE = 1 << 16  # Bytes between two looks at whether the person has cancelled.
ABANDONED = 4 * PATIENCE  # Seconds without a write after which a partial file is a killed process’s leftover.
AGENT = "neural-playground"  # Some servers turn away urllib's own name.


_ENDS = {
    JobStatus.FINISHED: (N_("{label} is on this computer."), {}),
    JobStatus.CANCELED: (N_("The download of {label} was cancelled."), {}),
}


class Download(Job[None]):
    """The files of one data set on their way.

    Attributes:
        received: bytes of the file in hand that are here.
        total: its size in bytes, None where the server does not say.
    """

    unexpected = N_("The download of {label} stopped by a mistake in this program.")

    def __init__(self, label: str, source: Source | None, patience: float = PATIENCE) -> None:
        """Start at once. `patience` is how many seconds a silent server is waited for."""
        self._label = label
        self._source = source
        self._patience = patience
        self.received = 0
        self.total: int | None = None
        self._tell(N_("Looking for the files of {label} …"))
        super().__init__(f"download of {label}")

    @property
    def message(self) -> str:
        """One sentence on how things stand, in the language of whoever asks."""
        failure = self.failure
        sentence, fields = (failure.sentence, failure.fields) if failure else _ENDS.get(self.status, self._present)
        return _(sentence).format(label=_(self._label), **fields)

    def _work(self) -> None:
        try:
            self._fetch_all()
        except OSError as error:  # What the network does is a JobFailed by now: this is the folder.
            raise JobFailed(
                N_("{label} cannot be saved ({reason}). Free some space, or let {variable} name another folder."),
                reason=error.strerror or error,
                variable=ENVIRONMENT_VARIABLE,
            ) from error

    def _fetch_all(self) -> None:
        if self._source is None:
            return
        folder, mirrors = self._source.folder, self._source.mirrors
        folder.mkdir(parents=True, exist_ok=True)
        _remove_leftovers(folder)
        wanted = self._source.wanted()
        for number, (name, md5) in enumerate(wanted, start=1):
            self._tell(N_("Downloading {label}, file {number} of {count} …"), number=number, count=len(wanted))
            self._fetch(folder, mirrors, name, md5)

    def _fetch(self, folder: Path, mirrors: tuple[str, ...], name: str, md5: str) -> None:
        """Get one file from the first mirror that has it whole. Raises JobFailed with the fault of the first one."""
        failures = []
        for mirror in mirrors:
            try:
                return self._fetch_from(mirror, folder, name, md5)
            except JobFailed as failure:
                failures.append(failure)
        raise failures[0]

    def _fetch_from(self, mirror: str, folder: Path, name: str, md5: str) -> None:
        from core.datasets.torchvision_import import check_integrity

        part = folder / f"{name}.{uuid4().hex}.part"
        try:
            with part.open("xb") as file, closing(self._pieces(mirror + name)) as pieces:
                for piece in pieces:
                    file.write(piece)
            if not check_integrity(part, md5):
                raise JobFailed(
                    N_("{file} of {label} did not arrive whole from {host}. Try again."),
                    file=name,
                    host=urlsplit(mirror).netloc,
                )
            part.replace(folder / name)  # The real name appears only on a whole, checked file.
        finally:
            part.unlink(missing_ok=True)

    def _pieces(self, url: str) -> Generator[bytes]:
        """Yield the bytes behind an address. Raises JobFailed for a fault of the network, or CancelledError."""
        host = urlsplit(url).netloc
        stalled = JobFailed(
            N_("The download of {label} stalled: nothing came from {host} for {seconds:g} seconds. Try again later."),
            host=host,
            seconds=self._patience,
        )
        request = urllib.request.Request(url, headers={"User-Agent": AGENT})
        try:
            with urllib.request.urlopen(request, timeout=self._patience) as response:
                self._count(0, response.length)
                while piece := response.read1(PIECE):
                    if self.over:
                        raise CancelledError
                    yield piece
                    self._count(self.received + len(piece), self.total)
        except urllib.error.HTTPError as error:
            with error:
                raise JobFailed(
                    N_("{label} cannot be downloaded: {host} answered with error {code}. Try again later."),
                    host=host,
                    code=error.code,
                ) from error
        except TimeoutError as error:
            raise stalled from error
        except urllib.error.URLError as error:
            if isinstance(error.reason, TimeoutError):
                raise stalled from error
            raise JobFailed(
                N_("{label} cannot be downloaded: {host} cannot be reached. Check the network and try again."),
                host=host,
            ) from error
        except (HTTPException, OSError) as error:
            raise JobFailed(N_("The download of {label} broke off: {host} hung up. Try again."), host=host) from error

    def _tell(self, sentence: str, **fields: object) -> None:
        self._present = sentence, fields

    def _count(self, received: int, total: int | None) -> None:
        self.received, self.total = received, total


def remove_leftovers(abandoned: float = ABANDONED) -> None:
    """Delete partial files that nobody writes to any more, of all data sets: now, and those of a moment ago in a while.

    To be called when a process starts, perhaps just after another was killed in the midst of a download. What another
    process is downloading is left alone.
    """
    _remove_all(abandoned)
    later = Timer(abandoned + 1, _remove_all, (abandoned,))
    later.daemon = True
    later.start()


def _remove_all(abandoned: float) -> None:
    for dataset in DATASETS.values():
        if dataset.source is not None:
            with suppress(OSError):  # a folder of somebody else's: what is left there does no harm
                _remove_leftovers(dataset.source.folder, abandoned)


def _remove_leftovers(folder: Path, abandoned: float = ABANDONED) -> None:
    for part in folder.glob("*.part"):
        if part.stat().st_mtime < time.time() - abandoned:
            part.unlink(missing_ok=True)


_lock = Lock()
_downloads: dict[str, Download] = {}


def download(name: str) -> Download:
    """Return the running download of a data set, or start one; several people share it.

    One that has ended is not run again until somebody calls this again. Raises ValueError if there is no such data set.
    """
    dataset = find_dataset(name)
    with _lock:
        if name not in _downloads or _downloads[name].over:
            _downloads[name] = Download(dataset.label, dataset.source)
        return _downloads[name]


def latest_download(name: str) -> Download | None:
    """Return the last download of a data set that anybody started in this process, whatever became of it, or None."""
    with _lock:
        return _downloads.get(name)
