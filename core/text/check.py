"""Questions to check an understanding with, whose wrong answers are known mistakes."""

from dataclasses import dataclass
from random import Random
from urllib.parse import parse_qsl

MIN_WRONG, MAX_WRONG = 2, 3

RIGHT = 0  # the place of the right answer in `Check.answers`


@dataclass(frozen=True)
class Wrong:
    """A wrong answer.

    Attributes:
        words: the answer, a sentence of the catalogue.
        mistake: one sentence of the catalogue that says what is mistaken in it.
        see: the address of a page, such as "losses?part=classes&right=B", whose picture then shows that it is.
    """

    words: str
    mistake: str
    see: str

    def __post_init__(self) -> None:
        if not self.page.isidentifier():
            raise ValueError(f"“{self.see}” names no page.")
        if "?" in self.see and not self.settings:
            raise ValueError(f"“{self.see}” has no settings.")

    @property
    def page(self) -> str:
        return self.see.partition("?")[0]

    @property
    def settings(self) -> dict[str, str]:
        """The settings in the address, by their names."""
        query = self.see.partition("?")[2]
        return dict(parse_qsl(query, keep_blank_values=True, strict_parsing=bool(query)))


@dataclass(frozen=True)
class Check:
    """A question, its right answer, and MIN_WRONG to MAX_WRONG wrong ones.

    Attributes:
        id: "<page>.<name>", its own among all pages, and the same for ever.
        prompt, answer: sentences of the catalogue.
        because: one sentence of the catalogue that says why it is so.
    """

    id: str
    prompt: str
    answer: str
    because: str
    wrong: tuple[Wrong, ...]

    def __post_init__(self) -> None:
        page, _dot, name = self.id.partition(".")
        if not (page.isidentifier() and name.isidentifier()):
            raise ValueError(f"“{self.id}” is not a page and a name with a dot between.")
        if not MIN_WRONG <= len(self.wrong) <= MAX_WRONG:
            raise ValueError(f"{self.id} has {len(self.wrong)} wrong answers, not {MIN_WRONG} to {MAX_WRONG}.")
        if len(set(self.answers)) < len(self.answers):
            raise ValueError(f"{self.id} has the same answer twice.")

    @property
    def answers(self) -> tuple[str, ...]:
        """All answers, the right one at the place RIGHT."""
        return self.answer, *(wrong.words for wrong in self.wrong)

    def order(self) -> list[int]:
        """Return the places of the answers in the order in which they are shown: mixed, and always the same."""
        places = range(len(self.answers))
        return Random(self.id).sample(places, len(places))
