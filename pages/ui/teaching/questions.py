"""The questions of all lessons, by their ids, as they can be asked away from the page: on paper and aloud."""

import pkgutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from typing import Any

import torch
from torch import nn

import core
from core.activations import ACTIVATIONS
from core.blocks import parse_blocks
from core.blocks.network import trace
from core.datasets import load
from core.inference import Classifier
from core.lessons.activations import predictions as activations
from core.lessons.autograd import predictions as autograd
from core.lessons.autograd.trace import NUMBERS
from core.lessons.build import predictions as build
from core.lessons.build.examples import EXAMPLES
from core.lessons.build.problems import INPUTS
from core.lessons.convolution import predictions as convolution
from core.lessons.convolution.convolution import Layer
from core.lessons.digit_network import predictions as digit_network
from core.lessons.digit_network.network import untrained
from core.lessons.draw import predictions as draw
from core.lessons.generalize import predictions as generalize
from core.lessons.generalize.initial_weights import RACES
from core.lessons.generalize.remedies import SEEDS
from core.lessons.generalize.training import HISTORIES
from core.lessons.home import predictions as home
from core.lessons.linear import predictions as linear
from core.lessons.losses import predictions as losses
from core.lessons.one_step import predictions as one_step
from core.lessons.optimizers import predictions as optimizers
from core.lessons.train import predictions as train
from core.lessons.why_activations import predictions as why_activations
from core.pretrained import pretrained_classifier
from core.text.check import RIGHT, Check
from core.text.i18n import _
from core.text.numbers import plain
from core.text.prediction import Prediction, Truth
from pages.ui.checks import CHECKS


@dataclass(frozen=True)
class Question:
    """A question with its numbers filled in.

    Attributes:
        answers: in the order in which they are shown.
        right: the place of the right one; None where only the page can compute it.
        because: why it is so; "" where there is no such sentence.
    """

    id: str
    prompt: str
    answers: tuple[str, ...]
    right: int | None
    because: str = ""


@dataclass(frozen=True)
class Usual:
    """A prediction as its page asks it when it is opened: what computes its truth, and the numbers that it names.

    There is no `truth` where it takes too long.
    """

    truth: Callable[[], Truth] | None
    numbers: Callable[[], Mapping[str, Any]] = dict


SEED = 0


def _layer() -> nn.Linear:
    return nn.Linear(4, 2)


def _course() -> nn.Module:
    return untrained("digits")


def _reader() -> Classifier:
    return pretrained_classifier("cnn")


def _course_memory() -> Truth:
    return build.memory_truth(trace(parse_blocks(EXAMPLES["course"].text), INPUTS["image"].shape))


# What needs data or a training of its own page is not here.
_USUAL: dict[str, Usual] = {
    "home.losses": Usual(lambda: home.losses_truth(SEED), home.numbers),
    "home.used": Usual(lambda: home.used_truth(SEED), home.numbers),
    "linear.zero": Usual(lambda: linear.zero_truth(_layer())),
    "linear.weight": Usual(
        lambda: linear.weight_truth(_layer(), torch.ones(linear.MANY, 4)), lambda: linear.weight_shapes(_layer())
    ),
    "activations.passed": Usual(
        lambda: activations.passed_truth(ACTIVATIONS["relu"]), lambda: {"x": plain(activations.NEGATIVE)}
    ),
    "activations.steepest": Usual(lambda: activations.steepest_truth(ACTIVATIONS["sigmoid"])),
    "why_activations.line": Usual(
        lambda: why_activations.line_truth("identity", SEED, torch.tensor([1.0, -0.5]), torch.linspace(-3, 3, 61)),
        lambda: {"depth": why_activations.DEPTH},
    ),
    "why_activations.first": Usual(
        lambda: why_activations.first_truth("sigmoid", SEED), lambda: {"depth": why_activations.DEPTH}
    ),
    "build.deeper": Usual(build.deeper_truth, build.block_counts),
    "build.memory": Usual(_course_memory, lambda: {"once": build.ONCE, "twice": build.TWICE}),
    "digit_network.parameters": Usual(
        lambda: digit_network.parameters_truth(_course()), lambda: digit_network.parameter_counts(_course())
    ),
    "digit_network.step": Usual(lambda: digit_network.step_truth(_course(), load("digits"))),
    "convolution.sees": Usual(
        lambda: convolution.sees_truth(torch.zeros(28, 28), convolution.vertical_edges(), Layer()),
        lambda: convolution.counts(torch.zeros(28, 28), convolution.vertical_edges()),
    ),
    "convolution.bright": Usual(lambda: convolution.bright_truth(torch.zeros(28, 28), convolution.vertical_edges())),
    "losses.closer": Usual(losses.closer_truth),
    "losses.right": Usual(losses.right_truth),
    "losses.wrong": Usual(losses.wrong_truth),
    "losses.penalty": Usual(losses.penalty_truth, lambda: {"wanted": losses.WANTED, "strength": losses.STRENGTH}),
    "optimizers.rate": Usual(optimizers.rate_truth, optimizers.rate_numbers),
    "optimizers.adam": Usual(
        optimizers.adam_truth, lambda: {"rate": optimizers.SAME_RATE, "steps": optimizers.SETUP.steps}
    ),
    "autograd.twice": Usual(lambda: autograd.twice_truth(NUMBERS)),
    "autograd.detach": Usual(lambda: autograd.detach_truth(NUMBERS)),
    "one_step.weight": Usual(one_step.weight_truth, one_step.weight_numbers),
    "one_step.forget": Usual(one_step.forget_truth),
    "train.untrained": Usual(train.untrained_truth, train.numbers),
    "train.few": Usual(train.few_truth, train.numbers),
    "generalize.memorized": Usual(
        lambda: generalize.memorized_truth(HISTORIES.result(generalize.NOISY_SETUP)),
        lambda: vars(generalize.NOISY_SETUP),
    ),
    "generalize.lowest": Usual(lambda: generalize.lowest_truth(HISTORIES.result(generalize.NOISY_SETUP))),
    "generalize.clean": Usual(None, lambda: vars(generalize.CLEAN_CASE) | {"seeds": SEEDS}),
    "generalize.noisy": Usual(None, lambda: vars(generalize.NOISY_CASE)),
    "generalize.tiny": Usual(lambda: generalize.tiny_truth(RACES.result(generalize.SMALL_CASE.race))),
    "generalize.large": Usual(lambda: generalize.large_truth(RACES.result(generalize.LARGE_CASE.race))),
    "draw.small": Usual(lambda: draw.small_truth(_reader())),
    "draw.sum": Usual(lambda: draw.sum_truth(_reader()), lambda: {"classes": len(_reader().classes)}),
}


def question(id: str) -> Question:
    """Return the prediction with this id, or where none of that id can be asked away from its page the check.

    Raises:
        KeyError: there is neither.
    """
    prediction = _predictions().get(id)
    asked = _of_prediction(prediction) if prediction else None
    return asked or {check.id: check for check in checks_of(id.partition(".")[0])}[id]


def predictions_of(page: str) -> list[Question]:
    """Return the predictions of a page that can be asked away from it."""
    own = [prediction for id, prediction in _predictions().items() if id.partition(".")[0] == page]
    return [asked for prediction in own if (asked := _of_prediction(prediction))]


def checks_of(page: str) -> list[Question]:
    """Return the questions at the end of a page; none where it has none."""
    return [_of_check(check) for check in CHECKS.get(page, ())]


def _of_check(check: Check) -> Question:
    order = check.order()
    answers = tuple(_(check.answers[place]) for place in order)
    return Question(check.id, _(check.prompt), answers, order.index(RIGHT), _(check.because))


def _of_prediction(prediction: Prediction) -> Question | None:
    usual = _USUAL.get(prediction.id)
    numbers = usual.numbers() if usual else {}
    try:
        prompt = _(prediction.prompt).format(**numbers)
        answers = tuple(_(words).format(**numbers) for words in prediction.answers.values())
    except KeyError:
        return None  # a number that only the page knows
    right = list(prediction.answers).index(_right(usual.truth)) if usual and usual.truth else None
    return Question(prediction.id, prompt, answers, right)


@cache
def _right(truth: Callable[[], Truth]) -> str:
    return truth().answer


@cache
def _predictions() -> dict[str, Prediction]:
    """Return all predictions by their ids, those of a lesson in their order."""
    names = [module.name for module in pkgutil.walk_packages(core.__path__, "core.")]
    modules = [import_module(name) for name in names if name.endswith(".predictions")]
    found = [value for module in modules for value in vars(module).values() if isinstance(value, Prediction)]
    return {prediction.id: prediction for prediction in found}
