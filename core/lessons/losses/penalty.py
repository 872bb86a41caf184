"""A penalty on the weights beside the loss: L1 keeps what matters and makes the rest exactly zero, L2 shrinks all."""

from functools import cache
from typing import Any

import numpy as np
import torch
from numpy.typing import ArrayLike, NDArray

from core.lessons.losses.curves import loss_and_gradient
from core.plots.palette import series_style
from core.regularization import REGULARIZATIONS
from core.text.i18n import _
from core.text.numbers import plain

FARTHEST = 3.0  # the weights that the lesson shows lie between this and its negative
MAX_WANTED = 2.0
MAX_STRENGTH = 4.0
STEP = 0.05  # of both
PENALTIES = ("l1", "l2")  # keys of REGULARIZATIONS
WEIGHTS = np.linspace(-FARTHEST, FARTHEST, 601)  # 0 is one of them


def penalties(weights: ArrayLike) -> NDArray:
    """Return the penalty of each weight [n] before it is multiplied by λ: float64 [len(PENALTIES), n]."""
    each = torch.tensor(weights, dtype=torch.float64)
    found = [
        [float(penalty([weight])) for weight in each]
        for name in PENALTIES
        if (penalty := REGULARIZATIONS[name].penalty)
    ]
    return np.array(found)


@cache
def _table() -> NDArray:
    return penalties(WEIGHTS)


def costs(wanted: float, strength: float) -> NDArray:
    """Return MSE(w, wanted) + λ · penalty(w) of all WEIGHTS: float64 [len(PENALTIES), len(WEIGHTS)].

    Args:
        wanted: the weight that the data alone would have.
        strength: λ.
    """
    return loss_and_gradient("mse", WEIGHTS, wanted)[0] + strength * _table()


def best_weights(wanted: float, strength: float) -> dict[str, float]:
    """Return which of WEIGHTS costs least, by penalty."""
    return {
        name: float(WEIGHTS[row.argmin()]) + 0.0 for name, row in zip(PENALTIES, costs(wanted, strength), strict=True)
    }


def vanishing_strength(wanted: float) -> float:
    """Return the λ from which on L1 makes the weight zero: there its pull is as strong as the data's at 0.

    The slope of λ |w| is λ on either side of 0, however small the weight is, that of λ w² / 2 fades with it.
    """
    return abs(float(loss_and_gradient("mse", 0.0, wanted)[1]))


def penalty_scene() -> dict[str, Any]:
    """Return what the picture is made of: MSE over w − wanted, float64 [errors], and `penalties` over WEIGHTS."""
    reach = FARTHEST + MAX_WANTED
    errors = np.linspace(-reach, reach, round(2 * reach / 0.01) + 1)
    return {
        "low": -FARTHEST,
        "high": FARTHEST,
        "reach": reach,
        "wanted": [-MAX_WANTED, MAX_WANTED],
        "strength": [0.0, MAX_STRENGTH],
        "step": STEP,
        "loss": loss_and_gradient("mse", errors, 0.0)[0],
        "penalties": _table(),
        "lines": [
            {"label": _("loss alone"), "color": "var(--st-gray-color)", "dash": "dashed"},
            *(
                {"label": _("loss + {penalty}").format(penalty=_(REGULARIZATIONS[name].label)), **series_style(place)}
                for place, name in enumerate(PENALTIES)
            ),
        ],
        "says": {
            "weight": _("weight w"),
            "cost": _("loss + λ · penalty"),
            "wanted": _("what the data want"),
            "strength": _("strength λ"),
            "lowest": _("lowest at w = {weight}"),
        },
    }


def notice(wanted: float, strength: float) -> str:
    """Say where the two penalties leave the weight, in a sentence or two."""
    found = best_weights(wanted, strength)
    sentence = _("The data want the weight {wanted}. With λ = {strength:g} L1 leaves **{l1}** of it and L2 **{l2}**.")
    if found["l1"] == 0 and wanted:
        sentence += " " + _(
            "From λ = {vanishes:g} on L1 makes it exactly 0; L2 never does: its slope fades with the weight."
        )
    elif wanted and strength:
        sentence += " " + _("L1 takes the same from every weight, {taken}; L2 takes a fraction of each.")
    return sentence.format(
        wanted=plain(wanted),
        strength=strength,
        vanishes=vanishing_strength(wanted),
        taken=plain(abs(wanted - found["l1"])),
        **{name: plain(weight) for name, weight in found.items()},
    )


def snippet(wanted: float, strength: float) -> str:
    """Return runnable PyTorch that finds both weights by gradient descent and prints them."""
    return f"""\
import torch

wanted, strength = torch.tensor({wanted!r}), {strength!r}
penalties = {{"L1": lambda weight: weight.abs(), "L2": lambda weight: weight.square() / 2}}
for name, penalty in penalties.items():
    weight = torch.tensor({wanted!r}, requires_grad=True)
    optimizer = torch.optim.SGD([weight], lr=0.01)
    slower = torch.optim.lr_scheduler.LinearLR(optimizer, 1.0, 0.0, 2000)
    for step in range(2000):
        loss = (weight - wanted).square() + strength * penalty(weight)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        slower.step()
    print(f"{{name}}: {{weight.item():.2f}}")
"""
