import math

import pytest
from streamlit.testing.v1 import AppTest

from core import pretrained
from core.datasets import DatasetDamaged, default_dataset
from core.datasets import load as load_data
from core.interpret import lstm_gates
from core.interpret.lstm_gates import FORGETTING, liveliest, read_rows
from core.lessons.lstm import sine
from core.lessons.lstm.sine import NOTCH, TRAINING, continue_wave, mean_error, practice, wave
from tests.pages.app import address, open_page


def key(name: str) -> str:
    return f"lstm.{name}"


def value(at: AppTest, name: str) -> object:
    return at.session_state[key(name)]


def texts(at: AppTest) -> list[str]:
    return [element.value for element in at.markdown]


def press(at: AppTest, label: str) -> None:
    next(button for button in at.button if button.label == label).click()
    at.run()
    assert not at.exception


def press_and_go_on(at: AppTest, label: str) -> None:
    """Press what starts or stops the clock. AppTest loses sight of the widgets in a rerun: the next run finds them."""
    press(at, label)
    at.run()
    assert not at.exception


def train_all(cells: int) -> None:
    while practice(cells).done < TRAINING:
        practice(cells).advance(TRAINING, 100)


def digit_sentence(digit: str = "7", number: int = 1, row: int = 14, cell: int = 1, forget: str = "learnt") -> str:
    checkpoint, data = pretrained.load("lstm"), load_data(default_dataset())
    picture = data.test.inputs[data.test.targets == int(digit)][number - 1] / 255
    inputs = (picture - checkpoint.data_mean) / checkpoint.data_std
    read = read_rows(checkpoint.network, inputs, FORGETTING[forget].gate)
    return lstm_gates.notice(read, row, liveliest(read.steps, 16)[cell - 1], data.classes)


def wave_sentence(
    period: int = 25, phase: int = 0, seen: int = 40, cells: int = 32, trained: int = 0, forget: str = "learnt"
) -> str:
    truth = wave(period, math.radians(phase), 100)
    errors = (
        mean_error(
            continue_wave(practice(cells).at(steps), truth[:seen], 100 - seen, FORGETTING[forget].gate), truth, seen
        )
        for steps in (trained, 0)
    )
    return sine.notice(*errors, 100 - seen, trained, period)


# --- A digit, row by row ----------------------------------------------------------------------------------------------


def test_a_digit():
    at = open_page("lstm")
    assert digit_sentence() in texts(at)
    assert address(at) == {}


@pytest.mark.parametrize("forget", FORGETTING)
@pytest.mark.parametrize(
    ("digit", "number", "row", "cell"), [("0", 1, 1, 1), ("9", 30, 28, 16), ("3", 30, 1, 16), ("6", 1, 28, 1)]
)
def test_the_ends_of_the_digits_controls(digit, number, row, cell, forget):
    at = open_page("lstm")
    at.selectbox(key=key("digit")).set_value(digit)
    at.number_input(key=key("number")).set_value(number)
    at.slider(key=key("row")).set_value(row)
    at.slider(key=key("cell")).set_value(cell)
    at.segmented_control(key=key("forget")).set_value(forget)
    at.run()
    assert not at.exception
    assert digit_sentence(digit, number, row, cell, forget) in texts(at)


@pytest.mark.parametrize("digit", "0123456789")
def test_there_are_enough_digits_of_each_kind(digit):
    data = load_data("digits")
    assert (data.test.targets == int(digit)).sum() >= 30


def test_the_digits_settings_are_in_the_address():
    settings = {"digit": "6", "number": "2", "row": "20", "cell": "3", "forget": "one"}
    at = open_page("lstm", **settings)
    assert digit_sentence("6", 2, 20, 3, "one") in texts(at)
    assert address(at) == settings


def test_what_to_try_with_a_digit():
    at = open_page("lstm")
    press(at, "A 6 wants its loop")
    assert digit_sentence("6", row=18) in texts(at)
    press(at, "Forget everything")
    assert digit_sentence(row=28, forget="zero") in texts(at)


def test_each_part_has_forget_gates_of_its_own():
    at = open_page("lstm")
    press(at, "Forget everything")
    assert address(at)["forget"] == "zero"
    at.segmented_control(key=key("part")).set_value("wave").run()
    assert value(at, "forget") == "learnt"
    assert wave_sentence() in texts(at)
    at.segmented_control(key=key("forget")).set_value("one").run()
    at.segmented_control(key=key("part")).set_value("digit").run()
    assert digit_sentence(row=28, forget="zero") in texts(at)
    at.segmented_control(key=key("part")).set_value("wave").run()
    assert wave_sentence(forget="one") in texts(at)


def test_the_address_chooses_the_gates_of_the_part_that_it_names():
    at = open_page("lstm", part="wave", forget="one")
    assert wave_sentence(forget="one") in texts(at)


def test_playing_reads_row_after_row_to_the_last_and_pausing_stops_it():
    at = open_page("lstm")
    press_and_go_on(at, "A 7, row by row")
    row = value(at, "row")
    assert row <= 3
    assert address(at) == {}  # not changed at every tick
    at.run()
    assert value(at, "row") == row + 1
    press_and_go_on(at, "Pause")
    row = value(at, "row")
    at.run()
    assert value(at, "row") == row
    assert address(at) == {"row": str(row)}
    at.slider(key=key("row")).set_value(26).run()
    press(at, "Read")
    for _tick in range(5):
        at.run()
    assert value(at, "row") == 28
    assert "Read" in [button.label for button in at.button]
    assert digit_sentence(row=28) in texts(at)
    press(at, "Read")  # from the first on
    assert value(at, "row") <= 2


def test_a_click_looks_into_a_cell():
    at = open_page("lstm")
    at.session_state[key("clicked")] = {"cell": 5}  # what a click on the maps leaves behind; AppTest cannot click
    at.run()
    assert not at.exception
    assert at.slider(key=key("cell")).value == 5
    assert digit_sentence(cell=5) in texts(at)


@pytest.mark.parametrize(
    ("place", "problem"),
    [
        ("core.pretrained.load", pretrained.CheckpointError("The network is gone.")),
        ("core.datasets.load", DatasetDamaged("The digits are damaged.")),
    ],
)
def test_what_is_missing_is_named_in_a_sentence(place, problem, monkeypatch):
    def fail(_name):
        raise problem

    monkeypatch.setattr(place, fail)
    at = open_page("lstm")
    assert at.error[0].value == str(problem)
    at.segmented_control(key=key("part")).set_value("wave").run()
    assert not at.exception
    assert wave_sentence() in texts(at)


# --- A wave to be continued -------------------------------------------------------------------------------------------


def test_an_untrained_network():
    at = open_page("lstm", part="wave")
    assert wave_sentence() in texts(at)


@pytest.mark.parametrize("forget", FORGETTING)
@pytest.mark.parametrize(
    ("period", "phase", "seen", "cells"), [(5, 0, 2, 8), (60, 345, 80, 32), (5, 345, 80, 8), (60, 0, 2, 16)]
)
def test_the_ends_of_the_waves_controls(period, phase, seen, cells, forget):
    at = open_page("lstm", part="wave")
    at.slider(key=key("period")).set_value(period)
    at.slider(key=key("phase")).set_value(phase)
    at.slider(key=key("seen")).set_value(seen)
    at.select_slider(key=key("cells")).set_value(cells)
    at.segmented_control(key=key("forget")).set_value(forget)
    at.run()
    assert not at.exception
    assert wave_sentence(period, phase, seen, cells, forget=forget) in texts(at)


def test_an_address_of_a_trained_network_is_trained_in_the_background_of_its_page():
    train_all(8)
    settings = {"part": "wave", "cells": "8", "trained": "1000", "period": "20", "phase": "90", "seen": "30"}
    at = open_page("lstm", **settings)
    assert wave_sentence(20, 90, 30, 8, TRAINING) in texts(at)
    assert address(at) == settings


def test_training_goes_on_from_look_to_look(monkeypatch):
    fresh = sine.Practice(8, seed=1)
    monkeypatch.setattr(sine, "practice", lambda _cells: fresh)
    at = open_page("lstm", part="wave")
    at.slider(key=key("trained")).set_value(3 * NOTCH).run()
    for _look in range(200):
        if fresh.done == 3 * NOTCH:
            break
        at.run()
        assert not at.exception
    at.run()
    assert any(f"before its {3 * NOTCH} training steps" in text for text in texts(at))
    assert address(at) == {"part": "wave", "trained": str(3 * NOTCH)}


def test_playing_trains():
    train_all(8)
    at = open_page("lstm", part="wave", cells="8")
    press_and_go_on(at, "Train")
    assert value(at, "trained") >= NOTCH
    assert wave_sentence(cells=8, trained=value(at, "trained")) in texts(at)
    press_and_go_on(at, "Pause")
    assert "Train" in [button.label for button in at.button]


def test_what_to_try_with_a_wave():
    train_all(32)
    at = open_page("lstm", part="wave")
    press(at, "A wave it never saw")
    assert wave_sentence(period=8, trained=TRAINING) in texts(at)
    press(at, "Forget nothing")
    assert wave_sentence(trained=TRAINING, forget="one") in texts(at)
    press_and_go_on(at, "Watch it learn")
    assert value(at, "trained") <= 3 * NOTCH
    assert "Pause" in [button.label for button in at.button]


# --- Both -------------------------------------------------------------------------------------------------------------


def test_a_part_that_plays_does_not_disturb_the_other():
    at = open_page("lstm")
    press_and_go_on(at, "A 7, row by row")
    at.segmented_control(key=key("part")).set_value("wave").run()
    at.run()
    assert not at.exception
    assert wave_sentence() in texts(at)
    at.segmented_control(key=key("part")).set_value("digit").run()
    at.run()
    assert not at.exception


def test_another_page_does_not_disturb_a_part_that_plays():
    at = open_page("lstm")
    press_and_go_on(at, "A 7, row by row")
    at.switch_page("pages/activations.py").run()
    at.switch_page("pages/lstm.py").run()
    at.run()
    assert not at.exception


@pytest.mark.parametrize(
    "parameters",
    [
        {"part": "moon"},
        {"digit": "10"},
        {"number": "31"},
        {"number": "1000000000"},
        {"row": "0"},
        {"row": "nan"},
        {"cell": "17"},
        {"forget": "x" * 5000},
        {"part": "wave", "period": "1e30"},
        {"part": "wave", "phase": "-15"},
        {"part": "wave", "seen": "1"},
        {"part": "wave", "cells": "1000000000"},
        {"part": "wave", "trained": "inf"},
    ],
)
def test_nonsense_in_the_address_is_named_in_a_sentence(parameters):
    at = open_page("lstm", **parameters)
    assert at.warning[0].value.startswith("The address asks for what cannot be had")
    assert len(at.warning[0].value) < 200
    assert (wave_sentence() if parameters.get("part") == "wave" else digit_sentence()) in texts(at)


@pytest.mark.parametrize("part", ["digit", "wave"])
def test_every_control_has_a_label(part):
    at = open_page("lstm", part=part)
    controls = [*at.slider, *at.select_slider, *at.number_input, *at.selectbox, *at.segmented_control, *at.button]
    assert all(control.label for control in controls)
