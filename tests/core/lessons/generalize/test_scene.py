import numpy as np
import torch

from core.lessons.generalize.initial_weights import BARS, HIDDEN, LOOKS, RACES, STARTS
from core.lessons.generalize.remedies import COMPARISONS, REMEDIES, SEEDS, Case
from core.lessons.generalize.scene import history_scene, power, remedies_scene, starts_scene
from core.lessons.generalize.training import EPOCHS, HISTORIES, Setup


def test_the_curves_are_those_of_the_training():
    history = HISTORIES.result(Setup(100))
    scene = history_scene(history)
    assert scene["curves"].shape == (2, 2, EPOCHS + 1) == (len(scene["panels"]), len(scene["series"]), EPOCHS + 1)
    assert torch.equal(scene["curves"], torch.stack([history.loss, history.accuracy]))
    assert len(scene["sentences"]) == EPOCHS + 1
    assert history_scene(HISTORIES.result(Setup(100, 0.2)))["curves"].shape[1] == 3


def test_the_remedies_are_means_over_their_seeds():
    scene = remedies_scene(COMPARISONS.result(Case(30)))
    assert scene["runs"].shape == (2, len(REMEDIES), SEEDS, EPOCHS + 1)
    torch.testing.assert_close(scene["curves"], scene["runs"].mean(2))


def test_what_has_diverged_stands_still_and_has_no_loss():
    scene = starts_scene(RACES.result(("relu", 0)), "large")
    assert scene["outputs"].shape == (len(LOOKS), HIDDEN, BARS)
    assert np.isnan(scene["losses"][list(STARTS).index("large"), -1])
    assert np.isfinite(scene["losses"][0]).all()
    assert "diverged" in scene["sentences"][-1]


def test_a_power_of_ten():
    assert power(-12) == "10⁻¹²"
