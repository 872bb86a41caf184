"""The tables from which the browser draws losses: how large they are and how hard they pull, sampled by torch."""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from core.lessons.losses.batches import best_constants, compare
from core.lessons.losses.classes import STEPS, gradient, negative_log_likelihood, recoveries
from core.lessons.losses.curves import FARTHEST, loss_and_gradient
from core.losses import LOSSES, gradient_of
from core.plots.palette import series_style
from core.text.i18n import _

FARTHEST_TARGET = 2.0
STEP = 0.01  # between two samples of a loss, and two places of what is dragged over them
LEARNING_RATE = 0.25  # of the step that an arrow shows
MAX_OUTLIER, OUTLIER_STEP = 20.0, 0.25
MAX_LOGIT, LOGIT_STEP = 6.0, 0.1
TEMPERATURES = (0.2, 5.0)
MAX_MARGIN, MARGIN_STEP = 12.0, 0.25
MARGINS = tuple(np.arange(-MAX_MARGIN, MAX_MARGIN + MARGIN_STEP, MARGIN_STEP).tolist())
PROBABILITIES = np.geomspace(1e-30, 1, 300)

Hyperparameters = Mapping[str, Mapping[str, float]]
"""By key of LOSSES, for those that have any."""


def number_scene(losses: Sequence[str], hyperparameters: Hyperparameters) -> dict[str, Any]:
    """Return what the picture of one prediction is made of, for losses that compare number by number.

    The table of a loss, under its key, has rows of losses and of gradients by turns: float64 [rows, samples]. Of a loss
    that compares outputs as they are these are two, over the error from `low` to `high`. A loss that squashes is
    straight in the target: it has two over the prediction for either end of its range of targets, `ends`.
    """
    tables, looks = {}, []
    for loss in losses:
        kind = LOSSES[loss]
        ends = list(kind.target_range) if kind.squashes else None
        reach = FARTHEST if ends else FARTHEST + FARTHEST_TARGET
        grid = np.linspace(-reach, reach, round(2 * reach / STEP) + 1)
        given = hyperparameters.get(loss, {})
        rows = [row for target in ends or [0.0] for row in loss_and_gradient(loss, grid, target, **given)]
        tables[loss] = np.array(rows)
        looks.append({**_look(loss), "table": loss, "low": -reach, "high": reach, "ends": ends})
    return {
        "low": -FARTHEST,
        "high": FARTHEST,
        "targets": [-FARTHEST_TARGET, FARTHEST_TARGET],
        "step": STEP,
        "rate": LEARNING_RATE,
        "losses": looks,
        "says": {
            "prediction": _("prediction"),
            "target": _("target"),
            "loss": _("loss"),
            "gradient": _("gradient"),
            "reading": _("loss {loss}, gradient {gradient}"),
            "outside": _("compares with targets from {low} to {high} only"),
            "arrow": _("arrows: −{rate} × gradient"),
        },
        **tables,
    }


def batch_scene(
    loss: str, outputs: Sequence[float], targets: Sequence[float], hyperparameters: Hyperparameters
) -> dict[str, Any]:
    """Return what the picture of a batch is made of, for each outlier that may be added to the last target.

    `targets`, `terms` and `gradients` are float64 [outliers, N], `means` [outliers], and `best` [outliers, losses] the
    best constants. A loss that squashes has no outlier but 0.

    Raises:
        NumbersError, TargetError: as `compare`.
    """
    kind, given = LOSSES[loss], hyperparameters.get(loss, {})
    plain = compare(loss, outputs, targets, **given)
    batches = _with_outliers(targets, 1 if kind.squashes else round(MAX_OUTLIER / OUTLIER_STEP) + 1)
    terms, gradients = _terms(loss, outputs, batches, given)
    term = kind.term
    assert term is not None  # or `compare` had refused it
    rivals = [name for name, other in LOSSES.items() if not other.compares_classes and not other.squashes]
    best = [_best(name, tuple(targets), tuple(hyperparameters.get(name, {}).items()), len(batches)) for name in rivals]
    return {
        "step": OUTLIER_STEP,
        "outlier": None if kind.squashes else MAX_OUTLIER,
        "outputs": np.array(outputs, dtype=float),
        "targets": batches,
        "terms": terms,
        "gradients": gradients,
        "means": terms.mean(axis=1),
        "best": np.stack(best, axis=1),
        "written": plain.written[:-1],
        "last": [term(outputs[-1], target, **given) for target in batches[:, -1].tolist()],
        "losses": [_look(name) for name in rivals],
        "says": {
            "outlier": _("outlier: added to the last target"),
            "sample": _("sample"),
            "output": "out",
            "target": "target",
            "term": _("term of the mean"),
            "gradient": _("gradient"),
            "mean": _("mean: {mean}"),
            "best": _("One answer for all targets:"),
        },
    }


def choice_scene(names: Sequence[str]) -> dict[str, Any]:
    """Return what the picture of a choice among classes is made of: -log p over `probabilities`, both [samples]."""
    return {
        "names": list(names),
        "limit": MAX_LOGIT,
        "step": LOGIT_STEP,
        "temperatures": list(TEMPERATURES),
        "probabilities": PROBABILITIES,
        "losses": negative_log_likelihood(PROBABILITIES),
        "says": {
            "logit": _("logit of {name}"),
            "temperature": _("temperature"),
            "logits": _("logits z, −{factor} × gradient"),
            "power": _("e to the z"),
            "gradient": _("gradient"),
            "softmax": _("softmax p, and the target"),
            "curve": _("loss −log p"),
            "p": _("p of the right class"),
            "target": _("target"),
            "reading": _("e^z = {power}, p = {p}, gradient {gradient}"),
            "tempered": _("e^(z/T) = {power}, p = {p}, gradient {gradient}"),
            "loss": _("loss = −log({power} / {sum}) = −log {p} = {loss}"),
        },
    }


def gradient_scene(losses: Sequence[str]) -> dict[str, Any]:
    """Return what the picture of the gradients of several losses on two logits is made of, over the MARGINS.

    `sizes` is the gradient magnitude, float64 [losses, margins]; the right class's probability on the way back is under
    each loss's key, [margins, STEPS + 1].
    """
    return {
        "low": -MAX_MARGIN,
        "high": MAX_MARGIN,
        "step": MARGIN_STEP,
        "steps": STEPS,
        "sizes": np.array([gradient(loss, MARGINS) for loss in losses]),
        "losses": [{**_look(loss), "path": loss} for loss in losses],
        "says": {
            "margin": _("lead of the wrong class’s logit"),
            "size": _("gradient magnitude"),
            "step": _("step"),
            "probability": _("probability of the right class"),
            "reading": _("gradient {size}, after {steps} steps {probability}"),
        },
        **{loss: recoveries(loss, MARGINS) for loss in losses},
    }


def _look(loss: str) -> dict[str, str]:
    return {"label": _(LOSSES[loss].name), **series_style(list(LOSSES).index(loss))}


def _terms(
    loss: str, outputs: Sequence[float], batches: NDArray, hyperparameters: Mapping[str, float]
) -> tuple[NDArray, NDArray]:
    """Return each term of the mean and each output's gradient for batches of targets [batches, N], in their shape."""
    out = torch.tensor(outputs, dtype=torch.float64).repeat(len(batches), 1).requires_grad_()
    terms = LOSSES[loss].module(reduction="none", **hyperparameters)(out, torch.from_numpy(batches))
    terms.mean(dim=1).sum().backward()
    return terms.detach().numpy(), gradient_of(out).numpy()


@lru_cache(maxsize=64)
def _best(loss: str, targets: tuple[float, ...], hyperparameters: tuple[tuple[str, float], ...], count: int) -> NDArray:
    """Return the best constant for each of the first `count` outliers: [count]."""
    return best_constants(loss, _with_outliers(targets, count), **dict(hyperparameters))


def _with_outliers(targets: Sequence[float], count: int) -> NDArray:
    """Return the targets [N] with each of the first `count` outliers added to the last: [count, N]."""
    batches = np.tile(np.array(targets, dtype=float), (count, 1))
    batches[:, -1] += np.arange(count) * OUTLIER_STEP
    return batches
