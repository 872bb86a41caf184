"""What anybody may give, for property tests: text of all characters, numbers of all sizes, and JSON of both."""

from collections.abc import Callable
from typing import TypeVar

from hypothesis import strategies as st

Given, Value = TypeVar("Given"), TypeVar("Value")

LETTERS = st.characters() | st.characters(categories=["Cs", "Cc", "Cf", "Zs"])  # halves of characters, and unseen ones
TEXTS = st.text(LETTERS, max_size=60)
WHOLES = st.integers() | st.sampled_from([10**400, -(10**400), 10**4000])  # Python writes no number of 4,301 digits
NUMBERS = WHOLES | st.floats()
JSON = st.recursive(
    st.none() | st.booleans() | NUMBERS | TEXTS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXTS, inner, max_size=4),
    max_leaves=8,
)


def words_of(*words: str, between: str = "") -> st.SearchStrategy[str]:
    """Return texts that are nearly right: made of these words, with anything in between now and then."""
    return st.lists(st.sampled_from(words) | st.sampled_from(words) | TEXTS, max_size=12).map(between.join)


def read_or_refused(read: Callable[[Given], Value], given: Given, refusal: type[Exception]) -> Value | None:
    """Return what a reader makes of what was given, or None where it refuses it by its own error, with a sentence."""
    sentence = ""
    try:
        return read(given)
    except refusal as problem:
        sentence = str(problem)
    assert len(sentence) > 10
    assert sentence.encode()
    return None
