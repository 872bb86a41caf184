"""A search for good settings: Optuna proposes what to try next, and what came of the tries is summed up here."""

import math
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

import numpy as np
import optuna
import torch
from numpy.typing import NDArray
from optuna.distributions import BaseDistribution, CategoricalDistribution, FloatDistribution, IntDistribution
from optuna.samplers import BaseSampler, GridSampler, RandomSampler, TPESampler

from core.config import ConfigError, TrainConfig
from core.datasets import Data, Split, data_of
from core.experiments.search_space import SEARCH_SPACE, Variable, applicable_to
from core.runs.trial_runner import Proposals, Trial
from core.text.i18n import N_, _

MAX_TRIALS = 60
MAX_COMBINATIONS = 1000  # of a grid, which is written down before its first try
MAX_REJECTIONS = 200  # draws in a row of what is known or refused, until a search counts as having tried all there is
FIRST_AT_RANDOM = 5  # tries of TPE before it has seen enough to choose
ENOUGH = 2  # tries with a value before their mean says something about it

# Optuna reports each study on stderr. This is the level of its own logger, no other library's.
optuna.logging.set_verbosity(optuna.logging.WARNING)

Value = Any  # of a setting
"""One of a variable's values."""


class SearchError(ValueError):
    """What was asked for cannot be searched; the message is a sentence that says what to do."""


@dataclass(frozen=True)
class Method:
    """One way to search.

    Attributes:
        sampler: (how many values each setting has, seed) -> Optuna's sampler.
        whole: True where it goes through the listed values one by one; the others also take a learning rate between
            two values, and may search where there are more combinations than could ever be listed.
    """

    label: str
    note: str
    sampler: Callable[[Mapping[str, int], int], BaseSampler]
    whole: bool = False


@dataclass(frozen=True)
class Search:
    """What is searched, and how.

    Attributes:
        base: the settings that all tries share, but for those that are varied.
        space: the values of each setting that is varied, by its key in core.experiments.search_space.SEARCH_SPACE.
        method: a key of METHODS.
        budget: how many trainings it may take.
        epochs: how long each try trains, where that is not what is varied.
        seed: the same search with the same seed proposes the same.

    Raises:
        SearchError: nothing is varied, a setting has no values or does not suit the base, or a grid is too large.
    """

    base: TrainConfig
    space: Mapping[str, tuple[Value, ...]]
    method: str
    budget: int
    epochs: int
    seed: int = 0

    def __post_init__(self) -> None:
        if not self.space:
            raise SearchError(_("Choose at least one setting to vary."))
        allowed = applicable_to(self.base)
        for name, values in self.space.items():
            if name not in allowed:
                raise SearchError(
                    _("“{name}” means nothing for this network: choose another setting to vary.").format(name=name[:40])
                )
            if not values:
                raise SearchError(
                    _("{setting} has no values to try: choose at least one.").format(setting=_(allowed[name].label))
                )
            if len(set(values)) < len(values):
                raise SearchError(_("{setting} names a value twice.").format(setting=_(allowed[name].label)))
        if not 1 <= self.budget <= MAX_TRIALS:
            raise SearchError(_("A search takes 1 to {most} tries.").format(most=MAX_TRIALS))
        if METHODS[self.method].whole and self.combinations > MAX_COMBINATIONS:
            raise SearchError(
                _(
                    "This grid has {count:,} combinations and the limit is {most:,}: choose fewer values, or a random "
                    "search, which takes a sample of them."
                ).format(count=self.combinations, most=MAX_COMBINATIONS)
            )

    @property
    def combinations(self) -> int:
        """How many combinations the listed values have."""
        return math.prod(len(values) for values in self.space.values())

    @property
    def between(self) -> tuple[str, ...]:
        """The settings that also take values between those listed."""
        if METHODS[self.method].whole:
            return ()
        return tuple(name for name in CONTINUOUS if len(self.space.get(name, ())) > 1)

    @property
    def trials(self) -> int:
        """How many trainings there will be at most."""
        return self.budget if self.between else min(self.budget, self.combinations)

    @property
    def search_space(self) -> dict[str, Variable]:
        """The settings that are varied, in the order of their menu."""
        return {name: variable for name, variable in SEARCH_SPACE.items() if name in self.space}

    @property
    def by_loss(self) -> bool:
        """True where tries are compared by their loss, as no answer is just right; else it is the accuracy."""
        return self.base.problem.task == "regression"

    def config(self, values: Mapping[str, Value]) -> TrainConfig:
        """Return the settings of a try. Raises ConfigError where they cannot be trained with."""
        # A try is judged at its end: tests on the way would only take time, and a goal would make it wait.
        return self._apply(replace(self.base, epochs=self.epochs, tests_per_epoch=1, stop_loss=0.0), values)

    def final_config(self, config: TrainConfig) -> TrainConfig:
        """Return the base with what a try varied: to be trained for as long as the base, and on all training data."""
        return self._apply(self.base, self.values(config))

    def values(self, config: TrainConfig) -> dict[str, Value]:
        """Return what a try had of each setting that is varied."""
        return {name: variable.value(config) for name, variable in self.search_space.items()}

    def place(self, name: str, config: TrainConfig) -> int:
        """Return which of the listed values a try had; one between two of them counts as the nearer, by logarithm."""
        values, value = self.space[name], SEARCH_SPACE[name].value(config)
        if name not in self.between:
            return values.index(value)
        return min(range(len(values)), key=lambda at: abs(math.log(values[at] / value)))

    def objective(self, trial: Trial) -> float:
        """Return how good a try is: its accuracy or minus its loss, and minus infinity where it diverged or failed.

        TPE takes no notice of a try that it is told has failed, and would go back to where the weights run away; so it
        is told of the worst result there is. The other methods do not look at results.
        """
        if trial.score is None:
            return -math.inf
        objective = -trial.score.loss if self.by_loss else trial.score.accuracy
        return objective if math.isfinite(objective) else -math.inf

    def _apply(self, config: TrainConfig, values: Mapping[str, Value]) -> TrainConfig:
        for name, variable in self.search_space.items():
            config = variable.apply(config, values[name])
        return config


def proposals(search: Search, refused: list[str] | None = None) -> Proposals:
    """Yield what to train with next, and take in what came of it; the same results bring the same proposals.

    No config is yielded twice: where a method comes back to one, it is told the known result and asked again.

    Args:
        refused: takes in a sentence for each combination that cannot be trained, such as a network that is too large.
    """
    known: dict[TrainConfig, float] = {}
    draws = _draws(search)
    values = next(draws)
    consecutive_rejections = 0
    while len(known) < search.trials and consecutive_rejections < MAX_REJECTIONS:
        consecutive_rejections += 1
        try:
            config = search.config(values)
        except ConfigError as reason:
            _note(refused, search, values, reason)
            objective = -math.inf
        else:
            if config not in known:
                known[config] = search.objective((yield config))
                consecutive_rejections = 0
            objective = known[config]
        try:
            values = draws.send(objective)
        except StopIteration:  # a grid to its end
            return


def _draws(search: Search) -> Generator[dict[str, Value], float, None]:
    """Yield the values that Optuna draws, and tell it how good they are."""
    method = METHODS[search.method]
    distributions = {name: _distribution(search, name) for name in search.search_space}
    counts = {name: len(search.space[name]) for name in search.search_space}
    study = optuna.create_study(direction="maximize", sampler=method.sampler(counts, search.seed))
    left = search.combinations if method.whole else math.inf
    while True:
        asked = study.ask(distributions)
        objective = yield {name: _drawn(search, name, asked.params[name]) for name in search.search_space}
        left -= 1
        if not left:  # the last of a grid is not told: Optuna raises where there is nothing more to try
            return
        study.tell(asked, objective)


def _distribution(search: Search, name: str) -> BaseDistribution:
    """Return from what Optuna draws: a rate, or the place of a value, so that it knows 16 to be between 8 and 32."""
    values = search.space[name]
    if name in search.between:
        return FloatDistribution(min(values), max(values), log=True)
    if all(isinstance(value, int | float) for value in values):
        return IntDistribution(0, len(values) - 1)
    return CategoricalDistribution(range(len(values)))


def _drawn(search: Search, name: str, drawn: float) -> Value:
    # Two digits of a learning rate are as good as ten, and can be read and typed.
    return float(f"{drawn:.2g}") if name in search.between else search.space[name][int(drawn)]


def _note(refused: list[str] | None, search: Search, values: Mapping[str, Value], reason: ConfigError) -> None:
    sentence = f"{describe(search, values)}: {reason}"
    if refused is not None and sentence not in refused:
        refused.append(sentence)


def search_data(config: TrainConfig) -> Data:
    """Return what a try of a search trains on, and as `test` what it is judged by: parts of the training set alone.

    Raises DatasetMissing or DatasetDamaged, whose text says what to do.
    """
    return _held_out(data_of(config))


@lru_cache(maxsize=2)
def _held_out(data: Data) -> Data:
    # One for all: else each search would copy the whole training set.
    return hold_out(data)


def describe(search: Search, values: Mapping[str, Value]) -> str:
    """Return the varied settings of a try in words."""
    return ", ".join(f"{_(it.label)} {it.label_of(values[name])}" for name, it in search.search_space.items())


def quality(search: Search, objective: float) -> str:
    """Return a merit as the accuracy or loss that a person reads."""
    return f"{-objective:.3g}" if search.by_loss else f"{objective:.1%}"


def best(search: Search, trials: Sequence[Trial], count: int = 5) -> list[Trial]:
    """Return the best tries, the best first; of equals the one that was first. Diverged ones are none of them."""
    ended = [trial for trial in trials if math.isfinite(search.objective(trial))]
    return sorted(ended, key=search.objective, reverse=True)[:count]


@dataclass(frozen=True, eq=False)
class Cells:
    """The tries by two settings, arrays of shape [values of y, values of x].

    Attributes:
        merit: the mean or the best of each cell's tries; nan where there is none that did not diverge.
        trials, diverged: how many there are, and how many of them diverged.
    """

    objective: NDArray[np.float64]
    trials: NDArray[np.int64]
    diverged: NDArray[np.int64]


def cells(search: Search, trials: Sequence[Trial], x: str, y: str, by_best: bool) -> Cells:
    """Gather the tries by two of the settings that are varied."""
    shape = len(search.space[y]), len(search.space[x])
    gathered: list[list[list[float]]] = [[[] for _column in range(shape[1])] for _row in range(shape[0])]
    for trial in trials:
        gathered[search.place(y, trial.config)][search.place(x, trial.config)].append(search.objective(trial))
    objective = np.full(shape, np.nan)
    counts, diverged = np.zeros(shape, int), np.zeros(shape, int)
    for row, column in np.ndindex(shape):
        objectives = gathered[row][column]
        ended = [value for value in objectives if math.isfinite(value)]
        counts[row, column], diverged[row, column] = len(objectives), len(objectives) - len(ended)
        if ended:
            objective[row, column] = max(ended) if by_best else sum(ended) / len(ended)
    return Cells(objective, counts, diverged)


@dataclass(frozen=True)
class Effect:
    """How far a setting's values are apart: the values with the worst and the best mean merit, and these means."""

    name: str
    worst: Value
    worst_mean: float
    best: Value
    best_mean: float

    @property
    def spread(self) -> float:
        """The distance between the means."""
        return self.best_mean - self.worst_mean


def effects(search: Search, trials: Sequence[Trial]) -> list[Effect]:
    """Return the effect of each varied setting, the largest first.

    Only values with ENOUGH tries that did not diverge count, and a setting has an effect where two of its values do.
    """
    return sorted(_effects(search, trials), key=lambda effect: effect.spread, reverse=True)


def _effects(search: Search, trials: Sequence[Trial]) -> Iterator[Effect]:
    for name in search.search_space:
        objectives: dict[int, list[float]] = {}
        for trial in trials:
            if math.isfinite(search.objective(trial)):
                objectives.setdefault(search.place(name, trial.config), []).append(search.objective(trial))
        means = {at: sum(found) / len(found) for at, found in objectives.items() if len(found) >= ENOUGH}
        if len(means) > 1:
            worst, top = min(means, key=means.__getitem__), max(means, key=means.__getitem__)
            yield Effect(name, search.space[name][worst], means[worst], search.space[name][top], means[top])


def notice(search: Search, trials: Sequence[Trial]) -> str:
    """Say what to notice about the tries so far, at least one."""
    leaders = best(search, trials, 1)
    diverged = sum(not math.isfinite(search.objective(trial)) for trial in trials)
    sentences = []
    if leaders:
        sentences.append(
            _("**Best of {count}: {quality}** with {settings}.").format(
                count=len(trials),
                quality=quality(search, search.objective(leaders[0])),
                settings=describe(search, search.values(leaders[0].config)),
            )
        )
    if diverged:
        sentences.append(
            _("{diverged} of {count} diverged: take smaller learning rates.").format(
                diverged=diverged, count=len(trials)
            )
        )
    elif not leaders:
        sentences.append(_("None has ended with a result."))
    if len(search.search_space) > 1 and leaders:
        sentences.append(_what_mattered(search, effects(search, trials)))
    return " ".join(sentences)


def _what_mattered(search: Search, found: Sequence[Effect]) -> str:
    if len(found) < 2:
        return _("Too few tries yet to tell which setting matters: it takes {count} with each of two values.").format(
            count=ENOUGH
        )
    return _("{most} mattered most, on average {most_span}; {least} least, {least_span}.").format(
        most=_(SEARCH_SPACE[found[0].name].label),
        most_span=_span(search, found[0]),
        least=_(SEARCH_SPACE[found[-1].name].label),
        least_span=_span(search, found[-1]),
    )


def _span(search: Search, effect: Effect) -> str:
    label_of = SEARCH_SPACE[effect.name].label_of
    words = _("from {worst_mean} at {worst} to {best_mean} at {best}")
    if effect.name in search.between:
        words = _("from {worst_mean} near {worst} to {best_mean} near {best}")
    return words.format(
        worst_mean=quality(search, effect.worst_mean),
        worst=label_of(effect.worst),
        best_mean=quality(search, effect.best_mean),
        best=label_of(effect.best),
    )


CONTINUOUS = ("learning_rate",)
"""The settings of which any number between two values is one as well."""

METHODS = {
    "grid": Method(
        N_("Grid"),
        N_("Each combination once, in random order. Thorough, and soon too many."),
        lambda counts, seed: GridSampler({name: range(count) for name, count in counts.items()}, seed=seed),
        whole=True,
    ),
    "random": Method(
        N_("Random"),
        N_("Any combination at any time: more values of each setting are seen than with a grid of as many tries."),
        lambda counts, seed: RandomSampler(seed=seed),
    ),
    "tpe": Method(
        N_("TPE"),
        N_("Begins at random, then draws more often where the results so far were good."),
        lambda counts, seed: TPESampler(seed=seed, n_startup_trials=FIRST_AT_RANDOM),
    ),
}


SHARE = 0.2


def hold_out(data: Data, share: float = SHARE) -> Data:
    """Return data that train on a part of the training set and test on the rest of it, always the same.

    Args:
        share: of the training set that is kept apart; at least one sample is, and one is left to train on.
    """
    count = len(data.train)
    kept = min(max(round(share * count), 1), count - 1)
    order = torch.randperm(count, generator=torch.Generator().manual_seed(0))
    return replace(data, train=_part(data.train, order[kept:]), test=_part(data.train, order[:kept]))


def _part(split: Split, places: torch.Tensor) -> Split:
    return Split(split.inputs[places], split.targets[places])
