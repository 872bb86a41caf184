import inspect
import math

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from torch import nn

from core.activations import ACTIVATIONS
from core.lessons.activations.analysis import curve

GRID = np.linspace(-6, 6, 1201)
EVERY = pytest.mark.parametrize("activation", ACTIVATIONS.values(), ids=ACTIVATIONS)


def settings(activation):
    """The defaults, and every hyperparameter at each of its limits."""
    yield {}
    for param in activation.hyperparameters:
        for value in (param.minimum, param.default, param.maximum):
            yield {param.name: value}


@EVERY
def test_module_and_function_agree(activation):
    x = torch.linspace(-6, 6, 101, dtype=torch.float64)
    for hyperparameters in settings(activation):
        assert torch.equal(activation.module(**hyperparameters)(x), activation.function(x, **hyperparameters))


@EVERY
def test_knob_defaults_are_pytorchs(activation):
    parameters = inspect.signature(activation.module).parameters
    for param in activation.hyperparameters:
        assert param.minimum <= param.default <= param.maximum
        assert parameters[param.name].default == param.default


@EVERY
def test_slopes_match_finite_differences(activation):
    x = np.linspace(-5.95, 5.95, 120)  # not 0, where some have a kink
    step = 1e-6
    for hyperparameters in settings(activation):
        _, slopes = curve(activation, x, **hyperparameters)
        above, _ = curve(activation, x + step, **hyperparameters)
        below, _ = curve(activation, x - step, **hyperparameters)
        np.testing.assert_allclose(slopes, (above - below) / (2 * step), atol=1e-8)


def phi(x):
    return math.exp(-x * x / 2) / math.sqrt(2 * math.pi)


def Phi(x):
    return (1 + math.erf(x / math.sqrt(2))) / 2


def sigma(x):
    return 1 / (1 + math.exp(-x))


@pytest.mark.parametrize("x", [-2.5, -0.3, 0.4, 3.0])
@pytest.mark.parametrize(
    ("name", "hyperparameters", "value", "slope"),
    [
        ("sigmoid", {}, sigma, lambda x: sigma(x) * (1 - sigma(x))),
        ("tanh", {}, math.tanh, lambda x: 1 - math.tanh(x) ** 2),
        ("relu", {}, lambda x: max(0, x), lambda x: float(x > 0)),
        ("leaky_relu", {"negative_slope": 0.2}, lambda x: max(0.2 * x, x), lambda x: 1 if x > 0 else 0.2),
        (
            "elu",
            {"alpha": 2.0},
            lambda x: x if x > 0 else 2 * (math.exp(x) - 1),
            lambda x: 1 if x > 0 else 2 * math.exp(x),
        ),
        ("gelu", {}, lambda x: x * Phi(x), lambda x: Phi(x) + x * phi(x)),
        ("silu", {}, lambda x: x * sigma(x), lambda x: sigma(x) * (1 + x * (1 - sigma(x)))),
        ("softplus", {"beta": 2.0}, lambda x: math.log(1 + math.exp(2 * x)) / 2, lambda x: sigma(2 * x)),
        ("identity", {}, lambda x: x, lambda x: 1),
    ],
)
def test_the_formulas_shown(name, hyperparameters, value, slope, x):
    values, slopes = curve(ACTIVATIONS[name], np.array([x]), **hyperparameters)
    assert values[0] == pytest.approx(value(x), abs=1e-12)
    assert slopes[0] == pytest.approx(slope(x), abs=1e-12)


@EVERY
def test_record_is_complete(activation):
    assert all((activation.label, activation.formula, activation.derivative, activation.range, activation.note))
    assert activation.source.endswith(f"torch.nn.{activation.module.__name__}.html")
    assert issubclass(activation.module, nn.Module)
    assert getattr(F, activation.function.__name__, None) or getattr(torch, activation.function.__name__)
