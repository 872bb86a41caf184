import logging
import math
from collections import Counter
from dataclasses import replace
from itertools import product
from logging.handlers import BufferingHandler

import numpy as np
import optuna
import pytest
import torch

from core.config import TrainConfig
from core.datasets import load
from core.experiments.search import (
    MAX_COMBINATIONS,
    MAX_TRIALS,
    METHODS,
    Search,
    SearchError,
    best,
    cells,
    describe,
    effects,
    hold_out,
    notice,
    proposals,
    quality,
    search_data,
)
from core.models import build_network
from core.runs import Status
from core.runs.history import History
from core.runs.trial_runner import Trial, TrialRunner
from core.training import Score, evaluate, make_loss, train

BASE = TrainConfig(dataset="digits", hidden=(8,), epochs=7)
NAMES = {"optimizer": ("sgd", "adam"), "width": (8, 16, 32), "depth": (1, 2)}
RATES = {"learning_rate": (0.001, 0.01, 0.1, 1.0), "width": (8, 16, 32)}
NOTHING = History().test_curve()


def search(space=RATES, method="random", budget=8, epochs=1, seed=0, base=BASE):
    return Search(base, space, method, budget, epochs, seed)


def trial(config, accuracy, loss=0.5):
    """A training that is over; without an accuracy one that diverged."""
    status = Status.FINISHED if accuracy is not None else Status.DIVERGED
    score = Score(loss, accuracy, 100) if accuracy is not None else None
    return Trial(config, status, NOTHING, NOTHING, score, 1.0, "")


def answer(asked, accuracy_of, refused=None):
    """Go through a search without any training; return its tries."""
    trials, proposed = [], proposals(asked, refused)
    try:
        config = next(proposed)
        while True:
            trials.append(trial(config, accuracy_of(config)))
            config = proposed.send(trials[-1])
    except StopIteration:
        return trials


def near_a_hundredth(config):
    """Best at a learning rate of 0.01; diverges above 0.3."""
    return None if config.learning_rate > 0.3 else 1 - abs(math.log10(config.learning_rate) + 2) / 5


def configs(asked, accuracy_of=near_a_hundredth):
    return [done.config for done in answer(asked, accuracy_of)]


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("space", [NAMES, RATES])
def test_the_same_seed_proposes_the_same_and_another_seed_something_else(method, space):
    first = configs(search(space, method))
    assert configs(search(space, method)) == first
    assert configs(search(space, method, seed=1)) != first


@pytest.mark.parametrize("method", METHODS)
def test_the_budget_is_kept_and_nothing_is_trained_twice(method):
    proposed = configs(search(method=method, budget=9))
    assert len(proposed) == len(set(proposed)) == 9


@pytest.mark.parametrize("method", METHODS)
def test_a_small_space_is_gone_through_once(method):
    asked = search(NAMES, method, budget=MAX_TRIALS)
    assert asked.trials == 12
    found = Counter((it.optimizer, it.hidden) for it in configs(asked))
    assert found == Counter((optimizer, (width,) * depth) for optimizer, width, depth in product(*NAMES.values()))


def test_a_grid_keeps_to_the_listed_values():
    proposed = configs(search(method="grid", budget=MAX_TRIALS))
    assert Counter((it.learning_rate, it.hidden[0]) for it in proposed) == Counter(product(*RATES.values()))


@pytest.mark.parametrize("method", [name for name, method in METHODS.items() if not method.whole])
def test_other_methods_take_learning_rates_in_between(method):
    rates = [it.learning_rate for it in configs(search(method=method, budget=20))]
    assert all(0.001 <= rate <= 1 for rate in rates)
    assert not set(rates) <= set(RATES["learning_rate"])
    assert all(rate == float(f"{rate:.2g}") for rate in rates)


def test_tpe_comes_to_the_good_values_more_often_than_chance():
    asked = {method: search({"learning_rate": (1e-5, 1.0)}, method, 40) for method in ("random", "tpe")}
    close = {method: sum(near_a_hundredth(it) or 0 for it in configs(it)) for method, it in asked.items()}
    assert close["tpe"] > close["random"] + 2


def test_tpe_keeps_away_from_where_tries_diverge():
    """A try that is told as failed would be ignored: half of the draws would diverge on and on."""
    asked = search({"learning_rate": (1e-3, 1.0)}, "tpe", 40)
    diverged = [it.score is None for it in answer(asked, lambda c: None if c.learning_rate > 0.03 else 0.5)]
    assert sum(diverged[20:]) <= 5


@pytest.mark.parametrize("method", METHODS)
def test_all_tries_may_diverge(method):
    trials = answer(search(NAMES, method), lambda config: None)
    assert len(trials) == 8
    assert best(search(NAMES, method), trials) == []


@pytest.mark.parametrize("method", METHODS)
def test_what_cannot_be_trained_is_left_out_with_its_reason(method):
    refused = []
    asked = search({"width": (8, 4096), "depth": (1, 2)}, method)
    trials = answer(asked, near_a_hundredth, refused)
    assert {it.config.hidden for it in trials} == {(8,), (8, 8), (4096,)}
    assert len(refused) == 1
    assert refused[0].startswith("Neurons of each hidden layer 4096, Hidden layers 2: This network has 20,0")


def test_a_try_has_the_base_but_for_what_is_varied():
    base = replace(BASE, dropout=0.1, seed=3, stop_loss=0.5)
    (config,) = configs(search({"width": (16,)}, base=base, epochs=2))
    assert config == replace(base, hidden=(16,), epochs=2, tests_per_epoch=1, stop_loss=0.0)
    assert search({"width": (16,)}, base=base).final_config(config) == replace(base, hidden=(16,))


def test_epochs_may_be_what_is_varied():
    asked = search({"epochs": (1, 2)}, "grid", epochs=9)
    assert {config.epochs for config in configs(asked)} == {1, 2}
    assert {asked.final_config(config).epochs for config in configs(asked)} == {1, 2}


@pytest.mark.parametrize(
    ("space", "budget", "words"),
    [
        ({}, 8, "at least one setting"),
        ({"width": ()}, 8, "has no values"),
        ({"width": (8, 8)}, 8, "twice"),
        ({"momentum": (0.9,)}, 8, "means nothing for this network"),
        ({"nonsense": (1,)}, 8, "means nothing for this network"),
        (NAMES, 0, "1 to 60"),
        (NAMES, MAX_TRIALS + 1, "1 to 60"),
    ],
)
def test_what_cannot_be_searched_gets_a_sentence(space, budget, words):
    with pytest.raises(SearchError, match=words):
        search(space, budget=budget)


def test_a_million_combinations_are_no_grid_and_can_be_searched_otherwise(monkeypatch):
    million = {"width": tuple(range(1, 1001)), "batch_size": tuple(range(1, 1001))}
    monkeypatch.setattr(optuna, "create_study", lambda **_options: pytest.fail("built"))
    with pytest.raises(SearchError, match="1,000,000 combinations and the limit is 1,000"):
        search(million, "grid")
    monkeypatch.undo()
    assert len(configs(search(million, "tpe", budget=12))) == 12
    assert len(configs(search(million, "random", budget=12))) == 12


def test_a_grid_may_be_as_large_as_the_limit():
    just = {"width": tuple(range(1, MAX_COMBINATIONS + 1))}
    assert len(configs(search(just, "grid", budget=3))) == 3


def test_optuna_says_nothing():
    said = BufferingHandler(capacity=100)
    logger = logging.getLogger("optuna")
    logger.addHandler(said)
    configs(search(method="tpe"))
    logger.removeHandler(said)
    assert said.buffer == []


def test_nothing_of_the_test_set_is_in_what_a_search_sees():
    data, seen = load("digits"), search_data(BASE)
    parts = [picture.numpy().tobytes() for split in (seen.train, seen.test) for picture in split.inputs]
    assert Counter(parts) == Counter(picture.numpy().tobytes() for picture in data.train.inputs)
    assert len(seen.test) == round(0.2 * len(data.train))
    assert search_data(replace(BASE, hidden=(16,))) is seen  # one copy for all tries and all people


@pytest.mark.usefixtures("one_thread")
def test_a_search_trains_and_judges_on_its_own_parts():
    asked = search({"width": (8, 16)}, "grid", budget=3)
    trials = TrialRunner(proposals(asked), search_data, asked.trials)
    assert trials.wait(60)
    assert trials.message == ""
    assert sorted(it.config.hidden for it in trials.done) == [(8,), (16,)]
    done, data = trials.done[0], search_data(BASE)
    network = build_network(done.config, data.input_shape, 10)
    for _snapshot in train(done.config, data, network):
        pass
    expected = evaluate(network, data, data.test, make_loss(done.config))
    assert done.score.samples == len(data.test)
    assert (done.score.loss, done.score.accuracy) == pytest.approx((expected.loss, expected.accuracy))
    assert asked.objective(done) == done.score.accuracy


def test_values_to_learn_are_judged_by_their_loss():
    base = TrainConfig(dataset="plane", model="points", hidden=(4,), loss="mse")
    asked = search({"width": (4, 8, 16)}, "grid", base=base)
    trials = [trial(config, math.nan, loss) for config, loss in zip(configs(asked), (0.3, 0.1, math.nan), strict=True)]
    assert best(asked, trials) == [trials[1], trials[0]]
    assert quality(asked, asked.objective(trials[1])) == "0.1"


def rate_and_width(rate, width):
    return replace(BASE, learning_rate=rate, hidden=(width,))


TRIES = [
    trial(rate_and_width(0.001, 8), 0.5),
    trial(rate_and_width(0.0012, 8), 0.7),  # counts as 0.001
    trial(rate_and_width(0.01, 8), 0.9),
    trial(rate_and_width(0.02, 8), None),
    trial(rate_and_width(0.04, 16), 0.8),  # counts as 0.1
    trial(rate_and_width(1.0, 16), None),
]


def test_the_best_come_in_order():
    assert [it.score.accuracy for it in best(search(), TRIES, 3)] == [0.9, 0.8, 0.7]
    assert len(best(search(), TRIES * 3)) == 5


@pytest.mark.parametrize(("by_best", "first"), [(False, 0.6), (True, 0.7)])
def test_cells_sum_the_tries_up(by_best, first):
    found = cells(search(), TRIES, "learning_rate", "width", by_best)
    nothing = math.nan
    expected = [[first, 0.9, nothing, nothing], [nothing, nothing, 0.8, nothing], [nothing] * 4]
    assert np.allclose(found.objective, expected, equal_nan=True)
    assert found.trials.tolist() == [[2, 2, 0, 0], [0, 0, 1, 1], [0] * 4]
    assert found.diverged.tolist() == [[0, 1, 0, 0], [0, 0, 0, 1], [0] * 4]


def test_effects_are_the_spread_of_the_means():
    trials = [
        trial(rate_and_width(0.001, 8), 0.2),
        trial(rate_and_width(0.001, 16), 0.4),
        trial(rate_and_width(0.01, 8), 0.8),
        trial(rate_and_width(0.01, 16), 0.9),
        trial(rate_and_width(1.0, 8), 0.0),  # one alone says nothing
        trial(rate_and_width(1.0, 16), None),
    ]
    rate, width = effects(search(method="grid"), trials)
    assert (rate.name, rate.worst, rate.best) == ("learning_rate", 0.001, 0.01)
    assert (rate.worst_mean, rate.best_mean) == (pytest.approx(0.3), pytest.approx(0.85))
    assert (width.name, width.worst, width.best) == ("width", 8, 16)
    assert width.spread == pytest.approx(0.65 - 1.0 / 3)
    assert notice(search(method="grid"), trials) == (
        "**Best of 6: 90.0%** with Learning rate 0.01, Neurons of each hidden layer 16. "
        "1 of 6 diverged: take smaller learning rates. "
        "Learning rate mattered most, on average from 30.0% at 0.001 to 85.0% at 0.01; "
        "Neurons of each hidden layer least, from 33.3% at 8 to 65.0% at 16."
    )


def test_too_few_tries_say_nothing_about_what_matters():
    assert effects(search(), TRIES[2:]) == []
    assert "Too few tries yet" in notice(search(), TRIES[2:])
    assert notice(search({"width": (8,)}), TRIES[:1]) == "**Best of 1: 50.0%** with Neurons of each hidden layer 8."


def test_it_is_said_when_all_have_diverged():
    assert notice(search(), TRIES[-1:]) == "1 of 1 diverged: take smaller learning rates."


def test_settings_are_described_in_words():
    asked = search(NAMES)
    words = describe(asked, asked.values(replace(BASE, hidden=(16, 16), optimizer="sgd")))
    assert words == "Optimizer SGD, Neurons of each hidden layer 16, Hidden layers 2"


def rows(split):
    return {row.numpy().tobytes() for row in split.inputs}


def test_what_is_held_out_is_not_trained_on_and_the_test_set_is_in_neither():
    data = load("digits")
    kept = hold_out(data, 0.2)
    assert len(kept.test) == round(0.2 * len(data.train))
    assert len(kept.train) + len(kept.test) == len(data.train)
    assert rows(kept.train) | rows(kept.test) == rows(data.train)
    assert not rows(kept.test) & rows(data.test)
    assert torch.equal(hold_out(data, 0.2).test.inputs, kept.test.inputs)


def test_targets_stay_with_their_inputs():
    data = load("digits")
    truth = {row.numpy().tobytes(): int(label) for row, label in zip(*vars(data.train).values(), strict=True)}
    kept = hold_out(data).test
    assert [truth[row.numpy().tobytes()] for row in kept.inputs] == kept.targets.tolist()


def test_one_sample_is_left_on_either_side():
    data = load("digits")
    assert len(hold_out(data, 0.0).test) == 1
    assert len(hold_out(data, 1.0).train) == 1
