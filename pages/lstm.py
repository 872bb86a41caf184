"""The LSTM: gates, cell state and output while it reads a digit row by row, or continues a sine wave."""

import pages.ui.cold_link  # noqa: F401  (before PyTorch)

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, cast

import streamlit as st

from core import pretrained
from core.datasets import DatasetDamaged, DatasetMissing, default_dataset, load
from core.datasets.types import normalize
from core.interpret.lstm_gates import FORGETTING, liveliest, read_rows, step, steps
from core.lessons.lstm import sine
from core.lessons.lstm.predictions import COUNT, FORGET, STATE, forget_truth, state_counts, state_truth
from core.lessons.lstm.scene import digit_scene, wave_scene
from core.lessons.lstm.sine import NOTCH, TRAINING, Forecaster, continue_waves, practise, wave
from core.models import LSTMNet
from core.pretrained import CheckpointError
from core.text.i18n import N_, _
from pages.ui import say
from pages.ui.lesson_end import end_lesson
from pages.ui.page_frame import begin, live
from pages.ui.predict import predict
from pages.ui.session import session_key
from pages.ui.source_code import show_source
from pages.ui.stage import stage, take_settled
from pages.ui.suggestions import Suggestion, show_suggestions
from pages.ui.url_settings import Settings

TICK = 0.5  # seconds from look to look while the network is still in training
READING, WAVING = "lstm_reading", "lstm_wave"
# What each part begins with. A suggestion sets all of it but for what it is about, so that it shows what it says.
DIGIT = {"digit": "7", "number": 1, "cell": 1, "row": 14, "forget": "learnt"}
WAVE = {"period": 25, "phase": 0, "seen": 40, "cells": 32, "trained": 0, "forget": "learnt"}
ROWS = 28
EXAMPLES = 30  # of each digit; the smallest data set has so many to test with
CELLS_OF_DIGIT, CELLS_OF_WAVE = 16, 8  # drawn ones
VALUES = 100  # of a wave, seen or made up
SLICES = 4  # of training in one tick
PLAY = session_key("lstm", "play")
GATES, SHOWN = session_key("lstm", "gates"), session_key("lstm", "shown")


@dataclass(frozen=True)
class Part:
    """One part of the lesson; `show` draws it, and returns whether there is still something in training."""

    label: str
    sentence: str
    show: Callable[[Settings], bool]
    code: tuple[Callable | type, ...]


def play(settings: Settings, values: dict[str, Any]) -> None:
    """Set the controls, and have the picture play from there."""
    settings.set(values)
    st.session_state[PLAY] = True


def choose_gate(settings: Settings) -> float | None:
    return FORGETTING[settings.segments("forget", _("Forget gates"), FORGETTING, "learnt")].gate


def suggest_digits(settings: Settings) -> None:
    show_suggestions(
        Suggestion(
            _("A 7, row by row"),
            ":material/play_circle:",
            _("What does it think before the stroke turns downwards?"),
            play,
            (settings, DIGIT | {"row": 1}),
        ),
        Suggestion(
            _("A 6 wants its loop"),
            ":material/hourglass_bottom:",
            _("Read on from here: how late does it make up its mind?"),
            settings.set,
            (DIGIT | {"digit": "6", "row": 18},),
        ),
        Suggestion(
            _("Forget everything"),
            ":material/delete_sweep:",
            _("With its forget gates at 0 the memory is emptied at every row. Can it still read?"),
            settings.set,
            (DIGIT | {"row": ROWS, "forget": "zero"},),
        ),
    )


def show_digit(settings: Settings) -> bool:
    take_settled(READING, settings)
    try:
        checkpoint, data = pretrained.load("lstm"), load(default_dataset())
    except (CheckpointError, DatasetMissing, DatasetDamaged) as problem:
        say.error(str(problem))
        return False
    row = settings.value("row", 1, ROWS, DIGIT["row"])
    cell = settings.value("cell", 1, CELLS_OF_DIGIT, DIGIT["cell"])
    shown = st.container()  # comes first, and is drawn from what stands below it
    suggest_digits(settings)
    places = st.columns([1, 1, 2])
    with places[0]:
        digits = {name: name for name in data.classes}
        digit = settings.menu("digit", _("Digit"), digits, DIGIT["digit"], format_func=str)
    with places[1]:
        number = settings.number("number", _("Which one"), 1, EXAMPLES, DIGIT["number"])
    with places[2]:
        gate = choose_gate(settings)
    network = cast(LSTMNet, checkpoint.network)  # a checkpoint holds any kind
    predict(
        FORGET,
        lambda: forget_truth(network, data, checkpoint.data_mean, checkpoint.data_std),
        {"count": COUNT},
        settings.set,
        ({"row": ROWS, "forget": "zero"},),
    )

    index = (data.test.targets == data.classes.index(digit)).nonzero()[number - 1, 0]
    ink = data.test.inputs[index].float() / 255
    read = read_rows(network, normalize(ink, checkpoint.data_mean, checkpoint.data_std), gate)
    cells = liveliest(read.steps, CELLS_OF_DIGIT)
    scene = digit_scene(read, ink[0], data.classes, cells) | {"play": st.session_state.pop(PLAY, False)}
    with shown:
        alt = _("A {digit} that is read row by row, and what the network says and remembers").format(digit=digit)
        stage("lstm_digit", scene, {"step": row - 1, "cell": cell}, key=READING, alt=alt, height=360)
        words = _(
            "The {shown} liveliest of {all} cells, one a column; each line is a row of the digit. :blue[Blue is "
            "positive], :orange[orange is negative]. Click on a cell to look into it."
        )
        st.caption(words.format(shown=len(cells), all=read.steps.cell.shape[1]))
    return False


def suggest_waves(settings: Settings) -> None:
    show_suggestions(
        Suggestion(
            _("Watch it learn"),
            ":material/play_circle:",
            _("From nonsense to a wave in a thousand training steps."),
            play,
            (settings, WAVE),
        ),
        Suggestion(
            _("A wave it never saw"),
            ":material/waves:",
            _("Faster than all that it has practiced on: what does it make of it?"),
            settings.set,
            (WAVE | {"trained": TRAINING, "period": 8},),
        ),
        Suggestion(
            _("Forget nothing"),
            ":material/all_inclusive:",
            _("With its forget gates at 1, whatever comes in stays for ever."),
            settings.set,
            (WAVE | {"trained": TRAINING, "forget": "one"},),
        ),
    )


def show_wave(settings: Settings) -> bool:
    take_settled(WAVING, settings)
    trained = settings.value("trained", 0, TRAINING, WAVE["trained"])
    shown = st.container()  # comes first, and is drawn from what stands below it
    suggest_waves(settings)
    places = st.columns(4)
    with places[0]:
        period = settings.slider("period", _("Steps to a wave"), 5, 60, WAVE["period"])
    with places[1]:
        phase = settings.slider("phase", _("Begins at"), 0, 345, WAVE["phase"], 15, format="%d°")
    with places[2]:
        seen = settings.slider("seen", _("Values it sees"), 2, 80, WAVE["seen"])
    with places[3]:
        cells = settings.select_slider("cells", _("Cells"), (8, 16, 32), WAVE["cells"])
    gate = choose_gate(settings)

    training = sine.practice(cells)
    networks, finished = training.kept, training.done == TRAINING
    truth = wave(period, math.radians(phase), VALUES)
    predict(STATE, lambda: state_truth(networks[0], truth, seen), state_counts(seen, cells))
    continuations = continue_waves(networks, truth[:seen], VALUES - seen, gate)
    scene = wave_scene(continuations, truth, seen, period, CELLS_OF_WAVE, finished)
    scene |= {"play": st.session_state.pop(PLAY, False)}
    with shown:
        alt = _("A wave, what the network makes of it, and its gates and memory meanwhile")
        values = {"step": min(trained // NOTCH, len(networks) - 1)}
        stage("lstm_wave", scene, values, key=WAVING, alt=alt, height=370)
        words = _(
            ":blue[━] the wave, :orange[━] what the network makes of it. Below, the {shown} liveliest of {all} cells, "
            "one a line: :blue[blue is positive], :orange[orange is negative]."
        )
        st.caption(words.format(shown=CELLS_OF_WAVE, all=cells))
    training.advance(TRAINING, SLICES)  # after all is drawn: while a run takes its time, what is not drawn yet fades
    return not finished


def keep_gates_apart(settings: Settings, part: str) -> None:
    """Let each part have a choice of forget gates of its own, though they share the address's word for it."""
    choices, shown = st.session_state.setdefault(GATES, {}), st.session_state.get(SHOWN)
    if shown not in (None, part):
        choices[shown] = st.session_state.get(settings.key("forget"), "learnt")
        settings.set({"forget": choices.get(part, "learnt")})
    st.session_state[SHOWN] = part


def trains(settings: Settings) -> bool:
    """Return whether the network of the wave is still in training."""
    return sine.practice(st.session_state.get(settings.key("cells"), WAVE["cells"])).done < TRAINING


def panel(settings: Settings, part: Part, ticking: bool) -> None:
    still_trains = part.show(settings)
    settings.write_url()
    if still_trains != ticking:
        st.rerun()  # the clock belongs to the whole page


PARTS = {
    "digit": Part(
        N_("A digit, row by row"),
        N_("This network never sees the whole digit: it reads row after row, and has to keep in mind what it saw."),
        show_digit,
        (read_rows, steps, step),
    ),
    "wave": Part(
        N_("A wave to be continued"),
        N_("This network sees the beginning of a wave. Then it goes on alone: what it says is its next input."),
        show_wave,
        (Forecaster, practise, continue_waves, step),
    ),
}


def main() -> None:
    begin()
    settings = Settings("lstm")
    name = settings.segments("part", _("Sequence"), PARTS, "digit", label_visibility="collapsed")
    keep_gates_apart(settings, name)
    part = PARTS[name]
    st.write(_(part.sentence))
    ticking = name == "wave" and trains(settings)
    live(run_every=TICK if ticking else None)(panel)(settings, part, ticking)
    show_source(*part.code)
    end_lesson("lstm")


main()
