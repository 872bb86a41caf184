import inspect

import numpy as np
import pytest

from core.activations import ACTIVATIONS
from core.lessons.one_step.explain import _UPDATES, STAGES, in_words, parameters_table, subscript, update_lines, view
from core.lessons.one_step.trace import LARGEST, ONE_OUTPUT_LOSSES, WEIGHTS, Setup, chain, training_step
from core.optimizers import OPTIMIZERS
from core.text.numbers import plain

SETTINGS = [
    {},
    {"weight_decay": 0.1},
    {"momentum": 0.9},
    {"momentum": 0.9, "nesterov": True, "weight_decay": 0.01},
    {"zero_grad": False, "beta2": 0.9},
]


def test_the_code_on_the_page_is_the_code_that_runs():
    source = [line.strip() for line in inspect.getsource(training_step).splitlines()]
    lines = [source.index(stage.code) for stage in STAGES.values()]
    assert lines == sorted(lines)
    yields = [line.split('"')[1] for line in source if line.startswith("yield")]
    assert yields == list(STAGES)


def test_every_optimizer_is_written_out():
    assert _UPDATES.keys() == OPTIMIZERS.keys()


@pytest.mark.parametrize("settings", SETTINGS)
@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_the_written_update_is_what_the_optimizer_does(optimizer, settings):
    setup = Setup(optimizer=optimizer, activation="tanh", **settings)
    buffers = {"m": "exp_avg", "v": "exp_avg_sq", "s": "square_avg"}
    if optimizer in ("sgd", "rmsprop"):
        buffers["v"] = "momentum_buffer"
    if optimizer == "adagrad":
        buffers["s"] = "sum"
    for step in (1, 3):
        for name in WEIGHTS:
            shown = view(setup, step, "step", name)
            lines = update_lines(shown)
            assert lines[-1][0] == "w"
            assert lines[-1][2] == pytest.approx(shown.moment.weights[shown.place], rel=1e-12, abs=1e-15)
            for left, _right, result in lines:
                if left in buffers:
                    assert result == pytest.approx(shown.moment.state[buffers[left]][shown.place], rel=1e-12)
            assert {buffers[left] for left, *_rest in lines if left in buffers} == set(shown.moment.state)


def test_plain_sgd_in_latex():
    shown = view(Setup(), 1, "step", "w12")
    assert STAGES["step"].formulas(shown) == (
        r"\begin{aligned} w_{12} &\leftarrow (-0.2) - 0.1 \cdot (-0.42) = -0.158 \end{aligned}"
    )


def test_the_chain_rule_in_latex():
    assert STAGES["backward"].formulas(view(Setup(), 1, "backward", "v2")) == (
        r"\begin{aligned} \frac{\partial L}{\partial v_2} &= \frac{\partial L}{\partial y} \cdot "
        r"\frac{\partial y}{\partial v_2} \\ &= (-1.4) \cdot 0.4 = -0.56 \end{aligned}"
    )


def test_the_forward_pass_in_latex():
    formulas = STAGES["forward"].formulas(view(Setup(), 1, "forward", "w11"))
    assert r"z_1 &= w_{11} x_1 + w_{12} x_2 + b_1 = 0.5 \cdot 1 + (-0.2) \cdot 0.5 + 0.1 = 0.5" in formulas
    assert r"h_2 &= \text{ReLU}(0.4) = 0.4" in formulas
    assert r"y &= v_1 h_1 + v_2 h_2 + c = 0.6 \cdot 0.5 + (-0.5) \cdot 0.4 + 0.2 = 0.3" in formulas


@pytest.mark.parametrize("loss", ONE_OUTPUT_LOSSES)
def test_the_losss_own_formula_with_the_numbers_in_it(loss):
    shown = view(Setup(loss=loss), 1, "loss", "w11")
    _general, written = STAGES["loss"].formulas(shown).rsplit(r"\\ &= ", 1)
    for symbol in ("_k", "K", r"\sum", r"\delta"):
        assert symbol not in written
    assert "0.3" in written
    assert f"= {plain(shown.moment.loss)}" in written


def test_mse_with_the_numbers_in_it():
    formulas = STAGES["loss"].formulas(view(Setup(target=-1.0), 1, "loss", "w11"))
    assert formulas.endswith(r"(0.3 - (-1))^2 = 1.69 \end{aligned}")


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
@pytest.mark.parametrize("activation", ACTIVATIONS)
@pytest.mark.parametrize("zero_grad", [True, False])
def test_every_stage_has_something_to_say(activation, optimizer, zero_grad):
    setup = Setup(activation=activation, optimizer=optimizer, zero_grad=zero_grad, momentum=0.5)
    for step in (1, 2):
        for stage in STAGES:
            shown = view(setup, step, stage, "w21")
            assert shown.moment.stage == stage
            assert STAGES[stage].notice(shown)
            STAGES[stage].formulas(shown)
            assert {len(column) for column in STAGES[stage].table(shown).values()} <= {len(WEIGHTS)}
            assert {len(column) for column in parameters_table(shown).values()} == {4}


def notice(setup: Setup, step: int, stage: str, picked: str = "w11") -> str:
    return STAGES[stage].notice(view(setup, step, stage, picked))


def test_what_is_said_of_the_usual_first_step():
    assert notice(Setup(), 1, "zero_grad").startswith("Nothing to clear yet")
    assert notice(Setup(), 1, "forward") == "The network says 0.3. The target is 1, so it is off by −0.7."
    assert notice(Setup(loss="bce"), 1, "forward") == (
        "The network says 0.3, which is a logit: a probability of 57%. The target is 1."
    )
    assert "the loss is 0.49." in notice(Setup(), 1, "loss")
    assert notice(Setup(), 1, "backward") == (
        "The gradient of `hidden.weight[0, 0]` is −0.84: make this weight larger and the loss falls."
    )
    assert notice(Setup(), 1, "backward", "w21").endswith("is 0.7: make this weight larger and the loss grows.")
    assert notice(Setup(), 1, "step") == (
        "`hidden.weight[0, 0]` moves by 0.084 to 0.584. All nine together: the loss falls from 0.49 to 0.09366."
    )
    assert "up to 1.4 in size, are cleared" in notice(Setup(), 2, "zero_grad")


def test_what_is_said_where_zero_grad_is_forgotten():
    forgetful = Setup(zero_grad=False)
    assert "zero_grad is forgotten: old gradients, up to 1.4 in size, stay" in notice(forgetful, 2, "zero_grad")
    sentence = notice(forgetful, 2, "backward")
    old, both = (view(forgetful, step, "backward", "w11").moment.gradients[0] for step in (1, 2))
    assert f"it now holds {plain(old)} + ({plain(both - old)}) = {plain(both)}" in sentence
    assert "not cleared" not in notice(forgetful, 1, "backward")


def test_what_is_said_of_a_step_that_is_too_large():
    shown = view(Setup(learning_rate=1.0), 1, "step", "w11")
    assert shown.moment.loss_after > shown.moment.loss
    assert "the loss grows from 0.49" in STAGES["step"].notice(shown)


def test_what_is_said_of_a_dead_relu():
    dead = Setup(weights=tuple(-1.0 if name == "b1" else weight.default for name, weight in WEIGHTS.items()))
    shown = view(dead, 1, "backward", "w11")
    assert shown.moment.gradients[0] == 0
    assert "exactly 0, because ∂h₁/∂z₁ is 0" in STAGES["backward"].notice(shown)


def test_the_loss_stays_where_nothing_can_move():
    still = Setup(weights=(0.0,) * 8 + (1.0,))  # the output is right already
    assert "The loss stays at 0." in notice(still, 1, "step")


def test_adams_first_step_moves_every_weight_by_the_learning_rate():
    shown = view(Setup(optimizer="adam", learning_rate=0.01), 1, "step", "w11")
    moves = np.abs(shown.moment.weights - shown.before.weights)
    np.testing.assert_allclose(moves, 0.01, rtol=1e-6)
    assert "moves by 0.01 to 0.51" in STAGES["step"].notice(shown)


def test_the_table_of_backward():
    table = STAGES["backward"].table(view(Setup(), 1, "backward", "w11"))
    assert table["weight"][1] == "w₁₂"
    assert table["chain rule"][1] == "(−1.4) · 0.6 · 1 · 0.5 = −0.42"
    assert table["autograd"][1] == table["finite difference"][1] == "−0.42"
    assert all(float(gap.replace("−", "-")) < 1e-9 for gap in table["differ by"])
    added = STAGES["backward"].table(view(Setup(zero_grad=False), 2, "backward", "w11"))
    assert added[".grad: old + new"][1].startswith("−0.42 + ")


def test_the_table_of_step():
    plain = STAGES["step"].table(view(Setup(), 1, "step", "w11"))
    assert plain["weight − lr · grad"][0] == "0.5 − 0.1 · (−0.84) = 0.584"
    adam = STAGES["step"].table(view(Setup(optimizer="adam"), 1, "step", "w11"))
    assert adam["weight − lr · direction"][0] == "0.5 − 0.1 · (−1) = 0.6"
    assert adam["exp_avg"][0] == "0 → −0.084"


def test_the_parameters_with_their_gradients_and_state():
    table = parameters_table(view(Setup(optimizer="adam"), 1, "step", "w11"))
    assert table["name"] == ["`hidden.weight`", "`hidden.bias`", "`output.weight`", "`output.bias`"]
    assert table["shape"] == ["`[2, 2]`", "`[2]`", "`[1, 2]`", "`[1]`"]
    assert table["`.grad`"] == ["`[[−0.84, −0.42], [0.7, 0.35]]`", "`[−0.84, 0.7]`", "`[[−0.7, −0.56]]`", "`[−1.4]`"]
    assert table["`exp_avg`"][3] == "`[−0.14]`"
    assert parameters_table(view(Setup(), 1, "forward", "w11"))["`.grad`"] == ["`None`"] * 4


def test_the_last_moment_that_is_finite_is_shown():
    wild = Setup(weights=(LARGEST,) * 9, inputs=(LARGEST,) * 2, activation="identity", learning_rate=10.0)
    shown = view(wild, 20, "step", "w11")
    assert shown.moment.step < 20
    assert STAGES[shown.moment.stage].notice(shown)
    assert "nan" not in str(STAGES[shown.moment.stage].table(shown))


def test_digits_below_the_line():
    assert subscript("w12") == "w₁₂"
    assert subscript("c") == "c"


def test_a_derivative_in_words():
    setup = Setup(activation="tanh")
    factors = chain(setup, view(setup, 1, "backward", "w21").moment, "w21")
    assert [in_words(symbol) for symbol, _value in factors] == ["∂L/∂y", "∂y/∂h₂", "∂h₂/∂z₂", "∂z₂/∂w₂₁"]
