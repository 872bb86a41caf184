import numpy as np
import pytest
import torch

from core.config import TrainConfig
from core.datasets import load
from core.interpret.layer_outputs import first_weights
from core.interpret.replay_scene import MAX_IMAGES, ZERO, as_bytes, replay_scene
from core.interpret.training_replay import classifier_at, predictions, story
from core.runs import Run

pytestmark = pytest.mark.usefixtures("one_thread")


def trained(**settings) -> Run:
    run = Run(TrainConfig(dataset="digits", epochs=1, batch_size=100, **settings), load("digits"))
    assert run.wait(60)
    return run


def scene_of(run: Run):
    picture = run.data.test.inputs[3].float() / 255
    checkpoints = run.checkpoints()
    said = predictions(run, checkpoints, picture)
    return checkpoints, said, replay_scene(run, checkpoints, said, picture, run.data.classes)


@pytest.fixture(scope="module")
def mlp():
    return trained(hidden=(40,))


def test_each_checkpoint_has_its_answer_its_sentence_and_its_weights(mlp):
    checkpoints, said, scene = scene_of(mlp)
    assert torch.equal(scene["probabilities"], said)
    assert scene["steps"] == [checkpoint.step for checkpoint in checkpoints]
    assert scene["notices"][0].startswith(f"**Before its first step** it says “{said[0].argmax()}”")
    assert scene["notices"][-1].endswith(story(checkpoints, said, mlp.data.classes))
    weights = torch.stack([first_weights(classifier_at(mlp, each).network)[:MAX_IMAGES] for each in checkpoints])
    found = (scene["weights"].astype(float) - ZERO) / 127 * weights.abs().max().item()
    np.testing.assert_allclose(found, weights, atol=weights.abs().max().item() / 253)


@pytest.mark.parametrize("model", ["cnn", "lstm"])
def test_every_kind_of_network_has_images_of_its_first_weights(model):
    checkpoints, _said, scene = scene_of(trained(model=model))
    assert scene["weights"].shape[0] == len(checkpoints)
    assert scene["weights"].ndim == 4
    assert scene["weights"].shape[1] <= MAX_IMAGES


def test_weights_that_are_no_numbers_are_none():
    odd = torch.tensor([1.0, -0.5, float("nan"), float("inf")])
    assert as_bytes(odd).tolist() == [ZERO + 127, ZERO - 64, ZERO, ZERO]
    assert as_bytes(torch.zeros(2)).tolist() == [ZERO, ZERO]


def test_a_training_that_diverged_says_so(mlp):
    checkpoints, said, _scene = scene_of(mlp)
    said[-1] = float("nan")
    notices = replay_scene(mlp, checkpoints, said, torch.zeros(1, 28, 28), mlp.data.classes)["notices"]
    assert "diverged" in notices[-1]
    assert "diverged" not in notices[-2]
