"""How fast a run trains: its measured speed, and the limit that a person has set."""

import time
from collections import deque

MEASURED_SLICES = 40


class Pace:
    """Measures samples a second over the last slices, and says when the next epoch may begin.

    Args:
        epochs_per_second: the limit; None for none.
    """

    def __init__(self, epochs_per_second: float | None) -> None:
        self.epochs_per_second = epochs_per_second
        self._next_epoch_at = time.perf_counter()
        self._slices: deque[tuple[float, int]] = deque(maxlen=MEASURED_SLICES)

    def limit(self, epochs_per_second: float | None) -> None:
        """Set another limit, which holds from now on."""
        self.epochs_per_second = epochs_per_second
        self._next_epoch_at = time.perf_counter()

    def seconds_to_wait(self) -> float:
        """Return how long the limit holds the next epoch back; 0 or less for not at all."""
        return self._next_epoch_at - time.perf_counter()

    def finish_epoch(self) -> bool:
        """Set when the next epoch may begin; return whether that is still to come."""
        if self.epochs_per_second is None:
            return False
        now = time.perf_counter()
        # A run that had to wait for the lock does not make up for it by a rush.
        self._next_epoch_at = max(self._next_epoch_at + 1 / self.epochs_per_second, now)
        return self._next_epoch_at > now

    def measure(self, samples: int) -> None:
        """Note how many samples had been trained on at the end of a slice."""
        self._slices.append((time.perf_counter(), samples))

    def restart(self) -> None:
        """Forget what was measured, as after a pause."""
        self._slices.clear()

    def samples_per_second(self) -> float | None:
        """Return the present speed; None before there are two slices to tell it from."""
        if len(self._slices) < 2:
            return None
        (start, before), (end, after) = self._slices[0], self._slices[-1]
        return (after - before) / (end - start)
