import numpy as np
import pytest

from core.lessons.losses.batches import best_constant, compare
from core.lessons.losses.classes import gradient, recovery
from core.lessons.losses.scene import MARGINS, OUTLIER_STEP, batch_scene, choice_scene, gradient_scene, number_scene
from core.losses import LOSSES, TargetError

ONE_BY_ONE = [name for name, loss in LOSSES.items() if not loss.compares_classes]
OUT, TARGET = [2.5, 3.0, 4.5, 3.5, 5.0], [2.0, 3.4, 4.0, 3.0, 5.5]


@pytest.mark.parametrize("loss", ONE_BY_ONE)
def test_a_kink_is_a_sample(loss):
    """Between two samples the browser goes straight, and kinks lie at hundredths."""
    kind = LOSSES[loss]
    for end in ("minimum", "maximum"):
        made = number_scene([loss], {loss: {param.name: getattr(param, end) for param in kind.hyperparameters}})
        (look,) = made["losses"]
        samples = np.linspace(look["low"], look["high"], made[loss].shape[1])
        assert np.abs(samples * 100 - np.rint(samples * 100)).max() < 1e-9
        assert np.isfinite(made[loss]).all()


def test_hyperparameters_change_their_own_loss_alone():
    usual, wide = (number_scene(["l1", "huber"], {"huber": {"delta": delta}}) for delta in (1.0, 2.0))
    assert (usual["l1"] == wide["l1"]).all()
    assert (usual["huber"] != wide["huber"]).any()


@pytest.mark.parametrize("loss", ONE_BY_ONE)
def test_a_batch_at_every_outlier_is_what_torch_makes_of_it(loss):
    squashes = LOSSES[loss].squashes
    targets = [1.0, 0.0, 0.3, 1.0, 0.0] if squashes else TARGET
    made = batch_scene(loss, OUT, targets, {})
    assert len(made["terms"]) == (1 if squashes else 81)
    for step in (0,) if squashes else (0, 7, 80):
        moved = [*targets[:-1], targets[-1] + step * OUTLIER_STEP]
        batch = compare(loss, OUT, moved)
        np.testing.assert_allclose(made["targets"][step], moved)
        np.testing.assert_allclose(made["terms"][step], batch.terms)
        np.testing.assert_allclose(made["gradients"][step], batch.gradients)
        assert made["means"][step] == pytest.approx(batch.mean)
        assert [*made["written"], made["last"][step]] == batch.written
        best = [best_constant(name, moved) for name in ("mse", "l1", "huber")]
        np.testing.assert_allclose(made["best"][step], best)


def test_a_target_that_cannot_be_compared_is_refused():
    with pytest.raises(TargetError, match="2 is none"):
        batch_scene("bce", [1.0], [2.0], {})


def test_the_loss_of_a_choice_falls_to_0():
    made = choice_scene("ABC")
    assert made["probabilities"][-1] == 1
    assert made["losses"][-1] == 0
    np.testing.assert_allclose(np.exp(-made["losses"]), made["probabilities"])


@pytest.mark.parametrize("loss", LOSSES)
def test_gradients_and_the_way_back_from_every_lead(loss):
    made = gradient_scene([loss])
    for place in (0, 40, 96):
        assert made["sizes"][0, place] == pytest.approx(gradient(loss, [MARGINS[place]]).item())
        np.testing.assert_allclose(made[loss][place], recovery(loss, MARGINS[place]), rtol=1e-6)
