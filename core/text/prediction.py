"""Questions that a page asks before it shows what they are about."""

from collections.abc import Mapping
from dataclasses import dataclass

MIN_ANSWERS, MAX_ANSWERS = 2, 4

SHOWN = "shown"  # instead of the id of an answer, where somebody just looks


@dataclass(frozen=True, eq=False)
class Prediction:
    """A question, and the answers to choose from.

    Attributes:
        id: its own among all pages, and the same for ever.
        prompt: a sentence of the catalogue.
        answers: sentences of the catalogue by their ids, MIN_ANSWERS to MAX_ANSWERS. Like the prompt they may have
            {names} of numbers in them, which the page computes.
    """

    id: str
    prompt: str
    answers: Mapping[str, str]

    def __post_init__(self) -> None:
        if not MIN_ANSWERS <= len(self.answers) <= MAX_ANSWERS:
            raise ValueError(f"{self.id} has {len(self.answers)} answers, not {MIN_ANSWERS} to {MAX_ANSWERS}.")


@dataclass(frozen=True)
class Truth:
    """What was computed: the id of the right answer, and one sentence with the numbers that show it, in Markdown."""

    answer: str
    sentence: str
