from dataclasses import replace

import pytest
import torch
from torch import nn

from core.datasets.types import Split
from core.lessons.generalize.kept import Kept
from core.lessons.generalize.sentences import epoch_sentence, stopping_is_clear
from core.lessons.generalize.training import EPOCHS, HISTORIES, Setup, learn, measure


def test_the_fewer_the_images_the_larger_the_gap():
    """As the suggestions say: all of 30 are learned, one in five of the new ones is read wrongly; with 1000 few are."""
    few, many = (HISTORIES.result(Setup(images)) for images in (30, 1000))
    assert few.accuracy[:, -1].tolist() == [1.0, pytest.approx(0.76, abs=0.04)]
    assert many.accuracy[1, -1] > 0.96
    assert few.loss[1, -1] > few.loss[1, few.best]


def test_wrong_labels_are_memorized_and_early_stopping_is_clearly_better():
    history = HISTORIES.result(Setup(300, 0.4))
    assert history.memorized[-1] > 0.95
    assert history.accuracy[1].max() > history.accuracy[1, -1] + 0.1
    assert history.best == history.loss[1].argmin() < EPOCHS / 2
    assert history.stopped_test_accuracy > history.test_accuracy
    assert stopping_is_clear(history)
    assert "no clear difference" not in epoch_sentence(history, EPOCHS)


def test_without_wrong_labels_stopping_makes_no_clear_difference():
    history = HISTORIES.result(Setup(100))
    assert history.memorized.isnan().all()
    assert not stopping_is_clear(history)
    assert "no clear difference with 360 test images" in epoch_sentence(history, EPOCHS)
    assert "test set" not in epoch_sentence(history, EPOCHS - 1)  # it is looked at once, at the end


def test_the_same_settings_and_seed_give_the_same_history():
    setup = Setup(30, 0.2, dropout=0.5)
    first, again = (Kept(learn, 1).result(setup) for _run in range(2))
    assert torch.equal(first.loss, again.loss)
    assert not torch.equal(first.loss, HISTORIES.result(replace(setup, seed=1)).loss)


def test_measure_by_hand():
    loss, accuracy = measure(nn.Identity(), Split(torch.zeros(4, 10), torch.tensor([0, 0, 0, 1])))
    assert loss == pytest.approx(2.302585)
    assert accuracy == 0.75
