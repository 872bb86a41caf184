import math
import threading
from dataclasses import replace

import pytest
import torch

from core import scheduler
from core.config import ConfigError, TrainConfig
from core.datasets import data_of, load
from core.models import build_network
from core.runs import Run, Status
from core.runs import run as runs
from core.runs.idle_policy import DISCONNECT_GRACE, IDLE_PAUSE_AFTER, IDLE_STOP_AFTER
from core.runs.run import run_classifier
from core.scheduler import page_runs
from core.training import train

pytestmark = pytest.mark.usefixtures("one_thread")

CONFIG = TrainConfig(dataset="digits", hidden=(16,), epochs=2, batch_size=100)
LONG = replace(CONFIG, epochs=200)
NORMALIZED = TrainConfig(dataset="digits", model="cnn", channels=(2,), hidden=(3,), epochs=2)  # by batch norm
PATIENCE = 60  # seconds until a test gives up; none waits that long unless something is broken


@pytest.fixture(scope="module")
def data():
    return load("digits")


@pytest.fixture
def begin(data):
    """Starts runs and ends them after the test."""
    begun = []

    def start(config=CONFIG, **options):
        begun.append(Run(config, data, **options))
        return begun[-1]

    yield start
    for run in begun:
        run.stop()
        assert run.wait(PATIENCE)


def until(condition):
    """Wait until a condition holds."""
    tick = threading.Event()
    for _try in range(PATIENCE * 100):
        if condition():
            return
        tick.wait(0.01)
    pytest.fail("it never happened")


def test_a_run_finishes_and_is_tested_on_everything(begin, data):
    run = begin()
    assert run.wait(PATIENCE)
    view = run.view()
    assert view.status is Status.FINISHED
    assert view.share_done == 1
    assert view.outcome.score.samples == len(data.test) == len(view.outcome.probabilities)
    right = (view.outcome.probabilities.argmax(1) == view.outcome.targets).sum().item()
    assert view.outcome.score.accuracy == right / len(data.test)
    torch.testing.assert_close(view.outcome.probabilities.sum(1), torch.ones(len(data.test)))


def test_a_run_does_what_the_bare_loop_does(begin, data):
    run = begin()
    run.wait(PATIENCE)
    losses = [snapshot.loss for snapshot in train(CONFIG, data)]
    assert run.view().train_curve.loss == pytest.approx(losses)
    assert run.view().last.loss == losses[-1]


def test_pause_and_play(begin):
    run = begin(LONG)
    until(lambda: run.view().last)
    run.pause()
    assert run.status is Status.PAUSED
    before = run.view().last.step
    run.play()
    assert run.status is Status.RUNNING
    until(lambda: run.view().last.step > before + 1)


def test_single_steps(begin):
    run = begin(paused=True)
    assert run.view().last is None
    for expected in (1, 2, 3):
        run.step()
        until(lambda expected=expected: run.view().last and run.view().last.step == expected)
        assert run.status is Status.PAUSED
    run.step()
    run.step()
    until(lambda: run.view().last.step == 5)


def test_a_view_says_whether_there_is_something_to_wait_for(begin):
    run = begin(LONG, paused=True)
    assert not run.view().moving
    run.step()
    until(lambda: run.view().last and not run.view().moving)
    assert run.view().last.step == 1
    run.play()
    assert run.view().moving
    run.pause()
    run.step()
    run.stop()
    assert run.wait(PATIENCE)
    assert not run.view().moving


def test_a_running_run_takes_no_single_steps(begin):
    run = begin(LONG)
    run.step()
    run.pause()
    before = run.view()
    run.step()
    until(lambda: (run.view().last.step if run.view().last else 0) > (before.last.step if before.last else 0))


def test_stop_keeps_and_tests_what_was_learnt(begin):
    run = begin(LONG)
    until(lambda: run.view().last)
    run.stop()
    assert run.wait(PATIENCE)
    assert run.status is Status.STOPPED
    assert run.view().outcome.score.samples == 360
    assert 0 < run.view().share_done < 1


@pytest.mark.parametrize("config", [CONFIG, LONG])
def test_a_released_run_ends_and_takes_no_memory(begin, config):
    run = begin(config)
    until(lambda: run.view().last)
    if config is CONFIG:
        assert run.wait(PATIENCE)
    run.release()
    assert run.wait(PATIENCE)
    assert run.nbytes == 0
    assert run.status in (Status.FINISHED, Status.STOPPED)


def test_what_comes_after_the_end_changes_nothing(begin):
    run = begin()
    run.wait(PATIENCE)
    for ask in (run.play, run.pause, run.step, run.stop, run.play):
        ask()
        assert run.status is Status.FINISHED


def test_any_storm_of_clicks_leaves_one_valid_run(begin):
    run = begin(LONG)
    asks = [run.play, run.pause, run.step] * 30
    threads = [threading.Thread(target=ask) for ask in asks]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    run.stop()
    assert run.wait(PATIENCE)
    assert run.status is Status.STOPPED


def test_a_new_learning_rate_is_used_without_a_reset(begin):
    run = begin(replace(LONG, optimizer="sgd"), paused=True)
    run.step()
    until(lambda: run.view().last)
    run.adjust(learning_rate=0.25)
    run.step()
    until(lambda: run.view().last.step == 2)
    assert run.view().last.learning_rate == 0.25
    assert run.view().config.learning_rate == 0.25


def test_a_learning_rate_changed_before_the_first_step_is_used_too(begin):
    run = begin(replace(CONFIG, optimizer="sgd"), paused=True)
    run.adjust(learning_rate=0.25)
    run.step()
    run.step()
    until(lambda: run.view().last and run.view().last.step == 2)
    assert run.view().last.learning_rate == 0.25


@pytest.mark.parametrize("bad", [0.0, -1.0, math.nan, math.inf, 1e9])
def test_a_bad_learning_rate_is_refused_and_changes_nothing(begin, bad):
    run = begin(paused=True)
    with pytest.raises(ConfigError, match="learning_rate"):
        run.adjust(learning_rate=bad)
    assert run.view().config.learning_rate == CONFIG.learning_rate


def test_a_diverging_run_says_at_which_step_and_what_to_try(begin):
    run = begin(replace(LONG, optimizer="sgd", loss="mse", learning_rate=100.0))
    assert run.wait(PATIENCE)
    view = run.view()
    assert view.status is Status.DIVERGED
    assert view.outcome is None
    assert f"step {view.last.step + 1} " in view.message
    assert "learning rate" in view.message
    assert all(math.isfinite(loss) for loss in view.train_curve.loss)


def test_a_run_whose_loss_shot_up_and_that_only_guesses_has_diverged_also_where_all_numbers_are_finite(begin):
    run = begin(replace(CONFIG, optimizer="sgd", learning_rate=10.0, epochs=2, augmentation="handwriting"))
    assert run.wait(PATIENCE)
    view = run.view()
    assert math.isfinite(view.last.loss)
    assert view.status is Status.DIVERGED
    assert view.outcome is not None
    assert f"rose to {view.train_curve.loss.max():.3g}" in view.message
    assert "ten times smaller than 10" in view.message


def test_the_network_can_be_asked_for_while_it_trains(begin, data):
    run = begin(LONG)
    until(lambda: run.view().last)
    early, inputs = run.model_snapshot(), data.prepare(data.test.inputs)
    outputs = early(inputs)
    until(lambda: not torch.equal(run.model_snapshot()(inputs), outputs))
    assert torch.equal(early(inputs), outputs)
    assert not early.training


def test_the_network_of_a_finished_run_is_the_one_that_was_tested(begin, data):
    run = begin()
    run.wait(PATIENCE)
    rows = run.probabilities(run.model_snapshot()(data.prepare(data.test.inputs)))
    torch.testing.assert_close(rows, run.view().outcome.probabilities, rtol=1e-4, atol=1e-5)


def test_a_run_whose_tab_was_closed_ends_after_the_grace_period(begin):
    now = [0.0]
    run = begin(LONG, clock=lambda: now[0])
    run.disconnected()
    now[0] = DISCONNECT_GRACE - 1
    seen = run.view().last.step if run.view().last else 0
    until(lambda: run.view().last and run.view().last.step > seen + 2)
    assert run.status is Status.RUNNING
    now[0] = DISCONNECT_GRACE + 1
    assert run.wait(PATIENCE)
    assert run.status is Status.STOPPED
    assert "closed" in run.view().message


def test_a_person_who_comes_back_in_time_finds_the_run_going_on(begin):
    now = [0.0]
    run = begin(LONG, clock=lambda: now[0])
    run.disconnected()
    now[0] = DISCONNECT_GRACE - 1
    run.reconnected()
    now[0] = DISCONNECT_GRACE + 50
    seen = run.view().last.step if run.view().last else 0
    until(lambda: run.view().last and run.view().last.step > seen + 2)
    assert run.status is Status.RUNNING


def test_a_look_that_was_still_under_way_does_not_keep_a_closed_tab_alive(begin):
    now = [0.0]
    run = begin(LONG, clock=lambda: now[0])
    run.disconnected()
    run.heartbeat()
    now[0] = DISCONNECT_GRACE + 1
    assert run.wait(PATIENCE)


def test_a_paused_run_that_is_forgotten_ends(begin):
    now = [0.0]
    run = begin(LONG, paused=True, clock=lambda: now[0])
    now[0] = IDLE_STOP_AFTER + 1
    assert run.wait(PATIENCE)
    assert run.status is Status.STOPPED


def test_a_paused_run_whose_tab_was_closed_ends_too(begin):
    now = [0.0]
    run = begin(LONG, paused=True, clock=lambda: now[0])
    run.disconnected()
    now[0] = DISCONNECT_GRACE + 1
    assert run.wait(PATIENCE)
    assert run.status is Status.STOPPED


def test_a_run_that_nobody_looks_at_pauses_itself(begin):
    now = [0.0]
    run = begin(LONG, clock=lambda: now[0])
    now[0] = IDLE_PAUSE_AFTER + 1
    until(lambda: run.status is Status.PAUSED)
    assert "nobody" in run.view().message
    run.heartbeat()
    run.play()
    assert run.view().message == ""


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_an_error_in_the_thread_ends_the_run_and_goes_to_the_log(begin, monkeypatch):
    def broken(*_args):
        raise RuntimeError("out of memory")
        yield

    monkeypatch.setattr(runs, "train", broken)
    run = begin()
    assert run.wait(PATIENCE)
    assert run.status is Status.FAILED
    assert "log" in run.view().message


def test_several_runs_get_on_alike(data):
    several = [Run(LONG, data, paused=True) for _ in range(4)]
    for run in several:
        run.play()
    until(lambda: min(run.view().last.step if run.view().last else 0 for run in several) > 100)
    steps = [run.view().last.step for run in several]
    for run in several:
        run.stop()
        assert run.wait(PATIENCE)
    assert min(steps) > max(steps) / 4


@pytest.mark.parametrize("batch_size", [4, 5, 2000])  # one sample is left over, two, none
def test_an_epoch_is_counted_in_the_batches_that_are_trained_on(begin, batch_size):
    run = begin(replace(NORMALIZED, batch_size=batch_size), paused=True)
    run.step(run.steps_per_epoch)
    until(lambda: run.view().last and run.view().last.step == run.steps_per_epoch)
    assert run.view().last.epoch == 1


def test_a_run_lets_pages_pass_and_gets_on_beside_pages_without_end(begin, monkeypatch):
    monkeypatch.setattr(scheduler, "GIVE_WAY", PATIENCE)
    run = begin(LONG, paused=True)
    with page_runs.answer():
        run.play()
        until(lambda: page_runs._change._waiters)  # it stands aside
        assert run.view().last is None
    until(lambda: run.view().last)
    with page_runs.answer():
        monkeypatch.setattr(scheduler, "GIVE_WAY", 0.001)
        before = run.view().last.step
        until(lambda: run.view().last.step > before + 3)


def test_several_steps_can_be_asked_for_at_once(begin):
    run = begin(LONG, paused=True)
    run.step(7)
    until(lambda: run.view().last and run.view().last.step == 7)
    until(lambda: not run.view().moving)
    assert run.view().last.step == 7
    assert run.view().status is Status.PAUSED


def test_a_setting_that_is_built_in_cannot_be_adjusted(begin):
    run = begin(paused=True)
    with pytest.raises(ValueError, match="hidden"):
        run.adjust(hidden=(3,))


def test_a_paused_run_takes_an_edited_weight_over_at_once(begin):
    run = begin(paused=True)
    run.edit("layers.1.weight", (2, 3), 0.625)
    run.edit("layers.1.bias", (4,), -7.5)
    until(lambda: not run.view().moving)
    first = run.model_snapshot().layers[1]
    assert first.weight[2, 3].item() == 0.625
    assert first.bias[4].item() == -7.5
    assert run.view().last is None


def test_training_goes_on_from_an_edited_weight(begin):
    run = begin(replace(LONG, optimizer="sgd", learning_rate=1e-6), paused=True)
    run.edit("layers.1.bias", (0,), 50.0)
    run.step()
    until(lambda: run.view().last)
    until(lambda: not run.view().moving)
    assert run.model_snapshot().layers[1].bias[0].item() == pytest.approx(50.0, abs=1e-3)


@pytest.mark.parametrize(
    ("name", "place", "value"),
    [
        ("nonsense", (0,), 1.0),
        ("layers.1.weight", (0,), 1.0),
        ("layers.1.weight", (0, 784), 1.0),
        ("layers.1.weight", (-1, 0), 1.0),
        ("layers.1.bias", (0,), math.nan),
        ("layers.1.bias", (0,), math.inf),
    ],
)
def test_an_edit_that_cannot_be_done_is_refused(begin, name, place, value):
    run = begin(paused=True)
    with pytest.raises(ValueError, match="weight"):
        run.edit(name, place, value)
    assert not run.view().moving


def test_a_run_can_be_slowed_down_and_let_loose(begin):
    run = begin(LONG, epochs_per_second=0.2)
    until(lambda: run.view().last and run.view().last.epoch == 1)
    assert not run.wait(0.3)
    assert run.view().last.epoch == 1
    run.set_pace(None)
    until(lambda: run.view().last.epoch > 3)


def test_a_slow_run_still_pauses_at_once(begin):
    run = begin(LONG, epochs_per_second=0.01)
    until(lambda: run.view().last and run.view().last.epoch == 1)
    run.pause()
    assert run.view().status is Status.PAUSED
    run.step()
    until(lambda: run.view().last.epoch > 1)


def test_a_run_pauses_once_where_its_test_loss_comes_down_to_the_goal(begin):
    run = begin(LONG, paused=True)
    run.adjust(stop_loss=1.0)
    run.play()
    until(lambda: run.status is Status.PAUSED)
    view = run.view()
    assert view.last_test.loss <= 1.0
    assert all(view.test_curve.loss[:-1] > 1.0)
    assert f"{view.last_test.loss:.3g}" in view.message
    run.play()
    until(lambda: run.view().last.step > view.last.step + 50)
    assert run.status is Status.RUNNING


def test_a_network_of_ones_own_is_trained(begin, data):
    network = build_network(replace(CONFIG, seed=5), data.input_shape, 10)
    first = network.layers[1].weight.detach().clone()
    run = begin(paused=True, network=network)
    assert torch.equal(run.model_snapshot().layers[1].weight, first)


def same_weights(first, second):
    return all(torch.equal(a, b) for a, b in zip(first.values(), second.values(), strict=True))


@pytest.mark.parametrize("options", [{}, {"model": "cnn", "channels": (4,), "dropout": 0.2}])
def test_keeping_checkpoints_changes_nothing_in_the_training(begin, data, options):
    config = replace(CONFIG, **options)
    run = begin(config)
    run.wait(PATIENCE)
    network = build_network(config, data.input_shape, 10)
    losses = [snapshot.loss for snapshot in train(config, data, network)]
    assert run.view().train_curve.loss.tolist() == losses
    assert same_weights(run.model_snapshot().state_dict(), network.state_dict())


def test_checkpoints_go_from_the_first_weights_to_the_network_as_it_is(begin, data):
    run = begin()
    run.wait(PATIENCE)
    checkpoints, view = run.checkpoints(), run.view()
    steps = [checkpoint.step for checkpoint in checkpoints]
    assert steps == sorted(set(steps))
    assert len(steps) > 15
    assert steps[0] == 0
    assert steps[-1] == view.last.step
    assert (checkpoints[-1].epoch, checkpoints[-1].loss) == (view.last.epoch, view.last.loss)
    assert checkpoints[-1].accuracy == view.last_test.accuracy
    first = build_network(CONFIG, data.input_shape, 10)
    assert same_weights(run.network_at(checkpoints[0]).state_dict(), first.state_dict())
    assert same_weights(run.network_at(checkpoints[-1]).state_dict(), run.model_snapshot().state_dict())


def test_a_checkpoint_is_the_network_after_that_step(begin, data):
    run = begin()
    run.wait(PATIENCE)
    kept = {checkpoint.step: checkpoint for checkpoint in run.checkpoints()}
    network = build_network(CONFIG, data.input_shape, 10)
    seen = 0
    for snapshot in train(CONFIG, data, network):
        if snapshot.step in kept:
            seen += 1
            moment = kept[snapshot.step]
            assert (moment.epoch, moment.loss) == (snapshot.epoch, snapshot.loss)
            assert moment.accuracy == (snapshot.test.accuracy if snapshot.test else None)
            assert same_weights(run.network_at(moment).state_dict(), network.state_dict())
    assert seen == len(kept) - 1


def test_a_network_of_another_moment_is_ready_to_be_asked_and_belongs_to_nobody_else(begin, data):
    run = begin()
    run.wait(PATIENCE)
    before, inputs = run.checkpoints(), data.prepare(data.test.inputs[:5])
    outputs = run.network_at(before[3])(inputs)
    other = run.network_at(before[3])
    assert not other.training
    torch.nn.init.zeros_(other.layers[1].weight)
    assert torch.equal(run.network_at(before[3])(inputs), outputs)
    assert not torch.equal(run.model_snapshot()(inputs), outputs)


def test_checkpoints_can_be_asked_for_while_it_trains(begin):
    run = begin(LONG)
    for _look in range(200):
        checkpoints = run.checkpoints()
        steps = [checkpoint.step for checkpoint in checkpoints]
        assert steps == sorted(set(steps))
        assert steps[0] == 0
    until(lambda: len(run.checkpoints()) > 10)
    run.network_at(run.checkpoints()[5])


def test_an_edited_weight_is_in_the_checkpoint_of_its_step(begin):
    run = begin(paused=True)
    run.edit("layers.1.bias", (4,), -7.5)
    until(lambda: not run.view().moving)
    run.step(2)
    until(lambda: run.view().last and run.view().last.step == 2 and len(run.checkpoints()) == 3)
    first = run.checkpoints()[0]
    assert first.step == 0
    assert first.weights["layers.1.bias"][4].item() == -7.5


def test_a_run_that_gives_its_checkpoints_up_has_its_present_network_alone():
    run = Run(CONFIG, load("digits"))
    assert run.wait(PATIENCE)
    before, size = run.checkpoints(), run.nbytes
    assert not run.dropped_checkpoints
    run.drop_checkpoints()
    assert run.dropped_checkpoints
    assert [kept.step for kept in run.checkpoints()] == [before[-1].step]
    assert size - run.nbytes >= sum(tensor.nbytes for kept in before[:-1] for tensor in kept.weights.values())


def test_checkpoints_can_be_given_up_while_it_trains():
    run = Run(LONG, load("digits"))
    run.drop_checkpoints()
    while run.view().last is None or run.view().last.step < 50:
        assert not run.wait(0.01)
    assert len(run.checkpoints()) == 1
    run.stop()
    assert run.wait(PATIENCE)
    assert run.status is Status.STOPPED


def test_what_changes_the_weights_beside_the_config_is_meddling():
    data = load("digits")
    plain, adjusted, edited = (Run(CONFIG, data, paused=True) for _run in range(3))
    handed = Run(CONFIG, data, paused=True, network=build_network(CONFIG, data.input_shape, 10))
    assert handed.modified
    for run in (plain, adjusted, edited):
        run.step(1)
    plain.adjust(stop_loss=0.001)
    adjusted.adjust(learning_rate=0.5)
    edited.edit("layers.1.bias", (0,), 1.0)
    for run in (plain, adjusted, edited, handed):
        run.play()
        assert run.wait(PATIENCE) or run.status is Status.PAUSED
    assert [run.modified for run in (plain, adjusted, edited)] == [False, True, True]


@pytest.mark.parametrize("dataset", ["circle", "plane"])
def test_the_last_test_of_a_run_on_points_counts_as_those_on_the_way(dataset):
    config = TrainConfig(
        dataset=dataset,
        model="points",
        hidden=(4,),
        loss="bce" if dataset == "circle" else "mse",
        epochs=3,
        tests_per_epoch=1,
    )
    run = Run(config, data_of(config))
    assert run.wait(PATIENCE)
    view = run.view()
    assert view.outcome.score.samples == len(run.data.test) == view.last_test.samples
    assert view.outcome.score.loss == pytest.approx(view.last_test.loss)
    assert view.outcome.score.accuracy == pytest.approx(view.last_test.accuracy, nan_ok=True)


@pytest.mark.parametrize("output_layer", ["none", "softmax"])
def test_a_run_is_asked_while_it_learns(output_layer):
    data = load("digits")
    run = Run(TrainConfig(dataset="digits", hidden=(8,), epochs=1, output_layer=output_layer), data, paused=True)
    try:
        classifier = run_classifier(run)
        assert classifier.classes == data.classes
        picture = data.test.inputs[0].float() / 255
        with torch.inference_mode():
            expected = run.probabilities(run.model_snapshot()(data.prepare(data.test.inputs[:1])))[0]
        assert torch.allclose(classifier.predict_proba(picture), expected, atol=1e-6)
        assert classifier.predict_proba(picture).sum().item() == pytest.approx(1, abs=1e-5)
    finally:
        run.stop()
        assert run.wait(30)
