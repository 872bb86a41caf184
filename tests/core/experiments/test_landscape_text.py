import numpy as np
import pytest

from core.experiments.landscape import Landscape, Path
from core.experiments.landscape_text import around, optimizers_notice, path_notice, random_notice

AXIS = np.linspace(-1, 1, 5)


def path(optimizer, losses, below=None, ran_away=False) -> Path:
    count = len(losses)
    below = losses if below is None else below
    return Path(optimizer, np.arange(count) * 100, np.zeros((count, 2)), np.array(losses), np.array(below), ran_away)


def landscape(*paths, losses=None, share=0.9) -> Landscape:
    return Landscape(AXIS, AXIS, np.ones((5, 5)) if losses is None else losses, paths, share, 500, 2.0)


def test_the_path():
    said = path_notice(landscape(path("adam", [2.0, 0.5, 0.25], [1.9, 0.1, 0.25])))
    assert said == (
        "**The plane holds 90% of how the weights moved.** In 200 steps the loss went from 2 to 0.25; where the path "
        "is drawn, the plane’s own loss is at most 0.4 away from the real one."
    )


def test_the_random_plane():
    across, down = np.meshgrid(AXIS, AXIS)
    losses = np.hypot(across, down)
    said = random_notice(landscape(path("adam", [0.125]), losses=losses, share=None))
    assert said.startswith("**In the middle the loss is 0.125.** Half a filter’s length away it is 0.604 on average")
    assert said.endswith("an untrained network has 2.")


def test_the_mean_around_the_middle():
    across, down = np.meshgrid(AXIS, AXIS)
    losses = np.hypot(across, down)
    found = landscape(path("adam", [0.1]), losses=losses)
    # of a grid of spacing 0.5, those up to 0.25 nearer or farther
    assert around(found, 0.5) == pytest.approx((4 * 0.5 + 4 * 0.5**0.5) / 8)
    assert around(landscape(path("adam", [0.1]), losses=np.full((5, 5), np.inf)), 1.0) == 20


def test_several_optimizers():
    said = optimizers_notice(landscape(path("sgd", [2.0, 1.0], [2.0, 1.5]), path("adam", [2.0, 0.5])))
    assert said == (
        "After 100 steps **Adam** is lowest, with a loss of 0.5; SGD has 1. The plane holds 90% of how their weights "
        "moved; at the ends its own loss is up to 0.5 away from the real one."
    )


def test_what_ran_away_and_what_is_cut_off_is_said():
    losses = np.ones((5, 5))
    losses[0] = 21
    said = optimizers_notice(landscape(path("sgd", [2.0], ran_away=True), path("adam", [2.0, 0.5]), losses=losses))
    assert "SGD ran away after 0 steps: its learning rate is too large." in said
    assert said.endswith("On 20% of the plane the loss is above 20, and cut off there.")
