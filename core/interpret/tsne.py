"""t-SNE by scikit-learn in the background, where it holds nobody up and can be cancelled.

L. van der Maaten and G. Hinton, "Visualizing data using t-SNE", 2008: a map on which near neighbours stay neighbours;
how far apart two groups lie means little. scikit-learn cannot be stopped on the way, and importing it takes seconds and
200 MB: so each map is made by a process of its own, tsne_worker.py beside this file, one at a time and with low
priority.
"""

import atexit
import io
import os
import re
import subprocess
import sys
from contextlib import suppress
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from threading import Lock, Thread, Timer
from weakref import WeakSet

import numpy as np
import torch
from torch import Tensor

from core.scheduler import Turns
from core.text.i18n import _

FEWEST = 10
MOST = 2_000  # pictures
LONGEST = 120.0  # seconds
ITERATIONS = 1_000  # what scikit-learn does

_ONE_AT_A_TIME = Turns()
_PROGRAM = Path(__file__).with_name("tsne_worker.py")
_at_work: WeakSet["Tsne"] = WeakSet()


class Status(Enum):
    """Where a map is: WAITING for those of others, RUNNING, or over for one of three reasons."""

    WAITING = "waiting"
    RUNNING = "running"
    FINISHED = "finished"
    CANCELLED = "cancelled"
    FAILED = "failed"

    @property
    def over(self) -> bool:
        return self in (Status.FINISHED, Status.CANCELLED, Status.FAILED)


@dataclass(frozen=True, eq=False)
class View:
    """A map at one moment: the share in [0, 1] that is done, why it failed, and the places once it is finished."""

    status: Status
    share: float
    message: str
    places: Tensor | None


class Tsne:
    """Computes a map of rows; all methods may be called from any thread and return at once.

    Args:
        rows: float32 [N, d], finite.
        components: 2 for a plane, 3 for space.
        seed: the same rows and seed give the same map.

    Raises:
        ValueError: there are fewer than FEWEST rows or more than MOST.
    """

    def __init__(self, rows: Tensor, components: int = 2, seed: int = 0) -> None:
        if not FEWEST <= len(rows) <= MOST:
            raise ValueError(
                _("A t-SNE map can be made of {fewest} to {most:,} pictures.").format(fewest=FEWEST, most=MOST)
            )
        self._rows = rows.numpy()
        self._arguments = [str(components), str(seed)]
        self._lock = Lock()  # guards all that follows
        self._status = Status.WAITING
        self._share = 0.0
        self._message = ""
        self._places: Tensor | None = None
        self._process: subprocess.Popen | None = None
        self._thread = Thread(target=self._work, name="t-SNE", daemon=True)
        self._thread.start()
        _at_work.add(self)

    def view(self) -> View:
        """Return all there is to show at this moment."""
        with self._lock:
            return View(self._status, self._share, self._message, self._places)

    def cancel(self) -> None:
        """Stop at once. To be called too when the person has left."""
        self._end(Status.CANCELLED)

    def wait(self, seconds: float | None = None) -> bool:
        """Wait until it is over, at most so many seconds; return whether it is. For scripts and tests."""
        self._thread.join(seconds)
        return self._status.over

    def _end(self, status: Status, message: str = "") -> None:
        with self._lock:
            if not self._status.over:
                self._status, self._message = status, message
            if self._process is not None:
                self._process.kill()

    def _work(self) -> None:
        with _ONE_AT_A_TIME.turn():
            process = self._begin()
            if process is None:
                return
            limit = Timer(LONGEST, self._end, [Status.FAILED, _("It took too long: take fewer pictures.")])
            limit.start()
            try:
                with process:
                    self._talk(process)
            finally:
                limit.cancel()
                # Whatever has happened, nobody waits for it for ever; an error in the thread goes to the log.
                self._end(Status.FAILED, _("The map could not be made; the reason is in the server’s log."))

    def _begin(self) -> subprocess.Popen | None:
        """Start the process, unless the map was cancelled while it waited."""
        with self._lock:
            if self._status is Status.WAITING:
                self._status = Status.RUNNING
                self._process = subprocess.Popen(
                    [sys.executable, "-P", str(_PROGRAM), *self._arguments],
                    stdin=subprocess.PIPE,
                    stdout=subprocess.PIPE,
                    stderr=subprocess.PIPE,
                    env=os.environ | {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"},
                )
            return self._process

    def _talk(self, process: subprocess.Popen) -> None:
        sent = io.BytesIO()
        np.save(sent, self._rows, allow_pickle=False)
        with suppress(BrokenPipeError), process.stdin:  # it was cancelled
            process.stdin.write(sent.getvalue())
        said = []
        for line in process.stderr:
            said.append(line.decode(errors="replace"))
            iteration = re.search(rb"Iteration (\d+)", line)
            if iteration:
                with self._lock:
                    self._share = min(int(iteration[1]) / ITERATIONS, 1.0)
        content = process.stdout.read()
        if process.wait() == 0:
            places = torch.from_numpy(np.load(io.BytesIO(content), allow_pickle=False))
            with self._lock:
                if not self._status.over:
                    self._status, self._share, self._places = Status.FINISHED, 1.0, places
        elif not self._status.over:
            sys.stderr.writelines(said)


@atexit.register
def _cancel_all() -> None:
    for tsne in list(_at_work):
        tsne.cancel()
