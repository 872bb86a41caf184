from dataclasses import replace

import pytest

from core.config import TrainConfig
from core.datasets import DatasetMissing, load
from core.runs import Run, Status
from core.runs.trial_runner import TrialRunner

pytestmark = pytest.mark.usefixtures("one_thread")

CONFIG = TrainConfig(dataset="digits", hidden=(8,), epochs=1, batch_size=200)
LONG = replace(CONFIG, epochs=10_000)
PATIENCE = 60


def data(_config):
    return load("digits")


def one_by_one(*configs, sent=None):
    for config in configs:
        trial = yield config
        if sent is not None:
            sent.append(trial)


def test_each_is_trained_as_a_run_of_its_own_and_its_result_is_sent_back():
    sent = []
    configs = [replace(CONFIG, seed=seed) for seed in range(3)]
    trials = TrialRunner(one_by_one(*configs, sent=sent), data, 3)
    assert trials.wait(PATIENCE)
    assert [trial.config for trial in trials.done] == configs
    assert sent == list(trials.done)
    alone = Run(configs[1], load("digits"))
    assert alone.wait(PATIENCE)
    assert trials.done[1].score == alone.view().outcome.score
    assert trials.done[1].train_curve.loss.tolist() == alone.view().train_curve.loss.tolist()
    assert trials.done[1].seconds > 0
    assert (trials.running, trials.message) == (None, "")


def test_one_that_diverges_is_a_result_too():
    wild = replace(CONFIG, optimizer="sgd", learning_rate=100.0, loss="mse", epochs=20)
    trials = TrialRunner(one_by_one(wild, CONFIG), data, 2)
    assert trials.wait(PATIENCE)
    assert [trial.status for trial in trials.done] == [Status.DIVERGED, Status.FINISHED]
    assert trials.done[0].score is None
    assert "learning rate" in trials.done[0].message


def test_stop_ends_the_present_training_which_does_not_count():
    trials = TrialRunner(one_by_one(CONFIG, LONG, CONFIG), data, 3)
    while len(trials.done) < 1 or trials.running is None:
        assert not trials.wait(0.01)
    trials.stop()
    assert trials.wait(PATIENCE)
    assert len(trials.done) == 1
    assert trials.message


def test_a_tab_that_is_gone_ends_it_and_one_that_comes_back_does_not(monkeypatch):
    monkeypatch.setattr("core.runs.idle_policy.DISCONNECT_GRACE", 0.2)
    trials = TrialRunner(one_by_one(LONG), data, 1)
    trials.disconnected()
    trials.reconnected()
    assert not trials.wait(0.5)
    trials.disconnected()
    assert trials.wait(PATIENCE)
    assert "closed" in trials.message
    assert not trials.done


def test_one_that_begins_while_the_tab_is_gone_ends_too(monkeypatch):
    monkeypatch.setattr("core.runs.idle_policy.DISCONNECT_GRACE", 0.2)
    trials = TrialRunner(one_by_one(CONFIG, LONG), data, 2)
    trials.disconnected()
    assert trials.wait(PATIENCE)
    assert len(trials.done) <= 1


def test_a_look_wakes_a_training_that_paused_because_nobody_looked(monkeypatch):
    monkeypatch.setattr("core.runs.idle_policy.IDLE_PAUSE_AFTER", -1.0)
    trials = TrialRunner(one_by_one(LONG), data, 1)
    while trials.running is None or trials.running.status is not Status.PAUSED:
        assert not trials.wait(0.01)
    monkeypatch.setattr("core.runs.idle_policy.IDLE_PAUSE_AFTER", 600.0)
    trials.heartbeat()
    assert trials.running.status is Status.RUNNING
    trials.stop()
    assert trials.wait(PATIENCE)


def test_missing_data_end_it_with_their_sentence():
    def missing(_config):
        raise DatasetMissing("Download it.")

    trials = TrialRunner(one_by_one(CONFIG), missing, 1)
    assert trials.wait(PATIENCE)
    assert trials.message == "Download it."
