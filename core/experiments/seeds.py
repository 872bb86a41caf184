"""The same settings with several seeds: how much of a result is luck."""

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from statistics import fmean, stdev, variance

import numpy as np

from core.config import TrainConfig
from core.config.fields import MAX_SEED
from core.datasets import POINTS, Data
from core.runs import Run, Status, View
from core.runs.history import Curve
from core.runs.trial_runner import Proposals, Trial, TrialRunner
from core.text.i18n import _
from core.text.numbers import plain

SEEDS = 5
CONFIDENCE = 0.95


@dataclass(frozen=True, eq=False)
class Repetition:
    """One config with several seeds.

    Attributes:
        configs: one for each seed.
        known: those of them that were trained before.
        trials: trains the others, and perhaps those of other repetitions too.
    """

    configs: tuple[TrainConfig, ...]
    known: tuple[Trial, ...]
    trials: TrialRunner

    @property
    def done(self) -> list[Trial]:
        """What is there so far, in the order of the seeds."""
        by_config = {trial.config: trial for trial in (*self.known, *self.trials.done)}
        return [by_config[config] for config in self.configs if config in by_config]

    @property
    def finished(self) -> list[Trial]:
        """Those of `done` that came to a result."""
        return [trial for trial in self.done if trial.status is Status.FINISHED]

    @property
    def complete(self) -> bool:
        """True when each seed has been tried."""
        return len(self.done) == len(self.configs)

    def scores(self, by: str) -> list[float]:
        """Return the final accuracy, or loss, on all test data of each that came to a result."""
        return [getattr(trial.score, by) for trial in self.finished]


@dataclass(frozen=True, eq=False)
class MultiSeedSummary:
    """Several curves as one: float64 arrays of equal length, `low` and `high` the least and the most of all curves."""

    epoch: np.ndarray
    step: np.ndarray
    mean: np.ndarray
    low: np.ndarray
    high: np.ndarray


@dataclass(frozen=True)
class Difference:
    """Of two means: `low` to `high` is where the true one lies with a confidence of 95 %.

    `chance` is how probable so large a difference would be if there were none (the p-value).
    """

    mean: float
    low: float
    high: float
    chance: float

    @property
    def not_significant(self) -> bool:
        """True where the interval holds 0."""
        return self.low <= 0 <= self.high


def with_an_end(view: View) -> TrainConfig:
    """Return a run's present settings as a training that comes to its end by itself.

    A run of the 2-D playground goes on until it is paused; here it is one of the epochs that it has done so far.
    """
    config = replace(view.config, stop_loss=0.0)  # a goal would pause it halfway
    if config.dataset in POINTS and view.status is not Status.FINISHED:
        return replace(config, epochs=max(1, math.floor(view.last.epoch if view.last else 0)))
    return config


def key_of(run: Run) -> TrainConfig:
    """Return what runs with the same settings but for the seed have in common."""
    return replace(run.view().config, seed=0, stop_loss=0.0)


def with_seeds(config: TrainConfig, count: int = SEEDS) -> tuple[TrainConfig, ...]:
    """Return the config with its own seed and those that follow it."""
    maximum = MAX_SEED
    return tuple(replace(config, seed=(config.seed + place) % (maximum + 1)) for place in range(count))


def as_trial(run: Run) -> Trial | None:
    """Return what a run came to, to count as one of the seeds; None where its config alone would not give it again.

    The same config and seed give the same numbers, bit for bit, so there is nothing to gain from training it again.
    """
    view = run.view()
    config = with_an_end(view)
    whole = view.status is Status.FINISHED or (view.status is Status.DIVERGED and config.epochs == view.config.epochs)
    if run.modified or not whole:
        return None
    score = view.outcome.score if view.outcome else None
    seconds = view.last.seconds if view.last else 0.0
    return Trial(config, view.status, view.train_curve, view.test_curve, score, seconds, view.message)


def repeat(
    configs: Iterable[TrainConfig], known: Sequence[Trial], data_of: Callable[[TrainConfig], Data]
) -> dict[TrainConfig, Repetition]:
    """Begin to train each config with SEEDS seeds in the background, one after another.

    Args:
        known: trainings that are over; what is among them is not done again.

    Returns:
        the repetition of each config, all with the same `trials`.
    """
    plans = {config: with_seeds(config) for config in configs}
    have = {trial.config for trial in known}
    missing = list(dict.fromkeys(config for plan in plans.values() for config in plan if config not in have))
    trials = TrialRunner(_each(missing), data_of, len(missing))
    return {
        config: Repetition(plan, tuple(trial for trial in known if trial.config in plan), trials)
        for config, plan in plans.items()
    }


def summary(curves: Sequence[Curve], field: str) -> MultiSeedSummary:
    """Return mean, least and most of curves at each of their points.

    Args:
        curves: at least one, all with the same steps, as the same settings have.
        field: loss or accuracy.
    """
    values = np.stack([getattr(curve, field) for curve in curves])
    return MultiSeedSummary(
        curves[0].epoch, curves[0].step, values.mean(axis=0), values.min(axis=0), values.max(axis=0)
    )


def difference(first: Sequence[float], second: Sequence[float]) -> Difference:
    """Return mean(first) − mean(second) by Welch's t-test, which does not take spreads or numbers to be equal.

    Welch (1947), The generalization of Student's problem when several different population variances are involved,
    Biometrika 34. With s² the sample variances and n the numbers, the difference has the standard error
    sqrt(s₁²/n₁ + s₂²/n₂), and its degrees of freedom are (s₁²/n₁ + s₂²/n₂)² / Σ (sᵢ²/nᵢ)² / (nᵢ − 1).

    Raises:
        ValueError: there are not two values of each.
    """
    if min(len(first), len(second)) < 2:
        raise ValueError(_("It takes at least two seeds of each to tell a difference from luck."))
    from scipy.special import stdtr, stdtrit  # Student's t; slow to import, and few people come here

    gap = fmean(first) - fmean(second)
    parts = [variance(values) / len(values) for values in (first, second)]
    error = math.sqrt(sum(parts))
    if error == 0:  # not one of them strays: there is no luck in it
        return Difference(gap, gap, gap, 0.0 if gap else 1.0)
    freedom = sum(parts) ** 2 / sum(
        part**2 / (len(values) - 1) for part, values in zip(parts, (first, second), strict=True)
    )
    reach = error * stdtrit(freedom, (1 + CONFIDENCE) / 2)
    return Difference(gap, gap - reach, gap + reach, 2 * stdtr(freedom, -abs(gap) / error))


def explain_spread(repetition: Repetition, by: str) -> str:
    """Return how well the settings do with all their seeds, in words: mean ± standard deviation."""
    scores, failed = repetition.scores(by), len(repetition.done) - len(repetition.finished)
    words = []
    if len(scores) > 1:
        mean, deviation = fmean(scores), stdev(scores)
        words = [
            _("{mean:.2%} ± {deviation:.2%} right").format(mean=mean, deviation=deviation)
            if by == "accuracy"
            else _("a test loss of {mean:.3g} ± {deviation:.2g}").format(mean=mean, deviation=deviation)
        ]
    words.append(_("{done} of {all} seeds").format(done=len(repetition.done), all=len(repetition.configs)))
    if failed:
        words.append(_("{failed} of them without a result, as the weights ran away").format(failed=failed))
    return ", ".join(words)


def explain_difference(repetitions: Mapping[str, Repetition], by: str) -> str:
    """Return whether the difference between two settings can be told from luck, in one sentence.

    Args:
        repetitions: the two, by names that are safe to stand in a sentence.
        by: accuracy or loss.
    """
    scores = {name: repetition.scores(by) for name, repetition in repetitions.items()}
    try:
        found = difference(*scores.values())
    except ValueError as reason:
        return str(reason)
    first, second = scores
    if (found.mean < 0) == (by == "accuracy"):  # the better one is spoken of, as the one that has more
        first, second = second, first
    low, high = (found.low, found.high) if found.mean >= 0 else (-found.high, -found.low)
    if by == "accuracy":
        lead = _("On average **{first}** is right in {gap} more of 100 tests than **{second}**")
        scale = 100
    else:
        lead = _("On average the test loss of **{first}** is {gap} below that of **{second}**")
        scale = 1
    verdict = (
        _("0 is within it, so this could be luck.")
        if found.not_significant
        else _("0 is not within it, so this is more than luck.")
    )
    gap = lead.format(first=first, second=second, gap=plain(scale * abs(found.mean), ".2g"))
    return _("{gap}, 95 % interval {low} to {high}: {verdict}").format(
        gap=gap, low=plain(scale * low, ".2g"), high=plain(scale * high, ".2g"), verdict=verdict
    )


def _each(configs: Sequence[TrainConfig]) -> Proposals:
    for config in configs:
        _trial = yield config
