"""What the page asks before it shows it, and what is true, computed."""

from dataclasses import replace

import numpy as np

from core.lessons.one_step.explain import place_of
from core.lessons.one_step.trace import WEIGHTS, Moment, Setup, finite_differences, made, trace
from core.text.i18n import N_, _
from core.text.numbers import enclosed, plain
from core.text.prediction import Prediction, Truth

WEIGHT = Prediction(
    "one_step.weight",
    N_(
        "A weight is {weight}, its gradient after backward is {gradient}, and the learning rate is {rate:g}. What is "
        "the weight after one step of SGD?"
    ),
    {
        "gradient": N_("{new_gradient}: the gradient is the new weight"),
        "whole": N_("{new_whole}: the weight minus its gradient"),
        "uphill": N_("{new_uphill}: the weight plus a part of its gradient"),
        "downhill": N_("{new_downhill}: the weight minus a part of its gradient"),
    },
)
FORGET = Prediction(
    "one_step.forget",
    N_("You forget `zero_grad`. Which gradient is in `.grad` after the second step’s backward?"),
    {
        "new": N_("The new one: it replaces the old one"),
        "sum": N_("The sum of the old and the new one"),
        "mean": N_("The mean of the old and the new one"),
        "old": N_("The old one: nothing changes"),
    },
)
SETUP = Setup()
PICKED = "w11"
PLACE = list(WEIGHTS).index(PICKED)


def weight_numbers() -> dict[str, str | float]:
    """Return the numbers that WEIGHT names: those of the weight PICKED, and what each answer makes of them."""
    weight, gradient = _weight_and_gradient()
    answers = {f"new_{name}": plain(number) for name, number in _candidates(weight, gradient).items()}
    return {"weight": plain(weight), "gradient": plain(gradient), "rate": SETUP.learning_rate, **answers}


def weight_truth() -> Truth:
    """Train for one step, and see which answer the weight is nearest to."""
    weight, gradient = _weight_and_gradient()
    after = float(_moment(SETUP, 1, "step").weights[PLACE])
    candidates = _candidates(weight, gradient)
    sentence = _(
        "{weight} − {rate:g} · {gradient} = **{after}**: the gradient says which way the loss grows, so the weight "
        "goes a small step the other way. The loss falls from {loss} to {loss_after}."
    )
    return Truth(
        min(candidates, key=lambda name: abs(candidates[name] - after)),
        sentence.format(
            weight=plain(weight),
            rate=SETUP.learning_rate,
            gradient=enclosed(gradient),
            after=plain(after),
            loss=plain(made(_moment(SETUP, 1, "step").loss)),
            loss_after=plain(made(_moment(SETUP, 1, "step").loss_after)),
        ),
    )


def forget_truth() -> Truth:
    """Train for two steps without zero_grad, and compare what is in .grad with the gradients of each step alone."""
    setup = replace(SETUP, zero_grad=False)
    kept, second = (made(_moment(setup, step, "backward").gradients) for step in (1, 2))
    new = finite_differences(setup, _moment(setup, 2, "backward").weights)
    candidates = {"new": new, "sum": kept + new, "mean": (kept + new) / 2, "old": kept}
    sentence = _(
        "For the first weight the old gradient is {old} and the new one {new}; in `.grad` there is **{now}**. Backward "
        "adds to what is there, and the step follows the sum."
    )
    return Truth(
        min(candidates, key=lambda name: float(np.abs(candidates[name] - second).max())),
        sentence.format(old=plain(kept[PLACE]), new=plain(new[PLACE]), now=plain(second[PLACE])),
    )


def _weight_and_gradient() -> tuple[float, float]:
    moment = _moment(SETUP, 1, "backward")
    return float(moment.weights[PLACE]), float(made(moment.gradients)[PLACE])


def _candidates(weight: float, gradient: float) -> dict[str, float]:
    part = SETUP.learning_rate * gradient
    return {"gradient": gradient, "whole": weight - gradient, "uphill": weight + part, "downhill": weight - part}


def _moment(setup: Setup, step: int, stage: str) -> Moment:
    return trace(setup, step)[place_of(step, stage)]
