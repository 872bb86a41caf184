"""The one lock under which everything in this process computes, who goes first, its threads, and how they use torch.

Of all runs that want to compute one does, and the others queue up behind it: two torch threads that compute at once
each lose more than half of their speed. Before each slice they let pages pass.
"""

import sys
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import CancelledError, Future, InvalidStateError
from contextlib import AbstractContextManager, contextmanager, suppress
from contextvars import ContextVar
from enum import Enum
from threading import Condition, Lock, Thread, get_ident
from typing import Generic, TypeVar

import torch
from torch import nn

from core.text.i18n import N_, _

SLICE = 0.05  # seconds of computing before the lock is handed on
ROUND = 0.25  # seconds until a run has it again, where so many wait for it that slices have to be shorter
REST = 0.002  # seconds between two slices in which the pages get the interpreter for themselves
GIVE_WAY = 0.03  # seconds that a slice waits at most for the pages that are under way
IN_BETWEEN = 0.01  # seconds of a slice that has waited in vain: a quarter of the time is left to trainings
INTERPRETER_SWITCH = 0.001  # seconds that a thread keeps the interpreter while others want it; Python's own are 0.005

Result = TypeVar("Result")


class FairLock:
    """A lock that is handed on in the order in which it was asked for, but to page runs first.

    A plain lock may be taken again at once by the thread that has just let go of it, so that one run could train
    while forty others stand still.
    """

    def __init__(self) -> None:
        self._guard = Lock()
        self._held = False
        self._holder: int | None = None
        self._queue: deque[Lock] = deque()
        self._pages: deque[Lock] = deque()

    @property
    def waiting(self) -> int:
        """How many threads stand in the queue."""
        return len(self._queue) + len(self._pages)

    def __enter__(self) -> None:
        """Wait in the queue, and hold the lock for the length of the `with` block."""
        self._acquire()

    def __exit__(self, *error: object) -> None:
        self._release()

    def hand_on(self) -> None:
        """Let go of it for all who wait for it now, between two parts of a longer work; without it, do nothing."""
        if self._holder == get_ident() and self.waiting:
            self._release()
            self._acquire()

    def _acquire(self) -> None:
        self._queue_up()
        self._holder = get_ident()

    def _queue_up(self) -> None:
        with self._guard:
            if not self._held:
                self._held = True
                return
            gate = Lock()
            gate.acquire()
            (self._pages if _in_page_run.get() else self._queue).append(gate)
        gate.acquire()

    def _release(self) -> None:
        self._holder = None
        with self._guard:
            if queue := self._pages or self._queue:
                queue.popleft().release()
            else:
                self._held = False


_in_page_run = ContextVar("in_page_run", default=False)
compute_lock = FairLock()


class PageRuns:
    """The runs of pages that are under way: trainings let them pass, and updates let the answers to people pass.

    Threads share one interpreter, so that of many at once each is slow. Therefore what pages do by themselves, time
    after time, is done one after another. Nobody waits for ever: under clicks without end a training still has a
    quarter of the time.
    """

    def __init__(self) -> None:
        self._change = Condition()
        self._answers = 0
        self._updating = False
        self._turn = FairLock()

    @property
    def under_way(self) -> bool:
        """Whether anything is being put on a page."""
        return self._answers > 0 or self._updating

    def answer(self) -> AbstractContextManager[None]:
        """Mark what a person waits for, such as a page that was asked for, or the answer to a click."""
        return _outermost(self._answering)

    def update(self) -> AbstractContextManager[None]:
        """Mark what a page does by itself, time after time. Within an answer it is a part of that."""
        return _outermost(self._updating_in_turn)

    def let_pass(self) -> float:
        """Wait until no page run is under way, for GIVE_WAY at most; return how long the slice may take then."""
        if not self.under_way or self._wait_until(lambda: not self.under_way):
            return SLICE
        return IN_BETWEEN

    @contextmanager
    def _answering(self) -> Iterator[None]:
        with self._change:
            self._answers += 1
        try:
            yield
        finally:
            with self._change:
                self._answers -= 1
                self._change.notify_all()

    @contextmanager
    def _updating_in_turn(self) -> Iterator[None]:
        with self._turn:
            self._wait_until(lambda: not self._answers)
            self._updating = True
            try:
                yield
            finally:
                with self._change:
                    self._updating = False
                    self._change.notify_all()

    def _wait_until(self, condition: Callable[[], bool]) -> bool:
        with self._change:
            return self._change.wait_for(condition, GIVE_WAY)


@contextmanager
def _outermost(mark: Callable[[], AbstractContextManager[None]]) -> Iterator[None]:
    """Mark this thread as one that runs a page, and that run, unless it is part of one that is marked already."""
    if _in_page_run.get():
        yield
        return
    token = _in_page_run.set(True)
    try:
        with mark():
            yield
    finally:
        _in_page_run.reset(token)


page_runs = PageRuns()


def prepare_torch() -> None:
    """Set torch and the interpreter up for this process. To be called once, before the first run."""
    sys.setswitchinterval(INTERPRETER_SWITCH)
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


class JobStatus(Enum):
    """Where a job is: RUNNING, or over for one of three reasons."""

    RUNNING = "running"
    FINISHED = "finished"
    CANCELED = "canceled"
    FAILED = "failed"


class JobFailed(Exception):
    """Why a job was not done: a sentence of the catalogue, and what to fill in, put together by whoever reads it."""

    def __init__(self, sentence: str, **fields: object) -> None:
        super().__init__(sentence)
        self.sentence, self.fields = sentence, fields

    def __str__(self) -> str:
        return _(self.sentence).format(**self.fields) if self.fields else _(self.sentence)


class Job(Generic[Result]):
    """Work in a thread of its own, which begins at once. All methods may be called from any thread and return at once.

    A subclass does it in `_work`, under compute_lock where it computes. What that raises is not raised to a page: of a
    JobFailed they read the sentence, and of any other error, which goes to the log, the one in `unexpected`.
    """

    unexpected = N_("The work ended with an error, which is in the server’s log.")

    def __init__(self, name: str) -> None:
        # It stays pending until the end, so that it can be canceled at any time; the first end is the one that counts.
        self._future: Future[Result] = Future()
        self._thread = Thread(target=self._run, name=name, daemon=True)
        self._thread.start()

    @property
    def status(self) -> JobStatus:
        """Where it is; it changes once."""
        if self._future.cancelled():
            return JobStatus.CANCELED
        if not self._future.done():
            return JobStatus.RUNNING
        return JobStatus.FAILED if self._future.exception() else JobStatus.FINISHED

    @property
    def over(self) -> bool:
        """True when nothing will change any more."""
        return self._future.done()

    @property
    def failure(self) -> JobFailed | None:
        """Why it failed, None where it did not."""
        error = self._future.exception() if self.status is JobStatus.FAILED else None
        return error if isinstance(error, JobFailed) else None

    @property
    def message(self) -> str:
        """Why it failed, in the language of whoever asks; empty where it did not."""
        return str(self.failure or "")

    @property
    def result(self) -> Result | None:
        """What it came to, None where it did not or is still going on."""
        return self._future.result() if self.status is JobStatus.FINISHED else None

    def cancel(self) -> None:
        """Give it up: at once for whoever looks; the thread ends when it next sees that it is `over`."""
        self._future.cancel()

    def fail(self, failure: JobFailed) -> None:
        """End it with this failure, unless it is over."""
        with suppress(InvalidStateError):
            self._future.set_exception(failure)

    def when_over(self, action: Callable[[], object]) -> None:
        """Have something done at the end, however it comes; now, where it is over."""
        self._future.add_done_callback(lambda _future: action())

    def wait(self, seconds: float | None = None) -> bool:
        """Wait until its thread has ended, at most so many seconds; return whether it has. For scripts and tests."""
        self._thread.join(seconds)
        return not self._thread.is_alive()

    def _work(self) -> Result:
        """Do the work; raises JobFailed where it cannot be done, CancelledError where it is `over` before its end."""
        raise NotImplementedError

    def _run(self) -> None:
        prepare_thread()
        try:
            result = self._work()
            with suppress(InvalidStateError):
                self._future.set_result(result)
        except JobFailed as failure:
            self.fail(failure)
        except CancelledError:
            pass
        finally:
            self.fail(JobFailed(self.unexpected))
