"""What is true of the answers to a question to check yourself with."""

from collections.abc import Callable, Mapping

from core.text.check import Check

Proofs = Mapping[str, Callable[[], tuple[bool, ...]]]
"""Id of a question -> a function that computes which of its answers are true, in the order of `Check.answers`."""


def prove(check: Check, proofs: Proofs) -> None:
    """Let a question's proof show that its first answer is true, and none of the others."""
    truths = [bool(truth) for truth in proofs[check.id]()]
    assert dict(zip(check.answers, truths, strict=True)) == {answer: answer == check.answer for answer in check.answers}
