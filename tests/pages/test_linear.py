import contextlib
import io
from dataclasses import replace

import pytest
import torch
from streamlit.testing.v1 import AppTest

from core.lessons.linear.linear_layer import (
    BATCHES,
    SIZES,
    Case,
    Change,
    digit_image,
    forward,
    make,
    notice_batches,
    notice_chain,
    notice_sum,
    pass_batches,
    snippet,
    written_out,
)
from tests.pages.app import address, open_page, picture, settle

ONE = Case(((4, 2),), 3)
TWO = Case(((10, 5), (5, 2)), 3)


def key(name: str) -> str:
    return f"linear.{name}"


def texts(at: AppTest) -> list[str]:
    return [element.value for element in at.markdown]


def press(at: AppTest, label: str) -> None:
    next(button for button in at.button if button.label == label).click()
    at.run()
    assert not at.exception


def click(at: AppTest, **places: int) -> None:
    """What a click on a picture leaves behind; AppTest cannot click on one."""
    at.session_state[key("clicked")] = places
    at.run()
    assert not at.exception


def sum_sentence(case: Case = ONE, row: int = 0, output: int = 0) -> str:
    x, layers = make(case)
    return notice_sum(layers[0], x, row, output)


def batch_sentence(case: Case = ONE) -> str:
    x, layers = make(replace(case, batch=max(BATCHES)))
    return notice_batches(layers[0], pass_batches(layers[0], x), case.batch)


def chain_sentence(case: Case = TWO) -> str:
    x, layers = make(case)
    return notice_chain(layers, x, forward(layers, x))


def run_shown_code(at: AppTest) -> torch.Tensor:
    (code,) = at.code
    names = {}
    with contextlib.redirect_stdout(io.StringIO()), torch.random.fork_rng():
        exec(code.value, names)
    return names["y"].detach()


# --- One layer --------------------------------------------------------------------------------------------------------


def test_one_layer():
    at = open_page("linear")
    assert sum_sentence() in texts(at)
    x, layers = make(ONE)
    letters, numbers, products, value = written_out(layers[0], x, 0, 0)
    assert f"$y_{{0,0}} = {letters}$" in texts(at)
    assert rf"$\approx {numbers}$" in texts(at)
    assert rf"$\approx {products} \approx \mathbf{{{value}}}$" in texts(at)
    assert address(at) == {}
    assert torch.equal(run_shown_code(at), layers(x))


@pytest.mark.parametrize("bias", [True, False])
@pytest.mark.parametrize("outputs", [min(SIZES), max(SIZES)])
@pytest.mark.parametrize("inputs", [min(SIZES), max(SIZES)])
@pytest.mark.parametrize("batch", [min(BATCHES), max(BATCHES)])
def test_the_ends_of_every_control(inputs, outputs, batch, bias):
    at = open_page("linear")
    at.select_slider(key=key("inputs")).set_value(inputs)
    at.select_slider(key=key("outputs")).set_value(outputs)
    at.select_slider(key=key("batch")).set_value(batch)
    at.toggle(key=key("bias")).set_value(bias)
    at.run()
    assert not at.exception
    case = Case(((inputs, outputs),), batch, bias=bias)
    assert sum_sentence(case) in texts(at)
    at.number_input(key=key("row")).set_value(batch - 1)
    at.number_input(key=key("output")).set_value(outputs - 1)
    at.run()
    assert sum_sentence(case, batch - 1, outputs - 1) in texts(at)
    at.segmented_control(key=key("part")).set_value("batch").run()
    assert not at.exception
    assert batch_sentence(case) in texts(at)


def test_a_click_picks_an_output_and_of_a_smaller_batch_the_last_row_is_left():
    at = open_page("linear")
    settle(at, "linear_sum", output=1)
    assert sum_sentence(ONE, 0, 1) in texts(at)
    assert address(at) == {"output": "1"}
    click(at, output=0)
    assert sum_sentence(ONE, 0, 0) in texts(at)
    at.number_input(key=key("row")).set_value(2).run()
    assert sum_sentence(ONE, 2, 0) in texts(at)
    assert address(at) == {"row": "2"}
    at.select_slider(key=key("batch")).set_value(2).run()
    assert not at.exception
    assert sum_sentence(replace(ONE, batch=2), 1, 0) in texts(at)


def test_numbers_that_were_dragged_go_into_the_address_the_sum_and_the_code():
    at = open_page("linear", row="1")
    settle(at, "linear_sum", changed=["x:1:3=-1.5", "weight:0:2=0.4", "bias:0=1"])
    assert address(at) == {"row": "1", "changed": "x:1:3=-1.5,weight:0:2=0.4,bias:0=1"}
    case = replace(ONE, changes=(Change("x", (1, 3), -1.5), Change("weight", (0, 2), 0.4), Change("bias", (0,), 1.0)))
    assert sum_sentence(case, 1) in texts(at)
    assert sum_sentence(ONE, 1) not in texts(at)
    assert torch.equal(run_shown_code(at), forward(make(case)[1], make(case)[0])[0])
    header, arrays = picture(at, "linear_sum")
    assert header["values"]["changed"] == ["x:1:3=-1.5", "weight:0:2=0.4", "bias:0=1"]
    assert arrays["weight"].tolist() == make(ONE)[1][0].weight.tolist()  # as they were
    press(at, "Other numbers")
    assert address(at) == {"row": "1", "seed": "1"}


@pytest.mark.parametrize("told", ["x:0:0", "x:0=1", "y:0:0=1", "x:0:0=4", "x:0:0=nan", "x:0:-1=1", 7, None, "9" * 1000])
def test_changes_that_no_picture_would_tell_change_nothing(told):
    at = open_page("linear")
    settle(at, "linear_sum", changed=told)
    assert sum_sentence() in texts(at)
    assert address(at) == {}


def test_other_numbers():
    at = open_page("linear")
    press(at, "Other numbers")
    assert sum_sentence(replace(ONE, seed=1)) in texts(at)
    assert address(at) == {"seed": "1"}


def test_after_the_last_numbers_come_the_first():
    at = open_page("linear", seed="999999999")
    press(at, "Other numbers")
    assert sum_sentence(replace(ONE, seed=0)) in texts(at)
    assert not at.warning


def test_what_to_try_with_one_layer():
    at = open_page("linear")
    press(at, "One neuron")
    assert sum_sentence(Case(((3, 1),), 3)) in texts(at)
    press(at, "No bias")
    assert sum_sentence(Case(((4, 2),), 3, bias=False)) in texts(at)
    press(at, "A whole digit")
    case = Case(((784, 512),), 1, digit=True)
    assert sum_sentence(case) in texts(at)
    assert picture(at, "linear_digit")[1]["x"].shape == (784,)
    assert make(case)[0].mul(255).round().reshape(28, 28).equal(digit_image().float())
    assert snippet(case).strip() == at.code[0].value.strip()
    at.segmented_control(key=key("part")).set_value("batch").run()
    assert batch_sentence(Case(((784, 512),), 3)) in texts(at)


# --- A batch ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("batch", BATCHES)
def test_every_batch(batch):
    at = open_page("linear", part="batch", batch=str(batch))
    case = replace(ONE, batch=batch)
    assert batch_sentence(case) in texts(at)
    table = next(text for text in texts(at) if text.startswith("| x | y |"))
    assert f"| **[{batch}, 4]** | **[{batch}, 2]** | **10** | **0** |" in table
    assert run_shown_code(at).shape == (batch, 2)


def test_what_to_try_with_a_batch():
    at = open_page("linear", part="batch")
    press(at, "200 rows")
    assert batch_sentence(replace(ONE, batch=200)) in texts(at)
    press(at, "One row")
    assert batch_sentence(replace(ONE, batch=1)) in texts(at)


# --- Two layers -------------------------------------------------------------------------------------------------------


def test_two_layers():
    at = open_page("linear", part="chain")
    assert chain_sentence() in texts(at)
    assert not at.error
    x, layers = make(TWO)
    assert torch.equal(run_shown_code(at), layers(x))


@pytest.mark.parametrize(("neuron", "column", "place"), [("1:4", 1, 4), ("2:1", 2, 1), ("2:999", 2, 1)])
def test_any_neuron_can_be_picked(neuron, column, place):
    at = open_page("linear", part="chain", neuron=neuron)
    x, layers = make(TWO)
    given = [x, *forward(layers, x)]
    _letters, numbers, _products, value = written_out(layers[column - 1], given[column - 1], 0, place)
    assert rf"${'xhy'[column]}_{{0,{place}}} \approx {numbers} \approx \mathbf{{{value}}}$" in texts(at)


@pytest.mark.parametrize(
    ("label", "sizes"),
    [("Make layer 2 take 5", ((10, 5), (5, 2))), ("Make layer 1 give 4", ((10, 4), (4, 2)))],
)
def test_a_mismatch_and_how_to_mend_it(label, sizes):
    at = open_page("linear", part="chain")
    press(at, "A mismatch")
    assert at.error[0].value == "RuntimeError: mat1 and mat2 shapes cannot be multiplied (3x5 and 4x2)"
    with pytest.raises(RuntimeError, match="3x5 and 4x2"):
        run_shown_code(at)
    press(at, label)
    assert not at.error
    assert chain_sentence(Case(sizes, 3)) in texts(at)


@pytest.mark.parametrize("sizes", [(1, 1, 1, 1), (784, 784, 784, 784), (784, 1, 784, 1)])
def test_two_layers_at_the_ends_of_their_sliders(sizes):
    names = ("first_in", "first_out", "second_in", "second_out")
    at = open_page("linear", part="chain", batch="200", **dict(zip(names, map(str, sizes), strict=True)))
    case = Case((sizes[:2], sizes[2:]), 200)
    assert at.code[0].value.strip() == snippet(case).strip()
    if sizes[1] == sizes[2]:
        assert chain_sentence(case) in texts(at)
    else:
        press(at, "10 → 5 → 2")
        assert chain_sentence() in texts(at)


# --- All parts --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "parameters",
    [
        {"part": "moon"},
        {"inputs": "1000000000"},
        {"inputs": "nan"},
        {"outputs": "11"},
        {"outputs": "x" * 5000},
        {"batch": "-1"},
        {"batch": "1e30"},
        {"bias": "maybe"},
        {"seed": "²"},
        {"seed": "9" * 5000},
        {"row": "3"},
        {"output": "<b>"},
        {"part": "chain", "second_in": "0"},
        {"part": "chain", "neuron": "3:0"},
        {"part": "chain", "neuron": "1:" + "9" * 5000},
    ],
)
def test_nonsense_in_the_address_is_named_in_a_sentence(parameters):
    at = open_page("linear", **parameters)
    assert at.warning[0].value.startswith("The address asks for what cannot be had")
    assert len(at.warning[0].value) < 200
    assert (chain_sentence() if parameters.get("part") == "chain" else sum_sentence()) in texts(at)


@pytest.mark.parametrize("part", ["neurons", "batch", "chain"])
def test_every_control_has_a_label(part):
    at = open_page("linear", part=part)
    controls = [*at.select_slider, *at.number_input, *at.toggle, *at.segmented_control, *at.button]
    assert all(control.label for control in controls)


def test_parts_keep_the_settings():
    at = open_page("linear", inputs="7", row="2")
    for part in ("batch", "chain", "neurons"):
        at.segmented_control(key=key("part")).set_value(part).run()
        assert not at.exception
    assert sum_sentence(Case(((7, 2),), 3), row=2) in texts(at)
