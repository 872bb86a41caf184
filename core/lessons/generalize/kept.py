"""Results that took seconds to compute, kept for whoever asks for the same: the most recently used ones."""

from collections import OrderedDict
from collections.abc import Callable, Generator, Hashable
from threading import Lock
from typing import Generic, TypeVar

Key = TypeVar("Key", bound=Hashable)
Result = TypeVar("Result")

Work = Generator[float, None, Result]
"""Yields the share that is done, and returns the result."""


class Kept(Generic[Key, Result]):
    """At most `size` results of `compute`, for the whole process."""

    def __init__(self, compute: Callable[[Key], Work[Result]], size: int) -> None:
        self._compute, self._size = compute, size
        self._results: OrderedDict[Key, Result] = OrderedDict()
        self._lock = Lock()

    def work(self, key: Key) -> Work[Result]:
        """Return the result of this key, without any work where it is kept."""
        with self._lock:
            known = self._results.get(key)
            if known is not None:
                self._results.move_to_end(key)
                return known
        result = yield from self._compute(key)
        with self._lock:
            self._results[key] = result
            while len(self._results) > self._size:
                self._results.popitem(last=False)
        return result

    def result(self, key: Key) -> Result:
        """Return the result of this key, however long it takes."""
        work = self.work(key)
        while True:
            try:
                next(work)
            except StopIteration as end:
                return end.value


def portion(work: Work[Result], place: int, count: int) -> Work[Result]:
    """Do one of `count` works: what it yields is the share of all that is done."""
    while True:
        try:
            yield (place + next(work)) / count
        except StopIteration as end:
            return end.value
