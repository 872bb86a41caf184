import math

import pytest
from streamlit.testing.v1 import AppTest

from core import pretrained
from core.datasets import DatasetDamaged, default_dataset
from core.datasets import load as load_data
from core.interpret import lstm_gates
from core.interpret.lstm_gates import FORGETTING, read_rows
from core.lessons.lstm import sine
from core.lessons.lstm.sine import NOTCH, TRAINING, continue_wave, mean_error, practice, wave
from tests.pages.app import address, open_page, picture, settle

READING, WAVING = "lstm_reading", "lstm_wave"


def key(name: str) -> str:
    return f"lstm.{name}"


def value(at: AppTest, name: str) -> object:
    return at.session_state[key(name)]


def said(at: AppTest) -> tuple[str, int]:
    """Return what the picture says at first, and of which of its cells it tells."""
    header, _arrays = picture(at, WAVING if value(at, "part") == "wave" else READING)
    values = header["values"]
    return header["sentences"][values["step"]], values.get("cell", 0)


def press(at: AppTest, label: str) -> None:
    next(button for button in at.button if button.label == label).click()
    at.run()
    assert not at.exception


def train_all(cells: int) -> None:
    while practice(cells).done < TRAINING:
        practice(cells).advance(TRAINING, 100)


def digit_sentence(
    digit: str = "7", number: int = 1, row: int = 14, cell: int = 1, forget: str = "learnt"
) -> tuple[str, int]:
    checkpoint, data = pretrained.load("lstm"), load_data(default_dataset())
    ink = data.test.inputs[data.test.targets == int(digit)][number - 1] / 255
    inputs = (ink - checkpoint.data_mean) / checkpoint.data_std
    read = read_rows(checkpoint.network, inputs, FORGETTING[forget].gate)
    return lstm_gates.notice(read, row, data.classes), cell


def wave_sentence(
    period: int = 25, phase: int = 0, seen: int = 40, cells: int = 32, trained: int = 0, forget: str = "learnt"
) -> tuple[str, int]:
    truth = wave(period, math.radians(phase), 100)
    errors = (
        mean_error(
            continue_wave(practice(cells).at(steps), truth[:seen], 100 - seen, FORGETTING[forget].gate), truth, seen
        )
        for steps in (trained, 0)
    )
    return sine.notice(*errors, 100 - seen, trained, period), 0


# --- A digit, row by row ----------------------------------------------------------------------------------------------


def test_a_digit():
    at = open_page("lstm")
    assert said(at) == digit_sentence()
    assert address(at) == {}


@pytest.mark.parametrize("forget", FORGETTING)
@pytest.mark.parametrize(
    ("digit", "number", "row", "cell"), [("0", 1, 1, 1), ("9", 30, 28, 16), ("3", 30, 1, 16), ("6", 1, 28, 1)]
)
def test_the_ends_of_the_digits_controls(digit, number, row, cell, forget):
    at = open_page("lstm")
    at.selectbox(key=key("digit")).set_value(digit)
    at.number_input(key=key("number")).set_value(number)
    at.segmented_control(key=key("forget")).set_value(forget)
    settle(at, READING, row=row, cell=cell)
    assert said(at) == digit_sentence(digit, number, row, cell, forget)


@pytest.mark.parametrize("digit", "0123456789")
def test_there_are_enough_digits_of_each_kind(digit):
    data = load_data("digits")
    assert (data.test.targets == int(digit)).sum() >= 30


def test_the_digits_settings_are_in_the_address():
    settings = {"digit": "6", "number": "2", "row": "20", "cell": "3", "forget": "one"}
    at = open_page("lstm", **settings)
    assert said(at) == digit_sentence("6", 2, 20, 3, "one")
    assert address(at) == settings


def test_what_to_try_with_a_digit():
    at = open_page("lstm")
    press(at, "A 6 wants its loop")
    assert said(at) == digit_sentence("6", row=18)
    press(at, "Forget everything")
    assert said(at) == digit_sentence(row=28, forget="zero")


def test_each_part_has_forget_gates_of_its_own():
    at = open_page("lstm")
    press(at, "Forget everything")
    assert address(at)["forget"] == "zero"
    at.segmented_control(key=key("part")).set_value("wave").run()
    assert value(at, "forget") == "learnt"
    assert said(at) == wave_sentence()
    at.segmented_control(key=key("forget")).set_value("one").run()
    at.segmented_control(key=key("part")).set_value("digit").run()
    assert said(at) == digit_sentence(row=28, forget="zero")
    at.segmented_control(key=key("part")).set_value("wave").run()
    assert said(at) == wave_sentence(forget="one")


def test_the_address_chooses_the_gates_of_the_part_that_it_names():
    at = open_page("lstm", part="wave", forget="one")
    assert said(at) == wave_sentence(forget="one")


def test_where_the_reading_stands_is_in_the_address():
    at = open_page("lstm")
    settle(at, READING, row=20, cell=5)
    assert said(at) == digit_sentence(row=20, cell=5)
    assert address(at) == {"row": "20", "cell": "5"}
    settle(at, READING, row=29, cell=None)
    assert said(at) == digit_sentence(row=20, cell=5)


def test_a_suggestion_plays_once():
    at = open_page("lstm")
    press(at, "A 7, row by row")
    header, _arrays = picture(at, READING)
    assert header["play"]
    assert header["values"]["step"] == 0
    at.run()
    assert not picture(at, READING)[0]["play"]


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
    assert said(at) == wave_sentence()


# --- A wave to be continued -------------------------------------------------------------------------------------------


def test_an_untrained_network():
    at = open_page("lstm", part="wave")
    assert said(at) == wave_sentence()


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
    assert said(at) == wave_sentence(period, phase, seen, cells, forget=forget)


def test_an_address_of_a_trained_network_is_trained_in_the_background_of_its_page():
    train_all(8)
    settings = {"part": "wave", "cells": "8", "trained": "1000", "period": "20", "phase": "90", "seen": "30"}
    at = open_page("lstm", **settings)
    assert said(at) == wave_sentence(20, 90, 30, 8, TRAINING)
    assert address(at) == settings


def test_training_goes_on_from_look_to_look_until_all_is_there(monkeypatch):
    monkeypatch.setattr(sine, "practise", lambda *_args: iter([0.0] * TRAINING))  # training that takes no time
    fresh = sine.Practice(8, seed=1)
    monkeypatch.setattr(sine, "practice", lambda _cells: fresh)
    at = open_page("lstm", part="wave")
    kept = len(picture(at, WAVING)[1]["predictions"])
    for _look in range(200):
        at.run()
        if not picture(at, WAVING)[0]["growing"]:
            break
    assert len(picture(at, WAVING)[1]["predictions"]) == 1 + TRAINING // NOTCH > kept


def test_a_link_to_a_network_that_has_learned_takes_the_first_click():
    """The page runs again by itself on arrival, as only the address tells that there is nothing left to train."""
    train_all(8)
    at = open_page("lstm", part="wave", cells="8")
    press(at, "Forget nothing")
    assert value(at, "forget") == "one"


def test_where_the_training_stands_is_in_the_address():
    train_all(8)
    at = open_page("lstm", part="wave", cells="8")
    assert not picture(at, WAVING)[0]["growing"]
    settle(at, WAVING, trained=3 * NOTCH)
    assert address(at) == {"part": "wave", "cells": "8", "trained": str(3 * NOTCH)}
    assert said(at) == wave_sentence(cells=8, trained=3 * NOTCH)


def test_what_to_try_with_a_wave():
    train_all(32)
    at = open_page("lstm", part="wave")
    press(at, "A wave it never saw")
    assert said(at) == wave_sentence(period=8, trained=TRAINING)
    press(at, "Forget nothing")
    assert said(at) == wave_sentence(trained=TRAINING, forget="one")
    press(at, "Watch it learn")
    assert picture(at, WAVING)[0]["play"]
    assert said(at) == wave_sentence()


# --- Both -------------------------------------------------------------------------------------------------------------


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
    assert said(at) == (wave_sentence() if parameters.get("part") == "wave" else digit_sentence())


@pytest.mark.parametrize("part", ["digit", "wave"])
def test_every_control_has_a_label(part):
    at = open_page("lstm", part=part)
    controls = [*at.slider, *at.select_slider, *at.number_input, *at.selectbox, *at.segmented_control, *at.button]
    assert all(control.label for control in controls)
