"""The one lock under which everything in this process computes, and how its threads use torch.

Of all runs that want to compute one does, and the others queue up behind it: two torch threads that compute at once
each lose more than half of their speed.
"""

from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock

import torch
from torch import nn

SLICE = 0.05  # seconds of computing before the turn is handed on
ROUND = 0.25  # seconds until it comes back, where so many wait for it that slices have to be shorter
REST = 0.002  # seconds between two slices in which the pages get the interpreter for themselves


class Turns:
    """A lock that is handed on in the order in which it was asked for.

    A plain lock may be taken again at once by the thread that has just let go of it, so that one run could train
    while forty others stand still.
    """

    def __init__(self) -> None:
        self._guard = Lock()
        self._taken = False
        self._queue: deque[Lock] = deque()

    @property
    def waiting(self) -> int:
        """How many threads stand in the queue."""
        return len(self._queue)

    @contextmanager
    def turn(self) -> Iterator[None]:
        """Wait for this thread's turn and hold it for the length of the `with` block."""
        self._take()
        try:
            yield
        finally:
            self._hand_on()

    def _take(self) -> None:
        with self._guard:
            if not self._taken:
                self._taken = True
                return
            gate = Lock()
            gate.acquire()
            self._queue.append(gate)
        gate.acquire()

    def _hand_on(self) -> None:
        with self._guard:
            if self._queue:
                self._queue.popleft().release()
            else:
                self._taken = False


TURNS = Turns()


def prepare_torch() -> None:
    """Set torch up for this process. To be called once, before the first run."""
    prepare_thread()
    # The first optimizer of a process imports a large part of torch; better now than at somebody's first click.
    torch.optim.SGD(nn.Linear(1, 1).parameters())


def prepare_thread() -> None:
    """Let this thread compute by itself. To be called first in every thread that uses torch, and so in every page run.

    A second thread gains a third on an idle machine and loses nearly everything once another run wants its core. And a
    new thread does not take the setting over from the one that began it: without this call, which takes microseconds,
    its first operations spend up to 10 ms on starting helpers.
    """
    torch.set_num_threads(1)
