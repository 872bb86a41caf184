"""The learning-rate range test: one short training whose learning rate grows until it is far too large.

L. N. Smith, "Cyclical Learning Rates for Training Neural Networks" (2015, arXiv:1506.01186), section 3.3.
"""

import math
from collections.abc import Generator
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from core.config import TrainConfig
from core.datasets import Data
from core.runs.history import smoothed
from core.text.i18n import _
from core.training import train

STEPS = 100
LOWEST, HIGHEST = 1e-6, 10.0
MEMORY = 0.9  # how much of the smoothed loss comes from the steps before
FAR_ABOVE = 4.0  # times the best smoothed loss: from there on the test only shows how it gets worse
QUIET = 10  # first steps, whose learning rates are too small to teach anything: they show the loss of first weights
REACH = 3  # steps to each side over which a slope is measured
CLEAR = 4.0  # times what chance alone would make of it: so far the loss has to fall below that of the first weights
LEAST_FALL = 0.01  # of the loss of the first weights


@dataclass(frozen=True, eq=False)
class Finding:
    """What a range test came to.

    Attributes:
        rates: the learning rate of each step, float64 [n].
        losses: of each step's batch, before the weights moved with that rate, float64 [n]; all finite.
        smoothed: their running mean, as core.runs.smoothing has it with MEMORY, float64 [n].
        suggestion: the rate, in two digits, at which the smoothed loss falls fastest; None where it never falls.
        diverged: the rate at which the loss ran away and the test ended; None where it bore all of them.
    """

    rates: NDArray
    losses: NDArray
    smoothed: NDArray
    suggestion: float | None
    diverged: float | None


def range_test_config(config: TrainConfig) -> TrainConfig:
    """Return the settings that a range test trains with: the rate is its own affair; the epochs are enough for it.

    Two configs that a range test cannot tell apart give the same one.
    """
    return replace(config, learning_rate=LOWEST, schedule="constant", epochs=STEPS, tests_per_epoch=1, stop_loss=0.0)


def find_learning_rate(config: TrainConfig, data: Data) -> Generator[float, None, Finding]:
    """Train a fresh network of a config for STEPS steps, each with a learning rate larger by the same factor.

    Yields: the share of the steps that is done, after each of them.
    """
    config = range_test_config(config)
    rates, losses = np.geomspace(LOWEST, HIGHEST, STEPS), []
    steps = train(config, data)
    snapshot = next(steps)
    while math.isfinite(snapshot.loss):
        losses.append(snapshot.loss)
        yield len(losses) / STEPS
        if len(losses) == STEPS or _is_far_above(losses):
            break
        # The config that is sent counts from the next step on.
        snapshot = steps.send(replace(config, learning_rate=rates[len(losses)].item()))
    steps.close()

    count = len(losses)
    ran_away = not math.isfinite(snapshot.loss) or _is_far_above(losses)
    return Finding(
        rates[:count],
        np.array(losses),
        smoothed(np.array(losses), MEMORY),
        suggest(rates[:count], np.array(losses)),
        rates[min(count, STEPS - 1)].item() if ran_away else None,
    )


def suggest(rates: NDArray, losses: NDArray) -> float | None:
    """Return the rate, in two digits, at which the smoothed loss falls fastest for each factor in the rate.

    The slope at a step is that of the straight line through the REACH steps to each side, so that one lucky batch does
    not decide. None where the loss does not clearly come down from where it began: then its slopes are chance.
    """
    if len(losses) < QUIET + 2 * REACH + 1:
        return None
    means = smoothed(losses, MEMORY)
    lowest = QUIET + int(means[QUIET:].argmin())
    start = losses[:QUIET].mean()
    # How much batches differ: from one step to the next the loss hardly falls, so it does not count as a difference.
    spread = np.diff(losses[: lowest + 1]).std() / math.sqrt(2)
    # Of independent numbers the variance of their mean is a QUIETth of theirs, of a long running average this share.
    chance = spread * math.sqrt(1 / QUIET + (1 - MEMORY) / (1 + MEMORY))
    if start - means[lowest] <= max(CLEAR * chance, LEAST_FALL * start):
        return None
    places = np.arange(QUIET, min(lowest, len(losses) - 1 - REACH) + 1)
    slopes = [_slope(np.log10(rates), means, int(place)) for place in places]
    return float(f"{rates[places[int(np.argmin(slopes))]]:.1e}")


def notice(finding: Finding, present: float) -> str:
    """Say what the curve shows, in its own numbers.

    Args:
        present: the learning rate that is set now.
    """
    if finding.suggestion is None:
        found = _(
            "**No suggestion**: the loss began at {first:.3g} and its running mean never came clearly below that, so "
            "that no learning rate stands out. Try another network or loss, or larger batches."
        ).format(first=finding.losses[0])
    else:
        lowest = int(finding.smoothed.argmin())
        found = _(
            "The loss falls fastest at a learning rate of about **{suggestion:g}**, {factor:.2g} times the {present:g} "
            "that is set, and is lowest, {loss:.3g}, near {best:.2g}."
        ).format(
            suggestion=finding.suggestion,
            factor=finding.suggestion / present,
            present=present,
            loss=finding.smoothed[lowest],
            best=finding.rates[lowest],
        )
    if finding.diverged is None:
        end = _("Even {rate:g} does not make it run away.").format(rate=finding.rates[-1])
    else:
        end = _("From {rate:.2g} on it runs away.").format(rate=finding.diverged)
    return f"{found} {end}"


def _is_far_above(losses: list[float]) -> bool:
    # Above where it began as well: once a loss is small, a single hard batch multiplies it.
    means = smoothed(np.array(losses), MEMORY)
    return means[-1] > max(FAR_ABOVE * means.min(), means[: QUIET + 1].max())


def _slope(x: NDArray, y: NDArray, place: int) -> float:
    near = slice(place - REACH, place + REACH + 1)
    return float(np.polyfit(x[near], y[near], 1)[0])
