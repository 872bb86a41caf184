"""How much a benchmark measures: all that counts, or a little to see that it works."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Scale:
    """How much to measure.

    Attributes:
        samples: how many training samples are used; None for all.
        repeats: how many pairs or seeds a comparison has.
        seconds: how long a run in the background is watched.
        most_epochs: where a training is cut short.
    """

    samples: int | None
    repeats: int
    seconds: float
    most_epochs: int

    def epochs(self, wanted: int) -> int:
        """Return how many epochs to train where so many are wanted."""
        return min(wanted, self.most_epochs)


FULL = Scale(samples=None, repeats=5, seconds=30.0, most_epochs=200)
QUICK = Scale(samples=2_560, repeats=2, seconds=2.0, most_epochs=2)
