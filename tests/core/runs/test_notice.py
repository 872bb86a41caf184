from dataclasses import replace

import numpy as np
import pytest

from core.runs import Status, View
from core.runs.history import Curve
from core.runs.notice import notice
from core.training import Score, Snapshot


def view(losses, accuracies, test, status=Status.RUNNING):
    steps = np.arange(len(losses))
    curve = Curve(steps, np.array(losses), np.array(accuracies), steps, steps)
    first = Snapshot(1, 0.1, losses[0], accuracies[0], None, 0.1, 64, 0.01, None) if losses else None
    return View(status, True, "", first, None, test, curve, curve, 0.1, 0.5, None, None, None)


LEARNING = view([2.3, 0.4], [0.1, 0.9], Score(0.4, 0.89, 1000))


@pytest.mark.parametrize(
    ("seen", "words"),
    [
        (LEARNING, ["fell from 2.3 to 0.4", "89.0%"]),
        (replace(LEARNING, last_test=Score(0.9, 0.8, 1000)), ["by heart", "90.0%", "80.0%"]),
        (view([2.3, 2.31], [0.1, 0.1], Score(2.3, 0.098, 1000)), ["9.8%", "10.0%", "not learning"]),
        (view([2.3, 400.0], [0.1, 0.1], Score(400, 0.1, 1000)), ["2.3", "400", "overshoots"]),
        (view([2.3, 400.0, 2.3], [0.1, 0.1, 0.1], Score(2.3, 0.1, 1000)), ["400", "overshoots"]),
        (view([2.3, 9.0, 0.4], [0.1, 0.1, 0.9], Score(0.4, 0.89, 1000)), ["fell from 2.3 to 0.4"]),
    ],
)
def test_what_is_most_worth_noticing(seen, words):
    assert all(word in notice(seen, classes=10) for word in words)


@pytest.mark.parametrize(
    "seen", [view([], [], None), replace(LEARNING, last_test=None), replace(LEARNING, status=Status.DIVERGED)]
)
def test_silence_where_there_is_nothing_to_say_yet(seen):
    assert notice(seen, classes=10) is None
