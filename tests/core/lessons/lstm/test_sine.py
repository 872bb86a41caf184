import math
from threading import Thread

import pytest
import torch
from torch import Generator

from core.interpret.lstm_gates import steps
from core.lessons.lstm.sine import (
    NOTCH,
    PERIODS,
    TRAINING,
    Continuation,
    Forecaster,
    Practice,
    continue_wave,
    continue_waves,
    mean_error,
    notice,
    practice,
    practise,
    wave,
)


@pytest.fixture(scope="module")
def trained() -> Practice:
    done = Practice(32)
    while done.done < TRAINING:
        done.advance(TRAINING, 100)
    return done


def weights(forecaster: Forecaster) -> torch.Tensor:
    return torch.cat([parameter.detach().flatten() for parameter in forecaster.parameters()])


def test_a_wave():
    torch.testing.assert_close(wave(4, 0, 5), torch.tensor([0.0, 1.0, 0.0, -1.0, 0.0]), atol=1e-6, rtol=0)
    torch.testing.assert_close(wave(8, math.pi / 2, 3), torch.tensor([1.0, math.sqrt(0.5), 0.0]), atol=1e-6, rtol=0)
    both = wave(torch.tensor([[4.0], [8.0]]), torch.tensor([[0.0], [math.pi / 2]]), 3)
    torch.testing.assert_close(both, torch.stack([wave(4, 0, 3), wave(8, math.pi / 2, 3)]))


@pytest.mark.parametrize("seen", [1, 2, 7])
def test_it_goes_on_with_its_own_predictions(seen):
    forecaster, truth = Practice(8).at(0), wave(9, 0.3, 12)
    continuation = continue_wave(forecaster, truth[:seen], 12 - seen)
    inputs = torch.cat([truth[:seen], continuation.predictions[seen - 1 : -1]])
    with torch.no_grad():
        torch.testing.assert_close(forecaster(inputs[None, :, None])[0, :, 0], continuation.predictions)
    torch.testing.assert_close(continuation.steps.cell, steps(forecaster.lstm, inputs[:, None]).cell)
    assert continuation.predictions.shape == (11,)


def test_forget_gates_that_are_held():
    continuation = continue_wave(Practice(8).at(0), wave(9, 0.3, 4), 3, forget=1.0)
    assert (continuation.steps.forget == 1).all()


def test_networks_side_by_side_say_what_each_says_alone():
    seen = wave(9, 0.3, 4)
    forecasters = [Practice(8, seed).at(0) for seed in range(3)]
    for forecaster, continuation in zip(forecasters, continue_waves(forecasters, seen, 5), strict=True):
        alone = continue_wave(forecaster, seen, 5)
        torch.testing.assert_close(continuation.predictions, alone.predictions)
        torch.testing.assert_close(continuation.steps.cell, alone.steps.cell)
        own = torch.cat([seen, alone.predictions[3:-1]])
        torch.testing.assert_close(alone.predictions, forecaster(own[None, :, None])[0, :, 0].detach())


@pytest.mark.parametrize(("seen", "count"), [(0, 5), (5, 0), (5, -1)])
def test_nothing_to_continue(seen, count):
    with pytest.raises(ValueError, match="at least one value"):
        continue_wave(Forecaster(4), wave(9, 0, seen), count)


def test_the_error_is_that_of_the_values_that_were_not_seen():
    continuation = Continuation(torch.tensor([9.0, 0.5, -0.5]), None)
    assert mean_error(continuation, torch.tensor([0.0, 9.0, 0.75, -1.0]), seen=2) == pytest.approx(0.375)


def test_the_same_seed_gives_the_same_networks_whatever_else_is_random():
    first, again, other = Practice(8, 3), Practice(8, 3), Practice(8, 4)
    first.advance(NOTCH, 100)
    torch.rand(1)
    again.advance(NOTCH, 100)
    for place in (0, NOTCH):
        assert torch.equal(weights(first.at(place)), weights(again.at(place)))
    assert not torch.equal(weights(first.at(0)), weights(other.at(0)))


def test_a_practice_keeps_what_was_and_goes_no_further_than_asked():
    training = Practice(8)
    assert training.done == 0
    start = weights(training.at(TRAINING)).clone()
    training.advance(NOTCH, 100)
    early = weights(training.at(NOTCH)).clone()
    training.advance(2 * NOTCH, 100)
    assert training.done == 2 * NOTCH
    assert torch.equal(weights(training.at(NOTCH)), early)
    assert torch.equal(weights(training.at(0)), start)
    assert torch.equal(weights(training.at(NOTCH - 1)), start)
    assert not torch.equal(weights(training.at(NOTCH)), start)
    assert training.at(TRAINING) is training.at(2 * NOTCH)
    training.advance(NOTCH, 100)
    assert training.done == 2 * NOTCH


def test_one_slice_is_not_the_whole_training():
    training = Practice(8)
    training.advance(TRAINING)
    assert training.done < TRAINING


def test_many_may_share_a_practice():
    training = Practice(8)
    threads = [Thread(target=training.advance, args=(NOTCH, 100)) for _person in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    alone = Practice(8)
    alone.advance(NOTCH, 100)
    assert training.done == NOTCH
    assert torch.equal(weights(training.at(NOTCH)), weights(alone.at(NOTCH)))
    assert practice(8) is practice(8)


def test_the_first_loss_is_the_mean_squared_error_of_the_waves_and_training_lowers_it():
    forecaster = Practice(8).at(0)
    for parameter in forecaster.head.parameters():
        torch.nn.init.zeros_(parameter)
    losses = [loss for loss, _step in zip(practise(forecaster, Generator().manual_seed(0)), range(100), strict=False)]
    assert losses[0] == pytest.approx(0.5, abs=0.02)  # it says 0, and the mean square of a sine is a half
    assert sum(losses[-10:]) < 0.1 * sum(losses[:10])


@pytest.mark.parametrize("period", [18, 25, 32])
def test_after_its_training_it_continues_waves_of_the_lengths_it_has_practised_on(trained, period):
    truth = wave(period, 0.0, 100)
    now, before = (mean_error(continue_wave(trained.at(place), truth[:40], 60), truth, 40) for place in (TRAINING, 0))
    assert now < 0.3 * before
    assert PERIODS[0] <= period <= PERIODS[1]


def test_others_it_does_not(trained):
    truth = wave(8, 0.0, 100)
    assert mean_error(continue_wave(trained.at(TRAINING), truth[:40], 60), truth, 40) > 0.5


def test_the_sentence():
    untrained = notice(0.66, 0.66, 60, 0, 25)
    assert untrained.startswith("The 60 values that it makes up are 0.66 off on average")
    assert "not learned anything yet" in untrained
    assert notice(0.04, 0.66, 60, 1000, 25) == (
        "The 60 values that it makes up are 0.04 off on average; before its 1,000 training steps it was 0.66."
    )
    for period in (PERIODS[0] - 1, PERIODS[1] + 1):
        assert notice(0.8, 0.66, 60, 1000, period).endswith(f"of 15 to 40 steps; one of {period} it has never seen.")
    for period in PERIODS:
        assert "never seen" not in notice(0.8, 0.66, 60, 1000, period)
