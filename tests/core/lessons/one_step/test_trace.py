import contextlib
import io
import json

import numpy as np
import pytest
import torch
from torch import nn

from core.activations import ACTIVATIONS
from core.lessons.one_step.trace import (
    LARGEST,
    ONE_OUTPUT_LOSSES,
    WEIGHTS,
    Setup,
    SetupError,
    chain,
    finite_differences,
    loss_surface,
    snippet,
    trace,
)
from core.optimizers import OPTIMIZERS

STAGES = ("zero_grad", "forward", "loss", "backward", "step")
SMOOTH = Setup(activation="tanh")


def at(setup: Setup, step: int, stage: str):
    return trace(setup, step)[(step - 1) * len(STAGES) + STAGES.index(stage)]


def test_the_first_step_by_hand():
    zero_grad, forward, loss, backward, step = trace(Setup(), 1)
    assert zero_grad.gradients is None
    assert zero_grad.nodes == forward.node_gradients == {}
    # z = (0.5·1 − 0.2·0.5 + 0.1, 0.3·1 + 0.4·0.5 − 0.1), y = 0.6·0.5 − 0.5·0.4 + 0.2, loss = (0.3 − 1)²
    np.testing.assert_allclose(forward.nodes["z"], [0.5, 0.4])
    np.testing.assert_allclose(forward.nodes["h"], [0.5, 0.4])
    np.testing.assert_allclose(forward.nodes["y"], [0.3])
    assert loss.loss == pytest.approx(0.49)
    assert loss.gradients is None
    by_hand = [-0.84, -0.42, 0.7, 0.35, -0.84, 0.7, -0.7, -0.56, -1.4]
    np.testing.assert_allclose(backward.gradients, by_hand)
    np.testing.assert_allclose(backward.weights, [weight.default for weight in WEIGHTS.values()])
    np.testing.assert_allclose(step.weights, backward.weights - 0.1 * np.array(by_hand))
    assert step.loss_after == pytest.approx(at(Setup(), 2, "loss").loss)


def test_the_weights_have_the_names_and_the_order_of_pytorch():
    labels = [
        f"{name}[{', '.join(map(str, place))}]"
        for name, parameter in Setup().network().named_parameters()
        for place in np.ndindex(*parameter.shape)
    ]
    assert [weight.label for weight in WEIGHTS.values()] == labels


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_it_is_an_ordinary_training(optimizer):
    setup = Setup(optimizer=optimizer, momentum=0.9, weight_decay=0.01, activation="tanh", nesterov=True)
    network = nn.Sequential(nn.Linear(2, 2), nn.Tanh(), nn.Linear(2, 1)).double()
    torch.nn.utils.vector_to_parameters(torch.tensor(setup.weights, dtype=torch.float64), network.parameters())
    theirs = OPTIMIZERS[optimizer].make(network.parameters(), setup)
    for step in range(1, 5):
        loss = nn.functional.mse_loss(network(setup.x), setup.t)
        theirs.zero_grad()
        loss.backward()
        theirs.step()
        moment = at(setup, step, "step")
        weights = torch.nn.utils.parameters_to_vector(network.parameters()).detach()
        np.testing.assert_array_equal(moment.weights, weights)
        assert moment.loss == loss.item()


@pytest.mark.parametrize("loss", ONE_OUTPUT_LOSSES)
@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_chain_rule_autograd_and_finite_differences_agree(activation, loss):
    setup = Setup(activation=activation, loss=loss)
    moment = at(setup, 2, "backward")
    products = [np.prod([value for _symbol, value in chain(setup, moment, name)]) for name in WEIGHTS]
    np.testing.assert_allclose(products, moment.gradients, rtol=1e-12, atol=1e-15)
    np.testing.assert_allclose(finite_differences(setup, moment.weights), moment.gradients, atol=1e-8)
    assert np.abs(moment.gradients).max() > 1e-3


def test_a_new_step_begins_without_the_numbers_of_the_last_one():
    moment = at(Setup(), 2, "zero_grad")
    assert moment.nodes == moment.node_gradients == {}
    assert moment.loss is None


def test_chain_names_each_factor():
    symbols = [symbol for symbol, _value in chain(Setup(), at(Setup(), 1, "backward"), "w21")]
    assert symbols == [
        r"\frac{\partial L}{\partial y}",
        r"\frac{\partial y}{\partial h_2}",
        r"\frac{\partial h_2}{\partial z_2}",
        r"\frac{\partial z_2}{\partial w_{21}}",
    ]
    assert [value for _symbol, value in chain(Setup(), at(Setup(), 1, "backward"), "c")] == pytest.approx([-1.4, 1])


def test_without_zero_grad_gradients_add_up():
    setup = Setup(zero_grad=False, activation="tanh")
    first, second = at(setup, 1, "backward"), at(setup, 2, "backward")
    assert at(SMOOTH, 2, "zero_grad").gradients is None
    np.testing.assert_array_equal(at(setup, 2, "zero_grad").gradients, first.gradients)
    alone = finite_differences(setup, second.weights)
    np.testing.assert_allclose(second.gradients, first.gradients + alone, atol=1e-9)


@pytest.mark.parametrize(
    ("optimizer", "names"),
    [
        ("sgd", ["momentum_buffer"]),
        ("adagrad", ["sum"]),
        ("rmsprop", ["square_avg", "momentum_buffer"]),
        ("adam", ["exp_avg", "exp_avg_sq"]),
        ("adamw", ["exp_avg", "exp_avg_sq"]),
    ],
)
def test_the_state_is_the_optimizers_own(optimizer, names):
    setup = Setup(optimizer=optimizer, momentum=0.5)
    gradients = at(setup, 1, "backward").gradients
    state = at(setup, 1, "step").state
    assert list(state) == names
    if "exp_avg" in names:
        np.testing.assert_allclose(state["exp_avg"], 0.1 * gradients)
        np.testing.assert_allclose(state["exp_avg_sq"], 0.001 * gradients**2)
    assert at(Setup(), 1, "step").state == {}


def test_stepping_back_is_exact():
    long, short = trace(SMOOTH, 20), trace(SMOOTH, 3)
    for left, right in zip(long, short, strict=False):
        np.testing.assert_array_equal(left.weights, right.weights)
        assert (left.step, left.stage, left.loss) == (right.step, right.stage, right.loss)
    assert len(long) == 20 * len(STAGES)


def test_a_moment_is_not_changed_by_those_that_follow():
    moments = trace(Setup(optimizer="adam"), 3)
    assert not np.array_equal(moments[3].weights, moments[4].weights)
    assert not np.array_equal(moments[4].state["exp_avg"], moments[9].state["exp_avg"])
    assert not np.array_equal(moments[3].gradients, moments[8].gradients)


def test_the_film_ends_before_numbers_that_are_not_finite():
    wild = Setup(weights=(LARGEST,) * 9, inputs=(LARGEST,) * 2, activation="identity", learning_rate=10.0)
    moments = trace(wild, 20)
    assert 0 < len(moments) < 20 * len(STAGES)
    assert all(moment.finite for moment in moments)


def test_the_loss_as_a_function_of_the_weights():
    moment = at(Setup(), 1, "loss")
    assert loss_surface(Setup())(moment.weights) == moment.loss


@pytest.mark.parametrize(
    "wrong",
    [
        {"target": float("nan")},
        {"inputs": (float("inf"), 0.0)},
        {"weights": (1e30,) + (0.0,) * 8},
        {"target": -10.5},
        {"loss": "bce", "target": 3.0},
    ],
)
def test_numbers_that_cannot_be_trained_with(wrong):
    with pytest.raises(SetupError, match="between"):
        Setup(**wrong)


@pytest.mark.parametrize(
    "setup",
    [
        Setup(),
        Setup(optimizer="adam", zero_grad=False, beta2=0.9, weight_decay=0.1),
        Setup(optimizer="sgd", momentum=0.9, nesterov=True, activation="leaky_relu", loss="huber"),
        Setup(optimizer="rmsprop", momentum=0.3, activation="silu", loss="l1", inputs=(-1.5, 1e-6)),
    ],
)
def test_the_program_gives_the_same_numbers(setup):
    printed = io.StringIO()
    try:
        with contextlib.redirect_stdout(printed):
            exec(snippet(setup, 3), {})
    finally:
        torch.set_default_dtype(torch.float32)
    lines = printed.getvalue().splitlines()
    assert [float(line.split()[1]) for line in lines[:3]] == [at(setup, step, "loss").loss for step in (1, 2, 3)]
    weights, gradients = [], []
    for line in lines[3:]:
        _shape, values, slopes = json.loads(f"[{line.partition(' ')[2]}]".replace("] [", "], ["))
        weights += np.ravel(values).tolist()
        gradients += np.ravel(slopes).tolist()
    last = at(setup, 3, "step")
    np.testing.assert_allclose(weights, last.weights, rtol=1e-12)
    np.testing.assert_allclose(gradients, last.gradients, rtol=1e-12, atol=1e-15)
