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
from concurrent.futures import CancelledError
from contextlib import suppress
from pathlib import Path
from threading import Timer
from weakref import WeakSet

import numpy as np
import torch
from torch import Tensor

from core.scheduler import FairLock, Job, JobFailed
from core.text.i18n import N_, _

FEWEST = 10
MOST = 2_000  # pictures
LONGEST = 120.0  # seconds
ITERATIONS = 1_000  # what scikit-learn does

_ONE_AT_A_TIME = FairLock()
_PROGRAM = Path(__file__).with_name("tsne_worker.py")
_at_work: WeakSet["Tsne"] = WeakSet()


class Tsne(Job[Tensor]):
    """Computes a map of rows: its result is their places, float32 [N, components].

    Attributes:
        waiting: whether those of others come first.
        share: how much is done, in [0, 1].

    Args:
        rows: float32 [N, d], finite.
        components: 2 for a plane, 3 for space.
        seed: the same rows and seed give the same map.

    Raises:
        ValueError: there are fewer than FEWEST rows or more than MOST.
    """

    unexpected = N_("The map could not be made; the reason is in the server’s log.")

    def __init__(self, rows: Tensor, components: int = 2, seed: int = 0) -> None:
        if not FEWEST <= len(rows) <= MOST:
            raise ValueError(
                _("A t-SNE map can be made of {fewest} to {most:,} pictures.").format(fewest=FEWEST, most=MOST)
            )
        self._rows = rows.numpy()
        self._arguments = [str(components), str(seed)]
        self.waiting = True
        self.share = 0.0
        super().__init__("t-SNE")
        _at_work.add(self)

    def _work(self) -> Tensor:
        with _ONE_AT_A_TIME:
            if self.over:
                raise CancelledError
            self.waiting = False
            limit = Timer(LONGEST, self.fail, [JobFailed(N_("It took too long: take fewer pictures."))])
            limit.start()
            self.when_over(limit.cancel)
            with subprocess.Popen(
                [sys.executable, "-P", str(_PROGRAM), *self._arguments],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                env=os.environ | {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"},
            ) as process:
                self.when_over(process.kill)
                return self._talk(process)

    def _talk(self, process: subprocess.Popen[bytes]) -> Tensor:
        stdin, stdout, stderr = process.stdin, process.stdout, process.stderr
        assert stdin is not None  # all three are pipes
        assert stdout is not None
        assert stderr is not None
        sent = io.BytesIO()
        np.save(sent, self._rows, allow_pickle=False)
        with suppress(BrokenPipeError), stdin:  # it was cancelled
            stdin.write(sent.getvalue())
        said = []
        for line in stderr:
            said.append(line.decode(errors="replace"))
            iteration = re.search(rb"Iteration (\d+)", line)
            if iteration:
                self.share = min(int(iteration[1]) / ITERATIONS, 1.0)
        content = stdout.read()
        if process.wait() == 0:
            self.share = 1.0
            return torch.from_numpy(np.load(io.BytesIO(content), allow_pickle=False))
        if not self.over:
            sys.stderr.writelines(said)
        raise JobFailed(self.unexpected)


@atexit.register
def _cancel_all() -> None:
    for tsne in list(_at_work):
        tsne.cancel()
