from dataclasses import replace

import pytest
import torch

from core.config import TrainConfig
from core.datasets import load, types
from core.datasets.types import TEST_SAMPLE
from core.inference import predict
from core.interpret.training_replay import classifier_at, confusion_at, predictions, story
from core.runs import Run
from core.runs.checkpoints import Checkpoint
from core.runs.run import run_classifier

pytestmark = pytest.mark.usefixtures("one_thread")

PATIENCE = 60  # seconds until a test gives up
CONFIG = TrainConfig(dataset="digits", hidden=(16,), epochs=2, batch_size=100, tests_per_epoch=5)


@pytest.fixture(scope="module")
def data():
    return load("digits")


@pytest.fixture(scope="module")
def run(data):
    run = Run(CONFIG, data)
    assert run.wait(PATIENCE)
    return run


@pytest.fixture
def picture(data):
    return data.test.inputs[3].float() / 255


def finish(search):
    shares = []
    while True:
        try:
            shares.append(next(search))
        except StopIteration as end:
            return end.value, shares


def test_predictions_are_those_of_the_networks_at_each_moment(run, data, picture):
    checkpoints = run.checkpoints()
    found = predictions(run, checkpoints, picture)
    assert found.shape == (len(checkpoints), 10)
    torch.testing.assert_close(found.sum(dim=1), torch.ones(len(checkpoints)))
    for checkpoint, row in zip(checkpoints, found, strict=True):
        assert torch.equal(row, predict(run.network_at(checkpoint), picture, data.mean, data.std, run.probabilities))
    assert torch.equal(found[-1], run_classifier(run).predict_proba(picture))
    assert found[-1].max() > found[0].max()


def test_a_run_without_logits_is_read_as_its_loss_means_it(data, picture):
    run = Run(TrainConfig(dataset="digits", hidden=(4,), epochs=1, loss="mse"), data)
    assert run.wait(PATIENCE)
    rows = predictions(run, run.checkpoints(), picture)
    torch.testing.assert_close(rows.sum(dim=1), torch.ones(len(rows)))
    assert classifier_at(run, run.checkpoints()[0]).classes == data.classes


def test_the_confusion_at_a_moment_has_the_accuracy_of_the_test_curve(run, data):
    tested = [checkpoint for checkpoint in run.checkpoints() if checkpoint.accuracy is not None]
    assert len(tested) > 1
    for checkpoint in tested:
        matrix, shares = finish(confusion_at(run, checkpoint))
        assert matrix.sum() == min(TEST_SAMPLE, len(data.test))
        assert matrix.diag().sum().item() / matrix.sum().item() == checkpoint.accuracy
        assert shares == sorted(shares)
        assert shares[-1] == 1


def test_the_sample_is_that_of_the_test_curve(data, monkeypatch):
    monkeypatch.setattr(types, "TEST_SAMPLE", 90)
    run = Run(CONFIG, replace(data))
    assert run.wait(PATIENCE)
    for checkpoint in run.checkpoints():
        if checkpoint.accuracy is not None:
            matrix, _shares = finish(confusion_at(run, checkpoint))
            assert matrix.diag().sum().item() / 90 == checkpoint.accuracy


def checkpoints(*steps):
    return [Checkpoint(step, step / 10, None, None, {}) for step in steps]


def test_the_story_says_when_the_answer_came():
    rows = torch.tensor([[0.5, 0.3, 0.2], [0.1, 0.8, 0.1], [0.6, 0.4, 0.0], [0.3, 0.7, 0.0], [0.05, 0.95, 0.0]])
    assert story(checkpoints(0, 1, 20, 1300, 2000), rows, ("a", "b", "c")) == (
        "Up to step 20 it said “a” (60%); from step 1,300 on it says “b”, by now with 95%."
    )


def test_the_story_of_a_network_that_never_changed_its_mind():
    rows = torch.tensor([[0.4, 0.3, 0.3], [0.9, 0.1, 0.0]])
    assert story(checkpoints(0, 7), rows, ("a", "b", "c")) == (
        "It has said “a” at every moment kept, from 40% sure to 90%."
    )
    assert story(checkpoints(0), rows[:1], ("a", "b", "c")).startswith("It has said “a”")
